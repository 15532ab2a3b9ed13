//! `mcp` as a client meets it: lines in, lines out. What a client may read, what it is told, and what it never sees.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::PROGRAM;
use crate::support::tools::feed;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

fn run(folder: &Path, input: &[u8]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("mcp").current_dir(folder);
    feed(&mut command, input)
}

/// The answers to some requests, each a line of JSON.
fn answers(folder: &Path, requests: &[Value]) -> Vec<Value> {
    let input: String = requests.iter().map(|one| format!("{one}\n")).collect();
    let output = run(folder, input.as_bytes());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn request(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
}

fn call_of(name: &str, arguments: &Value) -> Value {
    request("tools/call", json!({"name": name, "arguments": arguments}))
}

/// What a tool says: whether that is an error, and all texts.
fn call(folder: &Path, name: &str, arguments: Value) -> (bool, String) {
    let result = answers(folder, &[call_of(name, &arguments)]).remove(0);
    let result = &result["result"];
    let content = result["content"].as_array().unwrap().iter();
    let texts: Vec<&str> = content.map(|one| one["text"].as_str().unwrap()).collect();
    (result["isError"].as_bool().unwrap(), texts.join("\n"))
}

fn fine(folder: &Path, name: &str, arguments: Value) -> String {
    let (is_error, text) = call(folder, name, arguments);
    assert!(!is_error, "{text}");
    text
}

fn refused(folder: &Path, name: &str, arguments: Value) -> String {
    let (is_error, text) = call(folder, name, arguments);
    assert!(is_error, "{text}");
    text
}

/// Lines that begin with `> ` go in, and what comes out is the lines that begin with `< `.
#[test]
fn the_lines_are_those_of_the_transcript() {
    let transcript = include_str!("mcp.transcript");
    let lines = |start: &str| -> String {
        let lines = transcript
            .lines()
            .filter_map(|line| line.strip_prefix(start));
        lines.map(|line| format!("{line}\n")).collect()
    };
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), lines("> ").as_bytes());
    let expected = lines("< ").replace("VERSION", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_session_with_a_handshake() {
    let folder = tempfile::tempdir().unwrap();
    let found = answers(
        folder.path(),
        &[
            request(
                "initialize",
                json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}),
            ),
            json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            request("ping", json!({})),
            request("tools/list", json!({})),
            call_of("summary", &json!({"format": "json"})),
        ],
    );
    let ids: Vec<&Value> = found.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["initialize", "ping", "tools/list", "tools/call"]);
    assert_eq!(found[0]["result"]["protocolVersion"], "2025-06-18");
    let tools = found[2]["result"]["tools"].as_array().unwrap();
    let names: Vec<&Value> = tools.iter().map(|tool| &tool["name"]).collect();
    assert_eq!(
        names,
        ["render", "lint", "diff", "plan", "explain", "summary"]
    );
    for tool in tools {
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        for (name, argument) in schema["properties"].as_object().unwrap() {
            assert!(argument["description"].is_string(), "{name}");
            assert!(argument["type"].is_string(), "{name}");
        }
    }
    let summary = &found[3]["result"]["structuredContent"];
    assert_eq!(summary["pods"], 13);
}

#[test]
fn every_tool_says_what_its_command_says() {
    let folder = tempfile::tempdir().unwrap();
    let values = "service:\n  server:\n    replicas: 3\n";
    fs::write(folder.path().join("a, b.yaml"), values).unwrap();
    fs::write(folder.path().join("old.yaml"), "").unwrap();
    let file = json!({"path": "a, b.yaml"});
    for (tool, arguments, command) in [
        (
            "lint",
            json!({"values": [file], "strict": true}),
            &["lint", "--strict"][..],
        ),
        (
            "diff",
            json!({"values": [file], "fromValues": [{"path": "old.yaml"}], "summary": true}),
            &["diff", "--from-values", "./old.yaml", "--summary"],
        ),
        (
            "plan",
            json!({"values": [file], "fromValues": [{"path": "old.yaml"}], "backup": "none", "applier": "helm"}),
            &[
                "plan",
                "--from-values",
                "./old.yaml",
                "--backup",
                "none",
                "--applier",
                "helm",
            ],
        ),
        (
            "explain",
            json!({"values": [file], "key": "service.server.replicas"}),
            &["explain", "service.server.replicas"],
        ),
        (
            "summary",
            json!({"values": [file], "release": "web", "format": "markdown"}),
            &["summary", "web", "-o", "markdown"],
        ),
    ] {
        let output = Command::new(PROGRAM)
            .args(command)
            .args(["-f", "\"./a, b.yaml\""])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = fine(folder.path(), tool, arguments);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!printed.is_empty(), "{tool}: {output:?}");
        assert!(said.starts_with(&printed), "{tool}: {said}\n{printed}");
    }
}

#[test]
fn texts_are_taken_like_files_and_errors_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let wrong = refused(
        folder,
        "render",
        json!({"values": [{"text": "{}"}, {"text": "service:\n  server:\n    replicas: three\n"}]}),
    );
    assert!(wrong.contains("values[1]:3:15"), "{wrong}");
    let applied = fine(folder, "render", json!({}));
    let same = fine(
        folder,
        "diff",
        json!({"manifests": {"text": applied}, "against": {"text": applied}}),
    );
    assert!(same.starts_with("no changes"), "{same}");
    // A folder of the same name is not meant.
    fs::create_dir(folder.join("against")).unwrap();
    let same = fine(
        folder,
        "diff",
        json!({"manifests": {"text": applied}, "against": {"text": applied}}),
    );
    assert!(same.starts_with("no changes"), "{same}");
    let unknown = fine(
        folder,
        "summary",
        json!({"values": [{"text": "sevice: {}"}]}),
    );
    assert!(unknown.contains("values[0]:1:1"), "{unknown}");
}

#[test]
fn only_files_below_the_folder_are_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.yaml"), "hidden: treasure\n").unwrap();
    let folder = outside.path().join("work");
    fs::create_dir(&folder).unwrap();
    symlink("../secret.yaml", folder.join("link.yaml")).unwrap();
    symlink("..", folder.join("up")).unwrap();
    let absolute = outside.path().join("secret.yaml").display().to_string();
    for path in [
        "../secret.yaml",
        "link.yaml",
        "up/secret.yaml",
        "up",
        "..",
        &absolute,
        "/etc/passwd",
        "/dev/zero",
        "none.yaml",
        "",
        ".",
        "-",
        "cluster",
        "helm:x",
        "a\u{0}b",
        "https://example.org/values.yaml",
    ] {
        let file = json!({"path": path});
        for (tool, arguments) in [
            ("lint", json!({"values": [file]})),
            ("lint", json!({"manifests": file})),
            ("diff", json!({"against": file})),
            ("plan", json!({"fromValues": [file]})),
        ] {
            let said = refused(&folder, tool, arguments);
            for told in ["treasure", "secret.yaml:", "root:"] {
                assert!(!said.contains(told), "{path}: {said}");
            }
        }
    }
    let inside = json!({"path": folder.join("old.yaml").display().to_string()});
    fs::write(folder.join("old.yaml"), "gateway: {replicas: 1}\n").unwrap();
    fine(&folder, "summary", json!({"values": [inside]}));
}

#[test]
fn the_whole_disk_is_no_folder_to_read_and_another_one_can_be_named() {
    let output = run(Path::new("/"), b"");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--within DIR"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("v.yaml"), "gateway: {replicas: 5}\n").unwrap();
    let mut command = Command::new(PROGRAM);
    command.arg("mcp").arg("--within").arg(folder.path());
    let line = call_of("summary", &json!({"values": [{"path": "v.yaml"}]}));
    let output = feed(command.current_dir("/"), format!("{line}\n").as_bytes());
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"isError\":false"));
}

#[test]
fn secrets_are_hidden_in_all_tools() {
    let folder = tempfile::tempdir().unwrap();
    let password = "kZ7-treasure-Qw9";
    let values = json!([{"text": format!("dependencies: {{postgres: {{password: {password}}}}}")}]);
    let before = json!([{"text": "{}"}]);
    for (tool, arguments) in [
        ("render", json!({"values": values})),
        ("render", json!({"values": values, "format": "json"})),
        ("lint", json!({"values": values})),
        ("diff", json!({"values": values, "fromValues": before})),
        (
            "diff",
            json!({"values": values, "fromValues": before, "format": "json"}),
        ),
        ("plan", json!({"values": values, "fromValues": before})),
        (
            "plan",
            json!({"values": values, "fromValues": before, "format": "json"}),
        ),
        ("summary", json!({"values": values})),
        (
            "explain",
            json!({"values": values, "key": "dependencies.postgres.password"}),
        ),
    ] {
        let answer = answers(folder.path(), &[call_of(tool, &arguments)]).remove(0);
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        let said = answer.to_string();
        for form in [password.to_owned(), STANDARD.encode(password)] {
            assert!(!said.contains(&form), "{tool}: {said}");
        }
    }
    let rendered = fine(
        folder.path(),
        "render",
        json!({"values": values, "showOnly": ["templates/postgres/*"]}),
    );
    assert!(rendered.contains("kind: Secret\n"), "{rendered}");
    assert!(rendered.contains("secret#1"), "{rendered}");
    assert!(!rendered.contains("name: swanlab-self-hosted-server\n"));
}

#[test]
fn what_cannot_be_given_is_named_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    for (tool, arguments, said) in [
        (
            "lint",
            json!({"fix": true}),
            "lint has no argument \"fix\"; it has values, set,",
        ),
        (
            "render",
            json!({"outputDir": "x"}),
            "no argument \"outputDir\"",
        ),
        (
            "diff",
            json!({"showSecrets": true}),
            "no argument \"showSecrets\"",
        ),
        (
            "plan",
            json!({"format": "script"}),
            "`format`: it is one of text, markdown, json",
        ),
        ("explain", json!({}), "explain needs the argument `key`"),
        ("explain", json!({"key": "--help"}), "--help"),
        ("render", json!({"set": "a=b"}), "`set`: it is a list"),
        ("render", json!({"set": [1]}), "`set`: it is a text"),
        (
            "render",
            json!({"strict": "yes"}),
            "`strict`: it is true or false",
        ),
        (
            "render",
            json!({"values": ["a.yaml"]}),
            "`values`: a file is an object with either `path` or `text`",
        ),
        (
            "render",
            json!({"values": [{"path": "a", "text": "b"}]}),
            "either `path` or `text`",
        ),
        (
            "render",
            json!({"release": "./chart"}),
            "`release`: at most 253",
        ),
        (
            "render",
            json!({"release": "chart.tgz"}),
            "`release`: at most 253",
        ),
        (
            "render",
            json!({"release": "--within=/"}),
            "`release`: at most 253",
        ),
        ("render", json!({"namespace": "--within=/"}), "namespace"),
        (
            "render",
            json!({"kubeVersion": "x"}),
            "not a Kubernetes version",
        ),
        (
            "lint",
            json!({"manifests": {"text": ""}, "set": ["a=b"]}),
            "`manifests` and `set` exclude each other",
        ),
        ("diff", json!({}), "something to compare with"),
        (
            "render",
            json!({"set": ["--set-file=a=/etc/passwd"]}),
            "--set-file",
        ),
    ] {
        let (is_error, text) = call(folder.path(), tool, arguments.clone());
        assert!(text.contains(said), "{tool} {arguments}: {text}");
        assert!(is_error || tool == "render", "{tool} {arguments}: {text}");
        assert!(!text.contains("root:"), "{text}");
    }
}

#[test]
fn hostile_lines_are_answered_and_the_next_line_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = Vec::new();
    input.extend(b"{\n\n\xff\xfe\n");
    input.extend("[".repeat(200_000).as_bytes());
    input.push(b'\n');
    input.extend(vec![b' '; (16 << 20) + 5]);
    input.push(b'\n');
    input.extend(format!("{}\r\n", request("ping", json!({}))).as_bytes());
    let output = run(folder.path(), &input);
    assert!(output.status.success(), "{:?}", output.stderr);
    let text = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<&Value> = found.iter().map(|one| &one["error"]["code"]).collect();
    let null = Value::Null;
    assert_eq!(
        codes,
        [
            &json!(-32700),
            &json!(-32700),
            &json!(-32700),
            &json!(-32600),
            &null
        ]
    );
    assert_eq!(found[4]["result"], json!({}));
}

#[test]
fn nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("v.yaml"), "gatway: {}\n").unwrap();
    let file = json!([{"path": "v.yaml"}]);
    for tool in ["render", "lint", "summary"] {
        call(folder.path(), tool, json!({"values": file}));
    }
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["v.yaml"]);
    let left = fs::read_to_string(folder.path().join("v.yaml")).unwrap();
    assert_eq!(left, "gatway: {}\n");
}
