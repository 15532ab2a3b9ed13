//! ResourceLists made by hand: what is read, what is refused and where, what comes back.

use serde_json::json;

use super::*;
use crate::diagnostics::Diagnostic;
use crate::manifest::Manifest;

fn request(text: &str) -> Request {
    read(&Source::new("-", text.to_owned())).expect("a ResourceList")
}

fn list(config: &str) -> String {
    let config = config.replace('\n', "\n  ");
    format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: swanlab-render/v1\n  \
         kind: SwanLab\n  {config}\nitems: []\n"
    )
}

fn problems(config: &str) -> Vec<String> {
    let problems = request(&list(config)).config.expect_err("a problem");
    problems.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn every_field_of_the_spec_is_read() {
    let config = request(&list(
        "metadata: {name: x}\nspec:\n  release: lab\n  chart: ./chart\n  namespace: ns\n  kubeVersion: '1.30'\n  \
         apiVersions: [a/v1]\n  imageRegistry: m.example.org/x\n  strict: true\n  valuesFiles: [a.yaml]\n  values: {a: 1}",
    ));
    let config = config.config.expect("valid");
    let values = config.values.clone().expect("values");
    assert_eq!(values.text().trim(), "{a: 1}");
    let expected = Config {
        release: Some("lab".to_owned()),
        chart: Some("./chart".to_owned()),
        namespace: Some("ns".to_owned()),
        kube_version: Some("1.30".to_owned()),
        api_versions: vec!["a/v1".to_owned()],
        image_registry: Some("m.example.org/x".to_owned()),
        strict: true,
        values_files: vec!["a.yaml".to_owned()],
        values: Some(values),
    };
    assert_eq!(config, expected);
}

#[test]
fn values_stand_where_they_stand_in_the_function_config() {
    let config = request(&list("spec:\n  values:\n    a: 1\n    b:\n    - c"))
        .config
        .expect("valid");
    let values = config.values.expect("values");
    assert_eq!(values.name(), "functionConfig");
    assert_eq!(values.line_column(values.text().find('a').unwrap()), (5, 5));
    assert_eq!(
        crate::yaml::read(values.text()).unwrap(),
        [json!({"a": 1, "b": ["c"]})]
    );
}

#[test]
fn json_and_anchors_from_elsewhere_mean_what_they_mean() {
    let text = r#"{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","functionConfig":
        {"apiVersion":"swanlab-render/v1","kind":"SwanLab","spec":{"values":{"a":{"b":2}}}}}"#;
    let anchored = list("metadata: {name: &x lab}\nspec:\n  values: {a: {b: *x }}");
    for (text, inner) in [(text, json!(2)), (anchored.as_str(), json!("lab"))] {
        let values = request(text).config.expect("valid").values.expect("values");
        assert_eq!(
            crate::yaml::read(values.text()).unwrap(),
            [json!({"a": {"b": inner}})]
        );
    }
}

#[test]
fn everything_that_is_wrong_with_a_function_config_is_told_at_once() {
    assert_eq!(
        problems(
            "data: {}\nspec:\n  relase: x\n  namespace: A_B\n  kubeVersion: 1.30\n  strict: maybe\n  valuesFiles: [1]\n  values: 3"
        ),
        [
            "functionConfig:3:1: data: unknown key",
            "functionConfig:5:3: spec.relase: unknown key",
            "functionConfig:6:14: spec.namespace: namespace `A_B` is not valid: lower-case letters, digits and `-`, with \
             a letter or digit at both ends, at most 63 characters",
            "functionConfig:7:16: spec.kubeVersion: expected text: put it in quotes",
            "functionConfig:8:11: spec.strict: expected `true` or `false`",
            "functionConfig:9:17: spec.valuesFiles[0]: expected text: put it in quotes",
            "functionConfig:10:11: spec.values: expected a map",
        ]
    );
    assert_eq!(
        problems("spec: {release: a.b}"),
        [
            "functionConfig:3:17: spec.release: release name `a.b` cannot name a Service: it must begin with a letter and have no dots"
        ]
    );
}

#[test]
fn another_kind_of_function_config_is_refused() {
    let text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {apiVersion: v1, kind: ConfigMap}\n";
    let refused = request(text).config.expect_err("a problem").to_string();
    assert!(
        refused.contains("apiVersion swanlab-render/v1 and kind SwanLab"),
        "{refused}"
    );
    let without = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    let refused = request(without).config.expect_err("a problem").to_string();
    assert_eq!(refused, "the ResourceList has no functionConfig");
}

#[test]
fn what_is_no_resource_list_cannot_be_answered() {
    let refused = |text: &str| {
        read(&Source::new("-", text.to_owned()))
            .expect_err("a problem")
            .to_string()
    };
    assert_eq!(refused(""), "there is nothing on standard input");
    assert_eq!(
        refused("a: 1\n---\nb: 1\n"),
        "there are several documents on standard input"
    );
    assert_eq!(
        refused("kind: List\n"),
        "standard input is not a ResourceList"
    );
    assert_eq!(
        refused("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: 1\n"),
        "the `items` of the ResourceList are no list"
    );
    assert!(
        refused("a: [\n").starts_with("-:1:4: "),
        "{}",
        refused("a: [\n")
    );
}

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: String::new(),
        document: 0,
        object,
    }
}

#[test]
fn rendered_objects_replace_what_is_the_same_object_and_keep_its_place() {
    let item = |name: &str, more: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "annotations": more}});
    let path = json!({"internal.config.kubernetes.io/path": "a.yaml", "own": "x"});
    let items = vec![item("a", path), item("other", json!({}))];
    let rendered = vec![
        manifest(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "new"}})),
        manifest(
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "ns"}}),
        ),
    ];
    assert_eq!(
        merge(items.clone(), rendered, "ns"),
        [
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "ns",
                "annotations": {"internal.config.kubernetes.io/path": "a.yaml"}}}),
            items[1].clone(),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "new"}}),
        ]
    );
}

#[test]
fn results_point_into_the_function_config_or_a_file() {
    let source = Source::new(CONFIG, "spec:\n  values: {a: x}\n");
    let file = Source::new("v.yaml", "a: x\n");
    let diagnostics = [
        Diagnostic::error("no")
            .about("a")
            .with_code("SL003")
            .with_help("do it")
            .at(crate::diagnostics::Label::new(&source, 20..21)),
        Diagnostic::warning("hm")
            .about("a")
            .at(crate::diagnostics::Label::new(&file, 3..4)),
        Diagnostic::note("so"),
    ];
    assert_eq!(
        results(&diagnostics, "spec.values"),
        [
            json!({"message": "no; do it", "severity": "error", "field": {"path": "spec.values.a"},
                "tags": {"position": "functionConfig:2:15", "code": "SL003"}}),
            json!({"message": "hm", "severity": "warning", "file": {"path": "v.yaml"}, "field": {"path": "a"},
                "tags": {"position": "v.yaml:1:4"}}),
            json!({"message": "so", "severity": "info"}),
        ]
    );
}
