//! Counts of small sets of objects, each about one rule.

use serde_json::{Value, json};

use super::*;

fn manifests(objects: Vec<Value>) -> Vec<Manifest> {
    let manifest = |object| Manifest {
        source: "c/templates/a.yaml".to_owned(),
        document: 0,
        object,
    };
    objects.into_iter().map(manifest).collect()
}

fn summary(objects: Vec<Value>) -> Summary {
    Summary::of(&manifests(objects), "default")
}

fn workload(kind: &str, name: &str, replicas: u64, pod: Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": {
        "replicas": replicas,
        "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
    }})
}

fn container(requests: Value, limits: Value) -> Value {
    json!({"name": "c", "image": "i", "resources": {"requests": requests, "limits": limits}})
}

fn shown(amounts: Amounts) -> [Option<String>; 2] {
    [amounts.requests, amounts.limits].map(|amount| amount.map(Quantity::binary))
}

#[test]
fn pods_count_at_full_replicas_and_those_that_end_do_not() {
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {
        "template": {"spec": {"containers": [container(json!({"cpu": 8}), json!({}))]}}}});
    let hook = json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "t", "annotations": {"helm.sh/hook": "test"}},
        "spec": {"containers": [{"name": "t", "image": "test"}]}});
    let scaler = json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"}, "spec": {"maxReplicas": 7,
        "scaleTargetRef": {"kind": "Deployment", "name": "scaled"}}});
    let mut default = workload("Deployment", "default", 0, json!({}));
    default["spec"].as_object_mut().unwrap().remove("replicas");
    let sum = summary(vec![
        workload("Deployment", "web", 3, json!({})),
        workload("Deployment", "scaled", 2, json!({})),
        workload("StatefulSet", "stopped", 0, json!({})),
        workload("DaemonSet", "agent", 0, json!({})),
        default,
        scaler,
        job,
        hook,
    ]);
    assert_eq!(sum.sums.pods, 3 + 7 + 1 + 1);
    assert_eq!(sum.sums.cpu, Amounts::default());
    assert_eq!(sum.images, ["i", "test"]);
    assert_eq!(sum.minimum_nodes, 1);
}

#[test]
fn a_pod_needs_its_containers_together_or_the_largest_of_its_start() {
    let small = container(json!({"cpu": "100m"}), json!({"memory": "1Gi"}));
    let large = container(json!({"cpu": "1"}), json!({}));
    let mut sidecar = container(json!({"cpu": "50m"}), json!({}));
    sidecar["restartPolicy"] = "Always".into();
    for (pod, cpu) in [
        (json!({"containers": [small, small]}), "200m"),
        (
            json!({"initContainers": [large], "containers": [small, small]}),
            "1",
        ),
        (
            json!({"initContainers": [sidecar], "containers": [small]}),
            "150m",
        ),
        (
            json!({"initContainers": [sidecar, large], "containers": [small]}),
            "1050m",
        ),
        (
            json!({"initContainers": [large, sidecar], "containers": [small]}),
            "1",
        ),
        (
            json!({"containers": [small], "overhead": {"cpu": "20m"}}),
            "120m",
        ),
        (
            json!({"containers": [small], "resources": {"requests": {"cpu": "3"}}}),
            "3",
        ),
    ] {
        let sum = summary(vec![workload("Deployment", "web", 1, pod.clone())]);
        assert_eq!(shown(sum.sums.cpu), [Some(cpu.to_owned()), None], "{pod}");
    }
}

#[test]
fn a_limit_without_a_request_is_the_request() {
    let pod = json!({"containers": [container(json!({}), json!({"memory": "1536Mi"}))]});
    let sum = summary(vec![workload("Deployment", "web", 2, pod)]);
    assert_eq!(
        shown(sum.sums.memory),
        [Some("3Gi".to_owned()), Some("3Gi".to_owned())]
    );
    assert_eq!(shown(sum.sums.cpu), [None, None]);
}

#[test]
fn claims_are_summed_by_class() {
    let claim = |name: &str, class: Value, size: &str| {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
            "spec": {"storageClassName": class, "resources": {"requests": {"storage": size}}}})
    };
    let mut set = workload("StatefulSet", "house", 2, json!({}));
    set["spec"]["volumeClaimTemplates"] = json!([claim("data", "fast".into(), "10Gi")]);
    let sum = summary(vec![
        claim("a", Value::Null, "20Gi"),
        claim("b", "fast".into(), "512Mi"),
        set,
    ]);
    let storage: Vec<(&str, String, u64)> = sum
        .sums
        .storage
        .iter()
        .map(|storage| (&*storage.class, storage.size.binary(), storage.claims))
        .collect();
    assert_eq!(
        storage,
        [
            ("", "20Gi".to_owned(), 1),
            ("fast", "20992Mi".to_owned(), 3)
        ]
    );
}

#[test]
fn pods_that_exclude_each_other_need_nodes_of_their_own() {
    let apart = |labels: &[&str], key: &str| {
        json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{
            "topologyKey": key,
            "labelSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": labels}]},
        }]}}})
    };
    let host = "kubernetes.io/hostname";
    for (objects, nodes) in [
        (vec![], 0),
        (vec![workload("Deployment", "a", 3, apart(&["a"], host))], 3),
        (
            vec![workload("Deployment", "a", 3, apart(&["a"], "zone"))],
            1,
        ),
        (vec![workload("Deployment", "a", 3, apart(&["b"], host))], 1),
        (
            vec![
                workload("Deployment", "a", 3, apart(&["a", "b"], host)),
                workload("Deployment", "b", 2, json!({})),
                workload("Deployment", "c", 2, apart(&["c"], host)),
            ],
            4,
        ),
    ] {
        assert_eq!(summary(objects.clone()).minimum_nodes, nodes, "{objects:?}");
    }
}

#[test]
fn many_workloads_that_exclude_each_other_are_counted_in_time() {
    let apart = json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {}},
    ]}}});
    let many = (0..300).map(|n| workload("Deployment", &format!("w{n}"), 2, apart.clone()));
    assert_eq!(summary(many.collect()).minimum_nodes, 600);
}

#[test]
fn ports_are_those_of_services() {
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {
        "type": "NodePort", "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}});
    let ports = summary(vec![service]).ports;
    let ports: Vec<String> = ports
        .iter()
        .map(|port| format!("{} {} {}", port.service, port.port, port.of_type))
        .collect();
    assert_eq!(ports, ["s 80/TCP NodePort", "s 53/UDP NodePort"]);
}
