//! Faults planted into the default render, one at a time: each is found, where it was planted, and
//! nothing else is.

use serde_json::{Value, json};

use super::found;
use super::recorded::render;

const POSTGRES: &str = "Deployment/swanlab-self-hosted-postgres";
const GATEWAY: &str = "Deployment/swanlab-self-hosted";
const HOUSE: &str = "StatefulSet/swanlab-self-hosted-house";
const SERVICE: &str = "Service/swanlab-self-hosted-postgres";
const CLAIM: &str = "PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc";
const SECRET: &str = "Secret/swanlab-self-hosted-postgres-credentials";
const CONFIG: &str = "ConfigMap/swanlab-self-hosted-traefik-config";
const JOB: &str = "Job/swanlab-self-hosted-s3-init-buckets";

/// The object, a pointer into it, what is put there (null: what is there is taken away; `-` as last
/// step: it is appended), and what has to be found.
type Fault = (&'static str, &'static str, Value, &'static str);

#[rustfmt::skip]
fn structure_faults() -> Vec<Fault> {
    vec![
        (POSTGRES, "/spec/replcas", json!(1), "SA010 spec.replcas"),
        (POSTGRES, "/spec/replicas", json!("1"), "SA020 spec.replicas"),
        (POSTGRES, "/spec/replicas", json!(1.5), "SA020 spec.replicas"),
        (POSTGRES, "/spec/replicas", json!(3_000_000_000_i64), "SA021 spec.replicas"),
        (POSTGRES, "/spec/strategy/type", json!("recreate"), "SA022 spec.strategy.type"),
        (POSTGRES, "/spec/template/spec/containers", Value::Null, "SA012 spec.template.spec"),
        (POSTGRES, "/spec/template/spec/containers/0/imagePullPolicy", json!("Allways"), "SA022 spec.template.spec.containers[0].imagePullPolicy"),
        (POSTGRES, "/spec/template/spec/containers/0/image", json!(["postgres"]), "SA020 spec.template.spec.containers[0].image"),
        (POSTGRES, "/spec/template/spec/containers/0/env/0/value", json!(true), "SA020 spec.template.spec.containers[0].env[0].value"),
        (POSTGRES, "/spec/template/spec/containers/0/resources", json!({"limits": {"memory": "1GB"}}), "SA023 spec.template.spec.containers[0].resources.limits.memory"),
        (POSTGRES, "/spec/template/spec/containers/0/resources", json!({"limit": {}}), "SA010 spec.template.spec.containers[0].resources.limit"),
        (POSTGRES, "/spec/template/spec/containers/0/ports/0/protocol", json!("tcp"), "SA022 spec.template.spec.containers[0].ports[0].protocol"),
        (POSTGRES, "/spec/template/spec/tolerations", json!([{"key": "a", "effect": "NoSchedul"}]), "SA022 spec.template.spec.tolerations[0].effect"),
        (POSTGRES, "/spec/template/spec/tolerations", json!({"key": "a"}), "SA020 spec.template.spec.tolerations"),
        (POSTGRES, "/spec/template/spec/nodeSelector", json!({"gpu": 1}), "SA020 spec.template.spec.nodeSelector.gpu"),
        (POSTGRES, "/metadata/annotations", json!({"a": 1}), "SA020 metadata.annotations.a"),
        (GATEWAY, "/spec/template/spec/topologySpreadConstraints/0/maxSkew", Value::Null, "SA012 spec.template.spec.topologySpreadConstraints[0]"),
        (GATEWAY, "/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable", json!("Never"), "SA022 spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable"),
        (GATEWAY, "/apiVersion", json!("extensions/v1beta1"), "SA003 apiVersion"),
        (HOUSE, "/spec/volumeClaimTemplates/0/spec/resources/requests/storage", json!("10 Gi"), "SA023 spec.volumeClaimTemplates[0].spec.resources.requests.storage"),
        (SERVICE, "/spec/type", json!("ClusterIp"), "SA022 spec.type"),
        (SERVICE, "/spec/ports/0/port", Value::Null, "SA012 spec.ports[0]"),
        (CLAIM, "/spec/accessModes/0", json!("RWO"), "SA022 spec.accessModes[0]"),
        (SECRET, "/data/password", json!("swanlab!"), "SA025 data.password"),
        (CONFIG, "/data/answer", json!(42), "SA020 data.answer"),
        (JOB, "/spec/ttlSecondsAfterFinished", json!("3600"), "SA020 spec.ttlSecondsAfterFinished"),
        (JOB, "/apiVersion", json!("batch/v1beta1"), "SA003 apiVersion"),
    ]
}

#[rustfmt::skip]
fn reference_faults() -> Vec<Fault> {
    vec![
        (POSTGRES, "/spec/selector/matchLabels/app.kubernetes.io~1name", json!("other"), "SR001 spec.selector.matchLabels[\"app.kubernetes.io/name\"]"),
        (POSTGRES, "/spec/selector/matchLabels", json!({}), "SR002 spec.selector"),
        (SERVICE, "/spec/selector/app.kubernetes.io~1name", json!("other"), "SR003 spec.selector"),
        (SERVICE, "/spec/ports/0/targetPort", json!("postgress"), "SR004 spec.ports[0].targetPort"),
        (POSTGRES, "/spec/template/spec/containers/0/readinessProbe", json!({"tcpSocket": {"port": "sql"}}), "SR004 spec.template.spec.containers[0].readinessProbe.tcpSocket.port"),
        (POSTGRES, "/spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/name", json!("gone"), "SR010 spec.template.spec.containers[0].env[3].valueFrom.secretKeyRef.name"),
        (POSTGRES, "/spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/key", json!("user"), "SR011 spec.template.spec.containers[0].env[3].valueFrom.secretKeyRef.key"),
        (POSTGRES, "/spec/template/spec/containers/0/envFrom", json!([{"configMapRef": {"name": "gone"}}]), "SR010 spec.template.spec.containers[0].envFrom[0].configMapRef.name"),
        (POSTGRES, "/spec/template/spec/volumes/0/persistentVolumeClaim/claimName", json!("gone"), "SR010 spec.template.spec.volumes[0].persistentVolumeClaim.claimName"),
        (POSTGRES, "/spec/template/spec/imagePullSecrets", json!([{"name": "gone"}]), "SR010 spec.template.spec.imagePullSecrets[0].name"),
        (POSTGRES, "/spec/template/spec/serviceAccountName", json!("gone"), "SR010 spec.template.spec.serviceAccountName"),
        (GATEWAY, "/spec/template/spec/volumes/0/configMap/items", json!([{"key": "gone.yaml", "path": "a"}]), "SR011 spec.template.spec.volumes[0].configMap.items[0].key"),
        (HOUSE, "/spec/serviceName", json!("gone"), "SR010 spec.serviceName"),
        (HOUSE, "/spec/template/spec/containers/0/volumeMounts/0/name", json!("data"), "SR012 spec.template.spec.containers[0].volumeMounts[0].name"),
        (GATEWAY, "/spec/template/spec/containers/0/volumeMounts/2/name", json!("plugins"), "SR012 spec.template.spec.containers[0].volumeMounts[2].name"),
        (GATEWAY, "/spec/template/spec/containers/0/name", json!("download-identify"), "SR020 spec.template.spec.containers[0].name"),
        (GATEWAY, "/spec/template/spec/volumes/-", json!({"name": "config", "emptyDir": {}}), "SR021 spec.template.spec.volumes[2].name"),
        (POSTGRES, "/spec/template/spec/containers/0/env/-", json!({"name": "TZ"}), "SR022 spec.template.spec.containers[0].env[5].name"),
        (GATEWAY, "/spec/template/spec/containers/0/ports/1/name", json!("web"), "SR023 spec.template.spec.containers[0].ports[1].name"),
        (GATEWAY, "/spec/template/spec/containers/0/ports/1/containerPort", json!(80), "SR024 spec.template.spec.containers[0].ports[1].containerPort"),
        (SERVICE, "/spec/ports/-", json!({"name": "again", "port": 5432}), "SR025 spec.ports[1].port"),
        (GATEWAY, "/spec/template/spec/containers/0/volumeMounts/1/mountPath", json!("/etc/traefik/traefik.yaml"), "SR026 spec.template.spec.containers[0].volumeMounts[1].mountPath"),
        (SERVICE, "/spec/ports/-", json!({"port": 5433}), "SR027 spec.ports[1]"),
        (POSTGRES, "/metadata/labels/team", json!("data & AI"), "SR030 metadata.labels.team"),
        (POSTGRES, "/spec/template/metadata/annotations", json!({"-a": ""}), "SR030 spec.template.metadata.annotations.-a"),
        (POSTGRES, "/spec/template/spec/containers/0/name", json!("Postgres"), "SR030 spec.template.spec.containers[0].name"),
        (POSTGRES, "/spec/template/spec/containers/0/ports/0/name", json!("postgres-database"), "SR030 spec.template.spec.containers[0].ports[0].name"),
        (JOB, "/metadata/name", json!("Init_Buckets"), "SR030 metadata.name"),
        (CONFIG, "/data/a~1b", json!(""), "SR030 data[\"a/b\"]"),
        (JOB, "/metadata/name", Value::Null, "SR032 metadata"),
    ]
}

#[test]
fn every_planted_fault_is_found_where_it_was_planted() {
    let recorded = render("defaults").unwrap();
    let faults = [structure_faults(), reference_faults()].concat();
    assert!(faults.len() >= 50);
    let mut missed = Vec::new();
    for (name, pointer, value, expected) in &faults {
        let mut objects = recorded.objects.clone();
        let (kind, own) = name.split_once('/').unwrap();
        let object = objects
            .iter_mut()
            .find(|object| object["kind"] == kind && object["metadata"]["name"] == own)
            .unwrap();
        plant(object, pointer, value);
        let own = object["metadata"]["name"].as_str().unwrap_or("?");
        let (code, path) = expected.split_once(' ').unwrap();
        let expected = format!("{code} {kind}/{own} {path}");
        let lines = found(&objects, &recorded);
        if lines != [expected.as_str()] {
            missed.push(format!("{pointer} = {value}: {lines:#?}, not {expected}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_same_object_twice_is_found() {
    let recorded = render("defaults").unwrap();
    let mut objects = recorded.objects.clone();
    let mut copy = objects[0].clone();
    copy["metadata"]["namespace"] = json!(recorded.namespace);
    objects.push(copy);
    let lines = found(&objects, &recorded);
    assert_eq!(
        lines,
        ["SR040 Secret/swanlab-self-hosted-clickhouse-credentials metadata.name"]
    );
}

fn plant(object: &mut Value, pointer: &str, value: &Value) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let last = last.replace("~1", "/");
    match object.pointer_mut(parent).unwrap() {
        Value::Object(map) if value.is_null() => assert!(map.shift_remove(&last).is_some()),
        Value::Object(map) => {
            map.insert(last, value.clone());
        }
        Value::Array(list) if last == "-" => list.push(value.clone()),
        Value::Array(list) => list[last.parse::<usize>().unwrap()] = value.clone(),
        other => panic!("{pointer}: {other}"),
    }
}
