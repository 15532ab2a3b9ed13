//! `init`: a first values file that renders and that lint finds nothing wrong with, and passwords of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::run_in;

#[track_caller]
fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = run_in(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_size_renders_and_has_no_warning() {
    for size in ["small", "medium", "large"] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let said = succeeds(folder, &["init", "-o", "v.yaml", "--size", size, "--yes"]);
        assert_eq!(
            said,
            "wrote v.yaml\nwrote v.passwords.yaml\nwrote swanlab-values.schema.json\n"
        );
        let files = ["-f", "v.yaml", "-f", "v.passwords.yaml"];
        succeeds(folder, &[&["lint", "--strict"], &files[..]].concat());
        let manifests = succeeds(folder, &[&["template"], &files[..]].concat());
        assert_eq!(manifests.matches("\nkind: ").count(), 28);
    }
}

#[test]
fn all_choices_together_have_no_warning() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    succeeds(
        folder,
        &[
            "init",
            "-o",
            "v.yaml",
            "--yes",
            "--host",
            "swan.example.org",
            "--storage-class",
            "fast",
            "--external",
            "postgres=db.internal,s3",
            "--image-registry",
            "mirror.internal/swanlab",
        ],
    );
    let files = ["-f", "v.yaml", "-f", "v.passwords.yaml"];
    succeeds(folder, &[&["lint", "--strict"], &files[..]].concat());
    let manifests = succeeds(folder, &[&["template"], &files[..]].concat());
    assert!(manifests.contains("swan.example.org"));
    let images = succeeds(folder, &[&["images"], &files[..]].concat());
    assert!(
        images
            .lines()
            .all(|image| image.starts_with("mirror.internal/swanlab/")),
        "{images}"
    );
    // The Secrets have the names and keys that the values ask for.
    for store in ["postgres", "s3"] {
        succeeds(
            folder,
            &["secret", store, "-f", "v.yaml", "--check", "v.secrets.yaml"],
        );
    }
}

#[test]
fn passwords_are_new_each_time_and_only_their_owner_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut passwords = Vec::new();
    for name in ["a.yaml", "b.yaml"] {
        succeeds(
            folder,
            &["init", "-o", name, "--external", "redis", "--yes"],
        );
        for ending in ["passwords", "secrets"] {
            let file = folder.join(format!("{}.{ending}.yaml", &name[..1]));
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let text = fs::read_to_string(file).unwrap();
            let words = text.split_whitespace().filter(|word| word.len() >= 32);
            passwords.extend(words.map(str::to_owned));
        }
    }
    let count = passwords.len();
    assert!(count >= 8, "{passwords:?}");
    passwords.sort();
    passwords.dedup();
    assert_eq!(passwords.len(), count);
}

#[test]
fn nothing_that_is_there_is_replaced() {
    for there in ["v.yaml", "v.passwords.yaml", "v.secrets.yaml"] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join(there), "mine").unwrap();
        let output = run_in(folder, &["init", "-o", "v.yaml", "--yes"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert_eq!(fs::read_to_string(folder.join(there)).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    }
}

#[test]
fn wrong_choices_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (flag, value) in [
        ("--host", "https://swan.example.org"),
        ("--storage-class", "Fast Disk"),
        ("--external", "mysql"),
        ("--external", "postgres=db:5432"),
        ("--output", "missing/v.yaml"),
    ] {
        let output = run_in(folder, &["init", "--yes", flag, value]);
        assert_eq!(output.status.code(), Some(2), "{flag} {value}");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "{flag} {value}");
    }
}

#[test]
fn the_schema_beside_a_file_is_named_in_its_first_line() {
    let folder = tempfile::tempdir().unwrap();
    let old = "# mine\nenv:\n  loginHost: a.org\n";
    let migrated = || {
        fs::write(folder.path().join("v.yaml"), old).unwrap();
        let args = [
            "migrate", "-f", "v.yaml", "--from", "0.1.5", "--write", "-q",
        ];
        succeeds(folder.path(), &args);
        fs::read_to_string(folder.path().join("v.yaml")).unwrap()
    };
    let without = migrated();
    assert!(
        without.starts_with("global:\n") || without.starts_with("# mine\n"),
        "{without}"
    );
    fs::write(folder.path().join("swanlab-values.schema.json"), "{}").unwrap();
    let line = "# yaml-language-server: $schema=swanlab-values.schema.json\n";
    assert_eq!(migrated(), format!("{line}{without}"));
    // One that names a schema stays.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
