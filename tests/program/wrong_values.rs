//! Values files with one defect each: `lint` finds exactly that one, at its place, and says what to write.
//! The recorded cases that render have nothing that is an error. The first lines of each file tell what has to be found: `# CODE severity LINE:COLUMN PATH`, and the help.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{PROGRAM, Recorded, recorded, root};
use serde_json::Value;

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("tests/wrong_values"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn lint(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(PROGRAM)
        .args(["lint", "-o", "json"])
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.stderr, b"", "{arguments:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().clone();
    let has_errors = findings
        .iter()
        .any(|finding| finding["severity"] == "error");
    assert_eq!(output.status.code(), Some(i32::from(has_errors)));
    findings
}

/// What is true of every file that leaves the defaults alone: passwords and claims.
const OF_DEFAULTS: [&str; 2] = ["SL108", "SL118"];

/// What is found in a file, in the words of the files' first lines; what is true of the defaults
/// only where it is expected.
fn found(path: &Path, expected: &str) -> String {
    let name = path.to_str().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lint(&["-f", name])
        .iter()
        .filter(|finding| {
            let code = text(&finding["code"]);
            !OF_DEFAULTS.contains(&&*code)
                || finding["file"] == name
                    && finding["path"] != "dependencies"
                    && expected.contains(&code)
        })
        .map(|finding| {
            let place = if finding["file"] == name {
                format!("{}:{}", finding["line"], finding["column"])
            } else {
                "elsewhere".to_owned()
            };
            let words = [
                &finding["code"],
                &finding["severity"],
                &Value::from(place),
                &finding["path"],
            ];
            let words: Vec<String> = words.into_iter().map(text).collect();
            let mut lines = format!("# {}\n", words.join(" ").trim_end());
            if let Some(help) = finding["help"].as_str() {
                lines += &format!("# {help}\n");
            }
            lines
        })
        .collect()
}

#[test]
fn each_file_has_its_one_defect_found_at_its_place() {
    let mut wrong = Vec::new();
    let files = files();
    assert!(files.len() >= 40, "only {} files", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let expected: String = text
            .split_inclusive('\n')
            .take_while(|line| line.starts_with("# "))
            .collect();
        let found = found(&path, &expected);
        if found != expected || expected.is_empty() {
            let name = path.file_name().unwrap().display();
            wrong.push(format!("{name}: expected\n{expected}found\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_file_with_many_defects_shows_all_of_them() {
    // Each defect is in another part of the values, so that the files make one together.
    let names = [
        "unknown-key",
        "unknown-key-on-another-level",
        "key-of-0.4-vector",
        "cpu-that-is-no-quantity",
        "memory-with-a-wrong-unit",
        "toleration-with-a-typo",
        "storage-of-nothing",
        "claim-and-size",
        "pull-policy-unknown",
        "negative-number",
        "short-secret-key",
        "cluster-domain-with-a-scheme",
    ];
    let paths: Vec<PathBuf> = names
        .iter()
        .map(|name| root().join(format!("tests/wrong_values/{name}.yaml")))
        .collect();
    let one_by_one: usize = paths
        .iter()
        .map(|path| found(path, "").matches("# S").count())
        .sum();
    assert!(one_by_one >= names.len());
    let mut arguments = Vec::new();
    for path in &paths {
        arguments.extend(["-f", path.to_str().unwrap()]);
    }
    let together = lint(&arguments)
        .into_iter()
        .filter(|finding| !OF_DEFAULTS.contains(&finding["code"].as_str().unwrap()))
        .count();
    assert_eq!(together, one_by_one);
}

#[test]
fn a_recorded_case_that_renders_has_no_error() {
    let cases = recorded();
    let half = cases.len().div_ceil(2);
    // They are many, and each is a process of its own.
    std::thread::scope(|scope| {
        for part in cases.chunks(half) {
            scope.spawn(|| part.iter().for_each(has_no_error_if_it_renders));
        }
    });
}

fn has_no_error_if_it_renders(recorded: &Recorded) {
    if recorded.expected.get("error").is_some() {
        return;
    }
    let case = &recorded.case;
    let values = root().join(format!(
        "tests/conformance/cases/{}/values.yaml",
        recorded.name
    ));
    let mut arguments = vec![
        &*case.name,
        "-n",
        &*case.namespace,
        "-f",
        values.to_str().unwrap(),
    ];
    arguments.extend(case.flags.iter().map(String::as_str));
    let findings = lint(&arguments);
    let mut errors = findings.iter().filter(|one| one["severity"] == "error");
    if recorded.is_above_limits {
        let is_of_requests = errors.all(|error| error["code"] == "SL114");
        assert!(is_of_requests, "{}: {findings:?}", recorded.name);
    } else {
        assert_eq!(errors.next(), None, "{}", recorded.name);
    }
}

#[test]
fn four_thousand_unknown_keys_are_drawn_as_fast_as_they_are_found() {
    let keys: String = (0..4000).map(|index| format!("key{index}x: 1\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("v.yaml"), keys).unwrap();
    let run = |more: &[&str]| {
        let begin = std::time::Instant::now();
        let output = std::process::Command::new(PROGRAM)
            .current_dir(folder.path())
            .args(["template", "-f", "v.yaml"])
            .args(more)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (begin.elapsed(), said)
    };
    let (found, _) = run(&["-q"]);
    let (drawn, said) = run(&[]);
    assert!(
        said.ends_with("\n… and 3900 more warnings SL001\n"),
        "{said}"
    );
    // One after the other, each with its whole source, took a hundred times as long.
    assert!(
        drawn < found * 5 + std::time::Duration::from_secs(2),
        "{drawn:?} {found:?}"
    );
}
