//! A component more: a copy of the chart gets a `vector` by the edits that CONTRIBUTING.md lists, and everything that
//! reads the chart knows it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::lint_values::findings;
use crate::support::{Case, PROGRAM, read_strictly, root};

/// A StatefulSet with its Service, as the chart's other components are written.
const TEMPLATE: &str = "\
{% set vector = components.vector %}
apiVersion: v1
kind: Service
metadata:
  name: {{ vector.name }}
  labels: {{ vector.labels }}
spec:
  type: ClusterIP
  selector: {{ vector.selector }}
  ports:
    - port: 8686
      targetPort: http
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ vector.name }}
  labels: {{ vector.labels }}
spec:
  serviceName: {{ vector.name }}
  replicas: {{ vector.replicas }}
  selector:
    matchLabels: {{ vector.selector }}
  template:
    metadata:
      labels: {{ vector.podLabels }}
      annotations: {{ vector.annotations }}
    spec:
      restartPolicy: Always
      imagePullSecrets: {{ vector.imagePullSecrets }}
      nodeSelector: {{ vector.nodeSelector }}
      tolerations: {{ vector.tolerations }}
      topologySpreadConstraints: {{ vector.spread }}
      containers:
        - name: vector
          image: {{ images.vector.reference }}
          imagePullPolicy: {{ images.vector.pullPolicy }}
          ports:
            - name: http
              containerPort: 8686
          resources: {{ vector.resources }}
";

const PART: &str = "\
- key: vector
  path: service.vector
  own: {{ Values.service.vector }}
  recommendedReplicas: 2
";

const VALUES: &str = "  # Takes in logs and metrics.
  vector:
    fullnameOverride: \"\"
    replicas: 2
    image:
      repository: repo.swanlab.cn/self-hosted/swanlab-vector
      tag: \"\"
      pullPolicy: IfNotPresent
    customLabels: {}
    customAnnotations: {}
    customTolerations: []
    customNodeSelector: {}
    resources: {}

";

/// A copy of the chart, and what was edited in it.
struct Copy {
    folder: tempfile::TempDir,
    edited: BTreeSet<String>,
}

impl Copy {
    fn with_vector() -> Self {
        let mut copy = Self {
            folder: tempfile::tempdir().unwrap(),
            edited: BTreeSet::new(),
        };
        for part in [
            "Chart.yaml",
            "values.yaml",
            "values.schema.json",
            "templates",
            "scripts",
        ] {
            copy_all(&root().join(part), &copy.path().join(part));
        }
        copy.write("templates/swanlab-vector/statefulset.yaml", TEMPLATE);
        copy.insert("templates/_parts.yaml", "- key: postgres\n", PART);
        copy.insert(
            "templates/_images.yaml",
            "  [\"logrotate\",",
            "  [\"vector\", \"service.vector.image\", Values.service.vector.image, release],\n",
        );
        copy.insert(
            "templates/_urls.yaml",
            "s3: {{",
            "vector: {{ \"http://\" ~ names.vector ~ \":8686\" }}\n",
        );
        copy.insert("values.yaml", "  # The web application.", VALUES);
        let schema = fs::read_to_string(copy.path().join("values.schema.json")).unwrap();
        let mut schema: Value = serde_json::from_str(&schema).unwrap();
        let service = &mut schema["properties"]["service"];
        service["required"]
            .as_array_mut()
            .unwrap()
            .push("vector".into());
        service["properties"]["vector"] = json!({"$ref": "#/definitions/application"});
        copy.write("values.schema.json", &format!("{schema:#}\n"));
        copy
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&mut self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.edited.insert(file.to_owned());
    }

    /// Writes lines before the first one that begins so.
    fn insert(&mut self, file: &str, before: &str, lines: &str) {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        let (above, below) = text.split_once(&format!("\n{before}")).unwrap();
        self.write(file, &format!("{above}\n{lines}{before}{below}"));
    }

    fn case(&self, values: &str) -> Case {
        Case::of(values).with_chart(self.path())
    }

    /// What the program prints for the copy: standard output and standard error.
    fn run(&self, arguments: &[&str]) -> (String, String) {
        let output = Command::new(PROGRAM)
            .args(arguments)
            .args(["swanlab-self-hosted", "./"])
            .current_dir(self.path())
            .output()
            .unwrap();
        [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .into()
    }
}

fn copy_all(from: &Path, to: &PathBuf) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy_all(&entry.path(), &to.join(entry.file_name()));
    }
}

#[test]
fn it_is_rendered_beside_what_there_was() {
    let copy = Copy::with_vector();
    let changes = copy
        .case("")
        .objects()
        .changes_since(&Case::default().objects());
    assert_eq!(
        changes,
        [
            "+ Service/swanlab-self-hosted-vector",
            "+ StatefulSet/swanlab-self-hosted-vector"
        ]
    );
}

#[test]
fn its_values_work_like_those_of_the_others() {
    let copy = Copy::with_vector();
    let values = "
service:
  vector:
    fullnameOverride: logs
    replicas: 3
    image: {tag: v9}
    customLabels: {team: ml}
    resources: {limits: {cpu: 1}}
";
    let [objects, others] = [copy.case(values), Case::default()].map(|case| case.objects());
    let changes = objects.changes_since(&others);
    assert_eq!(changes, ["+ Service/logs", "+ StatefulSet/logs"]);
    let vector = objects.get("StatefulSet/logs");
    assert_eq!(vector["spec"]["replicas"], 3);
    assert_eq!(vector["metadata"]["labels"]["team"], "ml");
    let container = objects.container("StatefulSet/logs", "vector");
    assert_eq!(
        container["image"],
        "repo.swanlab.cn/self-hosted/swanlab-vector:v9"
    );
    assert_eq!(container["resources"]["limits"]["cpu"], 1);

    // The names of two components may not become equal.
    let error = copy
        .case("service: {vector: {fullnameOverride: swanlab-self-hosted-next}}\n")
        .error();
    assert!(
        error.contains("next and vector would both be named"),
        "{error}"
    );
}

#[test]
fn its_image_is_listed_and_its_partials_are_shown() {
    let copy = Copy::with_vector();
    let (images, _) = copy.run(&["images"]);
    let image = "repo.swanlab.cn/self-hosted/swanlab-vector:v2.7.0";
    assert!(images.lines().any(|line| line == image), "{images}");
    let (partials, _) = copy.run(&["show", "partials"]);
    let partials = read_strictly(&partials).remove(0);
    assert_eq!(partials["names"]["vector"], "swanlab-self-hosted-vector");
    assert_eq!(partials["images"]["vector"]["reference"], image);
    assert_eq!(partials["components"]["vector"]["replicas"], 2);
    assert_eq!(
        partials["urls"]["vector"],
        "http://swanlab-self-hosted-vector:8686"
    );
}

#[test]
fn the_schema_and_the_list_of_known_keys_have_it() {
    let copy = Copy::with_vector();
    let error = copy.case("service: {vector: {replicas: two}}\n").error();
    assert!(
        error.contains("service.vector.replicas: got string, want integer"),
        "{error}"
    );
    let (_, warnings) = copy.run(&["template", "--set", "service.vector.replica=3"]);
    assert!(warnings.contains("service.vector.replica"), "{warnings}");
    assert!(
        warnings.contains("did you mean `service.vector.replicas`?"),
        "{warnings}"
    );
}

#[test]
fn the_rules_on_values_look_at_it() {
    let copy = Copy::with_vector();
    for (vector, expected) in [
        ("", None),
        (
            "image: {tag: latest}",
            Some("SL111 service.vector.image.tag"),
        ),
        (
            "image: {tag: v1.0.0}",
            Some("SL112 service.vector.image.tag"),
        ),
        ("replicas: 1", Some("SL113 service.vector.replicas")),
        (
            "fullnameOverride: a-name-of-more-than-forty-characters-which-is-cut",
            Some("SL116 service.vector.fullnameOverride"),
        ),
        (
            "customLabels: {app.kubernetes.io/name: mine}",
            Some("SL120 service.vector.customLabels[\"app.kubernetes.io/name\"]"),
        ),
    ] {
        let found = findings(&copy.case(&format!("service: {{vector: {{{vector}}}}}\n")));
        let of_vector: Vec<String> = found
            .into_iter()
            .filter(|found| found.path.starts_with("service.vector"))
            .map(|found| format!("{} {}", found.code.unwrap(), found.path))
            .collect();
        assert_eq!(of_vector, Vec::from_iter(expected), "{vector}");
    }
}

#[test]
fn its_requests_are_compared_with_its_limits() {
    let values = "service: {vector: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}}\n";
    let error = Copy::with_vector().case(values).error();
    let start = "error[SL114]: service.vector.resources.requests.cpu";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn the_edits_are_those_that_contributing_lists() {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, list) = page.split_once("\n**A component**").unwrap();
    let (list, _) = list.split_once("\n**").unwrap();
    let places: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    assert!(places.len() <= 11, "{} places", places.len());
    for file in Copy::with_vector().edited {
        let names = |place: &&str| {
            let mut paths = place.split('`').skip(1).step_by(2);
            paths.any(|path| file == path || path.ends_with('/') && file.starts_with(path))
        };
        assert!(places.iter().any(names), "{file} is not in the list");
    }
}
