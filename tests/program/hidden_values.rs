//! Passwords in values files and flags that are wrong: whatever is wrong with them, no message and no excerpt shows
//! one.

use std::fs;
use std::path::Path;

use crate::support::run_in;
use proptest::prelude::*;
use swanlab_render::chart;
use swanlab_render::release::{Release, Request};
use swanlab_render::report::{Style, draw};
use swanlab_render::values::NoFiles;

/// The password of these tests.
const PASSWORD: &str = "hunter2hunter2";

/// What is wrong, and the file.
const FILES: [(&str, &str); 20] = [
    (
        "the value is on the next line, behind tabs",
        "dependencies:\n  postgres:\n    password:\n\t\thunter2hunter2\n",
    ),
    (
        "the value is in the column of its key",
        "dependencies:\n  postgres:\n    password:\n    hunter2hunter2\n    username: me\n",
    ),
    (
        "a line of a block is not indented enough",
        "dependencies:\n  postgres:\n    password: |\n  hunter2hunter2\n",
    ),
    (
        "a block ends early",
        "dependencies:\n  postgres:\n    password: >-\n        one\n      hunter2hunter2\n    username: me\n",
    ),
    (
        "a text in quotes goes on in the first column",
        "dependencies:\n  postgres:\n    password: \"one\nhunter2hunter2\"\nservice: 3\n",
    ),
    (
        "a text in quotes is not closed",
        "dependencies:\n  postgres:\n    password: \"one\n      hunter2hunter2\n    username: me\n",
    ),
    (
        "an apostrophe ends a text in a flow mapping",
        "dependencies: {postgres: {password: 'it's\n  hunter2hunter2', username: me}}\n",
    ),
    (
        "the colon is on the next line",
        "dependencies:\n  postgres:\n    password\n    : hunter2hunter2\n",
    ),
    (
        "a comment in the first column is between",
        "dependencies:\n  postgres:\n    password:\n# the old one\n    hunter2hunter2\n    username: me\n",
    ),
    (
        "a comment is between, and the file is valid",
        "dependencies:\n  postgres:\n    password:\n    # the old one\n    - hunter2hunter2\n",
    ),
    (
        "an alias stands for it",
        "x: &p [hunter2hunter2]\ndependencies:\n  postgres:\n    password: *p\nservice: {server: {replicas: *p}}\n",
    ),
    (
        "an alias inside a list stands for it",
        "x: &p hunter2hunter2\ndependencies:\n  postgres:\n    password: [{a: *p}]\n",
    ),
    (
        "a comment holds the old one",
        "service: 3 # password: hunter2hunter2\n",
    ),
    (
        "the key stands alone behind a question mark",
        "dependencies:\n  postgres:\n    ? password\n    # which one\n    : [hunter2hunter2]\n",
    ),
    (
        "the key is misspelt with a sign of YAML",
        "dependencies:\n  postgres:\n    passw%rd: [hunter2hunter2]\n    pass{ord: [hunter2hunter2]\n",
    ),
    (
        "a quoted key holds a control character",
        "dependencies:\n  postgres:\n    \"pass\\x01ord\": [hunter2hunter2]\n",
    ),
    (
        "there is no blank behind the colon",
        "dependencies:\n  postgres:\n    password:hunter2hunter2\n",
    ),
    (
        "there is no blank behind the colon, and it is in a list",
        "dependencies:\n  postgres: [password:hunter2hunter2]\n",
    ),
    (
        "a URL with a password is where a host belongs",
        "integrations:\n  postgres:\n    enabled: true\n    host: postgresql://u:hunter2hunter2@h/db\n",
    ),
    (
        "a URL is where a number belongs",
        "service:\n  server:\n    replicas: redis://:hunter2hunter2@h/0\n",
    ),
];

const SHOWS: [(&str, &[&str]); 9] = [
    ("template", &["template", "-f", "v.yaml"]),
    ("values", &["values", "-f", "v.yaml", "-q", "-o", "json"]),
    ("lint", &["lint", "-f", "v.yaml"]),
    ("lint -o json", &["lint", "-f", "v.yaml", "-o", "json"]),
    ("lint -o github", &["lint", "-f", "v.yaml", "-o", "github"]),
    ("lint -o sarif", &["lint", "-f", "v.yaml", "-o", "sarif"]),
    (
        "secret",
        &["secret", "postgres", "--password-file", "p", "-f", "v.yaml"],
    ),
    ("diff --from-values", &["diff", "--from-values", "v.yaml"]),
    (
        "diff --manifests",
        &["diff", "--from-values", "v.yaml", "-f", "v.yaml"],
    ),
];

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run_in(folder, arguments);
    // `values` and `template` print values; only what is said about them is looked at.
    let mut text = String::from_utf8(output.stderr).unwrap();
    if !matches!(arguments[0], "values" | "template") {
        text += &String::from_utf8(output.stdout).unwrap();
    }
    text
}

#[test]
fn no_command_shows_the_password_of_a_wrong_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p"), "another\n").unwrap();
    for (what, text) in FILES {
        fs::write(folder.path().join("v.yaml"), text).unwrap();
        for (name, arguments) in SHOWS {
            let said = said(folder.path(), arguments);
            assert!(!said.contains(PASSWORD), "{what}: {name}\n{said}");
        }
        let said = said(folder.path(), &["template", "-f", "v.yaml"]);
        assert!(said.contains("v.yaml:"), "{what}: nothing is wrong\n{said}");
    }
}

#[test]
fn no_command_shows_the_password_of_a_wrong_flag() {
    let folder = tempfile::tempdir().unwrap();
    for (flag, argument) in [
        ("--set", "dependencies.postgres.password hunter2hunter2"),
        ("--set", "dependencies.postgres.password\\=hunter2hunter2"),
        ("--set", "dependencies.postgres.passw%rd hunter2hunter2"),
        ("--set", "dependencies.postgres.pass{ord={hunter2hunter2}"),
        (
            "--set",
            "dependencies.postgres.pass\u{1}ord={hunter2hunter2}",
        ),
        ("--set", "dependencies.postgres.password={hunter2hunter2"),
        ("--set", "dependencies.postgres.password=a,hunter2hunter2"),
        (
            "--set",
            "integrations.postgres.host=postgresql://u:hunter2hunter2@h/db",
        ),
        ("--set-string", "password hunter2hunter2"),
        ("--set-literal", "password hunter2hunter2"),
        ("--set-file", "password=hunter2hunter2"),
        (
            "--set-file",
            "dependencies.postgres.password={hunter2hunter2,b}",
        ),
        ("--set-json", "{\"password\" \"hunter2hunter2\"}"),
        (
            "--set-json",
            "dependencies.postgres={\"password\":\"hunter2hunter2\"",
        ),
        (
            "--set-json",
            "dependencies.postgres={\"password\":hunter2hunter2}",
        ),
        (
            "--set-json",
            "dependencies.postgres.password=hunter2hunter2",
        ),
        (
            "--set-json",
            "dependencies.postgres.password='hunter2hunter2',a=1",
        ),
        ("--set-json", "a=1,password hunter2hunter2"),
    ] {
        for command in [
            &["template"][..],
            &["lint"],
            &["lint", "-o", "json"],
            &["values", "--origin"],
        ] {
            let mut arguments = command.to_vec();
            arguments.extend([flag, argument]);
            let said = said(folder.path(), &arguments);
            assert!(!said.contains(PASSWORD), "{arguments:?}\n{said}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    /// Whatever comes between a key and its password, and wherever the reading of the file fails.
    #[test]
    fn no_error_of_reading_shows_the_password(
        // Without what makes a key of the password: keys are shown.
        between in "[ \t\n:'\"|>#&*!,{}\\[\\]%@`-]{0,8}",
        after in "[ \t\na'\"|>#&*!,{}\\[\\]%@`-]{0,12}",
        before in "(a: 1\n|x:\n  |- |\\{|\\[|\"|'|&a ){0,3}",
    ) {
        let text = format!("{before}password:{between}{PASSWORD}{after}\n");
        let request = Request::default().with_values("v.yaml", &*text);
        if let Err(errors) = Release::new(chart::embedded().unwrap(), request, &NoFiles) {
            let said = draw(&errors, Style::PLAIN);
            prop_assert!(!said.contains(PASSWORD), "{text}\n{said}");
        }
    }
}
