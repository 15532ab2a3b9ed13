//! What the values schema takes and refuses, value by value, and what it says then.

use std::fs;

use crate::support::Case;
use serde_json::{Value, json};
use swanlab_render::chart;
use swanlab_render::diagnostics::{Diagnostic, Severity};
use swanlab_render::release::{Release, Request};
use swanlab_render::values::NoFiles;
use swanlab_render::yaml;

/// The release, and how its values violate the embedded chart's schema.
fn held(text: &str) -> (Release, Vec<Diagnostic>) {
    let request = Request::default().with_values("my-values.yaml", text);
    let release = Release::new(chart::embedded().unwrap(), request, &NoFiles).unwrap();
    let refused = release.validate();
    (release, refused.err().unwrap_or_default().0)
}

/// A values file that gives one value.
fn file(path: &str, value: &Value) -> String {
    let tree = path
        .rsplit('.')
        .fold(value.clone(), |tree, key| json!({ key: tree }));
    yaml::to_string(&tree)
}

fn refused(path: &str, value: &Value) -> Vec<Diagnostic> {
    held(&file(path, value)).1
}

#[track_caller]
fn takes(path: &str, values: impl IntoIterator<Item = Value>) {
    for value in values {
        let problems = refused(path, &value);
        assert!(problems.is_empty(), "{path}: {value}: {problems:?}");
    }
}

/// Each is refused with one message, which begins so behind the path.
#[track_caller]
fn refuses(path: &str, says: &str, values: impl IntoIterator<Item = Value>) {
    for value in values {
        let problems = refused(path, &value);
        let [problem] = &problems[..] else {
            panic!("{path}: {value}: {problems:?}");
        };
        assert_eq!(problem.code.as_deref(), Some("SL003"), "{value}");
        assert!(problem.path.starts_with(path), "{value}: {problem:?}");
        let message = problem.message.strip_prefix(&format!("{}: ", problem.path));
        let message = message.unwrap_or_else(|| panic!("{problem:?}"));
        assert!(message.starts_with(says), "{value}: {message}");
        assert_eq!(problem.labels.len(), 1, "{value}");
    }
}

fn strings<const N: usize>(texts: [&str; N]) -> impl Iterator<Item = Value> {
    texts.into_iter().map(Value::from)
}

#[test]
fn the_charts_own_values_meet_its_schema() {
    assert_eq!(held("{}\n").1, []);
}

#[test]
fn quantities_are_those_of_kubernetes() {
    let path = "gateway.resources.limits.cpu";
    takes(
        path,
        strings([
            "1", "0", "+1", "1.5", "1.", ".5", "500m", "2Gi", "1e3", "1E-3", "5n", "7u", "1k",
            "1Ei", " 1Gi ",
        ]),
    );
    takes(path, [json!(1), json!(0), json!(0.5), Value::Null]);
    let says = "must be a quantity";
    refuses(
        path,
        says,
        strings([
            "", "abc", "1GB", "1K", "1gi", "1 Gi", "1.2.3", "-1", "1e", "0x10", ".",
        ]),
    );
    refuses(path, says, [json!(-1), json!(-0.5)]);
    refuses(path, "got boolean, want number or string", [json!(true)]);
    for house in ["logResources", "fbResources"] {
        refuses(
            &format!("service.house.{house}.requests.memory"),
            says,
            strings(["1Gib"]),
        );
    }
}

#[test]
fn resources_have_the_names_of_kubernetes() {
    let path = "service.server.resources.limits";
    takes(
        path,
        [
            json!({"cpu": 1, "memory": "1Gi", "ephemeral-storage": "1Gi", "hugepages-2Mi": "4Mi", "nvidia.com/gpu": 1}),
            json!({"x.kubernetes.io/y": "0.5"}),
        ],
    );
    refuses(
        path,
        "must be cpu, memory",
        [
            json!({"gpu": 1}),
            json!({"memroy": "1Gi"}),
            json!({"CPU": 1}),
            json!({"hugepages-2 Mi": "4Mi", "cpu": 1}),
            json!({"hugepages-big": "4Mi", "cpu": 1}),
            json!({"hugepages-0": "4Mi", "cpu": 1}),
        ],
    );
    refuses(
        path,
        "must be at most 63 letters",
        [json!({"nvidia.com/g pu": 1}), json!({"Nvidia.com/gpu": 1})],
    );
    refuses(
        path,
        "must not begin with `requests.`",
        [json!({"requests.nvidia.com/gpu": 1})],
    );
    let problems = refused(path, &json!({"memroy": "1Gi"}));
    assert_eq!(problems[0].help.as_deref(), Some("did you mean `memory`?"));
    let path = "service.server.resources.claims";
    takes(path, [json!([])]);
    // A container can use only claims of its pod, and the pods have none.
    refuses(path, "must be left out", [json!([{"name": "gpu"}])]);
}

#[test]
fn tolerations_follow_the_rules_of_the_api_server() {
    let path = "gateway.customTolerations";
    takes(
        path,
        [
            json!([]),
            json!([{"operator": "Exists"}]),
            json!([{"operator": "Exists", "key": "", "value": ""}]),
            json!([{"key": "gpu"}]),
            json!([{"key": "gpu", "operator": null, "value": null, "effect": null, "tolerationSeconds": null}]),
            json!([{"key": "example.com/gpu", "operator": "Equal", "value": "A_b.c", "effect": ""}]),
            json!([{"key": "gpu", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}]),
            json!([{"key": "level", "operator": "Gt", "value": "-5"}]),
        ],
    );
    for (says, toleration) in [
        (
            "must be `Equal` or `Exists`",
            json!({"key": "a", "operator": "exists"}),
        ),
        (
            "must be `NoSchedule`",
            json!({"key": "a", "effect": "noschedule"}),
        ),
        (
            "must be left out: the operator",
            json!({"key": "a", "operator": "Exists", "value": "x"}),
        ),
        (
            "must be left out: it applies only",
            json!({"key": "a", "effect": "NoSchedule", "tolerationSeconds": 5}),
        ),
        (
            "must be left out: it applies only",
            json!({"key": "a", "tolerationSeconds": 5}),
        ),
        ("is required unless", json!({"value": "x"})),
        (
            "must not be empty unless",
            json!({"key": "", "operator": "Equal"}),
        ),
        ("must be at most 63 letters", json!({"key": "a b"})),
        (
            "must be at most 63 letters",
            json!({"key": "a", "value": "b c"}),
        ),
        (
            "must be a whole number",
            json!({"key": "a", "operator": "Lt", "value": "many"}),
        ),
        ("is required for", json!({"key": "a", "operator": "Lt"})),
        (
            "got boolean, want string",
            json!({"key": "a", "value": true}),
        ),
        (
            "got string, want integer",
            json!({"key": "a", "effect": "NoExecute", "tolerationSeconds": "60"}),
        ),
        ("got string, want object", json!("gpu")),
        // What the missing operator would mean is not told of a misspelt one.
        ("is not known here", json!({"operater": "Exists"})),
    ] {
        refuses(path, says, [json!([toleration])]);
    }
}

#[test]
fn annotations_that_the_api_server_reads_are_what_it_takes() {
    let path = "gateway.customAnnotations";
    let annotation = |key: &str, value: &str| json!({ key: value });
    let apparmor = "container.apparmor.security.beta.kubernetes.io/traefik";
    takes(
        path,
        [
            annotation("controller.kubernetes.io/pod-deletion-cost", "-100"),
            annotation(apparmor, "localhost/mine"),
            annotation("a", &"x".repeat(200_000)),
        ],
    );
    for (key, value, says) in [
        (
            "controller.kubernetes.io/pod-deletion-cost",
            "high",
            "must be a whole number",
        ),
        (apparmor, "mine", "must be runtime/default"),
        (
            "seccomp.security.alpha.kubernetes.io/pod",
            "mine",
            "must be runtime/default",
        ),
        ("kubernetes.io/config.mirror", "x", "must be left out"),
        (
            "a",
            &"x".repeat(300_000),
            "must have at most 262144 characters",
        ),
    ] {
        refuses(path, says, [annotation(key, value)]);
    }
}

#[test]
fn replicas_are_numbers_of_32_bits() {
    for part in ["gateway", "service.house", "service.next"] {
        let path = format!("{part}.replicas");
        takes(&path, [json!(0), json!(2_147_483_647)]);
        refuses(
            &path,
            "must be at most 2147483647",
            [json!(2_147_483_648_u64)],
        );
    }
}

#[test]
fn labels_annotations_and_node_selectors_have_keys_of_kubernetes() {
    let long = "a".repeat(63);
    let domain = format!("{}/x", "d".repeat(253));
    for map in ["customLabels", "customNodeSelector", "customAnnotations"] {
        let path = format!("dependencies.s3.{map}");
        for key in ["a", "A_b.c-1", "example.com/name", &long, &domain] {
            takes(
                &path,
                [json!({key: "v"}), json!({key: ""}), json!({key: null})],
            );
        }
        for key in ["-a", "a-", "a b", "a/b/c", "/a", "a/", "é", "a..b/c"] {
            refuses(&path, "must", [json!({key: "v"})]);
        }
        refuses(
            &path,
            "must be at most 63",
            [
                json!({format!("{long}a"): "v"}),
                json!({format!("d{domain}"): "v"}),
            ],
        );
        refuses(&path, "got array, want string", [json!({"a": ["v"]})]);
        refuses(&path, "got string, want object", strings(["a"]));
    }
    for map in ["customLabels", "customNodeSelector"] {
        let path = format!("dependencies.s3.{map}");
        takes(&path, [json!({"a": long}), json!({"a": "A_b.c-1"})]);
        refuses(
            &path,
            "must",
            [
                json!({"a": format!("{long}a")}),
                json!({"a": "b c"}),
                json!({"a": "-"}),
                json!({"A/b": "v"}),
            ],
        );
    }
    // Kubernetes does not mind capitals in an annotation's domain, nor anything in its value.
    takes(
        "dependencies.s3.customAnnotations",
        [json!({"Example.com/a": "any, thing\nat all"})],
    );
}

#[test]
fn a_wrong_key_is_shown_itself() {
    for (text, column) in [
        ("gateway: {customLabels: {-bad: x}}", 26),
        ("gateway: {customTolerations: [{operater: Exists}]}", 32),
        ("global: {imagePullSecrets: [{nme: x}]}", 30),
    ] {
        let (_, problems) = held(text);
        let [problem] = &problems[..] else {
            panic!("{problems:?}")
        };
        let label = &problem.labels[0];
        assert_eq!(
            label.source.line_column(label.range.start),
            (1, column),
            "{text}"
        );
    }
}

#[test]
fn names_are_those_that_objects_may_have() {
    for path in [
        "fullnameOverride",
        "gateway.fullnameOverride",
        "dependencies.redis.fullnameOverride",
    ] {
        // Only the first 40 characters count, and a dash at their end is cut.
        takes(path, strings(["", "a", "swan-2", "a-", &"a".repeat(70)]));
        refuses(
            path,
            "must be lower case",
            strings(["Swan", "swan_lab", "1a", "a.b", "-a", "a b"]),
        );
    }
    takes(
        "nameOverride",
        strings(["", "lab", "2lab", &"a".repeat(52)]),
    );
    refuses("nameOverride", "must be at most 55", strings(["-a"]));
    refuses(
        "nameOverride",
        "must be lower case",
        strings(["Lab", "a.b"]),
    );
    refuses(
        "nameOverride",
        "must have at most 52",
        strings([&"a".repeat(53)]),
    );
    // With a fullnameOverride it is a label's value alone, and without clickhouse a shorter one.
    assert_eq!(held("{nameOverride: My.Lab, fullnameOverride: lab}").1, []);
    let external = "integrations: {clickhouse: {enabled: true, host: h, existingSecret: s}}";
    let name = "a".repeat(53);
    assert_eq!(held(&format!("nameOverride: {name}\n{external}\n")).1, []);
    for path in [
        "integrations.redis.existingSecret",
        "dependencies.s3.persistence.existingClaim",
        "service.house.persistence.storageClass",
    ] {
        takes(path, strings(["", "a", "1-a.b", &"a".repeat(253)]));
        refuses(
            path,
            "must be at most 253",
            strings(["A", "a_b", "a..b", "-a", "a.", &"a".repeat(254)]),
        );
    }
    takes(
        "global.imagePullSecrets",
        [json!([]), json!([{"name": "a.b"}])],
    );
    refuses(
        "global.imagePullSecrets",
        "",
        [
            json!([{}]),
            json!([{"name": ""}]),
            json!([{"name": "A"}]),
            json!(["a"]),
        ],
    );
}

#[test]
fn hosts_and_domains_are_no_urls() {
    takes(
        "global.clusterDomain",
        strings(["", "cluster.local", "corp", "cluster.local."]),
    );
    refuses(
        "global.clusterDomain",
        "must be a DNS domain",
        strings([".cluster.local", "a..b", "a b", "http://a"]),
    );
    // It is only displayed.
    takes(
        "global.settings.loginHost",
        strings(["", "a.b:8443", "https://swanlab.example.com/x"]),
    );
    refuses(
        "global.settings.loginHost",
        "must be a host",
        strings(["a b", "a\n", "a\u{7}"]),
    );
    for key in ["postgres", "redis", "clickhouse"] {
        let path = format!("integrations.{key}.host");
        takes(
            &path,
            strings([
                "",
                "db",
                "db.example.org.",
                "my_db",
                "10.0.0.1",
                "::1",
                "[::1]",
                "fe80::1%eth0",
                "::ffff:10.0.0.1",
            ]),
        );
        refuses(
            &path,
            "must be a host name",
            strings([
                "a b",
                "http://a",
                "a:5432",
                "[::1",
                "[::1]:5432",
                "a/b",
                "u@h",
            ]),
        );
    }
    let endpoint = "integrations.s3.public.endpoint";
    takes(
        endpoint,
        strings([
            "",
            "s3.example.org",
            "https://s3.example.org",
            "s3.example.org/bucket",
        ]),
    );
    for field in ["endpoint", "region", "domain", "bucket"] {
        refuses(
            &format!("integrations.s3.public.{field}"),
            "must not contain spaces",
            strings(["a b", "a\t"]),
        );
    }
}

#[test]
fn images_are_references() {
    let hex = "0123456789abcdef".repeat(4);
    let digest = format!("team/a@sha256:{hex}");
    let longer = format!("team/a@sha512:{hex}{hex}");
    for path in ["helper.repository", "service.next.image.repository"] {
        takes(
            path,
            strings([
                "busybox",
                "a/b",
                "reg.example.org:5000/a/b_c",
                "localhost/a",
                "[::1]:5000/a",
                "10.0.0.1/a__b",
                "Reg.Example.org/a-b--c",
                &digest,
                &longer,
            ]),
        );
        refuses(
            path,
            "must be an image",
            strings([
                "https://reg/a",
                "a:1.0",
                "Busy",
                "a/B",
                "a b",
                "a/",
                "/a",
                "a@sha256:abc",
                "a..b",
            ]),
        );
        refuses(path, "must not be empty", strings([""]));
    }
    for path in ["helper.tag", "service.next.image.tag"] {
        takes(path, strings(["1", "v1.2-rc_3", "_x", &"a".repeat(128)]));
        refuses(
            path,
            "must be a tag",
            strings([
                ".a",
                "-a",
                "a b",
                "a:b",
                &format!("sha256:{hex}"),
                &"a".repeat(129),
            ]),
        );
    }
    takes("service.next.image.tag", strings([""]));
    refuses("helper.tag", "must not be empty", strings([""]));
    assert_eq!(
        held(&format!("helper: {{repository: '{digest}', tag: ''}}")).1,
        []
    );
    assert_eq!(
        held(&format!("helper: {{repository: '{digest}', tag: null}}")).1,
        []
    );
}

#[test]
fn a_claim_for_house_has_a_code_of_its_own() {
    let problems = refused("service.house.persistence.existingClaim", &json!("mine"));
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.code.as_deref(), Some("SL103"));
    assert!(
        problem
            .message
            .contains("each pod of house has its own claim"),
        "{problem:?}"
    );
    assert!(problem.help.is_some());
}

#[test]
fn numbers_and_booleans_in_maps_of_strings_become_strings() {
    let (values, problems) = held(
        "gateway: {customLabels: {a: 7, b: 1.10, c: yes, d: 'x', e: null, f: 2.0}, replicas: 3}\nservice: {server: {customNodeSelector: {gpu: true}, resources: {limits: {cpu: 1}}}}\n",
    );
    assert_eq!(problems, []);
    let labels = &values.values().tree["gateway"]["customLabels"];
    assert_eq!(
        labels,
        &json!({"a": "7", "b": "1.1", "c": "true", "d": "x", "e": null, "f": "2"})
    );
    assert_eq!(values.values().tree["gateway"]["replicas"], json!(3));
    let server = &values.values().tree["service"]["server"];
    assert_eq!(server["customNodeSelector"], json!({"gpu": "true"}));
    assert_eq!(
        server["resources"]["limits"]["cpu"],
        json!(1),
        "nothing else"
    );
    let merged = values.merged_values();
    assert_eq!(
        merged["gateway"]["customLabels"]["b"],
        json!(1.1),
        "as Helm merges"
    );
    let notes = &values.warnings();
    assert!(
        notes
            .iter()
            .all(|note| note.severity == Severity::Note && note.code.as_deref() == Some("SL007"))
    );
    let second = &notes[1];
    assert_eq!(
        second.message,
        "gateway.customLabels.b: the number becomes the string \"1.1\""
    );
    let label = &second.labels[0];
    assert_eq!(&label.source.text()[label.range.clone()], "1.10");
    // What became a string is held to the rules of strings.
    refuses(
        "gateway.customLabels",
        "must be at most 63",
        [json!({"a": -5})],
    );
}

#[test]
fn a_note_never_shows_what_could_be_a_secret() {
    let (values, _) = held("gateway: {customAnnotations: {password: 123456}}\n");
    let [note] = &values.warnings()[..] else {
        panic!("{:?}", values.warnings())
    };
    assert!(!note.message.contains("123456"), "{note:?}");
}

#[test]
fn any_charts_schema_may_speak_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    write(
        "values.schema.json",
        r#"{"properties": {
            "size": {"type": "string", "pattern": "^[SML]$", "x-says": "must be a size of ours", "x-help": "S, M or L", "x-code": "MY001"},
            "plain": {"pattern": "^a$"},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}, "x-strings": true},
            "numbers": {"type": "object", "additionalProperties": {"type": "string"}}
        }}"#,
    );
    fs::create_dir(folder.path().join("templates")).unwrap();
    write(
        "templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {{ Values.tags }}\n",
    );
    let error = Case::of("size: XL\nplain: b\nnumbers: {a: 1}\n")
        .named("r")
        .with_chart(folder.path())
        .error();
    for line in [
        "error[MY001]: size: must be a size of ours",
        "= help: S, M or L",
        "error[SL003]: plain: does not match the pattern `^a$`",
        "error[SL003]: numbers.a: got integer, want string",
    ] {
        assert!(error.contains(line), "{error}");
    }
    let text = Case::of("tags: {a: 1}\n")
        .named("r")
        .with_chart(folder.path())
        .text()
        .unwrap();
    assert!(text.contains("a: \"1\""), "{text}");
}
