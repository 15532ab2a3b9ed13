//! Helm's own help, read by machine: every flag and every command of the installed helm is known, so that none is answered
//! with one that only sounds alike.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::PROGRAM;
use crate::support::tools::tool;

/// What `helm COMMAND --help` says.
fn help(helm: &Path, command: &[String]) -> String {
    let output = Command::new(helm)
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The commands below a command.
fn commands(help: &str) -> Vec<String> {
    let mut lines = help
        .lines()
        .skip_while(|line| !line.starts_with("Available Commands"));
    lines.next();
    lines
        .take_while(|line| line.starts_with("  "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

/// The flags of a help, each with whether an operand follows.
fn flags(help: &str) -> BTreeSet<(String, bool)> {
    let lines = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-'));
    let mut found = BTreeSet::new();
    for line in lines {
        let declared = line.split("   ").next().unwrap();
        let has_operand = declared
            .split_whitespace()
            .next_back()
            .is_some_and(|word| !word.starts_with('-') && !word.contains("[="));
        let names = declared
            .split([' ', ','])
            .filter(|word| word.starts_with('-'));
        found.extend(names.map(|name| (name.to_owned(), has_operand)));
    }
    found
}

/// What a command line says on standard error, and its exit code.
fn answer(words: &[&str]) -> (i32, String) {
    let output = Command::new(PROGRAM)
        .args(words)
        .env("HELM_BIN", "/nonexistent/helm")
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), error)
}

#[test]
fn every_flag_of_helm_is_known_to_every_command() {
    let Some(helm) = tool("helm", "the flags of Helm's commands") else {
        return;
    };
    let mut all = BTreeSet::new();
    let mut lines = vec![Vec::new()];
    while let Some(command) = lines.pop() {
        let text = help(&helm, &command);
        all.extend(flags(&text));
        lines.extend(commands(&text).into_iter().map(|name| {
            let mut command = command.clone();
            command.push(name);
            command
        }));
    }
    assert!(all.len() > 100, "{all:?}");
    let of_template = flags(&help(&helm, &["template".to_owned()]));
    assert!(of_template.len() > 70, "{of_template:?}");
    let mut unknown = Vec::new();
    for command in ["template", "values", "lint", "images", "diff"] {
        for (flag, has_operand) in &all {
            if flag == "-h" || flag == "--help" {
                continue;
            }
            let operand = if *has_operand { "x=1" } else { "" };
            let mut words = vec![command, flag];
            words.extend(Some(operand).filter(|operand| !operand.is_empty()));
            let (code, error) = answer(&words);
            // It is accepted, or the answer says what to do: with the flag, or with its operand.
            let is_answered = code < 2 || error.contains("error: ");
            if !is_answered || error.contains("similar") || error.contains("unexpected argument") {
                unknown.push(format!("{command} {flag}: {error}"));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn every_command_of_helm_is_there_or_answered() {
    let Some(helm) = tool("helm", "the names of Helm's commands") else {
        return;
    };
    let names = commands(&help(&helm, &[]));
    assert!(names.len() > 20, "{names:?}");
    let ours = answer(&["help"]);
    assert_eq!(ours.0, 0);
    for name in names {
        let help = help(&helm, std::slice::from_ref(&name));
        let mut lines = vec![vec![name.clone()]];
        lines.extend(
            commands(&help)
                .into_iter()
                .map(|below| vec![name.clone(), below]),
        );
        for line in lines {
            let words: Vec<&str> = line.iter().map(String::as_str).collect();
            let (_, error) = answer(&words);
            assert!(
                !error.contains("unrecognized") && !error.contains("similar"),
                "{line:?}: {error}"
            );
        }
    }
}
