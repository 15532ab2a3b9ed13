//! `lint`: everything that is wrong with the values and with what they render to, in one run.

use anyhow::bail;
use swanlab_render::diagnostics::{Diagnostics, Severity};
use swanlab_render::lint::{self, Finding, Options, references::External};
use swanlab_render::report::lint as report;

use super::Outcome;
use super::args::{Lint, LintFormat};
use super::files::Files;
use super::input::unwarned_release;
use super::streams::Streams;

pub(super) fn run(command: &Lint, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let files = Files::within(command.render.within.as_deref())?;
    let release = unwarned_release(&files, &command.target, &command.render, streams)?;
    let mut external = External::declared_in(&release.values().tree);
    for object in &command.external {
        if !external.declare_text(object) {
            bail!("--external {object}: write KIND/NAME, such as Secret/registry");
        }
    }
    let mut options = Options::default();
    options.external = external;
    options.skip_schema = command.render.skip_schema_validation;
    let mut findings = lint::release(&release, &options);
    if let Some(error) = release.helm_failure() {
        return Err(Diagnostics::from(error.clone()).into());
    }
    if command.render.strict {
        findings = findings.into_iter().map(Finding::strict).collect();
    }
    let has_errors = findings
        .iter()
        .any(|finding| finding.diagnostic.severity == Severity::Error);

    let style = streams.output_style();
    let out = streams.output();
    match command.output {
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
