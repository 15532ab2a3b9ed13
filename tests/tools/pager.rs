//! Long reports go through a pager as git's do: on a terminal alone, and never instead of the report.
//! The terminal is Python's `pty`; where there is no Python, the tests are skipped with a line.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::PROGRAM;
use crate::support::tools::tool;

/// Runs a program on a terminal of its own and prints what comes out of it. Its first argument is the pager.
const TERMINAL: &str = r#"
import os, pty, sys
os.environ["TERM"] = "xterm"
os.environ["PAGER"] = sys.argv[1]
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:])))
"#;

/// `diff` of two numbers of replicas, behind other words of a command.
fn diff(mut command: Command, flags: &[&str]) -> (String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let values = folder.path().join("old.yaml");
    fs::write(&values, "service: {server: {replicas: 2}}\n").unwrap();
    command.args(["diff", "--set", "service.server.replicas=3"]);
    command.arg("--from-values").arg(values).args(flags);
    let output = command.stdin(Stdio::null()).output().unwrap();
    // A terminal ends lines otherwise.
    let text = String::from_utf8(output.stdout)
        .unwrap()
        .replace("\r\n", "\n");
    (text, output.status.code().unwrap())
}

/// What it shows on a terminal, and its exit code; none where there is no terminal to be had.
fn on_a_terminal(pager: &str, flags: &[&str]) -> Option<(String, i32)> {
    let mut python = Command::new(tool("python3", "the pager")?);
    python.args(["-c", TERMINAL, pager, PROGRAM]);
    Some(diff(python, flags))
}

/// What it prints into a pipe, and its exit code.
fn in_a_pipe() -> (String, i32) {
    diff(Command::new(PROGRAM), &[])
}

#[test]
fn a_report_on_a_terminal_goes_through_the_pager() {
    let Some((text, code)) = on_a_terminal("sed 's/^/paged: /'", &["--color", "never"]) else {
        return;
    };
    let (printed, expected) = in_a_pipe();
    let unpaged: String = text
        .split_inclusive('\n')
        .map(|line| line.strip_prefix("paged: ").unwrap_or("not paged\n"))
        .collect();
    assert_eq!((unpaged, code), (printed, expected));
}

#[test]
fn a_pager_that_stops_reading_changes_nothing_else() {
    let Some((text, code)) = on_a_terminal("head -1", &[]) else {
        return;
    };
    assert_eq!((text.lines().count(), code), (1, in_a_pipe().1), "{text}");
}

#[test]
fn without_a_pager_the_report_is_printed() {
    for pager in ["", "cat", "no-such-pager 2>/dev/null"] {
        let Some(shown) = on_a_terminal(pager, &["--color", "never"]) else {
            return;
        };
        assert_eq!(shown, in_a_pipe(), "{pager}");
    }
}

#[test]
fn what_machines_read_is_not_paged() {
    let Some((text, _)) = on_a_terminal("sed 's/^/paged: /'", &["-o", "json"]) else {
        return;
    };
    assert!(text.starts_with('{'), "{text}");
}
