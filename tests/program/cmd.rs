//! The command line as its users see it: standard output, standard error and exit code of whole commands.
//! `TRYCMD=overwrite cargo test --test program cmd` writes down what they are now.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use crate::support::tools::skipped;
use crate::support::{PROGRAM, root};

#[test]
fn commands_answer_as_written_down() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let mut child = Command::new(PROGRAM)
        .arg("template")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "---\n");
    // Far more was to come than a pipe holds.
    drop(reader);
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

fn write_into(folder: &std::path::Path, more: &[&str]) -> Output {
    Command::new(PROGRAM)
        .current_dir(root().join("tests"))
        .args(["template", "web", "./charts/small", "--output-dir"])
        .arg(folder)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn an_output_folder_gets_a_file_for_each_template() {
    let folder = tempfile::tempdir().unwrap();
    let output = write_into(folder.path(), &["--release-name", "--include-crds"]);
    assert!(output.status.success(), "{output:?}");
    let listed = String::from_utf8(output.stdout).unwrap();
    let files = [
        "small/crds/widget.yaml",
        "web/small/templates/migrate.yaml",
        "web/small/templates/reader.yaml",
        "web/small/templates/tests/answers.yaml",
        "web/small/templates/web.yaml",
    ];
    let expected: String = files
        .iter()
        .map(|file| format!("wrote {}\n", folder.path().join(file).display()))
        .collect();
    assert_eq!(listed, expected);
    let web = fs::read_to_string(folder.path().join(files[4])).unwrap();
    assert_eq!(
        web.matches("\n# Source: small/templates/web.yaml\n")
            .count(),
        2
    );
    let mode = fs::metadata(folder.path().join(files[4]))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o644, "as readable as other files");
}

#[test]
fn a_render_that_fails_leaves_the_output_folder_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("small/templates/web.yaml");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::write(&kept, "before\n").unwrap();
    // A folder stands where a file has to go: nothing is written, and nothing left lying around.
    fs::create_dir(folder.path().join("small/templates/reader.yaml")).unwrap();
    let output = write_into(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("reader.yaml") && said.contains("folder"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&kept).unwrap(), "before\n");
    let mut names: Vec<_> = fs::read_dir(kept.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name != "tests")
        .collect();
    names.sort();
    assert_eq!(names, ["reader.yaml", "web.yaml"]);
}

#[test]
fn an_output_folder_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        skipped(
            "a folder that cannot be written",
            "permissions do not bind this user",
        );
        return;
    }
    let output = write_into(&closed.join("out"), &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("closed/out") && said.contains("permission denied"),
        "{said}"
    );
}
