//! A `kubectl` that gives recorded answers, for tests that have no cluster.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{PROGRAM, root};

/// A folder with the program and a `kubectl` on the PATH, in which commands run.
pub struct Recorded {
    pub folder: tempfile::TempDir,
}

/// Answers from `named.json`, `labelled.json` and `helm.json`, and `pods.json` and the like; `*.err` holds what is said
/// instead.
const SCRIPT: &str = r#"#!/bin/sh
here=$(dirname "$0")/..
printf '%s\n' "$*" >> "$here/calls"
case "$*" in
  *owner=helm*) answer=helm ;;
  *--all-namespaces*) answer=everywhere ;;
  *app.kubernetes.io/instance=*) answer=labelled ;;
  *" get "*" -- pods" | *" get "*" -- replicasets.apps" | *" get "*" -- persistentvolumeclaims" | *" get "*" -- events")
    answer=${*##* } ;;
  *" get "*) answer=named ;;
  *" logs "*) cat "$here/log"; exit ;;
  *) cat > "$here/stdin"; exit 0 ;;
esac
if [ -f "$here/$answer.err" ]; then cat "$here/$answer.err" >&2; exit 1; fi
if [ -f "$here/$answer.json" ]; then cat "$here/$answer.json"; fi
"#;

impl Recorded {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        symlink(PROGRAM, bin.join("swanlab-render")).unwrap();
        fs::write(bin.join("kubectl"), SCRIPT).unwrap();
        fs::set_permissions(bin.join("kubectl"), fs::Permissions::from_mode(0o755)).unwrap();
        let recorded = Self { folder };
        recorded.answers("labelled", &[]);
        recorded.answers("helm", &[]);
        recorded
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Records a List as the answer to one of the questions.
    pub fn answers(&self, question: &str, items: &[Value]) {
        let list = json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items});
        self.write(&format!("{question}.json"), &list.to_string());
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    /// The arguments of every call, a line each.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.path().join("calls")).unwrap_or_default()
    }

    pub fn search_path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bin = std::iter::once(self.path().join("bin"));
        std::env::join_paths(bin.chain(std::env::split_paths(&path))).unwrap()
    }

    pub fn run(&self, args: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(args)
            .current_dir(self.path())
            .env("PATH", self.search_path())
            .output()
            .unwrap()
    }
}

/// What `template` gives for the embedded chart: the objects.
pub fn rendered(args: &[&str]) -> Vec<Value> {
    let output = Command::new(PROGRAM)
        .args(["template", "-o", "json"])
        .args(args)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// The object as a cluster answers it, after `kubectl apply -n swanlab`.
pub fn after_apply(object: &Value) -> Value {
    let mut last = object.clone();
    last["metadata"]["namespace"] = "swanlab".into();
    if last["metadata"].get("annotations").is_none() {
        last["metadata"]["annotations"] = json!({});
    }
    let mut live = live(object);
    live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
        format!("{last}\n").into();
    live
}

/// The object as a cluster answers it.
pub fn live(object: &Value) -> Value {
    let mut live = object.clone();
    let metadata = live["metadata"].as_object_mut().unwrap();
    metadata.insert("namespace".to_owned(), "swanlab".into());
    metadata.insert(
        "uid".to_owned(),
        "9d2b2c7e-0000-4000-8000-000000000000".into(),
    );
    metadata.insert("resourceVersion".to_owned(), "4711".into());
    metadata.insert(
        "creationTimestamp".to_owned(),
        "2026-01-01T00:00:00Z".into(),
    );
    live
}
