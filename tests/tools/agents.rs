//! `mcp` with the client of the protocol's own SDK, in both ways of the protocol.

use std::fs;
use std::process::Command;

use crate::support::tools::{feed, node_with};
use crate::support::{PROGRAM, root};
use serde_json::{Value, json};

#[test]
fn a_real_client_finds_and_calls_all_tools() {
    let Some((node, modules)) = node_with("agents", "`mcp` with a real client") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("my-values.yaml"),
        "service:\n  server:\n    replicas: 3\n",
    )
    .unwrap();
    let values = json!([{"path": "my-values.yaml"}]);
    let before = json!([{"text": "{}"}]);
    let calls = [
        (
            "render",
            json!({"values": values, "showOnly": ["templates/swanlab-server/*"]}),
        ),
        ("lint", json!({"values": values, "format": "json"})),
        ("diff", json!({"values": values, "fromValues": before})),
        (
            "plan",
            json!({"values": values, "fromValues": before, "format": "json"}),
        ),
        ("explain", json!({"key": "service.server.replicas"})),
        ("summary", json!({"values": values, "format": "json"})),
        ("lint", json!({"valuse": values})),
        ("install", json!({})),
    ];
    let calls: Vec<Value> = calls
        .into_iter()
        .map(|(name, arguments)| json!({"name": name, "arguments": arguments}))
        .collect();
    let mut command = Command::new(node);
    command.arg(root().join("tests/agents/use.mjs"));
    command.arg(modules).arg(PROGRAM).arg(folder.path());
    let output = feed(&mut command, json!(calls).to_string().as_bytes());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let versions: Vec<&Value> = found.iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, ["2025-11-25", "2026-07-28"]);
    for one in found {
        assert_eq!(one["server"]["name"], "swanlab-render");
        assert!(one["instructions"].as_str().unwrap().contains("read-only"));
        assert_eq!(one["tools"].as_array().unwrap().len(), 6);
        let answers = one["answers"].as_array().unwrap();
        let text = |index: usize| answers[index]["content"][0]["text"].as_str().unwrap();
        assert!(text(0).contains("replicas: 3\n"));
        assert_eq!(answers[1]["structuredContent"]["schemaVersion"], 1);
        assert!(text(2).contains("my-values.yaml:3"), "{}", text(2));
        assert_eq!(answers[3]["structuredContent"]["possible"], true);
        assert!(text(4).contains("Number of pods."), "{}", text(4));
        assert_eq!(answers[5]["structuredContent"]["pods"], 14);
        assert_eq!(answers[6]["isError"], true);
        assert!(text(6).contains("no argument \"valuse\""));
        assert!(
            answers[7]["message"].as_str().unwrap().contains("install"),
            "{}",
            answers[7]
        );
    }
}
