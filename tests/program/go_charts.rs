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
  "template web /"*"/go-templates --namespace=default --kube-version=v1.35.0 --values=-") ;;
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
