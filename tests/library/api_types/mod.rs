//! The API type check on real objects: every recorded case passes under every version, and what is
//! planted into them is found where it was planted.

mod crosscheck;
mod faults;
mod recorded;
use serde_json::Value;
use swanlab_render::diagnostics::Severity;
use swanlab_render::kubernetes::types::Types;
use swanlab_render::lint::references::{self, Render};
use swanlab_render::validation::{self, structure};

use recorded::{Recorded, recorded};

/// `code object path` of everything that is found under the newest version, notes left out.
fn found(objects: &[Value], recorded: &Recorded) -> Vec<String> {
    let name = |place: usize| {
        let object: &Value = &objects[place];
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        format!(
            "{}/{}",
            text(&object["kind"]),
            text(&object["metadata"]["name"])
        )
    };
    let mut lines = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        for finding in validation::check(Types::of(1, 37), object) {
            if finding.problem.severity() > Severity::Note {
                let code = finding.problem.code();
                lines.push(format!("{code} {} {}", name(place), finding.path));
            }
        }
    }
    let objects: Vec<&Value> = objects.iter().collect();
    for finding in references::check(Render {
        objects: &objects,
        namespace: &recorded.namespace,
        external: &recorded.external,
    }) {
        let code = finding.problem.code();
        lines.push(format!("{code} {} {}", name(finding.object), finding.path));
    }
    lines
}

#[test]
fn every_recorded_case_has_the_types_of_every_version() {
    let mut checked = 0;
    for recorded in recorded() {
        for minor in 24..=37 {
            let types = Types::of(1, minor);
            assert!(types.exact);
            for object in &recorded.objects {
                let findings = structure::check(types, object);
                assert_eq!(findings, [], "{} under 1.{minor}: {object}", recorded.case);
                checked += 1;
            }
        }
    }
    assert!(checked > 25_000, "only {checked} checks");
}

#[test]
fn every_recorded_case_is_consistent_in_itself() {
    for recorded in recorded() {
        let mut lines = found(&recorded.objects, &recorded);
        // Some cases have requests above limits, which the chart renders and the API server refuses.
        lines.retain(|line| !line.starts_with("SV015 "));
        assert!(lines.is_empty(), "{}: {lines:#?}", recorded.case);
    }
}
