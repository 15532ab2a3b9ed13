//! Which value `diff` names behind a change: the one that made it, with its file and line, and none
//! where that cannot be shown.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, run_in};
use serde_json::Value;

/// Runs `diff` in a folder and gives its report as text.
fn text(folder: &Path, arguments: &[&str]) -> String {
    let output = run_in(folder, &[&["diff", "-U", "0"], arguments].concat());
    assert_eq!(output.stderr, b"", "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn folder(old: &str, new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.yaml"), old).unwrap();
    fs::write(folder.path().join("new.yaml"), new).unwrap();
    let render = Command::new(PROGRAM)
        .current_dir(folder.path())
        .args(["template", "-f", "old.yaml"])
        .output()
        .unwrap();
    assert!(render.status.success(), "{render:?}");
    fs::write(folder.path().join("previous.yaml"), render.stdout).unwrap();
    folder
}

/// The line `<- …` below the change of a field; none if there is no such line.
fn behind(report: &str, field: &str) -> Option<String> {
    let mut lines = report.lines().skip_while(|line| {
        let line = line.trim_start().trim_start_matches(['+', '-', ' ']);
        !(line.starts_with(field) && line[field.len()..].chars().next().is_none_or(|c| c == ':'))
    });
    lines
        .next()
        .unwrap_or_else(|| panic!("{field} is not in\n{report}"));
    lines
        .take_while(|line| line.starts_with("      "))
        .find_map(|line| line.trim_start().strip_prefix("<- "))
        .map(str::to_owned)
}

const BOTH: [&str; 4] = ["--from-values", "old.yaml", "-f", "new.yaml"];
const PREVIOUS: [&str; 4] = ["--against", "previous.yaml", "-f", "new.yaml"];

#[test]
fn each_change_names_the_value_that_made_it() {
    let folder = folder(
        "service:\n  server: {replicas: 3}\n  next: {image: {tag: v1}}\n",
        "service:\n  server:\n    replicas: 4\n    customNodeSelector: {gpu: 'yes'}\n  next: {image: {tag: v2}}\nglobal:\n  settings: {loginHost: swanlab.example.org}\n",
    );
    for arguments in [BOTH, PREVIOUS] {
        let report = text(folder.path(), &arguments);
        for (field, origin) in [
            ("spec.replicas", "service.server.replicas  new.yaml:3"),
            (
                "spec.template.spec.nodeSelector",
                "service.server.customNodeSelector.gpu  new.yaml:4",
            ),
        ] {
            assert_eq!(behind(&report, field).as_deref(), Some(origin), "{report}");
        }
    }
}

#[test]
fn a_value_that_is_gone_is_shown_where_it_stood() {
    let folder = folder("gateway:\n  replicas: 5\n", "{}\n");
    let report = text(folder.path(), &BOTH);
    assert_eq!(
        behind(&report, "spec.replicas").as_deref(),
        Some("gateway.replicas  old.yaml:2")
    );
}

#[test]
fn a_flag_is_an_origin_too_and_hides_its_secret() {
    let folder = folder("{}\n", "{}\n");
    let report = text(
        folder.path(),
        &[
            "--against",
            "previous.yaml",
            "--set",
            "dependencies.postgres.password=hunter2-hunter2",
        ],
    );
    assert!(
        report.contains(
            "<- dependencies.postgres.password  --set dependencies.postgres.password=***"
        ),
        "{report}"
    );
    assert!(!report.contains("hunter2"), "{report}");
}

#[test]
fn of_two_values_that_made_a_field_together_none_is_named() {
    let folder = folder(
        "helper: {repository: r.example.org/a, tag: v1}\n",
        "helper: {repository: r.example.org/b, tag: v2}\n",
    );
    let report = text(folder.path(), &BOTH);
    assert!(!report.contains("<- helper"), "{report}");
}

#[test]
fn an_override_that_feeds_a_field_did_not_make_every_change_of_it() {
    // The file differs from the render in the tag alone, and what is overridden is the repository.
    let folder = folder(
        "{}\n",
        "gateway: {image: {repository: r.example.org/traefik}}\n",
    );
    let path = folder.path().join("previous.yaml");
    let changed = fs::read_to_string(&path).unwrap().replace(
        "repo.swanlab.cn/public/traefik:3.6",
        "r.example.org/traefik:3.5",
    );
    fs::write(&path, changed).unwrap();
    let report = text(folder.path(), &PREVIOUS);
    assert!(report.contains("r.example.org/traefik:3.6"), "{report}");
    assert!(!report.contains("<- "), "{report}");
}

#[test]
fn a_lost_claim_names_the_value_that_takes_it_away() {
    for (new, value) in [
        (
            "dependencies:\n  redis:\n    persistence:\n      existingClaim: mine\n",
            "dependencies.redis.persistence.existingClaim",
        ),
        ("fullnameOverride: other\n", "fullnameOverride"),
        (
            "integrations:\n  redis: {host: r, existingSecret: s,\n    enabled: true}\n",
            "integrations.redis.enabled",
        ),
    ] {
        let folder = folder("{}\n", new);
        for sides in [&BOTH[..], &PREVIOUS[..]] {
            let output = Command::new(PROGRAM)
                .current_dir(folder.path())
                .args(["diff", "-o", "json"])
                .args(sides)
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(3));
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let finding = &report["findings"][0];
            assert_eq!(finding["effect"], "data-loss");
            assert_eq!(finding["object"]["kind"], "PersistentVolumeClaim");
            assert_eq!(finding["origin"]["value"], value, "{report:#}");
            assert_eq!(finding["origin"]["file"], "new.yaml");
            assert!(finding["origin"]["line"].is_u64());
        }
    }
}

#[test]
fn going_back_is_the_work_of_the_same_values() {
    let folder = folder("{}\n", "gateway: {replicas: 5}\n");
    let mut arguments = BOTH.to_vec();
    arguments.push("--reverse");
    let report = text(folder.path(), &arguments);
    assert_eq!(
        behind(&report, "spec.replicas").as_deref(),
        Some("gateway.replicas  new.yaml:1")
    );
}
