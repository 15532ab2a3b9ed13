//! `lint`: everything that is wrong with the values and with what they render to, in one run; what is certain is corrected
//! on request.

use anyhow::bail;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Severity, Source};
use swanlab_render::lint::{self, Finding, Options, references::External};
use swanlab_render::manifest::Manifest;
use swanlab_render::release::Release;
use swanlab_render::report::lint as report;

use super::Outcome;
use super::args::{Lint, LintFormat};
use super::files::Files;
use super::input::{kube_version, unwarned_release};
use super::previous;
use super::streams::Streams;
use super::write;

/// How often the values are looked at again after corrections: below a key that is corrected there may be more.
const MOST_ROUNDS: usize = 20;

pub(super) fn run(command: &Lint, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let findings = match &command.manifests {
        Some(argument) => of_manifests(command, argument, streams)?,
        None => of_values(command, streams)?,
    };
    let has_errors = findings
        .iter()
        .any(|finding| finding.diagnostic.severity == Severity::Error);

    let style = streams.output_style();
    let out = streams.output();
    match command.output {
        _ if command.dry_run => {}
        // What it finds is its result: `-q` hides nothing of it.
        LintFormat::Text => report::text(&findings, style, out),
        LintFormat::Json => report::json(&findings, out),
        LintFormat::Github => report::github(&findings, out),
        LintFormat::Sarif => report::sarif(&findings, out),
    }
    Ok(if has_errors {
        Outcome::Found
    } else {
        Outcome::Fine
    })
}

/// What is wrong with values and with what they render to; corrected before, if that is asked for.
fn of_values(command: &Lint, streams: &mut Streams) -> anyhow::Result<Vec<Finding>> {
    let files = Files::of(&command.render)?;
    let release = unwarned_release(&files, &command.target, &command.render, streams)?;
    if command.fix {
        return fixed(command, release, &files, streams);
    }
    let found = find(command, &release)?;
    streams.leave(release);
    Ok(found)
}

/// What is wrong with finished manifests.
fn of_manifests(command: &Lint, argument: &str, streams: &Streams) -> anyhow::Result<Vec<Finding>> {
    let mut external = External::default();
    declare(command, &mut external)?;
    let kube_version = kube_version(&command.render.kube_version)?;
    let manifests = previous::finished(argument, &command.render, streams)?;
    previous::without_values(streams)?;
    let all: Vec<&Manifest> = manifests.iter().collect();
    let namespace = &command.render.namespace;
    let checking = format!("checking {} objects", all.len());
    let check = || lint::check(&all, namespace, &kube_version, &external);
    let findings = streams.progress().during(&checking, check);
    Ok(graded(command, findings))
}

/// Warnings are errors with `--strict`.
fn graded(command: &Lint, findings: Vec<Finding>) -> Vec<Finding> {
    if command.render.strict {
        findings.into_iter().map(Finding::strict).collect()
    } else {
        findings
    }
}

fn declare(command: &Lint, external: &mut External) -> anyhow::Result<()> {
    for object in &command.external {
        if !external.declare_text(object) {
            bail!("--external {object}: write KIND/NAME, such as Secret/registry");
        }
    }
    Ok(())
}

fn find(command: &Lint, release: &Release) -> anyhow::Result<Vec<Finding>> {
    let mut external = External::declared_in(&release.values().tree);
    declare(command, &mut external)?;
    let mut options = Options::default();
    options.external = external;
    options.skip_schema = command.render.skip_schema_validation;
    let findings = lint::release(release, &options);
    if let Some(error) = release.helm_failure() {
        return Err(Diagnostics::from(error.clone()).into());
    }
    Ok(graded(command, findings))
}

/// Corrects the values files, or prints how; gives what is left to find.
fn fixed(
    command: &Lint,
    mut release: Release,
    files: &Files,
    streams: &mut Streams,
) -> anyhow::Result<Vec<Finding>> {
    let given = release.overrides().files.clone();
    if given.iter().any(|file| file.name().trim() == "-") {
        bail!("--fix: standard input cannot be corrected; name a file with -f");
    }
    let mut findings = find(command, &release)?;
    let mut done: Vec<Diagnostic> = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let fix = lint::fix(&findings, &release.overrides().files);
        if fix.done.is_empty() {
            break;
        }
        let set_file = |path: &str| files.set_file(path);
        release = release.with_files(fix.files, &set_file)?;
        findings = find(command, &release)?;
        done.extend(fix.done);
    }
    let corrected = given.iter().zip(&release.overrides().files);
    let corrected: Vec<(&Source, &Source)> = corrected.filter(|(old, new)| old != new).collect();
    if command.dry_run {
        for (old, new) in corrected {
            report::patch(old, new, streams.output());
        }
    } else {
        let texts = corrected.iter().map(|(old, new)| (old.name(), new.text()));
        write::rewrite_all(texts)?;
    }
    streams.say(&report::done(&done, command.dry_run));
    Ok(findings)
}
