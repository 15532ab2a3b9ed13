//! What comparing large and repetitive Secrets costs: time and memory grow with the input alone.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::support::PROGRAM;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What Kubernetes allows a Secret.
const MEBIBYTE: usize = 1 << 20;

/// What the program may ask the system for: 200 MiB.
const MOST_KIB: usize = 200 << 10;

/// Letters and digits that look random, the same in every run.
fn random(seed: u64, length: usize) -> String {
    const CHARS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            char::from(CHARS[(state >> 33) as usize % CHARS.len()])
        })
        .collect()
}

/// A Secret and a ConfigMap.
fn render(secret: &str, config: &str) -> String {
    let data = STANDARD.encode(secret);
    let config = serde_json::Value::from(config);
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{a: {data}}}\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {config}}}\n"
    )
}

/// What it may take of processor time, in seconds. Without optimisation it takes thirty times as long as it should.
const LONGEST: u32 = if cfg!(debug_assertions) { 60 } else { 2 };

/// What `diff` says of two renders, within the memory and the time that it may take.
#[track_caller]
fn diff(old: &str, new: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            r#"ulimit -v {MOST_KIB}; ulimit -t {LONGEST}; exec "$0" "$@""#
        ))
        .args([PROGRAM, "diff", "-o", "unified", "--against"])
        .arg(file("old.yaml", old))
        .arg("--manifests")
        .arg(file("new.yaml", new))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_secret_of_a_mebibyte_costs_little() {
    let report = diff(
        &render(&random(1, MEBIBYTE), "x"),
        &render(&random(2, MEBIBYTE), "y"),
    );
    assert!(
        report.contains("-  a: secret#1\n+  a: secret#2\n"),
        "{report}"
    );
}

#[test]
fn a_secret_of_many_lines_costs_little_also_where_it_stands_elsewhere() {
    let lines = |seed| {
        (0..MEBIBYTE / 2 / 65).fold(String::new(), |mut lines, line| {
            writeln!(lines, "{}", random(seed + line as u64, 64)).unwrap();
            lines
        })
    };
    let (old, new) = (lines(0), lines(1_000_000));
    let report = diff(&render(&old, &old), &render(&new, &new));
    let shown = [&old, &new]
        .iter()
        .any(|text| text.lines().any(|line| report.contains(line)));
    assert!(!shown, "a line of a Secret is shown");
}

#[test]
fn hundreds_of_lines_that_begin_alike_cost_little() {
    let lines = |count| {
        (10..count).fold(String::new(), |mut lines, length| {
            writeln!(lines, "{}", "a".repeat(length)).unwrap();
            lines
        })
    };
    let report = diff(
        &render(&lines(400), &"a".repeat(50_000)),
        &render(&lines(401), &"a".repeat(50_001)),
    );
    assert!(!report.contains("aaaaaa"), "{report}");
}

#[test]
fn a_long_text_that_is_nearly_the_secret_costs_little() {
    let secret = "a".repeat(MEBIBYTE / 2);
    let nearly = "a".repeat(MEBIBYTE / 2 - 1);
    let report = diff(&render(&secret, &nearly), &render(&nearly, &secret));
    assert!(report.len() < 4000, "{} bytes", report.len());
}
