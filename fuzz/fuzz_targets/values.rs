//! Any values for the embedded chart: what renders reads back, `values --origin` reads back as the values, and every
//! format of lint is well-formed. Texts: two values files, flags.
#![no_main]

use laws::{
    EMBEDDED, NAMESPACE, check_diagnostics, check_rendered, flags, load, release, source, texts,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::lint::{self, Finding, references::External};
use swanlab_render::report::{self, Style};
use swanlab_render::swanlab::{Partials, rules};
use swanlab_render::values::{self, Origins, Overrides, Values};

/// Everything that lint finds.
fn findings(overrides: &Overrides, values: &Values) -> Vec<Finding> {
    let (chart, engine) = &*EMBEDDED;
    let unknown = values::unknown_keys(chart, overrides, values);
    let mut findings: Vec<Finding> = unknown.into_iter().map(Finding::from).collect();
    if let Err(problems) = values::validate(chart, overrides, &values.tree) {
        check_diagnostics(&problems);
        findings.extend(problems.0.into_iter().map(Finding::from));
    }
    let release = release(chart, values, overrides);
    let partials = Partials::read(|name| release.partial(engine, name).ok());
    let origins = Origins::new(overrides, &chart.values);
    let found = rules::check(&rules::Inputs::new(values, &origins, &partials));
    findings.extend(found.into_iter().map(Finding::from));
    match release.render_with(engine) {
        Ok(rendered) => {
            check_rendered(&rendered);
            let manifests: Vec<_> = rendered.all().collect();
            let external = External::declared_in(&values.tree);
            let mut found = lint::check(&manifests, NAMESPACE, &release.kube_version, &external);
            lint::locate(&mut found, |fields| release.causes(engine, values, fields));
            findings.extend(found);
        }
        Err(problems) => {
            check_diagnostics(&problems);
        }
    }
    let mut findings = lint::once(findings);
    lint::sort(&mut findings, overrides);
    findings
}

fn check_reports(findings: &[Finding]) {
    let mut text = String::new();
    report::lint::text(findings, Style::PLAIN, &mut text);
    for write in [report::lint::json, report::lint::sarif] {
        let mut json = String::new();
        write(findings, &mut json);
        assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
    }
    let mut commands = String::new();
    report::lint::github(findings, &mut commands);
    for line in commands.split(['\n', '\r']).filter(|line| !line.is_empty()) {
        let is_command = ["::error ", "::warning ", "::notice "]
            .iter()
            .any(|word| line.starts_with(word));
        assert!(is_command, "{line:?} in a line of its own");
    }
}

fn check_origins(overrides: &Overrides, values: &Values) {
    let origins = Origins::new(overrides, &EMBEDDED.0.values);
    let mut yaml = String::new();
    report::values::yaml_with_origins(&values.tree, &origins, &mut yaml);
    assert_eq!(
        laws::document(&yaml).to_string(),
        values.tree.to_string(),
        "{yaml}"
    );
    let mut json = String::new();
    report::values::json_with_origins(&values.tree, &origins, &mut json);
    assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
}

fuzz_target!(|data: &[u8]| {
    let Some([first, second, typed]) = texts(data) else {
        return;
    };
    let overrides = Overrides {
        files: vec![source("first.yaml", first), source("second.yaml", second)],
        flags: flags(typed),
    };
    match overrides.over(&EMBEDDED.0, &load) {
        Err(problems) => {
            check_diagnostics(&problems);
        }
        Ok(values) => {
            check_diagnostics(&Diagnostics(values.warnings.clone()));
            check_reports(&findings(&overrides, &values));
            check_origins(&overrides, &values);
        }
    }
});
