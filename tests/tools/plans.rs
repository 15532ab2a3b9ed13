//! The scripts of plans: clean to shellcheck, and the same under dash and BusyBox.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;

use crate::support::tools::{skipped, tool};
use crate::support::{PROGRAM, root};

fn plan(args: &[&str]) -> String {
    let output = Command::new(PROGRAM)
        .args(["plan", "-q", "-n", "swanlab", "-o", "script"])
        .args(args)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{args:?}: {output:?}"
    );
    String::from_utf8(output.stdout).unwrap()
}

const FROM: [&str; 2] = ["--from-values", "tests/values/none.yaml"];
const SERVER: [&str; 2] = ["--set", "service.server.image.tag=v2.8.0"];

/// Plans of every kind.
fn scripts() -> Vec<String> {
    let official = ["--against", "tests/older_streams/official-0.2.0.yaml"];
    let all: [&[&str]; 11] = [
        &official,
        &[&official[..], &["--backup", "copy"]].concat(),
        &[&official[..], &["--backup", "snapshot", "--reverse"]].concat(),
        &[&official[..], &["--applier", "helm"]].concat(),
        &[&["other"], &official[..]].concat(),
        &[&FROM[..], &SERVER, &["--reverse"]].concat(),
        &[&FROM[..], &SERVER, &["--backup", "none", "--reverse"]].concat(),
        &[&FROM[..], &["--set", "nameOverride=other"]].concat(),
        &[&FROM[..], &["-f", "tests/values/upgrade.yaml"]].concat(),
        // There is no safe way, and nothing to do.
        &[
            &FROM[..],
            &["--set", "dependencies.redis.persistence.storageSize=1Gi"],
        ]
        .concat(),
        &FROM,
    ];
    all.into_iter().map(plan).collect()
}

#[test]
fn the_scripts_are_clean_shell() {
    let Some(shellcheck) = tool("shellcheck", "scripts of plans") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.sh");
    for script in scripts() {
        fs::write(&file, &script).unwrap();
        let output = Command::new(&shellcheck)
            .args(["-s", "sh"])
            .arg(&file)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}");
    }
}

/// A `kubectl` that says what every question expects.
const KUBECTL: &str = r#"#!/bin/sh
printf '%s\n' "$*" | sed 's#-f [^ ]*/#-f #' >> "$CALLS"
case "$*" in
  *"$FAILS"*) exit 1 ;;
  *diff*/apply*) exit 1 ;;
  *pg_dump* | *clickhouse-client*BACKUP*) echo dump ;;
esac
exit 0
"#;

/// Words that are in no question.
const NOTHING: &str = "nothing of the kind";

struct Shell {
    name: &'static str,
    program: PathBuf,
    args: Vec<&'static str>,
}

/// Runs a script whose questions fail where they have these words; gives how it ends, what it says and what it asks.
fn run(shell: &Shell, script: &str, args: &[&str], fails: &str) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("bin")).unwrap();
    fs::write(at("bin/kubectl"), KUBECTL).unwrap();
    fs::set_permissions(at("bin/kubectl"), fs::Permissions::from_mode(0o755)).unwrap();
    if shell.name == "BusyBox" {
        // Nothing but its own applets.
        for applet in [
            "cat", "cmp", "cut", "diff", "echo", "grep", "head", "mkdir", "mktemp", "mv", "rm",
            "sed", "sh", "sleep", "sort", "tr", "date", "kill",
        ] {
            symlink(&shell.program, at("bin").join(applet)).unwrap();
        }
    }
    let mut path = vec![at("bin")];
    if shell.name != "BusyBox" {
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    }
    fs::write(at("plan.sh"), script).unwrap();
    // The dumps of the way forth.
    for line in script.lines() {
        if let Some(file) = line.strip_prefix("  is_there ") {
            fs::write(at(file), "dump").unwrap();
        }
    }
    let output = Command::new(&shell.program)
        .args(&shell.args)
        .arg("plan.sh")
        .args(args)
        .current_dir(folder.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("CALLS", at("calls"))
        .env("FAILS", fails)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let calls = fs::read_to_string(at("calls")).unwrap_or_default();
    (output.status.code(), said, calls)
}

fn shells() -> Vec<Shell> {
    let dash = tool("dash", "scripts of plans under dash").map(|program| Shell {
        name: "dash",
        program,
        args: Vec::new(),
    });
    let busybox = tool("busybox", "scripts of plans under BusyBox").map(|program| Shell {
        name: "BusyBox",
        program,
        args: vec!["sh"],
    });
    dash.into_iter().chain(busybox).collect()
}

#[test]
fn the_scripts_do_the_same_under_dash_and_busybox() {
    let shells = shells();
    if shells.len() < 2 {
        return skipped("a comparison of shells", "dash or BusyBox is missing");
    }
    for script in scripts() {
        for args in [&["--yes"][..], &["--dry-run"], &["--help"]] {
            let [dash, busybox] = [0, 1].map(|place| run(&shells[place], &script, args, NOTHING));
            assert_eq!(dash, busybox, "{args:?}");
            // Nobody has applied with Helm yet.
            let waits = dash.1.contains("by hand: apply with Helm now") && args == ["--yes"];
            assert_eq!(dash.0, Some(i32::from(waits)), "{args:?}: {}", dash.1);
        }
    }
}

#[test]
fn a_failure_ends_the_script_in_every_shell() {
    let script = plan(&[&FROM[..], &SERVER].concat());
    for shell in shells() {
        // In a subshell, as a command, and in a function.
        for (fails, step) in [
            ("pg_restore -f", "backup-postgres"),
            ("rollout status", "verify"),
            ("--dry-run=server", "try"),
        ] {
            let (code, said, calls) = run(&shell, &script, &["--yes"], fails);
            assert_eq!(code, Some(1), "{}: {said}", shell.name);
            let line = format!("step {step} has failed.");
            assert!(said.contains(&line), "{}: {said}", shell.name);
            let last = calls.lines().last().unwrap();
            assert!(last.contains(fails), "{}: {last}", shell.name);
        }
    }
}
