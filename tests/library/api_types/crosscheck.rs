//! Verdicts for `tools/api-types/crosscheck.py`, which compares them with those of JSON Schema.

use std::fs;

use serde_json::Value;
use swanlab_render::kubernetes::types::Types;
use swanlab_render::validation::structure;

/// Reads lines of `[minor, object]`, writes for each the codes that are found.
#[test]
#[ignore = "run by tools/api-types/crosscheck.py"]
fn verdicts() {
    let path = std::env::var("CROSSCHECK").unwrap();
    let verdicts: String = fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(|line| {
            let (minor, object): (u64, Value) = serde_json::from_str(line).unwrap();
            let findings = structure::check(Types::of(1, minor), &object);
            let codes: Vec<&str> = findings.iter().map(|found| found.problem.code()).collect();
            codes.join(" ") + "\n"
        })
        .collect();
    fs::write(path + ".verdicts", verdicts).unwrap();
}
