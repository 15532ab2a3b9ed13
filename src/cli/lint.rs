//! `lint`: everything that is wrong with the values and with what they render to, in one run.

use anyhow::bail;
use swanlab_render::diagnostics::{Diagnostics, Severity};
use swanlab_render::engine::Engine;
use swanlab_render::lint::{self, Finding, references::External};
use swanlab_render::manifest::Manifest;
use swanlab_render::report::lint as report;
use swanlab_render::swanlab::{Partials, rules};
use swanlab_render::values::Origins;

use super::Outcome;
use super::args::{Lint, LintFormat};
use super::input::Input;
use super::streams::Streams;

pub(super) fn run(command: &Lint, streams: &mut Streams) -> anyhow::Result<Outcome> {
    let input = Input::gather(&command.target, &command.render, streams)?;
    let mut external = External::declared_in(&input.values.tree);
    for object in &command.external {
        if !external.declare_text(object) {
            bail!("--external {object}: write KIND/NAME, such as Secret/registry");
        }
    }
    let mut findings: Vec<Finding> = input.warnings.iter().cloned().map(Finding::from).collect();
    let engine = Engine::new(&input.chart);
    if let (true, Ok(engine)) = (input.chart.is_embedded, &engine) {
        findings.extend(of_values(command, &input, engine));
    }
    let refused = input
        .validate(&command.render)
        .err()
        .map_or_else(Vec::new, |refused| refused.0);
    match engine.and_then(|engine| rendered(command, &input, &engine, &external)) {
        Ok(found) => findings.extend(found),
        // What the schema refuses need not render.
        Err(_) if !refused.is_empty() => {}
        Err(failures) => findings.extend(failures.0.into_iter().map(|failure| {
            Finding::from(match failure.code {
                Some(_) => failure,
                None => failure.with_code("SL004"),
            })
        })),
    }
    findings.extend(refused.into_iter().map(Finding::from));
    let mut findings = lint::once(findings);
    lint::sort(&mut findings, &input.overrides);
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

/// What the rules on the embedded chart's values find.
fn of_values(command: &Lint, input: &Input, engine: &Engine) -> Vec<Finding> {
    let release = input.release(&command.render);
    let partials = Partials::read(|name| release.partial(engine, name).ok());
    let origins = Origins::new(&input.overrides, &input.chart.values);
    let found = rules::check(&rules::Inputs::new(&input.values, &origins, &partials));
    found.into_iter().map(Finding::from).collect()
}

/// What is wrong with the objects; the error says why there are none.
fn rendered(
    command: &Lint,
    input: &Input,
    engine: &Engine,
    external: &External,
) -> Result<Vec<Finding>, Diagnostics> {
    let release = input.release(&command.render);
    let rendered = release.render_with(engine)?;
    let all: Vec<&Manifest> = rendered.all().collect();
    let namespace = &command.render.namespace;
    let mut findings: Vec<Finding> = rendered
        .warnings
        .iter()
        .cloned()
        .map(Finding::from)
        .collect();
    let mut on_objects = lint::check(&all, namespace, &input.kube_version, external);
    lint::locate(&mut on_objects, |fields| {
        release.causes(engine, &input.values, fields)
    });
    findings.extend(on_objects);
    Ok(findings)
}
