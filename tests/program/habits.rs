//! What people type out of habit, from Helm and from other charts: each gets an answer that says what to type here.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::tools::tool;
use crate::support::{PROGRAM, read_strictly, root};
use serde_json::Value;
use tempfile::TempDir;

/// What a command came to: its exit code, standard output and standard error.
struct Ran(i32, String, String);

fn run(arguments: &[&str]) -> Ran {
    run_with(&[], arguments)
}

/// Runs the program in a folder with these files, by name and text.
fn run_with(files: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let folder = folder(files);
    let mut command = Command::new(PROGRAM);
    // No test asks a repository.
    command.env("HELM_BIN", "/nonexistent/helm");
    command.current_dir(folder.path()).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran(
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Nothing on standard output, exit code 2, and these words on standard error.
#[track_caller]
fn answers(arguments: &[&str], words: &[&str]) {
    let Ran(code, out, err) = run(arguments);
    assert_eq!((code, &*out), (2, ""), "{arguments:?}: {err}");
    for word in words {
        assert!(err.contains(word), "{arguments:?}: {word}: {err}");
    }
}

/// The first help that a values file gets, through `template`.
fn help_of(values: &str) -> String {
    help_with(values, &[])
}

fn help_with(values: &str, flags: &[&str]) -> String {
    let mut arguments = vec!["template", "-f", "v.yaml"];
    arguments.extend(flags);
    let Ran(_, _, err) = run_with(&[("v.yaml", values)], &arguments);
    let help = err.lines().find_map(|line| line.split_once("= help: "));
    help.map(|(_, help)| help.to_owned()).unwrap_or(err)
}

/// The words of a command line, of which single quotes keep some together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(index, part)| {
            if index % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .collect()
}

#[test]
fn every_habit_gets_the_answer_of_the_table() {
    let path = root().join("tests/program/habits.yaml");
    let table = read_strictly(&fs::read_to_string(path).unwrap()).remove(0);
    let texts = |list: &Value| -> Vec<String> {
        let list = list.as_array().into_iter().flatten();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let place = folder(&[("my-values.yaml", "gateway: {replicas: 2}\n")]);
    copy_chart(
        &root().join("tests/charts/small"),
        &place.path().join("chart"),
    );
    let rows = table.as_array().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let line = row["run"].as_str().unwrap();
        let output = Command::new(PROGRAM)
            .args(words(line))
            .env("HELM_BIN", "/nonexistent/helm")
            .env("PATH", "/nonexistent")
            .current_dir(place.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        let code = output.status.code().unwrap();
        let exit = row["exit"].as_i64().unwrap_or(0);
        let says = texts(&row["says"]);
        let said = says.iter().all(|words| err.contains(&**words));
        let hidden = texts(&row["never"])
            .iter()
            .all(|word| !err.contains(&**word));
        let is_quiet = exit != 0 || !says.is_empty() || err.is_empty();
        let is_empty = exit == 0 || out.is_empty();
        // A flag that only sounds alike is no answer to one of Helm.
        let is_slip = says.iter().any(|words| words.contains("similar"));
        let is_plain = is_slip || !err.contains("similar");
        if i64::from(code) != exit || !(said && hidden && is_quiet && is_empty && is_plain) {
            wrong.push(format!("{line}: exit code {code}, {err}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "{}", wrong.join("\n"));
    assert!(rows.len() >= 150, "{}", rows.len());
}

fn copy_chart(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_chart(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn charts_of_repositories_are_answered_with_the_command() {
    answers(
        &[
            "template",
            "swanlab",
            "swanlab/self-hosted",
            "-n",
            "swanlab",
        ],
        &[
            "leave it out for version 0.3.0 of SwanLab's chart, which is built in",
            "`swanlab-render template swanlab -n swanlab`",
        ],
    );
    answers(
        &[
            "template",
            "swanlab/self-hosted",
            "--set",
            "dependencies.postgres.password=hunter2",
        ],
        &["leave it out", "the command without it"],
    );
    let flags = [
        "template",
        "x",
        "swanlab/self-hosted",
        "--set=a.password=hunter2",
    ];
    assert!(!run(&flags).2.contains("hunter2"));
    answers(
        &["template", "x", "oci://example.org/charts/self-hosted"],
        &["built in"],
    );
    answers(
        &["diff", "x", "swanlab/self-hosted", "--from-values", "v"],
        &["built in"],
    );
    answers(
        &["template", "x", "bitnami/nginx"],
        &["cannot be fetched", "CHART can also be a folder"],
    );
    answers(
        &["template", "x", "https://example.org/nginx-1.tgz"],
        &["cannot be fetched"],
    );
    answers(
        &["template", "./charts/nope"],
        &["there is no chart `./charts/nope`"],
    );
}

#[test]
fn help_and_version_are_commands() {
    let Ran(code, help, _) = run(&["help"]);
    assert_eq!(code, 0);
    assert!(
        help.contains("Exit codes:") && help.contains("Examples:"),
        "{help}"
    );
    assert_eq!(run(&["help", "diff"]).1, run(&["diff", "--help"]).1);
    assert!(run(&["help", "diff"]).1.contains("Exit codes: 0 no change"));
    assert_eq!(run(&["version"]).1, run(&["--version"]).1);
    assert!(run(&["version"]).1.starts_with("swanlab-render "));
}

#[test]
fn every_help_and_the_manual_have_examples_and_exit_codes() {
    let page = run(&["man"]).1;
    assert!(page.contains("Exit codes:"), "{page}");
    let help = run(&["help"]).1;
    let listed = help
        .split("Commands:")
        .nth(1)
        .unwrap()
        .split("Options:")
        .next()
        .unwrap();
    let commands: Vec<&str> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands {
        let help = run(&[command, "--help"]).1;
        assert!(help.contains("Example"), "{command}");
        assert!(help.contains("Exit codes"), "{command}");
        let example = format!("swanlab\\-render {command}").replace("krm", "krm < ");
        assert!(page.contains(example.trim()), "{command}");
    }
}

#[test]
fn global_flags_may_stand_ahead_of_the_command() {
    let Ran(code, expected, _) = run(&["template", "-n", "prod", "x"]);
    assert_eq!(code, 0);
    for ahead in [
        &["-n", "prod"][..],
        &["--namespace=prod"],
        &["-nprod"],
        &["-q", "-n", "prod"],
        &["--color", "never", "-n", "prod"],
    ] {
        let mut arguments = ahead.to_vec();
        arguments.extend(["template", "x"]);
        let Ran(code, out, err) = run(&arguments);
        assert_eq!((code, &*err), (0, ""), "{ahead:?}");
        assert_eq!(out, expected, "{ahead:?}");
    }
    let clusters = [
        "--kube-context",
        "c",
        "--kubeconfig",
        "k",
        "--debug",
        "template",
        "-n",
        "prod",
        "x",
    ];
    assert_eq!(run(&clusters).1, expected);
    assert_eq!(run(&["-n", "prod"]).0, 2);
}

#[test]
fn a_generated_name_is_told_to_be_none() {
    for flag in ["-g", "--generate-name"] {
        let Ran(code, out, err) = run(&["template", flag]);
        assert_eq!(code, 0);
        assert_eq!(out, run(&["template"]).1);
        assert!(
            err.contains("the release is called `swanlab-self-hosted`"),
            "{err}"
        );
    }
    assert_eq!(run(&["template", "-q", "-g"]).2, "");
    assert_eq!(run(&["template", "--generate-name=false"]).2, "");
}

const TYPO: &str = "service: {sever: {replicas: 1}}\n";
const TWICE: &str = "service: {server: {replicas: 3}}\nservice: {house: {replicas: 3}}\n";

#[test]
fn lint_finds_the_same_with_and_without_quiet() {
    for values in [TYPO, TWICE] {
        for format in ["text", "json", "github", "sarif"] {
            let lint = |more: &[&str]| {
                let mut arguments = vec!["lint", "-f", "v.yaml", "-o", format];
                arguments.extend(more);
                let Ran(code, out, _) = run_with(&[("v.yaml", values)], &arguments);
                (code, out)
            };
            let quiet = lint(&["-q"]);
            assert_eq!(quiet, lint(&[]), "{format}");
            assert!(!quiet.1.contains("nothing found"), "{format}");
        }
    }
}

#[test]
fn every_command_that_renders_warns_of_a_duplicate_key() {
    let commands = [
        &["template", "-f", "v.yaml"][..],
        &["values", "-f", "v.yaml"],
        &["images", "-f", "v.yaml"],
        &["diff", "-f", "v.yaml", "--from-values", "v.yaml"],
    ];
    for arguments in commands {
        let Ran(code, _, err) = run_with(&[("v.yaml", TWICE)], arguments);
        assert_eq!(code, 0, "{arguments:?}");
        assert!(
            err.contains("warning[SL006]: service: duplicate key\n --> v.yaml:2:1"),
            "{err}"
        );
        let mut strict = arguments.to_vec();
        strict.push("--strict");
        assert_eq!(run_with(&[("v.yaml", TWICE)], &strict).0, 2, "{strict:?}");
    }
    let golden = [("v.values.yaml", TWICE)];
    assert!(run_with(&golden, &["check"]).2.contains("duplicate key"));
    assert_eq!(
        run_with(
            &[("v.yaml", "a: &a {x-a: 1}\nx-b: *a\nx-c: {<<: *a, <<: *a}\n")],
            &["values", "-f", "v.yaml", "-q"]
        )
        .0,
        0
    );
}

/// What the program says on a terminal.
const TERMINAL: &str = "
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
";

#[test]
fn without_a_namespace_the_gateways_is_told_on_a_terminal() {
    let Some(python) = tool("python3", "the namespace on a terminal") else {
        return;
    };
    let told = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.args([
            "-c",
            TERMINAL,
            PROGRAM,
            "template",
            "-s",
            "templates/s3/pvc.yaml",
        ]);
        let output = command
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.matches("the gateway looks for the services in the namespace `default`")
            .count()
    };
    assert_eq!(told(&[]), 1);
    for silent in [
        &["-n", "default"][..],
        &["-q"],
        &["--create-namespace"],
        &["--with-namespace"],
    ] {
        assert_eq!(told(silent), 0, "{silent:?}");
    }
    assert_eq!(run(&["template"]).2, "", "in a pipe");
}

#[test]
fn manifests_given_as_values_are_recognised() {
    let manifests = run(&["template"]).1;
    let object = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}\n";
    for text in [&*manifests, object] {
        let files = [("m.yaml", text), ("v.yaml", "{}\n")];
        for arguments in [
            &["template", "-f", "m.yaml"][..],
            &["diff", "-f", "v.yaml", "--from-values", "m.yaml"],
            &["diff", "-f", "m.yaml", "--from-values", "v.yaml"],
            &["lint", "-f", "m.yaml"],
        ] {
            let Ran(code, out, err) = run_with(&files, arguments);
            assert_eq!((code, &*out), (2, ""), "{arguments:?}");
            assert!(
                err.contains("these are manifests, not values") && err.contains("--against"),
                "{err}"
            );
        }
    }
}

#[test]
fn a_type_that_quotes_would_mend_says_so() {
    assert_eq!(
        help_of("dependencies: {postgres: {password: 123456}}\n"),
        "put it in quotes"
    );
    assert_eq!(
        help_of("service: {server: {image: {tag: 99}}}\n"),
        "put it in quotes"
    );
    assert_eq!(
        help_of("service: {server: {replicas: '3'}}\n"),
        "remove the quotes"
    );
    assert_eq!(
        help_of("integrations: {postgres: {enabled: 'true', existingSecret: s}}\n"),
        "remove the quotes"
    );
    // Quotes would not mend these.
    for values in [
        "dependencies: {redis: {persistence: {storageSize: 20}}}\n",
        "service: {server: {replicas: '-3'}}\n",
        "service: {server: {replicas: three}}\n",
    ] {
        assert!(!help_of(values).contains("quotes"), "{values}");
    }
    let flag = |flag, argument| help_with("{}\n", &[flag, argument]);
    assert_eq!(
        flag("--set", "dependencies.postgres.password=123456"),
        "write --set-string in place of --set"
    );
    assert_eq!(
        flag("--set-string", "service.server.replicas=3"),
        "write --set in place of --set-string"
    );
    assert_eq!(
        flag("--set", "gateway.customNodeSelector.kubernetes.io/os=linux"),
        "a dot that belongs to a key is written `\\.`: 'gateway.customNodeSelector.kubernetes\\.io/os=…'"
    );
    let mended = "gateway.customNodeSelector.kubernetes\\.io/os=linux";
    assert_eq!(run(&["template", "--set", mended]).0, 0);
}

#[test]
fn keys_of_other_charts_are_understood() {
    for (values, expected) in [
        (
            "dependencies: {postgres: {persistence: {size: 5Gi}}}\n",
            "did you mean `dependencies.postgres.persistence.storageSize`?",
        ),
        (
            "postgresql: {auth: {password: x}}\n",
            "did you mean `dependencies.postgres`, or `integrations.postgres` for your own PostgreSQL?",
        ),
        (
            "global: {storageClass: fast}\n",
            "each part has its own: `service.house.persistence.storageClass`, `dependencies.postgres.persistence.storageClass`, `dependencies.redis.persistence.storageClass`, `dependencies.clickhouse.persistence.storageClass`, `dependencies.s3.persistence.storageClass`",
        ),
        (
            "podAntiAffinityPreset: hard\n",
            "did you mean `global.podAntiAffinityPreset`?",
        ),
        (
            "gateway: {nodeSelector: {a: b}}\n",
            "did you mean `gateway.customNodeSelector`?",
        ),
        (
            "integrations: {s3: {endpoint: s3.example.org}}\n",
            "since chart 0.2.0 each bucket has its own: `integrations.s3.public.endpoint` and `integrations.s3.private.endpoint`",
        ),
        (
            "integrations: {s3: {privateBucket: b}}\n",
            "since chart 0.2.0 it is `integrations.s3.private.bucket`",
        ),
        (
            "global: {settings: {host: swanlab.example.org}}\n",
            "newer charts have it; here it is `global.settings.loginHost`",
        ),
        (
            "global: {securityContext: {enabled: true}}\n",
            "newer charts have it; here the containers run as their images say",
        ),
    ] {
        assert_eq!(help_of(values), expected, "{values}");
    }
}
