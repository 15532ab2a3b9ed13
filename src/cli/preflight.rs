//! `preflight`: asks a cluster, through kubectl, whether it has what the render needs.
//! It only asks, and lets the server try the objects in a dry run; what the answers mean is known in the library.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::manifest::{Address, Identity, Manifest, addresses};
use swanlab_render::preflight::{Answer, Answers, Needs, NoAnswer, Status, VERBS, checks, needs};
use swanlab_render::report::cluster as report;
use swanlab_render::swanlab::secret::Integration;

use super::Outcome;
use super::args::{Preflight, PreflightFormat};
use super::input::{release, rendered};
use super::kubectl::{Failure, Kubectl};
use super::previous;
use super::streams::Streams;

/// How many kubectls run at once: each mostly waits for the server.
const AT_ONCE: usize = 6;

pub(super) fn run(command: &Preflight, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let namespace = &command.render.namespace;
    let (manifests, needs) = if let Some(argument) = &command.manifests {
        let manifests = previous::finished(argument, &command.render, streams)?;
        previous::without_values(streams)?;
        let needs = needs(&manifests, &Value::Null, namespace, &[]);
        (manifests, needs)
    } else {
        let release = release(&command.target, &command.render, streams)?;
        let rendered = rendered(&release, &command.render, streams)?;
        // What other charts call `integrations` is unknown.
        let integrations = if release.chart().is_embedded {
            Integration::all(release.partial("integrations")?)
        } else {
            Vec::new()
        };
        let values = &release.values().tree;
        let needs = needs(rendered.all(), values, namespace, &integrations);
        (rendered.all().cloned().collect(), needs)
    };
    check_names(manifests.iter(), &needs)?;
    let kubectl = Kubectl::of(&command.cluster, Some(namespace)).shown(!streams.is_quiet());
    let mut answers = ask(&kubectl, &needs)?;
    answers.dry_run = dry_run(&kubectl, manifests.iter(), &answers, &needs);
    let checks = checks(&needs, &answers);
    let style = streams.output_style();
    match command.output {
        PreflightFormat::Text => report::checks(&checks, style, streams.output()),
        PreflightFormat::Json => report::checks_json(&checks, streams.output()),
    }
    let is_missing = checks.iter().any(|check| check.status == Status::Missing);
    Ok(if is_missing {
        Outcome::Found
    } else {
        Outcome::Fine
    })
}

/// Refuses names that no cluster can have: kubectl is not to be asked about them.
fn check_names<'m>(
    rendered: impl Iterator<Item = &'m Manifest>,
    needs: &Needs,
) -> Result<(), Diagnostics> {
    let mut problems = match addresses(rendered) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0,
    };
    let claims = needs
        .claims
        .iter()
        .map(|claim| ("PersistentVolumeClaim", claim.name.as_str()));
    let secrets = needs
        .secret_names()
        .into_iter()
        .map(|name| ("Secret", name));
    for (kind, name) in claims.chain(secrets) {
        let identity = Identity {
            group: String::new(),
            kind: kind.to_owned(),
            namespace: needs.namespace.clone(),
            name: name.to_owned(),
        };
        if let Err(bad) = Address::of(&identity) {
            problems.push(Diagnostic::error(format!(
                "a {kind} that the objects refer to: {bad}"
            )));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(problems))
    }
}

/// One question, and where its answer goes.
enum Question<'a> {
    Namespace,
    /// One for each resource: `auth can-i --list` does not see what an authorizer outside of the cluster allows.
    Right(&'static str, &'a str),
    StorageClasses,
    Nodes,
    Claim(&'a str),
    Secret(&'a str),
}

/// Asks everything that the needs call for. The first question shows whether there is a cluster at all.
fn ask(kubectl: &Kubectl, needs: &Needs) -> Result<Answers, Failure> {
    let version = kubectl.version()?;
    let mut questions = vec![Question::Namespace];
    for resource in &needs.resources {
        questions.extend(VERBS.map(|verb| Question::Right(verb, resource)));
    }
    if !needs.storage_classes.is_empty() {
        questions.push(Question::StorageClasses);
    }
    if !needs.spreads.is_empty() {
        questions.push(Question::Nodes);
    }
    questions.extend(
        needs
            .claims
            .iter()
            .map(|claim| Question::Claim(&claim.name)),
    );
    questions.extend(needs.secret_names().into_iter().map(Question::Secret));

    let waiting = Mutex::new(questions.into_iter());
    let next = || {
        waiting
            .lock()
            .ok()
            .and_then(|mut questions| questions.next())
    };
    let mut answers = Answers::default();
    answers.version = Some(version);
    let answers = Mutex::new(answers);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(question) = next() {
                    answer(kubectl, needs, &question, &answers);
                }
            });
        }
    });
    answers
        .into_inner()
        .map_err(|_| Failure::Other("an answer was lost".to_owned()))
}

/// Sends the objects to the server as a dry run, once it is known that their namespace exists.
fn dry_run<'m>(
    kubectl: &Kubectl,
    rendered: impl Iterator<Item = &'m Manifest>,
    answers: &Answers,
    needs: &Needs,
) -> Option<Result<String, NoAnswer>> {
    match answers.namespace.as_ref()? {
        Err(NoAnswer::NotFound) => return Some(Err(NoAnswer::NotFound)),
        Err(NoAnswer::Failed(_)) => return None,
        Ok(_) | Err(NoAnswer::Forbidden) => {}
    }
    // kubectl applies to one namespace at a time.
    let mut by_namespace: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for one in rendered {
        let own = one.object["metadata"]["namespace"].as_str();
        let namespace = own
            .filter(|own| !own.is_empty())
            .unwrap_or(&needs.namespace);
        by_namespace.entry(namespace).or_default().push(&one.object);
    }
    let mut said = String::new();
    for (namespace, objects) in by_namespace {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        match kubectl.dry_run(namespace, &list) {
            Ok(words) => said.push_str(&words),
            Err(failure) => return Some(Err(no_answer(failure))),
        }
    }
    Some(Ok(said))
}

fn answer(kubectl: &Kubectl, needs: &Needs, question: &Question<'_>, answers: &Mutex<Answers>) {
    let get = |what: &[&str]| -> Answer {
        let answer = kubectl.get(&[], what).map_err(no_answer)?;
        answer.ok_or_else(|| NoAnswer::Failed("kubectl has answered nothing".to_owned()))
    };
    // All waiting is done before the lock is taken.
    let keep: Box<dyn FnOnce(&mut Answers)> = match *question {
        Question::Namespace => {
            let answer = get(&["namespace", &needs.namespace]);
            Box::new(|answers| answers.namespace = Some(answer))
        }
        Question::Right(verb, resource) => {
            let answer = kubectl.can_i(verb, resource).map_err(no_answer);
            let key = (verb, resource.to_owned());
            Box::new(|answers| {
                answers.rights.insert(key, answer);
            })
        }
        Question::StorageClasses => {
            let answer = get(&["storageclasses"]);
            Box::new(|answers| answers.storage_classes = Some(answer))
        }
        Question::Nodes => {
            let answer = get(&["nodes"]);
            Box::new(|answers| answers.nodes = Some(answer))
        }
        Question::Claim(name) => {
            let answer = get(&["persistentvolumeclaim", name]);
            let name = name.to_owned();
            Box::new(|answers| {
                answers.claims.insert(name, answer);
            })
        }
        Question::Secret(name) => {
            let answer = get(&["secret", name]);
            let name = name.to_owned();
            Box::new(|answers| {
                answers.secrets.insert(name, answer);
            })
        }
    };
    if let Ok(mut answers) = answers.lock() {
        keep(&mut answers);
    }
}

fn no_answer(failure: Failure) -> NoAnswer {
    match failure {
        Failure::NotFound(_) => NoAnswer::NotFound,
        Failure::Forbidden(_) => NoAnswer::Forbidden,
        other => NoAnswer::Failed(other.to_string()),
    }
}
