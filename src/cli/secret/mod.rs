//! `secret`: the Secret that an integration needs, or what is wrong with one that exists.
//! Passwords are read only from files and prompts, and written only into the Secret.

mod credentials;

use anyhow::Context as _;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::manifest::Manifest;
use swanlab_render::previous;
use swanlab_render::release::Release;
use swanlab_render::report::cluster as report;
use swanlab_render::swanlab::secret::{self, Integration, Settings};
use swanlab_render::yaml::{self, Path};

use super::Outcome;
use super::args::{Secret, Target};
use super::files::Files;
use super::input::{unwarned_release, validate};
use super::streams::Streams;

pub(super) fn run(command: &Secret, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let files = Files::of(&command.render)?;
    let target = Target {
        name: None,
        chart: None,
    };
    let release = unwarned_release(&files, &target, &command.render, streams)?;
    let mut warnings = release.warnings();
    let integration = integration(command, &release);
    if integration.as_ref().is_ok_and(|one| !one.is_enabled) {
        warnings.push(unused(command.what.name()));
    }
    streams.warn(warnings, command.render.strict)?;
    validate(&release, &command.render)?;
    let settings = Settings::read(&integration?, &release.values().tree)
        .map_err(|problems| located(problems, &release));
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
fn integration(command: &Secret, release: &Release) -> anyhow::Result<Integration> {
    let partial = release.partial("integrations")?;
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
fn located(mut problems: Vec<Diagnostic>, release: &Release) -> Vec<Diagnostic> {
    for problem in &mut problems {
        let path = Path::dotted(&problem.path);
        problem.labels.extend(release.origins().given(&path));
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
    let found = previous::read(&[source], &command.render.namespace)?;
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
