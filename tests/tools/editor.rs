//! The schema for editors in the language server that VS Code, Neovim and Helix use, over its protocol: mistakes are marked
//! while typing, keys and values are completed, and the description of a key is shown.

use std::fs;
use std::process::Command;

use crate::support::PROGRAM;
use crate::support::tools::{feed, node_with};
use serde_json::{Value, json};

/// The line that `init` writes.
const MODELINE: &str = "# yaml-language-server: $schema=swanlab-values.schema.json\n";

/// What the language server answers to questions about values, each below the line that names the schema.
fn ask(questions: &[Value]) -> Option<Vec<Value>> {
    let (node, modules) = node_with("editor", "the schema in yaml-language-server")?;
    let folder = tempfile::tempdir().unwrap();
    let schema = Command::new(PROGRAM)
        .args(["show", "schema", "--closed"])
        .output()
        .unwrap();
    assert!(schema.status.success());
    let file = folder.path().join("swanlab-values.schema.json");
    fs::write(file, schema.stdout).unwrap();
    let script = crate::support::root().join("tests/editor/ask.mjs");
    let mut command = Command::new(node);
    command.arg(script).arg(modules).arg(folder.path());
    let output = feed(&mut command, json!(questions).to_string().as_bytes());
    assert!(output.status.success(), "{output:?}");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), questions.len());
    Some(answers)
}

fn values(text: &str) -> String {
    format!("{MODELINE}{text}")
}

/// A mistake, and the text that it is in.
struct Mistake {
    values: &'static str,
    /// What is marked.
    marked: &'static str,
    said: &'static str,
}

const MISTAKES: [Mistake; 10] = [
    Mistake {
        values: "service:\n  sever:\n    replicas: 3\n",
        marked: "sever",
        said: "Property sever is not allowed.",
    },
    Mistake {
        values: "gateway:\n  replicaz: 2\n",
        marked: "replicaz",
        said: "Property replicaz is not allowed.",
    },
    Mistake {
        values: "service:\n  server:\n    replicas: three\n",
        marked: "three",
        said: "integer",
    },
    Mistake {
        values: "gateway:\n  replicas: -1\n",
        marked: "-1",
        said: "minimum of 0",
    },
    Mistake {
        values: "global:\n  podAntiAffinityPreset: sometimes\n",
        marked: "sometimes",
        said: "soft",
    },
    Mistake {
        values: "helper:\n  pullPolicy: Sometimes\n",
        marked: "Sometimes",
        said: "IfNotPresent",
    },
    Mistake {
        values: "integrations:\n  postgres:\n    enabled: \"on\"\n",
        marked: "\"on\"",
        said: "boolean",
    },
    Mistake {
        values: "integrations:\n  redis:\n    port: 70000\n",
        marked: "70000",
        said: "65535",
    },
    Mistake {
        values: "dependencies:\n  postgres:\n    persistence:\n      storageSize: 10GB\n",
        marked: "10GB",
        said: "",
    },
    Mistake {
        values: "global:\n  imagePullSecrets:\n    - regcred\n",
        marked: "regcred",
        said: "object",
    },
];

#[test]
fn ten_mistakes_are_marked_where_they_are_and_nothing_else() {
    let questions: Vec<Value> = MISTAKES
        .iter()
        .map(|mistake| json!({"text": values(mistake.values)}))
        .collect();
    let Some(answers) = ask(&questions) else {
        return;
    };
    for (mistake, answer) in MISTAKES.iter().zip(answers) {
        let text = values(mistake.values);
        let wrong = answer["wrong"].as_array().unwrap();
        let marked: Vec<(&str, &str)> = wrong
            .iter()
            .map(|one| {
                let number = |key: &str| usize::try_from(one[key].as_u64().unwrap()).unwrap();
                let line = text.lines().nth(number("line")).unwrap();
                let message = one["message"].as_str().unwrap();
                (&line[number("column")..number("end")], message)
            })
            .collect();
        let [(place, said)] = marked[..] else {
            panic!("{}: {marked:?}", mistake.values)
        };
        assert_eq!(place, mistake.marked, "{said}");
        assert!(said.contains(mistake.said), "{}: {said}", mistake.values);
    }
}

#[test]
fn what_init_writes_has_no_mark() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .args(["init", "-o", "my-values.yaml", "--size", "large", "--yes"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(folder.path().join("my-values.yaml")).unwrap();
    assert!(text.starts_with(MODELINE), "{text}");
    let schema = fs::read_to_string(folder.path().join("swanlab-values.schema.json")).unwrap();
    assert!(schema.starts_with('{'));
    let Some(answers) = ask(&[json!({"text": text})]) else {
        return;
    };
    assert_eq!(answers[0]["wrong"], json!([]));
}

/// A text with `|` where the cursor is, and what must be among the completions there.
const COMPLETIONS: [(&str, &[&str]); 10] = [
    (
        "|\n",
        &[
            "global",
            "gateway",
            "service",
            "dependencies",
            "integrations",
            "helper",
        ],
    ),
    ("service:\n  |\n", &["server", "house", "cloud", "next"]),
    ("service:\n  server:\n    rep|\n", &["replicas"]),
    (
        "service:\n  house:\n    persistence:\n      |\n",
        &["storageClass", "storageSize"],
    ),
    (
        "gateway:\n  image:\n    |\n",
        &["repository", "tag", "pullPolicy"],
    ),
    (
        "gateway:\n  image:\n    pullPolicy: |\n",
        &["Always", "IfNotPresent", "Never"],
    ),
    (
        "global:\n  podAntiAffinityPreset: |\n",
        &["soft", "hard", "none"],
    ),
    ("global:\n  settings:\n    |\n", &["loginHost"]),
    (
        "integrations:\n  s3:\n    public:\n      |\n",
        &["bucket", "endpoint", "region", "port"],
    ),
    (
        "integrations:\n  postgres:\n    enabled: |\n",
        &["true", "false"],
    ),
];

#[test]
fn ten_places_are_completed() {
    let questions: Vec<Value> = COMPLETIONS
        .iter()
        .map(|(text, _)| {
            let before = values(text.split('|').next().unwrap());
            let line = before.matches('\n').count();
            let column = before.len() - before.rfind('\n').unwrap() - 1;
            json!({"text": values(&text.replace('|', "")), "line": line, "column": column})
        })
        .collect();
    let Some(answers) = ask(&questions) else {
        return;
    };
    for ((text, wanted), answer) in COMPLETIONS.iter().zip(answers) {
        let labels = answer["completions"].as_array().unwrap();
        for label in *wanted {
            assert!(
                labels.contains(&json!(label)),
                "{text}: {label} is not in {labels:?}"
            );
        }
    }
}

#[test]
fn a_key_shows_its_description_from_the_chart() {
    let shown = [
        (
            "service:\n  server:\n    replicas: 3\n",
            "replicas",
            "Number of pods. With null",
        ),
        (
            "gateway:\n  customTolerations: []\n",
            "customTolerations",
            "Tolerations of its pods",
        ),
        (
            "global:\n  settings:\n    loginHost: a.example.org\n",
            "loginHost",
            "The host that users see",
        ),
        (
            "nameOverride: x\n",
            "nameOverride",
            "Replaces the chart name",
        ),
    ];
    let chart = fs::read_to_string(crate::support::root().join("values.yaml")).unwrap();
    let questions: Vec<Value> = shown
        .iter()
        .map(|(text, key, _)| {
            let text = values(text);
            let before = &text[..text.find(key).unwrap()];
            let line = before.matches('\n').count();
            let column = before.len() - before.rfind('\n').unwrap();
            json!({"text": text, "line": line, "column": column})
        })
        .collect();
    let Some(answers) = ask(&questions) else {
        return;
    };
    for ((text, _, description), answer) in shown.iter().zip(answers) {
        assert!(chart.contains(description), "{description}");
        let hover = answer["hover"].as_str().unwrap();
        assert!(hover.contains(description), "{text}: {hover}");
    }
}
