//! What people type out of habit, from Helm and from other charts: each gets an answer that says what to type here.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::PROGRAM;
use crate::support::tools::tool;
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

#[test]
fn commands_of_helm_get_an_answer() {
    answers(
        &["install", "swanlab", "swanlab/self-hosted"],
        &["installs nothing", "kubectl apply -n NAMESPACE -f -"],
    );
    answers(&["upgrade"], &["--against cluster", "kubectl apply"]);
    answers(&["rollback"], &["older values"]);
    for verb in [
        "uninstall",
        "delete",
        "list",
        "ls",
        "history",
        "get",
        "repo",
        "pull",
        "push",
        "search",
        "dependency",
        "package",
        "test",
        "plugin",
        "apply",
        "render",
        "completion",
        "env",
        "create",
        "registry",
    ] {
        answers(
            &[verb],
            &[&format!("swanlab-render has no command `{verb}`"), "help: "],
        );
    }
    // What is only misspelt is still told so.
    answers(&["tempalte"], &["a similar subcommand exists: 'template'"]);
}

#[test]
fn flags_of_helm_get_an_answer() {
    for flag in [
        "--repo",
        "--devel",
        "--username",
        "--password",
        "--ca-file",
        "--cert-file",
        "--key-file",
        "--insecure-skip-tls-verify",
        "--plain-http",
        "--pass-credentials",
        "--verify",
        "--keyring",
        "--registry-config",
        "--repository-cache",
        "--post-renderer",
        "--post-renderer-args",
        "--no-color",
        "--install",
        "-i",
        "--reuse-values",
        "--reset-values",
        "--reset-then-reuse-values",
        "--cleanup-on-fail",
        "--history-max",
        "--name-template",
        "--kube-apiserver",
        "--kube-token",
        "--burst-limit",
        "--qps",
        "--hide-secret",
    ] {
        let told = format!("`{flag}` is a flag of Helm");
        answers(&["template", flag, "x"], &[&told, "help: "]);
        answers(&["template", "swanlab", flag], &[&told]);
    }
    let Ran(_, _, err) = run(&["template", "--password=hunter2"]);
    assert!(!err.contains("hunter2"), "{err}");
    answers(&["template", "--version", "0.3.0"], &["show chart"]);
    answers(
        &["secret", "postgres", "--password", "x"],
        &["`--password-file`"],
    );
    answers(&["template", "--no-color"], &["--color never"]);
    answers(
        &["template", "--show-onyl", "x"],
        &["a similar argument exists: '--show-only'"],
    );
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
fn the_manual_has_examples_and_exit_codes() {
    let page = run(&["man"]).1;
    assert!(page.contains("Exit codes:"), "{page}");
    for command in [
        "template",
        "diff",
        "lint",
        "check",
        "secret",
        "preflight",
        "images",
    ] {
        let example = format!("swanlab\\-render {command} ");
        assert!(page.contains(&example), "{command}");
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
