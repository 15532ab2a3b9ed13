//! `status`: asks a cluster, through kubectl, how it is with what was applied. It only asks; what the answers mean is
//! known in the library.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal as _, Write as _};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use swanlab_render::diagnostics::Source;
use swanlab_render::diff::{Options, before_apply, compare, redact};
use swanlab_render::kubernetes::types::Types;
use swanlab_render::manifest::{Address, Identity, Manifest, addresses};
use swanlab_render::previous::{self, last_applied};
use swanlab_render::report::status as report;
use swanlab_render::status::{
    self, Answers, Log, State, add_logs, explain, is_ready, is_settled, states,
};

use super::Outcome;
use super::args::{Status, StatusFormat};
use super::cluster::named;
use super::files::Files;
use super::input::kube_version;
use super::kubectl::{Failure, Kubectl, items};
use super::sides::Side;
use super::streams::Streams;

/// How long to wait before a cluster is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// After so many equal answers nothing changes any more: a container that ends at once is started again within seconds
/// at first.
const SETTLED: usize = 5;

pub(super) fn run(command: &Status, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let files = Files::of(&command.render)?;
    let manifests = command.manifests.manifests.as_deref();
    let side = Side::of(manifests, &command.target, &command.render, &files, streams)?;
    let version = kube_version(&command.render.kube_version)?;
    let kubectl = Kubectl::of(&command.cluster, Some(&command.render.namespace));
    let question = Question {
        addresses: addresses(side.manifests())?,
        manifests: side.manifests(),
        namespace: &command.render.namespace,
        // Who waits sees what is not ready instead.
        kubectl: kubectl.shown(command.wait.is_none() && !streams.is_quiet()),
        types: Types::of(version.major, version.minor),
    };
    let deadline = Instant::now() + command.wait.unwrap_or_default();
    let shows_progress = std::io::stderr().is_terminal() && !streams.is_quiet();
    let mut settled = 0;
    let mut said = String::new();
    let mut states = loop {
        let states = question.ask()?;
        settled = if is_settled(&states) { settled + 1 } else { 0 };
        let is_late = Instant::now() + PAUSE > deadline;
        if command.wait.is_none() || is_ready(&states) || settled >= SETTLED || is_late {
            break states;
        }
        let summary = report::summary(&states);
        if shows_progress && summary != said {
            // If standard error is closed, nobody watches.
            let _ = writeln!(std::io::stderr(), "{summary}");
            said = summary;
        }
        sleep(PAUSE);
    };
    if let Some(release) = side.rendered_release() {
        explain(&mut states, release, side.manifests());
    }
    let style = streams.output_style();
    match command.output {
        StatusFormat::Text => report::text(&states, style, streams.output()),
        StatusFormat::Json => report::json(&states, streams.output()),
    }
    Ok(if is_ready(&states) {
        Outcome::Fine
    } else {
        Outcome::Found
    })
}

struct Question<'a> {
    manifests: &'a [Manifest],
    addresses: Vec<Address>,
    namespace: &'a str,
    kubectl: Kubectl,
    types: Types,
}

impl Question<'_> {
    fn ask(&self) -> anyhow::Result<Vec<State>> {
        let mut answers = Answers {
            objects: named(&self.kubectl, &self.addresses, self.namespace)?,
            ..Answers::default()
        };
        for namespace in self.namespaces() {
            let kubectl = Kubectl {
                namespace: Some(namespace),
                ..self.kubectl.clone()
            };
            answers.pods.extend(all(&kubectl, "pods", "Pod")?);
            answers
                .replica_sets
                .extend(all(&kubectl, "replicasets.apps", "ReplicaSet")?);
            answers.claims.extend(all(
                &kubectl,
                "persistentvolumeclaims",
                "PersistentVolumeClaim",
            )?);
            answers.events.extend(all(&kubectl, "events", "Event")?);
        }
        let options = Options::new(self.namespace, self.types);
        let identity = |object: &Value| Some(Identity::of(object)?.applied_to(self.namespace));
        let last: BTreeMap<Identity, Value> = answers
            .objects
            .iter()
            .filter_map(|object| Some((identity(object)?, last_applied(object)?)))
            .collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": answers.objects});
        let source = Source::new("cluster".to_owned(), list.to_string());
        let live = previous::read(&[source], self.namespace)?.manifests;
        let before = before_apply(live, &last, self.manifests, &options).manifests;
        let diff = compare(&before, self.manifests, &options);
        let diff = redact(diff, &before, self.manifests, self.namespace);
        let mut states = states(self.manifests, self.namespace, &answers, &diff);
        let logs = self.logs(&status::logs(&states));
        add_logs(&mut states, &logs, self.manifests, self.namespace);
        Ok(states)
    }

    /// The namespaces of the objects.
    fn namespaces(&self) -> BTreeSet<String> {
        let own = self
            .addresses
            .iter()
            .map(|address| match address.namespace() {
                "" => self.namespace.to_owned(),
                own => own.to_owned(),
            });
        own.collect()
    }

    /// What cannot be read is no reason to say less about the rest.
    fn logs(&self, logs: &BTreeSet<Log>) -> BTreeMap<Log, String> {
        let read = logs.iter().filter_map(|log| {
            let kubectl = Kubectl {
                namespace: Some(log.namespace.clone()),
                ..self.kubectl.clone()
            };
            Some((log.clone(), kubectl.log(log).ok()?))
        });
        read.collect()
    }
}

/// All objects of a kind in the namespace; none where the user may not look at them.
fn all(kubectl: &Kubectl, resource: &str, kind: &str) -> Result<Vec<Value>, Failure> {
    match kubectl.get(&[], &[resource]) {
        Ok(answer) => {
            let mut found = items(answer)?;
            found.retain(|one| one["kind"] == kind);
            Ok(found)
        }
        Err(Failure::Forbidden(_) | Failure::NotFound(_)) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}
