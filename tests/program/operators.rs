//! The commands of docs/preflight-and-secrets.md print what stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, root};

/// The console blocks of a page: each command with what it prints.
fn blocks(page: &str) -> Vec<(String, String)> {
    let blocks = page.split("```console\n$ ").skip(1);
    blocks
        .map(|block| {
            let block = block.split("```").next().unwrap();
            let (command, output) = block.split_once('\n').unwrap();
            (command.to_owned(), output.to_owned())
        })
        .collect()
}

/// Whether a text is as a pattern says, in which `[…]` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split("[…]");
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap()) else {
        return false;
    };
    let mut ended = false;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        ended = part.trim().is_empty();
        rest = &rest[at + part.len()..];
    }
    ended || rest.is_empty()
}

/// A folder with the page's files, and a cluster that has a storage class which is not the default one.
fn workspace(folder: &Path, values: &str) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write("my-values.yaml", values);
    write("password.txt", "p@ss/w:rd#1\n");
    write(
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: integration-postgres}\nstringData:\n  username: me\n  password: hunter2\n  primaryUrl: postgresql://me:hunter2@old.example.org/app\n  replicaUrl: postgresql://me:hunter2@old.example.org/app\n",
    );
    write(
        "version.out",
        r#"{"serverVersion": {"major": "1", "minor": "29"}}"#,
    );
    write(
        "get_namespace_swanlab.out",
        r#"{"kind": "Namespace", "status": {"phase": "Active"}}"#,
    );
    write(
        "get_storageclasses.out",
        r#"{"kind": "List", "items": [{"kind": "StorageClass", "metadata": {"name": "fast"}}]}"#,
    );
    fs::copy(
        root().join("tests/preflight/kubectl"),
        folder.join("kubectl"),
    )
    .unwrap();
    std::os::unix::fs::symlink(PROGRAM, folder.join("swanlab-render")).unwrap();
}

#[test]
fn the_page_shows_what_its_commands_print() {
    let page = fs::read_to_string(root().join("docs/preflight-and-secrets.md")).unwrap();
    let blocks = blocks(&page);
    let (first, values) = &blocks[0];
    assert_eq!(first, "cat my-values.yaml");
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), values);
    assert_eq!(blocks.len(), 4);
    for (command, expected) in &blocks {
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("sh")
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", folder.path().display()))
            .args(["-c", command])
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(
            matches(expected, &printed),
            "{command}\n{printed}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_comparison_sees_what_differs() {
    assert!(matches("a\n[…]\nc\n", "a\nb\nc\n"));
    assert!(!matches("a\n[…]\nc\n", "a\nb\nd\n"));
    assert!(!matches("a\n", "a\nb\n"));
}
