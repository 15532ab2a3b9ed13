//! Charts in Go templates where helm is missing, hangs or misbehaves: exit code 2, one sentence, nothing on standard
//! output.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use crate::support::{PROGRAM, root};

/// Renders the chart with a `helm` that is this script.
fn with_helm(script: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let helm = folder.path().join("helm");
    fs::write(&helm, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    Command::new(PROGRAM)
        .args(args)
        .arg(root().join("tests/charts/go-templates"))
        .env("HELM_BIN", &helm)
        .env("KUBECONFIG", "/home/someone/.kube/config")
        .current_dir(folder.path())
        .output()
        .unwrap()
}

#[track_caller]
fn fails(script: &str, sentence: &str) {
    let output = with_helm(script, &["template", "web"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn a_helm_that_misbehaves_is_one_sentence() {
    fails(
        "exit 1",
        "helm cannot render go-templates and does not say why",
    );
    fails(
        "echo 'Error: no such thing' >&2; exit 1",
        "helm cannot render go-templates: no such thing",
    );
    fails("printf 'a: [\n'", "helm template:");
    fails("printf '\\377\\376'", "not text");
    fails(
        "head -c 300000000 /dev/zero",
        "helm has written more than 128 MiB",
    );
    fails("printf '\\033[31mError: x\\033[0m' >&2; exit 1", "\\e[31m");
}

#[test]
fn helm_sees_the_values_and_no_cluster() {
    let script = r#"
[ "$KUBECONFIG" = /nonexistent/swanlab-render ] || { echo "Error: $KUBECONFIG" >&2; exit 1; }
case "$*" in
  "template web /"*"/go-templates --namespace=default --kube-version=v1.35.0 --values=- --set=replicas=2") ;;
  *) echo "Error: $*" >&2; exit 1 ;;
esac
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  values: |\n'
sed 's/^/    /'
"#;
    let output = with_helm(script, &["template", "--set", "replicas=2", "web"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(
        printed.contains("  values: |\n    replicas: 2\n"),
        "{printed}"
    );
}

#[test]
fn what_needs_no_render_needs_no_helm() {
    let output = with_helm("exit 1", &["values", "web"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("replicas: 1\n"));
}

/// A `helm` that brings an archive, and counts how often it is asked.
const PULLS: &str = r#"
case "$1" in
  pull) echo "$*" >> "$COUNT"; cp "$ARCHIVE" "$4/chart-1.0.0.tgz" ;;
  *) echo "Error: $*" >&2; exit 1 ;;
esac
"#;

#[test]
fn a_chart_of_a_repository_is_fetched_once_for_each_version() {
    let place = tempfile::tempdir().unwrap();
    let helm = place.path().join("helm");
    fs::write(&helm, format!("#!/bin/sh\n{PULLS}")).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    let count = place.path().join("count");
    let run = |args: &[&str]| {
        let output = Command::new(PROGRAM)
            .args(["show", "chart", "web", "repo/chart"])
            .args(args)
            .env("HELM_BIN", &helm)
            .env("XDG_CACHE_HOME", place.path().join("cache"))
            .env("COUNT", &count)
            .env("ARCHIVE", root().join("tests/charts/packaged-0.1.0.tgz"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    let asked = || fs::read_to_string(&count).unwrap_or_default();
    let (code, said) = run(&["--offline", "--version", "1.0.0"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("is not in the cache, and --offline fetches nothing"),
        "{said}"
    );
    for args in [
        &["--version", "1.0.0"][..],
        &["--version", "1.0.0"],
        &["--version", "1.0.0", "--offline"],
    ] {
        assert_eq!(run(args), (Some(0), String::new()));
    }
    assert_eq!(asked().lines().count(), 1, "{}", asked());
    assert!(
        asked().starts_with("pull repo/chart --destination /")
            && asked().ends_with(" --version=1.0.0\n")
    );
    // The newest version may be another one each time.
    run(&[]);
    run(&[]);
    assert_eq!(asked().lines().count(), 3);
}
