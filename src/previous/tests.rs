//! Reading previous renders: what is accepted, what is refused and where, what a server wrote.

use super::*;
use serde_json::json;

fn read(text: &str) -> Result<Previous, Diagnostics> {
    super::read(&[Source::new("old.yaml", text.to_owned())], "default")
}

fn names(previous: &Previous) -> Vec<String> {
    let identities = previous.manifests.iter().filter_map(Manifest::identity);
    identities.map(|identity| identity.to_string()).collect()
}

#[test]
fn the_output_of_helm_template_keeps_its_sources_and_hooks() {
    let text = "---\n# Source: chart/templates/a.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n\
        ---\n# nothing here\n---\n# Source: chart/templates/test.yaml\n# a test\napiVersion: v1\nkind: Pod\n\
        metadata:\n  name: t\n  annotations:\n    helm.sh/hook: test\n";
    let read = read(text).unwrap();
    let sources: Vec<&str> = read.manifests.iter().map(|m| m.source.as_str()).collect();
    assert_eq!(
        sources,
        ["chart/templates/a.yaml", "chart/templates/test.yaml"]
    );
    assert!(
        crate::manifest::Hook::of(&read.manifests[1])
            .unwrap()
            .is_some()
    );
    assert_eq!(read.notes, []);
}

#[test]
fn lists_are_taken_apart_also_inside_of_lists() {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}},
        ]},
        {"apiVersion": "v1", "kind": "SecretList", "items": [{"metadata": {"name": "c"}}]},
        {"apiVersion": "v1", "kind": "ConfigMapList", "items": null},
    ]});
    let read = read(&list.to_string()).unwrap();
    assert_eq!(names(&read), ["Service/a", "Service/b", "Secret/c"]);
    assert_eq!(read.manifests[2].object["apiVersion"], "v1");
}

#[test]
fn json_of_any_program_is_read() {
    // Escapes that YAML 1.1 does not know, and objects one after the other.
    let text = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"a\/b \ud83d\ude00"}}
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}"#;
    let read = read(text).unwrap();
    assert_eq!(names(&read), ["ConfigMap/a", "ConfigMap/b"]);
    assert_eq!(read.manifests[0].object["data"]["k"], "a/b 😀");
}

#[test]
fn the_last_of_repeated_keys_counts_and_one_note_says_so() {
    let one = read("apiVersion: v1\nkind: A\nmetadata: {name: a, name: b}\n").unwrap();
    assert_eq!(names(&one), ["A/b"]);
    assert_eq!(one.notes.len(), 1);
    assert_eq!(
        one.notes[0].message,
        "old.yaml:3:21: duplicate key `metadata.name`; the last one counts"
    );
    let many = read(
        "apiVersion: v1\nkind: A\nmetadata: {name: a, name: b}\n---\napiVersion: v1\nkind: A\nkind: B\nmetadata: {name: b}\n",
    )
    .unwrap();
    assert_eq!(many.notes.len(), 1);
    assert!(many.notes[0].message.contains("2 duplicate keys"));
}

#[test]
fn everything_that_is_no_object_is_told_with_its_place() {
    let text = "just text\n---\na: 1\n---\nkind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: List\nitems: 1\n\
        ---\n- 1\n---\na: [\n---\napiVersion: v1\nkind: A\nmetadata: {name: a}\n...\nlost: 1\n";
    let problems = read(text).unwrap_err();
    assert_eq!(
        problems.to_string().lines().collect::<Vec<_>>(),
        [
            "old.yaml:1:1: this is no Kubernetes object: not a map",
            "old.yaml:3:1: this is no Kubernetes object: it has no apiVersion, kind, metadata.name",
            "old.yaml:5:1: this is no Kubernetes object: it has no apiVersion",
            "old.yaml:8:1: the `items` of this list are no list",
            "old.yaml:12:1: this is no Kubernetes object: not a map",
            "old.yaml:14:4: unclosed bracket '['",
            "old.yaml:20:1: what follows the document is not read",
        ]
    );
}

#[test]
fn a_name_that_yaml_does_not_read_as_text_has_to_be_quoted() {
    for (name, found) in [("n", "a boolean"), ("5", "a number"), ("1e3", "a number")] {
        let text = format!("apiVersion: v1\nkind: A\nmetadata:\n  name: {name}\n");
        let problems = read(&text).unwrap_err();
        let message = format!("old.yaml:4:9: metadata.name: got {found}, want a string");
        assert_eq!(problems.to_string(), message);
        assert_eq!(problems.0[0].help.as_deref(), Some("put it in quotes"));
    }
    let unnamed = read("apiVersion: v1\nkind: A\nmetadata: {name: null}\n").unwrap_err();
    assert!(unnamed.to_string().contains("it has no metadata.name"));
}

#[test]
fn what_helm_prints_around_its_manifest_is_told_with_what_to_take_instead() {
    let problems = read("NAME: x\nLAST DEPLOYED: now\nMANIFEST:\n---\n").unwrap_err();
    let help = problems.0[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("helm get manifest"), "{help}");
}

#[test]
fn the_same_object_twice_is_an_error_with_both_places() {
    let sources = [
        Source::new(
            "a.yaml",
            "apiVersion: apps/v1\nkind: D\nmetadata:\n  name: x\n",
        ),
        Source::new(
            "b.yaml",
            "apiVersion: apps/v1beta1\nkind: D\nmetadata:\n  namespace: default\n  name: x\n",
        ),
    ];
    let problems = super::read(&sources, "default").unwrap_err();
    let places: Vec<_> = problems.0[0]
        .labels
        .iter()
        .map(|label| {
            (
                label.source.name(),
                label.source.line_column(label.range.start),
            )
        })
        .collect();
    assert_eq!(places, [("b.yaml", (5, 9)), ("a.yaml", (4, 9))]);
    // In another namespace it is another object.
    assert!(super::read(&sources, "other").is_ok());
    // Cluster-scoped kinds are in no namespace.
    let role = |namespace: &str| {
        format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  namespace: {namespace}\n")
    };
    let twice = format!("{}---\n{}", role("a"), role("b"));
    assert!(read(&twice).is_err());
}

/// The text that excerpts are taken from.
fn excerpts(text: &str) -> String {
    let problems = read(text).unwrap_err();
    let sources = problems.0.iter().flat_map(|problem| &problem.labels);
    let texts: Vec<&str> = sources.map(|label| label.source.text()).collect();
    assert!(!texts.is_empty());
    assert!(texts.iter().all(|shown| shown.len() == text.len()));
    texts[0].to_owned()
}

#[test]
fn excerpts_show_no_value_of_a_secret_wherever_it_stands() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  token: hunter2hunter2\n";
    for other in [
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata:\n  a: hunter2hunter2\n  b: [\n",
        "kind: ConfigMap\ndata:\n  a: |\n    hunter2hunter2\n    # hunter2hunter2\n",
        "kind: ConfigMap # hunter2hunter2\ndata: [hunter2hunter2, {a: hunter2hunter2}]\n",
        "kind: ConfigMap\ndata:\n  a: \"hunter2hunter2\nhunter2hunter2: x\n",
        "{\"kind\": \"ConfigMap\", \"data\": {\"a\": \"hunter2hunter2\"}\n",
        "data: &a {x: hunter2hunter2}\nb: *a\n",
        "hunter2hunter2\n",
        "--- hunter2hunter2\n",
        "kind: A\nmetadata: {name: a}\ndata: hunter2hunter2\n...\nhunter2hunter2\n",
        "a: !!int hunter2hunter2\n",
    ] {
        for text in [
            format!("{secret}---\n{other}"),
            format!("{other}---\n{secret}"),
            other.to_owned(),
        ] {
            let shown = excerpts(&text);
            assert!(!shown.contains("hunter2"), "{shown}");
            let said = read(&text).unwrap_err().to_string();
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn excerpts_show_keys_and_what_identifies_an_object() {
    let twice =
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a # why\n  labels: {x: y}\nspec:\n- b: c\n";
    assert_eq!(
        excerpts(&format!("{twice}---\n{twice}")),
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a * ***\n  labels: *x: **\nspec:\n- b: *\n---\n\
         apiVersion: v1\nkind: A\nmetadata:\n  name: a * ***\n  labels: *x: **\nspec:\n- b: *\n"
    );
    assert_eq!(
        excerpts("kind: A\nmetadata:\n  name: a\nspec:\n  name: b\n  c: [\n"),
        "kind: A\nmetadata:\n  name: a\nspec:\n  name: *\n  c: *\n"
    );
}

#[test]
fn what_a_server_wrote_is_left_out_of_live_objects_alone() {
    let live = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  uid: 1-2\n  resourceVersion: '7'\n\
        \x20 generation: 3\n  creationTimestamp: '2026-01-01T00:00:00Z'\n  managedFields: []\n  annotations:\n\
        \x20   kubectl.kubernetes.io/last-applied-configuration: '{}'\nstatus:\n  loadBalancer: {}\n";
    assert_eq!(
        read(live).unwrap().manifests[0].object,
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "uid": "1-2"}})
    );
    let render = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nstatus: {x: 1}\n";
    assert_eq!(read(render).unwrap().manifests[0].object["status"]["x"], 1);
}
