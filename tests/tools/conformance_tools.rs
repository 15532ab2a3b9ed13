//! The scripts in tools/conformance: what they record of Helm is what the recorded cases hold, and what they compare
//! differs where it does.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::tools::{python_with_yaml, tool};
use crate::support::{PROGRAM, root};

/// Runs a script; its exit code and all that it prints.
fn run(python: &Path, script: &str, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(python)
        .arg("-B")
        .arg(root().join("tools/conformance").join(script))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

/// A folder with charts and cases.
struct Place(tempfile::TempDir);

impl Place {
    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self, path: &str) -> String {
        self.0.path().join(path).to_str().unwrap().to_owned()
    }

    /// A chart of one template, with a number of replicas that its schema and the template look at.
    fn chart(&self, name: &str, template: &str) {
        self.write(
            &format!("{name}/Chart.yaml"),
            "apiVersion: v2\nname: c\nversion: 0.1.0\n",
        );
        self.write(
            &format!("{name}/values.yaml"),
            "replicas: 2\nwho: me\nother: {}\n",
        );
        self.write(
            &format!("{name}/values.schema.json"),
            r#"{"properties": {"replicas": {"type": "integer"}}}"#,
        );
        self.write(&format!("{name}/templates/o.yaml"), template);
    }

    fn case(&self, name: &str, values: &str) -> String {
        self.write(&format!("cases/{name}/values.yaml"), values);
        self.write(&format!("cases/{name}/args.json"), r#"{"name": "r"}"#);
        self.path(&format!("cases/{name}"))
    }

    fn recorded(&self, case: &str) -> Value {
        let text = fs::read_to_string(self.path(&format!("cases/{case}/expected.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

const THEIRS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, labels: {a: b}}
data:
  o.yaml: "replicas: {{ .Values.replicas }}\nlist: []"
  who: {{ required "Say who by .Values.who, please" .Values.who | quote }}
  who: {{ .Values.who | quote }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Values.name | default .Release.Name }}, annotations: {}}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - {name: ping, image: "a:1", args: ["echo theirs"], resources: null}
      volumes: [{name: tmp, emptyDir: {}}]
{{ if .Values.twice }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
{{ end }}
{{ if .Values.riddle }}{{ fail "No." }}{{ end }}
"#;

/// The same for the values of the cases, but for the image.
const OURS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ Release.Name }}}
data:
  o.yaml: {{ {"replicas": Values.replicas} | to_yaml }}
  who: {{ Values.who }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ Release.Name }}}
spec:
  replicas: {{ Values.replicas }}
  template:
    spec:
      containers:
        - {name: ping, image: "a:2", args: ["echo ours"]}
      volumes: [{name: tmp, emptyDir: {}}]
"#;

#[test]
fn the_recorded_cases_come_from_what_helm_printed() {
    let Some(python) = python_with_yaml("the recorder of conformance cases") else {
        return;
    };
    let place = Place(tempfile::tempdir().unwrap());
    let streams = root().join("tests/helm_streams");
    place.write(
        "helm",
        &format!(
            "#!/bin/sh\nfor word; do case $word in */values.yaml) case=${{word%/*}}; esac; done\n\
             cat '{}'/\"${{case##*/}}.yaml\"\n",
            streams.display()
        ),
    );
    let helm = place.path("helm");
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    let cases = fs::read_dir(&streams).unwrap().map(|stream| {
        let stream: PathBuf = stream.unwrap().path();
        let cases = Path::new("tests/conformance/cases");
        let case = cases.join(stream.file_stem().unwrap());
        case.to_str().unwrap().to_owned()
    });
    let cases: Vec<String> = cases.collect();
    let mut arguments = vec!["--check", "--helm", &helm, "any-chart"];
    arguments.extend(cases.iter().map(String::as_str));
    let answer = run(&python, "record.py", &arguments);
    assert_eq!(answer, (0, "8 of 8 cases as recorded\n".to_owned()));
}

#[test]
fn cases_are_recorded_with_the_real_helm_and_compared_with_ours() {
    let what = "recording conformance cases with the real helm";
    let (Some(python), Some(helm)) = (python_with_yaml(what), tool("helm", what)) else {
        return;
    };
    let helm = helm.to_str().unwrap();
    let place = Place(tempfile::tempdir().unwrap());
    place.chart("theirs", THEIRS);
    place.chart("ours", OURS);
    let chart = place.path("theirs");
    let good = place.case("good", "replicas: 3\n");
    let cases = [
        place.case("type", "replicas: many\n"),
        place.case("missing", "who: null\n"),
        place.case("twice", "twice: true\n"),
    ];

    let mut arguments = vec!["--helm", helm, &chart, &good];
    arguments.extend(cases.iter().map(String::as_str));
    let answer = run(&python, "record.py", &arguments);
    assert_eq!(answer, (0, "4 of 4 cases recorded\n".to_owned()));
    assert_eq!(
        place.recorded("good"),
        json!({"objects": [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "r"},
             "data": {"o.yaml": {"<yaml>": {"replicas": 3}}, "who": "me"}},
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "r"},
             "spec": {"replicas": 3, "template": {"spec": {
                "containers": [{"name": "ping", "image": "a:1", "args": ["<free>"]}],
                "volumes": [{"name": "tmp", "emptyDir": {}}]}}}},
        ]})
    );
    assert_eq!(
        place.recorded("type"),
        json!({"error": {"paths": ["/replicas"]}})
    );
    assert_eq!(
        place.recorded("missing"),
        json!({"error": {"paths": ["/who"]}})
    );
    assert_eq!(
        place.recorded("twice"),
        json!({"error": {"collision": true, "paths": []}})
    );

    let riddle = place.case("riddle", "riddle: true\n");
    let (code, text) = run(&python, "record.py", &["--helm", helm, &chart, &riddle]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("riddle: Helm names no value"), "{text}");
    assert!(!Path::new(&place.path("cases/riddle/expected.json")).exists());

    let ours = place.path("ours");
    let arguments = ["--helm", helm, "--program", PROGRAM, "--ours", &ours];
    let arguments = [&arguments[..], &[&chart, &good, &cases[0]]].concat();
    assert_eq!(
        run(&python, "compare.py", &arguments),
        (
            1,
            "good:\n  Deployment.apps/r\n    spec.template.spec.containers[ping].image: \"a:1\" -> \"a:2\"\n\n\
             1 of 2 compared are the same\n"
                .to_owned()
        )
    );
}

#[test]
fn generated_cases_are_the_same_for_the_same_seed_and_can_be_recorded() {
    let what = "generating conformance cases";
    let (Some(python), Some(helm)) = (python_with_yaml(what), tool("helm", what)) else {
        return;
    };
    let helm = helm.to_str().unwrap();
    let place = Place(tempfile::tempdir().unwrap());
    place.chart("theirs", THEIRS);
    let chart = place.path("theirs");
    let folders = ["a", "b"].map(|name| place.path(name));
    for folder in &folders {
        let arguments = ["--helm", helm, "--count", "20", &chart, folder];
        let (code, text) = run(&python, "generate.py", &arguments);
        assert_eq!(code, 0, "{text}");
        let never_set = "never set, for its key is not in CHOICES: ";
        assert!(
            text.starts_with(&format!("{never_set}who\n{never_set}other\n20 cases")),
            "{text}"
        );
    }
    let [first, second] = folders.map(|folder| {
        let mut cases: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|case| case.unwrap().path())
            .collect();
        cases.sort();
        cases
    });
    let values = |cases: &[PathBuf]| -> Vec<String> {
        let read = |case: &PathBuf| fs::read_to_string(case.join("values.yaml")).unwrap();
        cases.iter().map(read).collect()
    };
    assert_eq!(values(&first), values(&second));
    assert!(values(&first).iter().any(|text| text.contains("replicas")));
    let mut arguments = vec!["--helm", helm, &chart];
    arguments.extend(first.iter().map(|case| case.to_str().unwrap()));
    let answer = run(&python, "record.py", &arguments);
    assert_eq!(answer, (0, "20 of 20 cases recorded\n".to_owned()));
}
