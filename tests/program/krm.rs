//! The program as a KRM function: ResourceLists on its standard input, and the real kustomize around it.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use crate::support::tools::{feed, tool};
use crate::support::{PROGRAM, count_of_defaults, key, read_strictly, root};
use serde_json::{Value, json};

fn krm(input: &str) -> Output {
    feed(
        Command::new(PROGRAM)
            .arg("krm")
            .current_dir(root().join("tests")),
        input.as_bytes(),
    )
}

fn list(spec: Value, items: Value) -> String {
    json!({
        "apiVersion": "config.kubernetes.io/v1",
        "kind": "ResourceList",
        "items": items,
        "functionConfig": {
            "apiVersion": "swanlab-render/v1",
            "kind": "SwanLab",
            "metadata": {"name": "x"},
            "spec": spec,
        },
    })
    .to_string()
}

/// The answer, and its items by `Kind/name` in order.
fn answer(output: &Output) -> (Value, Vec<String>) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let list = read_strictly(&text).remove(0);
    assert_eq!(list["apiVersion"], "config.kubernetes.io/v1");
    assert_eq!(list["kind"], "ResourceList");
    let names = list["items"].as_array().unwrap().iter().map(key).collect();
    (list, names)
}

#[test]
fn a_resource_list_comes_back_with_the_rendered_objects() {
    let own = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own"}, "data": {"a": "0123"}});
    let output = krm(&list(
        json!({"release": "lab", "namespace": "ns", "values": {"service": {"server": {"replicas": 7}}}}),
        json!([own]),
    ));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let (list, names) = answer(&output);
    assert_eq!(names.len(), 1 + count_of_defaults());
    assert_eq!(list["items"][0], own);
    let server = names
        .iter()
        .position(|name| name.starts_with("Deployment/lab") && name.ends_with("-server"))
        .unwrap();
    assert_eq!(list["items"][server]["spec"]["replicas"], 7);
    assert_eq!(list["items"][server]["metadata"]["namespace"], "ns");
    assert_eq!(list.get("results"), None);
    // Run again over its own answer, it replaces what it made.
    let again = krm(&self::list(
        json!({"release": "lab", "namespace": "ns"}),
        list["items"].clone(),
    ));
    let (list, again) = answer(&again);
    assert_eq!(again, names);
    assert_eq!(list["items"][server]["spec"]["replicas"], 2);
}

#[test]
fn a_function_config_without_a_spec_gives_the_defaults() {
    let (list, names) = answer(&krm(&list(Value::Null, Value::Null)));
    assert_eq!(names.len(), count_of_defaults());
    assert_eq!(list["items"][0]["metadata"].get("namespace"), None);
}

#[test]
fn values_files_and_charts_are_read_from_where_it_runs() {
    let output = krm(&list(
        json!({"chart": "./charts/small", "release": "web", "valuesFiles": ["values/upgrade.yaml"], "values": {"replicas": 9}}),
        json!([]),
    ));
    let missing = root().join("tests/values/upgrade.yaml");
    assert!(missing.is_file());
    let (_, names) = answer(&output);
    assert!(
        names.contains(&"Deployment/web".to_owned()),
        "{names:?} {output:?}"
    );
}

#[test]
fn values_that_the_schema_refuses_are_results_with_their_fields() {
    let item = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own"}});
    let output = krm(&list(
        json!({"values": {"service": {"server": {"replicas": "three"}}, "dependencies": {"s3": {"secretKey": ["hunter2"]}}}}),
        json!([item]),
    ));
    assert_eq!(output.status.code(), Some(1));
    let (list, names) = answer(&output);
    assert_eq!(names, ["ConfigMap/own"], "nothing is half rendered");
    let fields: Vec<&Value> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["field"]["path"])
        .collect();
    assert!(
        fields.contains(&&json!("spec.values.service.server.replicas")),
        "{fields:?}"
    );
    assert!(
        fields.contains(&&json!("spec.values.dependencies.s3.secretKey")),
        "{fields:?}"
    );
    assert!(
        list["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["severity"] == "error")
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("service.server.replicas: got string, want integer"),
        "{told}"
    );
    for text in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(text).contains("hunter2"));
    }
}

#[test]
fn a_key_that_the_chart_does_not_know_is_a_warning_or_with_strict_an_error() {
    for (strict, code, severity) in [(false, 0, "warning"), (true, 1, "error")] {
        let output = krm(&list(
            json!({"strict": strict, "values": {"servce": {}}}),
            json!([]),
        ));
        assert_eq!(output.status.code(), Some(code));
        let (list, names) = answer(&output);
        assert_eq!(names.is_empty(), strict);
        assert_eq!(list["results"].as_array().unwrap().len(), 1);
        let result = &list["results"][0];
        assert_eq!(result["severity"], severity);
        assert_eq!(result["field"]["path"], "spec.values.servce");
        assert_eq!(result["tags"]["code"], "SL001");
        assert!(
            result["message"]
                .as_str()
                .unwrap()
                .contains("did you mean `service`?"),
            "{result}"
        );
    }
}

#[test]
fn a_file_of_values_that_is_not_there_is_a_result() {
    let output = krm(&list(
        json!({"valuesFiles": ["nowhere.yaml", "-"]}),
        json!([]),
    ));
    assert_eq!(output.status.code(), Some(1));
    let (list, _) = answer(&output);
    let messages: Vec<&Value> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["message"])
        .collect();
    assert_eq!(
        messages,
        [
            "cannot read `nowhere.yaml`: there is no such file",
            "cannot read `-`: krm has read standard input already",
        ]
    );
}

#[test]
fn a_template_that_fails_is_a_result() {
    let output = krm(&list(
        json!({"chart": "./charts/undefined-name"}),
        json!([]),
    ));
    assert_eq!(output.status.code(), Some(1));
    let (list, _) = answer(&output);
    assert_eq!(list["results"][0]["severity"], "error");
    assert!(
        list["results"][0]["file"]["path"]
            .as_str()
            .unwrap()
            .contains("templates/"),
        "{list}"
    );
}

#[test]
fn without_a_resource_list_there_is_no_answer() {
    for input in ["", "a: 1\n", "apiVersion: v1\nkind: List\nitems: []\n"] {
        let output = krm(input);
        assert_eq!(output.status.code(), Some(2), "{input}");
        assert_eq!(output.stdout, b"", "{input}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("standard input"),
            "{output:?}"
        );
    }
}

/// The example of the documentation in a folder, with the program on the PATH.
struct Example {
    folder: tempfile::TempDir,
    path: std::ffi::OsString,
}

impl Example {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in ["kustomization.yaml", "swanlab.yaml"] {
            let from = root().join("docs/gitops/kustomize").join(file);
            fs::copy(from, folder.path().join(file)).unwrap();
        }
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        symlink(PROGRAM, bin.join("swanlab-render")).unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(bin).chain(std::env::split_paths(&path)));
        Self {
            folder,
            path: path.unwrap(),
        }
    }

    fn edit(&self, file: &str, edit: impl Fn(String) -> String) {
        let file = self.folder.path().join(file);
        fs::write(&file, edit(fs::read_to_string(&file).unwrap())).unwrap();
    }

    fn run(&self, program: &Path, args: &[&str]) -> Output {
        Command::new(program)
            .args(args)
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .output()
            .unwrap()
    }
}

#[track_caller]
fn assert_patched(output: &Output) {
    assert!(output.status.success(), "{output:?}");
    let objects = read_strictly(&String::from_utf8(output.stdout.clone()).unwrap());
    assert_eq!(objects.len(), count_of_defaults());
    assert!(
        objects
            .iter()
            .all(|object| object["metadata"]["namespace"] == "swanlab")
    );
    let server = objects
        .iter()
        .find(|object| key(object) == "Deployment/swanlab-self-hosted-server")
        .unwrap();
    assert_eq!(server["spec"]["replicas"], 3);
    assert_eq!(
        server["spec"]["template"]["spec"]["priorityClassName"],
        "high"
    );
}

#[test]
fn kustomize_generates_and_patches() {
    let Some(kustomize) = tool("kustomize", "krm with the real kustomize") else {
        return;
    };
    let example = Example::new();
    let arguments = ["build", "--enable-alpha-plugins", "--enable-exec", "."];
    assert_patched(&example.run(&kustomize, &arguments));
    example.edit("swanlab.yaml", |text| {
        text.replace("replicas: 3", "replicas: three")
    });
    let refused = example.run(&kustomize, &arguments);
    assert!(!refused.status.success());
    assert_eq!(refused.stdout, b"");
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(
        told.contains("replicas: three") && told.contains("want integer"),
        "{told}"
    );
}

#[test]
fn kubectl_kustomize_generates_and_patches() {
    let Some(kubectl) = tool("kubectl", "krm with the real kubectl kustomize") else {
        return;
    };
    let example = Example::new();
    // As the documentation says: without the annotation, and with the script in its place.
    example.edit("swanlab.yaml", |text| {
        let (before, rest) = text.split_once("  annotations:\n").unwrap();
        let (_, after) = rest.split_once("args: [krm]\n").unwrap();
        format!("{before}{after}")
    });
    let place = example
        .folder
        .path()
        .join("config/kustomize/plugin/swanlab-render/v1/swanlab");
    fs::create_dir_all(&place).unwrap();
    let script = root().join("docs/gitops/kustomize/SwanLab");
    assert_eq!(
        fs::metadata(&script).unwrap().permissions().mode() & 0o111,
        0o111
    );
    fs::copy(script, place.join("SwanLab")).unwrap();
    let arguments = ["kustomize", "--enable-alpha-plugins", "."];
    assert_patched(&example.run(&kubectl, &arguments));
    example.edit("swanlab.yaml", |text| {
        text.replace("replicas: 3", "replicas: three")
    });
    let refused = example.run(&kubectl, &arguments);
    assert!(!refused.status.success());
    assert_eq!(refused.stdout, b"");
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("want integer"),
        "{refused:?}"
    );
}
