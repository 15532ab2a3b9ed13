//! Workloads that become another kind, of any chart: what stays, what is needed, what runs twice.

use serde_json::{Value, json};
use swanlab_render::diff::{Certainty, compare};
use swanlab_render::manifest::Manifest;

use crate::support::options;

fn manifests(objects: &[Value]) -> Vec<Manifest> {
    let manifest = |object: &Value| Manifest {
        source: "a.yaml".to_owned(),
        document: 0,
        object: object.clone(),
    };
    objects.iter().map(manifest).collect()
}

fn workload(kind: &str, name: &str, pod: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    })
}

fn with_claims(mut set: Value, size: &str) -> Value {
    set["spec"]["serviceName"] = json!("s");
    set["spec"]["volumeClaimTemplates"] = json!([{
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
    }]);
    set
}

fn pod(image: &str) -> Value {
    json!({"containers": [{"name": "c", "image": image}]})
}

fn messages(old: &[Value], new: &[Value]) -> Vec<String> {
    let (old, new) = (manifests(old), manifests(new));
    let diff = compare(&old, &new, &options(35));
    let lines = diff.findings.iter().map(|finding| {
        let sign = match finding.certainty {
            Certainty::Certain => '!',
            Certainty::Conditional => '?',
        };
        let name = finding.effect.name();
        format!(
            "{sign} {name} {}/{}: {}",
            finding.object.kind, finding.object.name, finding.message
        )
    });
    lines.collect()
}

#[test]
fn a_stateful_set_that_becomes_a_deployment_leaves_its_claims() {
    let old = [with_claims(
        workload("StatefulSet", "house", &pod("house:1")),
        "10Gi",
    )];
    let new = [
        workload("Deployment", "house", &pod("house:2")),
        with_claims(workload("StatefulSet", "vector", &pod("vector:1")), "60Gi"),
    ];
    let found = messages(&old, &new);
    for part in [
        "? data-loss StatefulSet/house: its claims stay in the cluster, and nothing reads them any more: data-house-0 (10Gi), data-house-1 (10Gi)",
        "? outage Deployment/house: it runs beside the StatefulSet of the same name",
        "! in-place StatefulSet/vector: new claims need 120Gi of the default storage class: data-vector-0 (60Gi), data-vector-1 (60Gi)",
        "? outage StatefulSet/vector: images that were not used before have to be in the registry or mirror: vector:1",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(part)),
            "{part}\n{found:#?}"
        );
    }
}

#[test]
fn files_get_another_group_at_the_first_start() {
    let mounted = |context: Value| {
        let mut pod = pod("db:1");
        pod["volumes"] = json!([{"name": "v", "persistentVolumeClaim": {"claimName": "p"}}]);
        pod["securityContext"] = context;
        workload("Deployment", "db", &pod)
    };
    let old = [mounted(json!({}))];
    let found = messages(&old, &[mounted(json!({"fsGroup": 999}))]);
    assert!(
        found
            .iter()
            .any(|line| line.contains("to the group 999 (fsGroup, before: none)")),
        "{found:#?}"
    );
    let found = messages(&old, &[mounted(json!({"runAsUser": 999}))]);
    assert!(
        found
            .iter()
            .any(|line| line.contains("it runs as the user 999 (before: none)")),
        "{found:#?}"
    );
}
