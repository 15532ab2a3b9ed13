//! `secret`: the Secret that an integration needs, or what is wrong with one that exists.
//! Passwords come from files and prompts alone, and go into the Secret alone.

mod credentials;

use anyhow::Context as _;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::engine::Engine;
use swanlab_render::manifest::{Manifest, previous};
use swanlab_render::report::secret as report;
use swanlab_render::swanlab::secret::{self, Integration, Settings};
use swanlab_render::values::Origins;
use swanlab_render::yaml::{self, Path, Step};

use super::Outcome;
use super::args::{Secret, Target};
use super::files::Files;
use super::input::Input;
use super::streams::Streams;

pub(super) fn run(command: &Secret, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let files = Files::within(command.render.within.as_deref())?;
    let target = Target {
        name: None,
        chart: None,
    };
    let mut input = Input::gather_with(&files, &target, &command.render, None, streams)?;
    let integration = integration(command, &input);
    if integration.as_ref().is_ok_and(|one| !one.is_enabled) {
        input.warnings.push(unused(command.what.name()));
    }
    streams.warn(std::mem::take(&mut input.warnings), command.render.strict)?;
    input.validate(&command.render)?;
    let settings = Settings::read(&integration?, &input.values.tree)
        .map_err(|problems| located(problems, &input));
    if let Some(file) = &command.check {
        return check(
            &settings.map_err(Diagnostics)?,
            file,
            &files,
            command,
            streams,
        );
    }
    let credentials = credentials::read(command, settings.is_ok(), &files);
    let (settings, credentials) = match (settings, credentials) {
        (Ok(settings), Ok(credentials)) => (settings, credentials),
        (settings, credentials) => {
            let mut problems = settings.err().unwrap_or_default();
            problems.extend(credentials.err().unwrap_or_default());
            return Err(Diagnostics(problems).into());
        }
    };
    let object = secret::secret(&settings, &credentials);
    streams.output().push_str(&yaml::to_string(&object));
    Ok(Outcome::Fine)
}

/// What the chart says of the integration that was asked for.
fn integration(command: &Secret, input: &Input) -> anyhow::Result<Integration> {
    let engine = Engine::new(&input.chart)?;
    let partial = input
        .release(&command.render)
        .partial(&engine, "integrations")?;
    let name = command.what.name();
    Integration::all(partial)
        .into_iter()
        .find(|one| one.name == name)
        .with_context(|| format!("the chart has no integration {name}"))
}

fn unused(integration: &str) -> Diagnostic {
    let path = format!("integrations.{integration}.enabled");
    Diagnostic::warning(format!(
        "{path} is not true, so nothing reads this Secret yet"
    ))
    .about(&path)
    .with_help(format!("set {path}: true when you install or upgrade"))
}

/// Problems with the places of the values that they are about.
fn located(mut problems: Vec<Diagnostic>, input: &Input) -> Vec<Diagnostic> {
    let origins = Origins::new(&input.overrides, &input.chart.values);
    for problem in &mut problems {
        let steps = problem.path.split('.').map(|key| Step::Key(key.to_owned()));
        problem.labels.extend(origins.given(&Path(steps.collect())));
    }
    problems
}

fn check(
    settings: &Settings,
    file: &str,
    files: &Files,
    command: &Secret,
    streams: &mut Streams,
) -> anyhow::Result<Outcome> {
    let source = files.manifests("--check", file)?;
    let found = previous(&[source], &command.render.namespace)?;
    let named = |manifest: &&Manifest| manifest.object["metadata"]["name"] == settings.secret;
    let secrets = || found.manifests.iter().filter(|one| one.kind() == "Secret");
    let Some(manifest) = secrets().find(named) else {
        let sealed = found.manifests.iter().filter(named).map(Manifest::kind);
        report::absent(settings, file, sealed.into_iter().next(), streams.output());
        return Ok(Outcome::Found);
    };
    let differences = secret::check(settings, &manifest.object);
    report::differences(settings, &differences, streams.output());
    Ok(if differences.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Found
    })
}
