//! Situations of objects that do not fit together, each with its finding.

use serde_json::{Value, json};

use super::{External, Render, check};

/// `code object path: message` of every finding.
fn found_with(objects: &[Value], external: &External) -> Vec<String> {
    let objects: Vec<&Value> = objects.iter().collect();
    let render = Render {
        objects: &objects,
        namespace: "default",
        external,
    };
    check(render)
        .iter()
        .map(|finding| {
            let (code, message) = (finding.problem.code(), finding.problem.message());
            format!("{code} {} {}: {message}", finding.object, finding.path)
        })
        .collect()
}

fn found(objects: &[Value]) -> Vec<String> {
    found_with(objects, &External::default())
}

fn object(api_version: &str, kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "labels": {"app": "a"}}, "spec": spec})
}

fn pod(spec: &Value) -> Value {
    object("v1", "Pod", "p", spec)
}

#[test]
fn a_service_selects_pods_of_its_own_namespace() {
    let service = object(
        "v1",
        "Service",
        "s",
        &json!({"selector": {"app": "a"}, "ports": [{"port": 80, "targetPort": "http"}]}),
    );
    let mut pod = pod(
        &json!({"containers": [{"name": "c", "ports": [{"name": "http", "containerPort": 80}]}]}),
    );
    assert!(found(&[service.clone(), pod.clone()]).is_empty());
    pod["metadata"]["namespace"] = json!("default");
    assert!(found(&[service.clone(), pod.clone()]).is_empty());
    pod["metadata"]["namespace"] = json!("other");
    assert_eq!(
        found(&[service, pod]),
        ["SR003 0 spec.selector: no pod template in the render has these labels"]
    );
}

#[test]
fn a_service_without_selector_or_of_another_name_selects_nothing_on_purpose() {
    let external =
        json!({"type": "ExternalName", "externalName": "db.example", "selector": {"app": "x"}});
    let manual = json!({"ports": [{"port": 80, "targetPort": "http"}]});
    assert!(
        found(&[
            object("v1", "Service", "s", &external),
            object("v1", "Service", "t", &manual)
        ])
        .is_empty()
    );
}

#[test]
fn what_is_optional_or_external_may_be_absent() {
    let objects = [
        pod(&json!({
            "serviceAccountName": "default",
            "containers": [{"name": "c", "env": [
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": true}}},
                {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "gone", "optional": true}}},
                {"name": "C", "valueFrom": {"secretKeyRef": {"name": "mine", "key": "k"}}},
            ]}],
            "volumes": [{"name": "v", "secret": {"secretName": "t", "optional": true}}],
        })),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"k": ""}}),
    ];
    let mut external = External::default();
    assert!(external.declare_text("secret/mine"));
    assert!(!external.declare_text("mine"));
    assert!(found_with(&objects, &external).is_empty());
    assert_eq!(
        found(&objects),
        [
            "SR010 0 spec.containers[0].env[2].valueFrom.secretKeyRef.name: the Secret `mine` is not in the render"
        ]
    );
}

#[test]
fn keys_are_found_in_every_kind_of_data() {
    let reference = |kind: &str, key: &str| json!({"name": key, "valueFrom": {kind: {"name": "o", "key": key}}});
    let objects = [
        pod(&json!({"containers": [{"name": "c", "env": [
            reference("secretKeyRef", "plain"),
            reference("configMapKeyRef", "binary"),
            reference("secretKeyRef", "gone"),
        ]}]})),
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "o"}, "stringData": {"plain": "x"}}),
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "o"}, "binaryData": {"binary": ""}}),
    ];
    assert_eq!(
        found(&objects),
        [
            "SR011 0 spec.containers[0].env[2].valueFrom.secretKeyRef.key: the Secret `o` has no key `gone`"
        ]
    );
}

#[test]
fn projected_volumes_and_jobs_of_cron_jobs_are_looked_into() {
    let cron_job = object(
        "batch/v1",
        "CronJob",
        "c",
        &json!({"jobTemplate": {"spec": {"template": {"spec": {"volumes": [
            {"name": "v", "projected": {"sources": [{"secret": {"name": "gone"}}]}},
        ]}}}}}),
    );
    assert_eq!(
        found(&[cron_job]),
        [
            "SR010 0 spec.jobTemplate.spec.template.spec.volumes[0].projected.sources[0].secret.name: the Secret `gone` is not in the render"
        ]
    );
}

#[test]
fn an_ingress_needs_its_service_and_port() {
    let ingress = |port: Value| {
        let backend = json!({"service": {"name": "s", "port": port}});
        object(
            "networking.k8s.io/v1",
            "Ingress",
            "i",
            &json!({"rules": [{"http": {"paths": [{"backend": backend}]}}]}),
        )
    };
    let service = object(
        "v1",
        "Service",
        "s",
        &json!({"ports": [{"name": "web", "port": 80}]}),
    );
    let path = "spec.rules[0].http.paths[0].backend.service";
    assert!(found(&[ingress(json!({"number": 80})), service.clone()]).is_empty());
    assert!(found(&[ingress(json!({"name": "web"})), service.clone()]).is_empty());
    assert_eq!(
        found(&[ingress(json!({"number": 81})), service]),
        [format!("SR004 0 {path}.port.number: there is no port `81`")]
    );
    assert_eq!(
        found(&[ingress(json!({"number": 80}))]),
        [format!(
            "SR010 0 {path}.name: the Service `s` is not in the render"
        )]
    );
}

#[test]
fn an_autoscaler_needs_what_it_scales() {
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"});
    let autoscaler = object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "h",
        &json!({"scaleTargetRef": target}),
    );
    assert_eq!(
        found(&[autoscaler]),
        ["SR010 0 spec.scaleTargetRef.name: the Deployment `gone` is not in the render"]
    );
}

#[test]
fn one_port_may_be_open_for_two_protocols() {
    let ports = |protocol: &str| json!([{"containerPort": 53}, {"containerPort": 53, "protocol": protocol}]);
    assert!(
        found(&[pod(
            &json!({"containers": [{"name": "c", "ports": ports("UDP")}]})
        )])
        .is_empty()
    );
    assert_eq!(
        found(&[pod(
            &json!({"containers": [{"name": "c", "ports": ports("TCP")}]})
        )]),
        ["SR024 0 spec.containers[0].ports[1].containerPort: duplicate port `53`"]
    );
}

#[test]
fn objects_of_two_groups_or_namespaces_are_two() {
    let ingress = |group: &str| object(group, "Ingress", "i", &json!({}));
    assert!(found(&[ingress("networking.k8s.io/v1"), ingress("example.com/v1")]).is_empty());
    assert_eq!(
        found(&[
            ingress("networking.k8s.io/v1"),
            ingress("networking.k8s.io/v1beta1")
        ]),
        ["SR040 1 metadata.name: duplicate object"]
    );
}

#[test]
fn a_name_may_be_generated() {
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "a-"}});
    assert!(found(&[job.clone(), job]).is_empty());
}

#[test]
fn what_has_the_wrong_type_is_passed_over() {
    let odd = [
        json!(null),
        json!([]),
        json!({"apiVersion": 1, "kind": [], "metadata": "x", "spec": 3}),
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "labels": [1]}, "spec": {"containers": {"a": 1}, "volumes": "x"}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "b"}, "spec": {"selector": "x", "ports": [1, null]}}),
    ];
    assert_eq!(found(&odd), [""; 0]);
}
