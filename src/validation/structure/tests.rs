//! Situations of objects that do not fit their type, each with its finding.

use serde_json::{Value, json};

use super::check;
use crate::kubernetes::types::Types;

/// `code path: message (help)` of every finding.
fn found(minor: u64, object: &Value) -> Vec<String> {
    check(Types::of(1, minor), object)
        .iter()
        .map(|finding| {
            let problem = &finding.problem;
            let help = problem
                .help()
                .map_or(String::new(), |help| format!(" ({help})"));
            format!(
                "{} {}: {}{help}",
                problem.code(),
                finding.path,
                problem.message()
            )
        })
        .collect()
}

fn pod(spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
}

#[test]
fn a_misspelt_field_is_found_with_a_suggestion() {
    let object = pod(&json!({"containers": [{"name": "a", "imagPullPolicy": "Always"}]}));
    assert_eq!(
        found(35, &object),
        [
            "SA010 spec.containers[0].imagPullPolicy: Container has no field `imagPullPolicy` (did you mean `imagePullPolicy`?)"
        ]
    );
}

#[test]
fn a_field_of_later_versions_names_them() {
    let object = pod(&json!({"containers": [{"name": "a", "resizePolicy": []}]}));
    assert_eq!(
        found(24, &object),
        [
            "SA011 spec.containers[0].resizePolicy: Container has no field `resizePolicy` in Kubernetes 1.24, only in 1.27 to 1.37"
        ]
    );
    assert!(found(27, &object).is_empty());
}

#[test]
fn a_missing_field_is_found_at_the_map_that_lacks_it() {
    let object = pod(&json!({"containers": [{"image": "a"}, null]}));
    assert_eq!(
        found(35, &object),
        [
            "SA012 spec.containers[0]: the field `name` is missing: Container requires it",
            "SA012 spec.containers[1]: the field `name` is missing: Container requires it",
        ]
    );
}

#[test]
fn null_is_an_absent_field() {
    let object = pod(
        &json!({"containers": [{"name": "a", "env": null, "args": [null]}], "volumes": null, "hostIPC": null}),
    );
    assert!(found(35, &object).is_empty());
    let object = pod(&json!({"containers": null}));
    assert_eq!(
        found(35, &object),
        ["SA012 spec: the field `containers` is missing: PodSpec requires it"]
    );
}

#[test]
fn wrong_types_are_named() {
    let object = pod(&json!({
        "containers": [{"name": 3, "args": "x", "stdin": "true", "env": [{"name": "A", "value": 1}]}],
        "terminationGracePeriodSeconds": "30",
        "nodeSelector": {"gpu": true},
        "affinity": [],
    }));
    assert_eq!(
        found(35, &object),
        [
            "SA020 spec.containers[0].name: got a whole number, want a string (put it in quotes)",
            "SA020 spec.containers[0].args: got a string, want a list",
            "SA020 spec.containers[0].stdin: got a string, want a boolean (write it without quotes)",
            "SA020 spec.containers[0].env[0].value: got a whole number, want a string (put it in quotes)",
            "SA020 spec.terminationGracePeriodSeconds: got a string, want a whole number (write it without quotes)",
            "SA020 spec.nodeSelector.gpu: got a boolean, want a string (put it in quotes)",
            "SA020 spec.affinity: got a list, want a map",
        ]
    );
}

#[test]
fn whole_numbers_have_bounds() {
    let object = pod(&json!({
        "containers": [{"name": "a", "ports": [{"containerPort": 4294967296_i64}, {"containerPort": 80.0}, {"containerPort": 80.5}]}],
        "terminationGracePeriodSeconds": 4294967296_i64,
    }));
    assert_eq!(
        found(35, &object),
        [
            "SA021 spec.containers[0].ports[0].containerPort: the number is not between -2147483648 and 2147483647",
            "SA020 spec.containers[0].ports[2].containerPort: got a number, want a whole number",
        ]
    );
}

#[test]
fn closed_sets_are_checked_also_in_lists() {
    let object = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"},
        "spec": {"accessModes": ["ReadWriteOnce", "RWX"], "volumeMode": "filesystem", "resources": {"requests": {"storage": "5GB"}}},
    });
    assert_eq!(
        found(35, &object),
        [
            "SA022 spec.accessModes[1]: unsupported value `RWX`: use one of ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod",
            "SA022 spec.volumeMode: unsupported value `filesystem`: use one of Filesystem, Block (did you mean `Filesystem`?)",
            "SA023 spec.resources.requests.storage: `5GB` is not a quantity (write a number and a unit: n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei)",
        ]
    );
    let object = pod(&json!({"containers": [{"name": "a", "imagePullPolicy": ""}]}));
    assert!(
        found(35, &object).is_empty(),
        "an empty string stands for the default"
    );
}

#[test]
fn ports_and_percentages_are_numbers_or_strings() {
    let service = |port: Value| json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80, "targetPort": port}]}});
    assert!(found(35, &service(json!("http"))).is_empty());
    assert!(found(35, &service(json!(80))).is_empty());
    assert_eq!(
        found(35, &service(json!(true))),
        ["SA020 spec.ports[0].targetPort: got a boolean, want a whole number or a string"]
    );
}

#[test]
fn secret_data_is_base64_and_never_repeated() {
    let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"password": "hunter2!", "ok": "YQ=="}, "stringData": {"p": "hunter2!"}});
    assert_eq!(
        found(35, &object),
        ["SA025 data.password: the text is not base64"]
    );
}

#[test]
fn an_object_that_cannot_be_placed_says_why() {
    assert_eq!(found(35, &json!([])), ["SA020 : got a list, want a map"]);
    assert_eq!(
        found(35, &json!({"kind": 3})),
        [
            "SA012 : the field `apiVersion` is missing: every object requires it",
            "SA020 kind: got a whole number, want a string (put it in quotes)",
        ]
    );
    assert_eq!(
        found(
            26,
            &json!({"apiVersion": "autoscaling/v2beta2", "kind": "HorizontalPodAutoscaler"})
        ),
        [
            "SA002 apiVersion: Kubernetes 1.26 does not serve HorizontalPodAutoscaler under autoscaling/v2beta2, only 1.20 to 1.25 does (use autoscaling/v2)"
        ]
    );
    assert_eq!(
        found(35, &json!({"apiVersion": "v1", "kind": "Deployment"})),
        ["SA003 apiVersion: v1 has no Deployment (use apps/v1)"]
    );
    assert_eq!(
        found(35, &json!({"apiVersion": "v1", "kind": "Srevice"})),
        ["SA004 kind: v1 has no kind `Srevice` (did you mean `Service`?)"]
    );
    assert_eq!(
        found(
            35,
            &json!({"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute", "anything": 1})
        ),
        [
            "SA001 apiVersion: IngressRoute of traefik.io/v1alpha1 is not checked: it is not built into Kubernetes"
        ]
    );
}
