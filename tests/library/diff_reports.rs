//! Reports of real comparisons: JSON against its schema, `diff -u` through `patch`, disasters on the first screen.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::report_schema::ReportSchema;
use crate::support::tools::{feed, tool};
use crate::support::{Case, PROGRAM, options, recorded};
use serde_json::Value;
use swanlab_render::diff::{ObjectRef, Shown, compare, redact};
use swanlab_render::manifest::Manifest;
use swanlab_render::report::{Style, diff as report};
use swanlab_render::yaml;

#[test]
fn json_is_as_its_schema_says() {
    let schema = ReportSchema::read();
    let defaults = Case::default().manifests().unwrap();
    let mut problems = Vec::new();
    let mut actions = std::collections::BTreeSet::new();
    for recorded in recorded() {
        let Ok(manifests) = recorded.case.manifests() else {
            continue;
        };
        for (old, new) in [(&defaults, &manifests), (&manifests, &defaults)] {
            let shown = redact(compare(old, new, &options(35)), old, new, "default");
            let mut text = String::new();
            report::json(&shown, &mut text);
            let json: Value = serde_json::from_str(&text).unwrap();
            let problem = schema.problem(&json);
            problems.extend(problem.map(|problem| format!("{}: {problem}", recorded.name)));
            let objects = json["objects"].as_array().unwrap().iter();
            actions.extend(objects.map(|object| object["action"].as_str().unwrap().to_owned()));
        }
    }
    assert!(
        problems.is_empty(),
        "{}",
        problems[..problems.len().min(20)].join("\n")
    );
    assert_eq!(
        actions.into_iter().collect::<Vec<_>>(),
        ["added", "changed", "removed", "renamed"]
    );
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = ReportSchema::read();
    let [old, new] = ["2", "3"].map(|replicas| {
        Case::of(&format!("service: {{server: {{replicas: {replicas}}}}}"))
            .manifests()
            .unwrap()
    });
    let mut text = String::new();
    report::json(
        &Shown::with_secrets(compare(&old, &new, &options(35))),
        &mut text,
    );
    let good: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema.problem(&good), None);
    for (pointer, wrong) in [
        ("/schemaVersion", Value::from(2)),
        ("/summary/verdict", Value::from("fine")),
        ("/objects/0/action", Value::from("added")),
        ("/objects/0/changes/0/op", Value::from("move")),
        ("/objects/0/changes/0/effect", Value::Null),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = wrong;
        assert!(schema.problem(&bad).is_some(), "{pointer}");
    }
}

/// A file for each object, as `-o unified` names them.
fn write(folder: &Path, manifests: &[Manifest]) {
    for manifest in manifests {
        let ObjectRef { kind, name, .. } = ObjectRef::of(&manifest.object);
        fs::create_dir_all(folder.join(&kind)).unwrap();
        fs::write(
            folder.join(kind).join(name),
            yaml::to_string(&manifest.object),
        )
        .unwrap();
    }
}

/// The files below a folder that are not empty folders, with their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for kind in fs::read_dir(folder).unwrap() {
        let kind = kind.unwrap().path();
        for file in fs::read_dir(&kind).unwrap() {
            let file = file.unwrap().path();
            let name = file
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            found.push((name, fs::read_to_string(&file).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn patch_makes_the_new_objects_of_the_old_ones() {
    let Some(patch) = tool("patch", "applying -o unified") else {
        return;
    };
    let values = [
        "",
        "service: {server: {replicas: 3, customLabels: {team: ml}}, house: {persistence: {storageSize: 99Gi}}}",
        "integrations: {postgres: {enabled: true, host: h, existingSecret: s}}\nglobal: {podAntiAffinityPreset: none}",
        "dependencies: {postgres: {password: other-password, persistence: {existingClaim: mine}}}",
    ];
    let mut sides: Vec<Vec<Manifest>> = values
        .map(|values| Case::of(values).manifests().unwrap())
        .into();
    sides.push(Case::default().named("another").manifests().unwrap());
    for old in &sides {
        for new in &sides {
            let mut unified = String::new();
            let shown = Shown::with_secrets(compare(old, new, &options(35)));
            report::unified(&shown, None, Style::PLAIN, &mut unified);
            assert_eq!(unified.is_empty(), std::ptr::eq(old, new));
            let [before, after] = [old, new].map(|side| {
                let folder = tempfile::tempdir().unwrap();
                write(folder.path(), side);
                folder
            });
            let output = feed(
                Command::new(&patch)
                    .args(["-p1", "--silent", "--fuzz=0"])
                    .current_dir(before.path()),
                unified.as_bytes(),
            );
            assert!(output.status.success(), "{output:?}\n{unified}");
            assert_eq!(files(before.path()), files(after.path()));
        }
    }
}

/// The first 24 lines of a terminal with 80 columns.
fn first_screen(text: &str) -> String {
    let mut rows = Vec::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        if chars.is_empty() {
            rows.push(String::new());
        }
        rows.extend(chars.chunks(80).map(|row| row.iter().collect::<String>()));
    }
    rows.truncate(24);
    rows.join("\n")
}

#[test]
fn disasters_end_with_exit_code_3_and_stand_on_the_first_screen() {
    let folder = tempfile::tempdir().unwrap();
    let previous = folder.path().join("previous.yaml");
    fs::write(&previous, Case::default().text().unwrap()).unwrap();
    let claim = "PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc";
    let disasters: [(&[&str], &str); 5] = [
        (
            &[
                "--set",
                "integrations.postgres.enabled=true,integrations.postgres.host=h,integrations.postgres.existingSecret=s",
            ],
            claim,
        ),
        (
            &[
                "--set",
                "dependencies.postgres.persistence.existingClaim=mine",
            ],
            claim,
        ),
        (
            &[
                "--set",
                "nameOverride=other,fullnameOverride=swanlab-self-hosted",
            ],
            "Deployment/swanlab-self-hosted",
        ),
        (
            &["--set", "dependencies.postgres.persistence.storageSize=1Gi"],
            claim,
        ),
        (&["renamed"], claim),
    ];
    for (arguments, named) in disasters {
        let output = Command::new(PROGRAM)
            .arg("diff")
            .args(arguments)
            .arg("--against")
            .arg(&previous)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}\n{text}");
        let screen = first_screen(&text);
        assert!(screen.starts_with("DO NOT APPLY: "), "{screen}");
        assert!(screen.contains(named), "{arguments:?}\n{screen}");
    }
}

fn diff(arguments: &[&str], against: &Path) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM)
        .arg("diff")
        .args(arguments)
        .arg("--against")
        .arg(against)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_folder_is_compared_with_all_its_manifests() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, said) = diff(&[], folder.path());
    assert_eq!(code, Some(2));
    assert!(
        said.contains("there is no *.yaml, *.yml or *.json"),
        "{said}"
    );
    let written = Command::new(PROGRAM)
        .args(["template", "--output-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(written.status.success());
    let hidden = folder.path().join(".hidden.yaml");
    fs::write(&hidden, "not: an object\n").unwrap();
    fs::write(folder.path().join("README.md"), "# Not a manifest\n").unwrap();
    let (code, text, said) = diff(&[], folder.path());
    assert_eq!((code, said.as_str()), (Some(0), ""), "{text}");
    fs::rename(hidden, folder.path().join("seen.yaml")).unwrap();
    let (code, text, said) = diff(&[], folder.path());
    assert_eq!((code, text.as_str()), (Some(2), ""));
    assert!(said.contains("seen.yaml"), "{said}");
}

#[test]
fn the_order_of_objects_and_keys_means_nothing() {
    fn backwards(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let entries = map.iter().rev();
                entries
                    .map(|(key, value)| (key.clone(), backwards(value)))
                    .collect()
            }
            Value::Array(list) => list.iter().map(backwards).collect(),
            scalar => scalar.clone(),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let [plain, other] = ["plain.yaml", "other.json"].map(|name| folder.path().join(name));
    let manifests = Case::default().manifests().unwrap();
    fs::write(&plain, Case::default().text().unwrap()).unwrap();
    let items: Vec<Value> = manifests
        .iter()
        .rev()
        .map(|manifest| backwards(&manifest.object))
        .collect();
    let list = serde_json::json!({"kind": "List", "apiVersion": "v1", "items": items});
    fs::write(&other, list.to_string()).unwrap();
    let values = [
        "--set",
        "service.server.replicas=3,dependencies.postgres.password=another-one",
    ];
    for format in ["text", "unified", "markdown", "json", "names"] {
        let arguments = [values.as_slice(), &["-o", format]].concat();
        let (expected, found) = (diff(&arguments, &plain), diff(&arguments, &other));
        assert_eq!(expected.0, Some(1));
        assert_eq!(expected, found);
    }
}
