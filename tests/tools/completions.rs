//! Completion scripts and the manual page, as the shells and man themselves read them.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::support::PROGRAM;
use crate::support::tools::skipped;

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a program makes of a text on its standard input; none if there is no such program.
fn read_by(program: &[&str], text: &str) -> Option<Output> {
    let child = Command::new(program[0])
        .args(&program[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).unwrap();
    Some(child.wait_with_output().unwrap())
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for word in ["swanlab-render", "template", "lint", "kube-version"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes_a_command_with_the_script() {
    let script = printed(&["completions", "bash"]);
    let asked = format!(
        "{script}\nCOMP_WORDS=(swanlab-render tem); COMP_CWORD=1\n\
         function=$(complete -p swanlab-render | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n\
         $function swanlab-render tem swanlab-render\necho \"${{COMPREPLY[@]}}\"\n"
    );
    match read_by(&["bash"], &asked) {
        None => skipped("completion in bash", "there is no bash"),
        Some(output) => assert_eq!(output.stdout, b"template\n", "{output:?}"),
    }
}

#[test]
fn man_shows_the_page_without_complaint() {
    let page = printed(&["man"]);
    assert!(page.contains(".SH NAME"));
    assert!(page.contains("image\\-registry"));
    match read_by(&["man", "--warnings", "-l", "-"], &page) {
        None => skipped("the manual page in man", "there is no man"),
        Some(output) => {
            assert!(output.status.success(), "{output:?}");
            assert_eq!(output.stderr, b"", "{output:?}");
        }
    }
}
