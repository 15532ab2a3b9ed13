//! Any values for the embedded chart: what renders reads back, `values --origin` reads back as the values, and every
//! format of lint is well-formed. Texts: two values files, flags.
#![no_main]

use laws::{EMBEDDED, check_diagnostics, check_rendered, flags, release, source, texts};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use swanlab_render::diagnostics::Diagnostics;
use swanlab_render::lint::{self, Finding, references::External};
use swanlab_render::release::Release;
use swanlab_render::report::{self, Style};
use swanlab_render::values::Overrides;

/// Everything that lint finds.
fn findings(release: &Release) -> Vec<Finding> {
    if let Err(problems) = release.validate() {
        check_diagnostics(&problems);
    }
    match release.render() {
        Ok(rendered) => check_rendered(&rendered),
        Err(problems) => {
            check_diagnostics(&problems);
        }
    }
    let mut options = lint::Options::default();
    options.external = External::declared_in(&release.values().tree);
    lint::release(release, &options)
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

fn check_origins(release: &Release) {
    let (values, origins) = (release.values(), release.origins());
    let mut yaml = String::new();
    report::values::yaml_with_origins(&values.tree, origins, &mut yaml);
    assert_eq!(
        laws::document(&yaml).to_string(),
        values.tree.to_string(),
        "{yaml}"
    );
    let mut json = String::new();
    report::values::json_with_origins(&values.tree, origins, &mut json);
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
    match release(EMBEDDED.clone(), overrides) {
        Err(problems) => {
            check_diagnostics(&problems);
        }
        Ok(release) => {
            check_diagnostics(&Diagnostics(release.warnings()));
            check_reports(&findings(&release));
            check_origins(&release);
        }
    }
});
