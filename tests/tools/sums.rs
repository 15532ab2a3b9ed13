//! `summary` says what a script counts that knows nothing of this program: `tests/tools/sums.py`.

use std::fs;
use std::process::Command;

use crate::support::tools::python_with_yaml;
use crate::support::{recorded, root};
use swanlab_render::report::{manifests, summary};
use swanlab_render::summary::Summary;

#[test]
fn the_sums_of_the_recorded_cases_are_those_of_an_independent_count() {
    let Some(python) = python_with_yaml("the sums of `summary`") else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let mut counted = 0;
    for recorded in recorded() {
        // Those that must fail have no sums.
        let Ok(objects) = recorded.case.manifests() else {
            continue;
        };
        counted += 1;
        let [mut text, mut said] = [String::new(), String::new()];
        manifests::yaml(&objects, &mut text);
        summary::json(&Summary::of(&objects, &recorded.case.namespace), &mut said);
        for (suffix, text) in [("yaml", text), ("json", said)] {
            let file = format!("{}.{suffix}", recorded.name);
            fs::write(place.path().join(file), text).unwrap();
        }
    }
    assert!(counted >= 40, "only {counted}");
    let output = Command::new(python)
        .arg("-B")
        .arg(root().join("tests/tools/sums.py"))
        .arg(place.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.starts_with(&format!("{counted} cases, ")), "{text}");
}
