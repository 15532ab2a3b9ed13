//! What is printed means the same to every reader: PyYAML, Helm, kubectl and ours.
//! Helm and kubectl come from `.tools` (`tests/tools/get`) or the PATH; what is not there is skipped with a line.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::support::tools::{feed, python_with_yaml, tool};
use crate::support::{Case, PROGRAM, read_strictly, recorded, root, same};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use swanlab_render::manifest::Manifest;
use swanlab_render::report;
use swanlab_render::yaml;

/// Every different document that the recorded cases and the strings give: its text and its tree.
static DOCUMENTS: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    let mut documents = BTreeMap::new();
    let mut add = |manifests: Vec<Manifest>| {
        for manifest in manifests {
            let mut text = String::new();
            report::manifests::yaml(std::slice::from_ref(&manifest), &mut text);
            documents.insert(text, manifest.object);
        }
    };
    for recorded in recorded() {
        // The others are the cases that must fail.
        if let Ok(manifests) = recorded.case.manifests() {
            add(manifests);
        }
    }
    assert!(documents.len() > 500, "only {} documents", documents.len());
    let mut documents: Vec<_> = documents.into_iter().collect();
    documents.extend(strings().manifests().unwrap().into_iter().map(|manifest| {
        let mut text = String::new();
        report::manifests::yaml(std::slice::from_ref(&manifest), &mut text);
        (text, manifest.object)
    }));
    documents
});

/// The chart that puts every string of `print.json` into annotations, labels, env, arguments and keys.
fn strings() -> Case {
    let text = fs::read_to_string(root().join("tests/helm_values/print.json")).unwrap();
    let recorded: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut strings: Vec<Value> = recorded
        .into_iter()
        .map(|entry| entry["value"].clone())
        .filter(Value::is_string)
        .collect();
    assert!(strings.len() > 80, "only {} strings", strings.len());
    // Some more that one reader or another has stumbled over.
    for more in [
        "=",
        "<<",
        "---",
        "--- a",
        "...",
        "a\n",
        "\n",
        "\n\n",
        "a\n\nb\n",
        " a\nb",
        "\ta\nb",
        "a\r\nb",
        "\u{85}",
        "\u{2028}x",
        "\u{feff}",
        "é\u{1f600}",
        "0b1",
        "1_0",
        "!!str",
        "%a",
        "a\u{7f}",
    ] {
        strings.push(json!(more));
    }
    let named: Map<String, Value> = strings
        .iter()
        .enumerate()
        .map(|(index, string)| (format!("label-{index}"), string.clone()))
        .collect();
    let keys: Map<String, Value> = strings
        .iter()
        .map(|string| (string.as_str().unwrap().to_owned(), json!("value")))
        .collect();
    let values = json!({"strings": strings, "named": named, "keys": keys});
    Case {
        validate: false,
        ..Case::of(&yaml::to_string(&values)).with_chart(root().join("tests/charts/strings"))
    }
}

/// The whole stream, as it would be printed.
fn stream() -> String {
    DOCUMENTS.iter().map(|(text, _)| text.as_str()).collect()
}

/// A folder with a file for each document.
fn folder(below: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let documents = folder.path().join(below);
    fs::create_dir_all(&documents).unwrap();
    for (index, (text, _)) in DOCUMENTS.iter().enumerate() {
        fs::write(documents.join(format!("{index:05}.yaml")), text).unwrap();
    }
    folder
}

#[track_caller]
fn hold(reader: &str, found: &[Value]) {
    assert_eq!(found.len(), DOCUMENTS.len(), "{reader}: documents");
    for (found, (text, wanted)) in found.iter().zip(DOCUMENTS.iter()) {
        if !same(found, wanted) {
            let mut path = String::new();
            let (found, wanted) = first_difference(found, wanted, &mut path);
            panic!("{reader} reads {path} as {found}, not {wanted}, in\n{text}");
        }
    }
}

fn first_difference<'a>(a: &'a Value, b: &'a Value, path: &mut String) -> (&'a Value, &'a Value) {
    static NOTHING: Value = Value::Null;
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            for key in x.keys().chain(y.keys()) {
                let (a, b) = (
                    x.get(key).unwrap_or(&NOTHING),
                    y.get(key).unwrap_or(&NOTHING),
                );
                if !same(a, b) || x.contains_key(key) != y.contains_key(key) {
                    path.push_str(&format!(".{key:?}"));
                    return first_difference(a, b, path);
                }
            }
            (a, b)
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            let index = (0..x.len()).find(|&index| !same(&x[index], &y[index]));
            let Some(index) = index else { return (a, b) };
            path.push_str(&format!("[{index}]"));
            first_difference(&x[index], &y[index], path)
        }
        _ => (a, b),
    }
}

fn stdout(output: Output) -> Vec<u8> {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    output.stdout
}

#[test]
fn our_own_reader_reads_what_was_meant() {
    hold("our reader", &read_strictly(&stream()));
}

#[test]
fn pyyaml_reads_what_was_meant() {
    const READ: &str = "
import json, pathlib, sys, yaml
files = sorted(pathlib.Path(sys.argv[1]).iterdir())
print(json.dumps([yaml.load(file.read_bytes(), Loader=yaml.SafeLoader) for file in files]))
";
    let Some(python) = python_with_yaml("what PyYAML reads") else {
        return;
    };
    let folder = folder("documents");
    let documents = folder.path().join("documents");
    let output = Command::new(&python)
        .args(["-c", READ])
        .arg(documents)
        .output()
        .unwrap();
    let found: Vec<Value> = serde_json::from_slice(&stdout(output)).unwrap();
    hold("PyYAML", &found);
}

#[test]
fn helm_reads_what_was_meant() {
    let Some(helm) = tool("helm", "what Helm reads") else {
        return;
    };
    let folder = folder("t/documents");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("t").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n");
    // Helm's own reader, and a form in which nothing can be misread on the way back.
    write(
        "templates/o.yaml",
        "{{ $all := list }}{{ range $path, $bytes := .Files.Glob \"documents/*\" }}{{ $all = append $all (fromYaml (toString $bytes)) }}{{ end }}\
         {\"apiVersion\": \"v1\", \"kind\": \"X\", \"metadata\": {\"name\": \"o\"}, \"all\": \"{{ $all | toJson | b64enc }}\"}\n",
    );
    let output = Command::new(helm)
        .args(["template", "t", "./t"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8(stdout(output)).unwrap();
    let encoded = printed.split("\"all\": \"").nth(1).unwrap();
    let encoded = encoded.split('"').next().unwrap();
    let json = BASE64_STANDARD.decode(encoded).unwrap();
    let found: Vec<Value> = serde_json::from_slice(&json).unwrap();
    hold("Helm", &found);
}

#[test]
fn kubectl_reads_what_was_meant() {
    let Some(kubectl) = tool("kubectl", "what kubectl reads") else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let output = feed(
        Command::new(kubectl)
            .args(["annotate", "--local", "-f", "-", "-o", "json", "x=y"])
            .env("HOME", home.path())
            .env_remove("KUBECONFIG"),
        stream().as_bytes(),
    );
    let found: Vec<Value> = serde_json::Deserializer::from_slice(&stdout(output))
        .into_iter()
        .map(Result::unwrap)
        .map(without_annotation)
        .collect();
    hold("kubectl", &found);
}

/// Takes back what `kubectl annotate` did.
fn without_annotation(mut object: Value) -> Value {
    let metadata = object["metadata"].as_object_mut().unwrap();
    let annotations = metadata["annotations"].as_object_mut().unwrap();
    assert_eq!(annotations.shift_remove("x"), Some(json!("y")));
    if annotations.is_empty() {
        metadata.shift_remove("annotations");
    }
    object
}

#[test]
fn the_output_is_the_same_from_run_to_run() {
    let cases = recorded();
    for name in [
        "defaults",
        "metadata-everywhere",
        "all-integrations",
        "mix-000",
    ] {
        let recorded = cases.iter().find(|recorded| recorded.name == name).unwrap();
        let values = recorded.case.files[0].1.as_bytes();
        let render = || {
            let mut command = Command::new(PROGRAM);
            command.args(["template", &recorded.case.name, "-f", "-"]);
            command.args(["-n", &recorded.case.namespace]);
            stdout(feed(&mut command, values))
        };
        let first = render();
        assert_eq!(first, recorded.case.text().unwrap().as_bytes(), "{name}");
        for _ in 0..3 {
            assert!(first == render(), "{name} differs from run to run");
        }
    }
}
