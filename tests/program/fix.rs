//! `lint --fix`: what it corrects, what it leaves, and that its diff is what it would do.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::PROGRAM;

/// What can be corrected, in all forms.
const WRONG: &str = "\
# yaml-language-server: $schema=x
# for the mirror
imagePullSecrets: [ {name: regcred} ]   # ours
podAntiAffinityPreset: hard

sevrice:
  server:
    replica: \"3\" # three
    image:
      tag: 2
    customNodeSelector: {gpu: true}
  next: &next
    replicaCount: 1
  cloud:
    customTolerations:
      - key: a
        operater: Exists
";

const RIGHT: &str = "\
# yaml-language-server: $schema=x
global:
  # for the mirror
  imagePullSecrets: [ {name: regcred} ]   # ours
  podAntiAffinityPreset: hard

service:
  server:
    replicas: 3 # three
    image:
      tag: \"2\"
    customNodeSelector: {gpu: \"true\"}
  next: &next
    replicas: 1
  cloud:
    customTolerations:
      - key: a
        operator: Exists
";

/// What looks wrong, but may be meant otherwise.
const UNCERTAIN: &str = "\
service:
  server:
    # Two edits.
    repliks: 3
    image:
      # Octal in a values file, so 8 or 010.
      tag: 010
    resources:
      limits: {cpu: 1}
  next:
    # There already.
    replicas: 1
    replica: 2
  # Each part has its own.
replicas: 3
persistence:
  size: 10Gi
dependencies:
  postgres:
    persistence:
      size: 10Gi
";

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("lint").args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_is_certain_is_corrected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my values.yaml");
    fs::write(&file, WRONG).unwrap();
    let run = lint(folder.path(), &["-f", "my values.yaml", "--fix"]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        RIGHT,
        "{}",
        text(&run.stderr)
    );
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stdout));
    let said = text(&run.stderr);
    assert!(
        said.contains(
            "corrected: my values.yaml:3:1: imagePullSecrets is now global.imagePullSecrets\n"
        ),
        "{said}"
    );
    // What is right stays as it is.
    let run = lint(folder.path(), &["-f", "my values.yaml", "--fix"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), RIGHT);
    assert_eq!(text(&run.stderr), "");
}

#[test]
fn what_is_not_certain_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("v.yaml");
    fs::write(&file, UNCERTAIN).unwrap();
    let run = lint(folder.path(), &["-f", "v.yaml", "--fix"]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        UNCERTAIN,
        "{}",
        text(&run.stderr)
    );
    assert_eq!(run.status.code(), Some(1));
}

#[test]
fn the_diff_is_what_the_correction_does() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    for (wrong, right) in [
        (WRONG.to_owned(), RIGHT.to_owned()),
        (crlf(WRONG), crlf(RIGHT)),
    ] {
        for tool in [["patch", "-p1"], ["git", "apply"]] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("my values.yaml");
            fs::write(&file, &wrong).unwrap();
            fs::write(folder.path().join("other.yaml"), "gateway: {replicas: 2}").unwrap();
            let flags = [
                "-f",
                "my values.yaml",
                "-f",
                "other.yaml",
                "--fix",
                "--dry-run",
            ];
            let run = lint(folder.path(), &flags);
            assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
            assert_eq!(
                fs::read_to_string(&file).unwrap(),
                wrong,
                "nothing is written"
            );
            let diff = folder.path().join("diff");
            fs::write(&diff, &run.stdout).unwrap();
            let mut command = Command::new(tool[0]);
            if tool[0] == "patch" {
                command.args(["--binary", "-i", "diff"]);
            }
            let command = command.arg(tool[1]).current_dir(folder.path());
            if tool[0] == "git" {
                command.arg("diff");
            }
            let Ok(applied) = command.output() else {
                eprintln!("skipped: applying a diff ({} is not installed)", tool[0]);
                continue;
            };
            assert!(
                applied.status.success(),
                "{applied:?}\n{}",
                text(&run.stdout)
            );
            assert_eq!(fs::read_to_string(&file).unwrap(), right, "{tool:?}");
        }
    }
}

#[test]
fn several_files_are_corrected_together_and_a_pipe_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a.yaml"), "gatway: {replicas: 2}\n").unwrap();
    fs::write(
        at("b.yaml"),
        "--- # two\nhelpr:\n  tag: \"1\"\n---\nservice: {server: {replica: 1}}\n",
    )
    .unwrap();
    fs::create_dir(at("links")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../b.yaml", at("links/b.yaml")).unwrap();
    let run = lint(folder.path(), &["-f", "a.yaml", "-f", "-", "--fix"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stdout).is_empty());
    assert_eq!(
        fs::read_to_string(at("a.yaml")).unwrap(),
        "gatway: {replicas: 2}\n"
    );
    lint(
        folder.path(),
        &["-f", "a.yaml", "-f", "links/b.yaml", "--fix", "-q"],
    );
    assert_eq!(
        fs::read_to_string(at("a.yaml")).unwrap(),
        "gateway: {replicas: 2}\n"
    );
    let b = "--- # two\nhelper:\n  tag: \"1\"\n---\nservice: {server: {replicas: 1}}\n";
    assert_eq!(fs::read_to_string(at("b.yaml")).unwrap(), b);
    #[cfg(unix)]
    assert!(at("links/b.yaml").is_symlink());
}
