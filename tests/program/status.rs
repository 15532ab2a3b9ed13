//! `status` with recorded answers of a cluster: an installation in which all is well, and what can go wrong in one, each
//! with the value behind it.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::key;
use crate::support::kubectl::{Recorded, after_apply, rendered};

const POSTGRES: &str = "swanlab-self-hosted-postgres";
const SERVER: &str = "swanlab-self-hosted-server";
const HOUSE: &str = "swanlab-self-hosted-house";

/// A cluster to which a render was applied, and in which all is ready.
struct Installation {
    args: Vec<String>,
    objects: Vec<Value>,
    pods: Vec<Value>,
    sets: Vec<Value>,
    claims: Vec<Value>,
    events: Vec<Value>,
    log: String,
}

impl Installation {
    fn new(set: &[&str]) -> Self {
        let mut args: Vec<String> = ["-n", "swanlab"].map(str::to_owned).to_vec();
        args.extend(
            set.iter()
                .flat_map(|set| ["--set".to_owned(), (*set).to_owned()]),
        );
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        let objects: Vec<Value> = rendered(&words).iter().map(after_apply).collect();
        let mut all = Self {
            args,
            objects,
            pods: Vec::new(),
            sets: Vec::new(),
            claims: Vec::new(),
            events: Vec::new(),
            log: String::new(),
        };
        for object in &mut all.objects {
            let kind = object["kind"].as_str().unwrap().to_owned();
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            let replicas = object["spec"]["replicas"].as_i64().unwrap_or(1);
            object["metadata"]["generation"] = 1.into();
            object["status"] = match kind.as_str() {
                "Deployment" => {
                    json!({"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
                    "availableReplicas": replicas, "readyReplicas": replicas})
                }
                "StatefulSet" => {
                    json!({"observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
                    "readyReplicas": replicas, "currentRevision": "a", "updateRevision": "a"})
                }
                "Job" => {
                    json!({"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]})
                }
                "PersistentVolumeClaim" => json!({"phase": "Bound"}),
                _ => continue,
            };
            let owner = match kind.as_str() {
                "Deployment" => {
                    let set = format!("{name}-5f6d");
                    for (name, revision) in [(format!("{name}-old"), "1"), (set.clone(), "12")] {
                        all.sets.push(json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name,
                            "namespace": "swanlab", "annotations": {"deployment.kubernetes.io/revision": revision},
                            "ownerReferences": [{"kind": "Deployment", "name": object["metadata"]["name"]}]}}));
                    }
                    json!({"kind": "ReplicaSet", "name": set})
                }
                "StatefulSet" => json!({"kind": "StatefulSet", "name": name}),
                _ => continue,
            };
            for place in 0..replicas {
                let spec = &object["spec"]["template"]["spec"];
                let status = |list: &str, state: Value, ready: bool| -> Vec<Value> {
                    spec[list]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|container| {
                            json!({"name": container["name"],
                        "ready": ready, "restartCount": 0, "state": state})
                        })
                        .collect()
                };
                all.pods.push(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("{name}-{place}"),
                    "namespace": "swanlab", "ownerReferences": [owner]}, "spec": spec, "status": {"phase": "Running",
                    "conditions": [{"type": "PodScheduled", "status": "True"}],
                    "initContainerStatuses": status("initContainers", json!({"terminated": {"exitCode": 0}}), true),
                    "containerStatuses": status("containers", json!({"running": {}}), true)}}));
            }
        }
        all
    }

    fn object(&mut self, key_of: &str) -> &mut Value {
        self.objects
            .iter_mut()
            .find(|object| key(object) == key_of)
            .unwrap()
    }

    /// A workload of which no pod is ready, and its first pod.
    fn broken(&mut self, kind: &str, name: &str) -> &mut Value {
        let status = &mut self.object(&format!("{kind}/{name}"))["status"];
        status["availableReplicas"] = 0.into();
        status["readyReplicas"] = 0.into();
        let first = format!("{name}-0");
        self.pods
            .iter_mut()
            .find(|pod| pod["metadata"]["name"] == *first)
            .unwrap()
    }

    /// A pod that the scheduler has no node for.
    fn unschedulable(&mut self, kind: &str, name: &str, message: &str) {
        self.broken(kind, name)["status"] = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled",
            "status": "False", "reason": "Unschedulable", "message": message}]});
    }

    /// A container that waits.
    fn waits(
        &mut self,
        kind: &str,
        name: &str,
        container: usize,
        reason: &str,
        message: &str,
    ) -> &mut Value {
        let pod = self.broken(kind, name);
        let status = &mut pod["status"]["containerStatuses"][container];
        status["ready"] = false.into();
        status["state"] = json!({"waiting": {"reason": reason, "message": message}});
        status
    }

    fn event(&mut self, kind: &str, name: &str, reason: &str, message: &str) {
        self.events.push(json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "e", "namespace": "swanlab"},
            "type": "Warning", "involvedObject": {"kind": kind, "name": name, "namespace": "swanlab"},
            "reason": reason, "message": message, "lastTimestamp": "2026-11-27T10:00:00Z"}));
    }

    fn run(&self, more: &[&str]) -> Output {
        let cluster = Recorded::new();
        for (question, answer) in [
            ("named", &self.objects),
            ("pods", &self.pods),
            ("replicasets.apps", &self.sets),
            ("persistentvolumeclaims", &self.claims),
            ("events", &self.events),
        ] {
            cluster.answers(question, answer);
        }
        cluster.write("log", &self.log);
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        cluster.run(&[&["status"], &args[..], more].concat())
    }

    /// The report on an object.
    #[track_caller]
    fn state(&self, object: &str) -> Value {
        let output = self.run(&["-o", "json"]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&report["schemaVersion"], &report["ready"]),
            (&json!(1), &json!(false))
        );
        let states = report["objects"].as_array().unwrap();
        states
            .iter()
            .find(|state| state["object"] == object)
            .unwrap()
            .clone()
    }

    #[track_caller]
    fn assert(&self, object: &str, status: &str, reason: &str, value: Value) {
        let state = self.state(object);
        let said = state["reason"].as_str().unwrap();
        assert!(said.contains(reason), "{state:#}");
        assert_eq!(
            (&state["status"], &state["value"]),
            (&json!(status), &value),
            "{state:#}"
        );
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn all_is_well() {
    let output = Installation::new(&[]).run(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        text(&output.stdout),
        "all 28 objects are as rendered and ready\n"
    );
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_finished_job_that_its_ttl_has_deleted_is_not_missing() {
    let mut all = Installation::new(&[]);
    all.objects.retain(|object| object["kind"] != "Job");
    assert_eq!(all.run(&[]).status.code(), Some(0));
}

#[test]
fn a_tag_that_the_registry_does_not_have() {
    let mut all = Installation::new(&["service.server.image.tag=v9.9.9"]);
    let message = "Back-off pulling image \"repo.swanlab.cn/self-hosted/swanlab-server:v9.9.9\": ErrImagePull: rpc error: code = \
                   NotFound desc = failed to pull and unpack image: not found";
    all.waits("Deployment", SERVER, 0, "ImagePullBackOff", message);
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "image repo.swanlab.cn/self-hosted/swanlab-server:v9.9.9 of container server cannot be pulled: the registry \
         repo.swanlab.cn does not have it",
        json!("service.server.image.tag"),
    );
}

#[test]
fn a_registry_that_wants_credentials() {
    let mut all = Installation::new(&["global.imagePullSecrets[0].name=wrong"]);
    all.waits(
        "Deployment",
        POSTGRES,
        0,
        "ImagePullBackOff",
        "Back-off pulling image",
    );
    let message = "Failed to pull image \"repo.swanlab.cn/self-hosted/postgres:16.1\": pull access denied, repository does \
                   not exist or may require authorization: authorization failed";
    all.event("Pod", "swanlab-self-hosted-postgres-0", "Failed", message);
    all.assert(
        "Deployment/swanlab-self-hosted-postgres",
        "stuck",
        "refuses it without other credentials",
        json!("global.imagePullSecrets[0].name"),
    );
}

#[test]
fn a_registry_that_the_nodes_cannot_reach() {
    let mut all =
        Installation::new(&["dependencies.redis.image.repository=registry.internal/redis-stack"]);
    let message = "failed to do request: Head \"https://registry.internal/v2/redis-stack\": dial tcp: lookup \
                   registry.internal: no such host";
    all.waits(
        "Deployment",
        "swanlab-self-hosted-redis",
        0,
        "ErrImagePull",
        message,
    );
    all.assert(
        "Deployment/swanlab-self-hosted-redis",
        "stuck",
        "the nodes cannot reach the registry registry.internal",
        json!("dependencies.redis.image.repository"),
    );
}

#[test]
fn a_node_selector_that_no_node_matches() {
    let mut all = Installation::new(&["service.server.customNodeSelector.disk=nvme"]);
    let message = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are \
                   available: 3 Preemption is not helpful for scheduling.";
    all.unschedulable("Deployment", SERVER, message);
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "no node has the labels of its node selector",
        json!("service.server.customNodeSelector.disk"),
    );
}

#[test]
fn taints_that_are_not_tolerated() {
    let mut all = Installation::new(&[]);
    let message = "0/2 nodes are available: 2 node(s) had untolerated taint {dedicated: gpu}.";
    all.unschedulable("StatefulSet", HOUSE, message);
    let state = all.state("StatefulSet/swanlab-self-hosted-house");
    assert!(
        state["reason"]
            .as_str()
            .unwrap()
            .contains("nodes have taints that it does not tolerate"),
        "{state:#}"
    );
    assert!(
        state["remedy"].as_str().unwrap().contains("toleration"),
        "{state:#}"
    );
    assert_eq!(state["value"], "service.house.customTolerations");
}

#[test]
fn pods_that_may_not_share_a_node() {
    let mut all = Installation::new(&["global.podAntiAffinityPreset=hard"]);
    let message =
        "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints.";
    all.unschedulable("Deployment", SERVER, message);
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "must spread over more nodes",
        json!("global.podAntiAffinityPreset"),
    );
}

#[test]
fn a_request_that_no_node_has_room_for() {
    let mut all = Installation::new(&["dependencies.clickhouse.resources.requests.memory=900Gi"]);
    let message = "0/3 nodes are available: 3 Insufficient memory.";
    all.unschedulable("Deployment", "swanlab-self-hosted-clickhouse", message);
    all.assert(
        "Deployment/swanlab-self-hosted-clickhouse",
        "stuck",
        "no node has room for what it requests",
        json!("dependencies.clickhouse.resources.requests.memory"),
    );
}

#[test]
fn a_storage_class_that_does_not_exist() {
    let mut all = Installation::new(&["dependencies.postgres.persistence.storageClass=fast"]);
    all.object("PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc")["status"]["phase"] =
        "Pending".into();
    all.event(
        "PersistentVolumeClaim",
        "swanlab-self-hosted-postgres-pvc",
        "ProvisioningFailed",
        "storageclass.storage.k8s.io \"fast\" not found",
    );
    all.assert(
        "PersistentVolumeClaim/swanlab-self-hosted-postgres-pvc",
        "stuck",
        "\"fast\" not found",
        json!("dependencies.postgres.persistence.storageClass"),
    );
}

#[test]
fn a_class_of_a_claim_template_that_does_not_exist() {
    let mut all = Installation::new(&["service.house.persistence.storageClass=fast"]);
    let claim = "house-swanlab-self-hosted-house-0";
    all.unschedulable(
        "StatefulSet",
        HOUSE,
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
    );
    let pod = all.broken("StatefulSet", HOUSE);
    pod["spec"]["volumes"] =
        json!([{"name": "house", "persistentVolumeClaim": {"claimName": claim}}]);
    all.claims = vec![
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": claim,
        "namespace": "swanlab"}, "spec": {"storageClassName": "fast"}, "status": {"phase": "Pending"}}),
    ];
    all.event(
        "PersistentVolumeClaim",
        claim,
        "ProvisioningFailed",
        "storageclass.storage.k8s.io \"fast\" not found",
    );
    all.assert(
        "StatefulSet/swanlab-self-hosted-house",
        "stuck",
        "the claim house-swanlab-self-hosted-house-0 has no volume",
        json!("service.house.persistence.storageClass"),
    );
}

#[test]
fn a_claim_that_somebody_was_to_create() {
    let mut all = Installation::new(&["dependencies.postgres.persistence.existingClaim=mine"]);
    let message = "0/3 nodes are available: persistentvolumeclaim \"mine\" not found. preemption: not helpful";
    all.unschedulable("Deployment", POSTGRES, message);
    all.assert(
        "Deployment/swanlab-self-hosted-postgres",
        "stuck",
        "a claim that it mounts does not exist",
        json!("dependencies.postgres.persistence.existingClaim"),
    );
}

#[test]
fn an_init_container_that_waits_for_a_database() {
    let mut all = Installation::new(&[]);
    all.waits(
        "Deployment",
        "swanlab-self-hosted-redis",
        0,
        "ContainerCreating",
        "",
    );
    let pod = all.broken("Deployment", SERVER);
    pod["status"]["initContainerStatuses"][0]["state"] = json!({"running": {}});
    pod["status"]["containerStatuses"][0] = json!({"name": "server", "ready": false, "restartCount": 0,
        "state": {"waiting": {"reason": "PodInitializing"}}});
    all.log =
        "waiting for redis at redis://default:swanlab@swanlab-self-hosted-redis:6379\n".to_owned();
    let state = all.state("Deployment/swanlab-self-hosted-server");
    let reason = state["reason"].as_str().unwrap();
    assert_eq!(state["status"], "progressing");
    let waits = "its init container ping waits for swanlab-self-hosted-redis (no pod of Deployment/swanlab-self-hosted-redis \
                 is ready)";
    assert!(reason.starts_with(waits), "{reason}");
    assert!(
        reason.contains("it says: waiting for redis at redis://"),
        "{reason}"
    );
    assert!(!reason.contains("default:swanlab@"), "{reason}");
    assert!(!reason.contains("postgres"), "{reason}");
}

#[test]
fn an_init_container_that_waits_for_a_database_elsewhere() {
    let mut all = Installation::new(&[
        "integrations.clickhouse.enabled=true",
        "integrations.clickhouse.host=clickhouse.example.org",
        "integrations.clickhouse.httpPort=8123",
        "integrations.clickhouse.tcpPort=9000",
        "integrations.clickhouse.database=app",
        "integrations.clickhouse.existingSecret=mine",
    ]);
    let pod = all.broken("StatefulSet", HOUSE);
    pod["status"]["initContainerStatuses"][0]["state"] = json!({"running": {}});
    for status in pod["status"]["containerStatuses"].as_array_mut().unwrap() {
        status["state"] = json!({"waiting": {"reason": "PodInitializing"}});
    }
    all.assert(
        "StatefulSet/swanlab-self-hosted-house",
        "progressing",
        "waits for clickhouse.example.org (not in these manifests)",
        json!("integrations.clickhouse.host"),
    );
}

#[test]
fn a_container_that_ends_again_and_again_with_its_last_words() {
    let mut all = Installation::new(&["dependencies.postgres.password=hunter2-hunter2"]);
    let status = all.waits(
        "Deployment",
        SERVER,
        0,
        "CrashLoopBackOff",
        "back-off 5m0s restarting failed container",
    );
    status["restartCount"] = 7.into();
    status["lastState"] = json!({"terminated": {"exitCode": 1, "reason": "Error"}});
    all.log = "connecting\nwith hunter2-hunter2\nto postgres://someone:secret@db:5432/app\n\u{1b}[31mP1000: Authentication failed\n"
        .to_owned();
    let state = all.state("Deployment/swanlab-self-hosted-server");
    let reason = state["reason"].as_str().unwrap();
    assert_eq!(state["status"], "stuck");
    assert!(
        reason.starts_with("container server ends with exit code 1 again and again (7 restarts)"),
        "{reason}"
    );
    assert!(reason.contains("P1000: Authentication failed"), "{reason}");
    assert!(
        reason.contains("@db:5432/app") && !reason.contains("someone:secret@"),
        "{reason}"
    );
    assert!(!reason.contains("hunter2"), "{reason}");
    let printed = text(&all.run(&[]).stdout);
    assert!(
        !printed.contains('\u{1b}') && !printed.contains("hunter2"),
        "{printed}"
    );
    assert!(printed.contains("             | connecting\n"), "{printed}");
}

#[test]
fn a_container_that_needs_more_memory_than_it_may() {
    let mut all = Installation::new(&["dependencies.clickhouse.resources.limits.memory=64Mi"]);
    let status = all.waits(
        "Deployment",
        "swanlab-self-hosted-clickhouse",
        0,
        "CrashLoopBackOff",
        "back-off",
    );
    status["lastState"] = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}});
    all.assert(
        "Deployment/swanlab-self-hosted-clickhouse",
        "stuck",
        "needs more memory than its limit",
        json!("dependencies.clickhouse.resources.limits.memory"),
    );
}

#[test]
fn a_secret_that_does_not_exist() {
    let mut all = Installation::new(&[
        "integrations.postgres.enabled=true",
        "integrations.postgres.host=db.example.org",
        "integrations.postgres.existingSecret=integration-postgres",
    ]);
    let message = "secret \"integration-postgres\" not found";
    all.waits(
        "Deployment",
        SERVER,
        0,
        "CreateContainerConfigError",
        message,
    );
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "secret \"integration-postgres\" not found",
        json!("integrations.postgres.existingSecret"),
    );
}

#[test]
fn pods_that_the_api_server_refuses() {
    let mut all = Installation::new(&["service.server.resources.requests.cpu=64"]);
    all.broken("Deployment", SERVER);
    all.pods.retain(|pod| {
        !pod["metadata"]["name"]
            .as_str()
            .unwrap()
            .starts_with(SERVER)
    });
    let status = &mut all.object("Deployment/swanlab-self-hosted-server")["status"];
    status["conditions"] = json!([{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate",
        "message": "pods \"x\" is forbidden: exceeded quota: team, requested: requests.cpu=64, used: 0, limited: 10"}]);
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "exceeded quota: team",
        json!("service.server.resources.requests.cpu"),
    );
}

#[test]
fn a_migration_that_runs() {
    let mut all = Installation::new(&[]);
    all.log = "Prisma schema loaded\nApplying migration `20260101_runs`\n".to_owned();
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "progressing",
        "container server migrates the database; it says: Applying migration `20260101_runs`",
        Value::Null,
    );
    all.log.push_str("server listens on 3000\n");
    assert_eq!(all.run(&[]).status.code(), Some(0));
}

#[test]
fn a_job_that_has_failed() {
    let mut all = Installation::new(&[]);
    all.object("Job/swanlab-self-hosted-s3-init-buckets")["status"] = json!({"failed": 7, "conditions": [{"type": "Failed",
        "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}]});
    all.assert(
        "Job/swanlab-self-hosted-s3-init-buckets",
        "stuck",
        "it has failed: Job has reached the specified backoff limit",
        Value::Null,
    );
}

#[test]
fn a_volume_that_another_pod_uses() {
    let mut all = Installation::new(&[]);
    all.waits("Deployment", POSTGRES, 0, "ContainerCreating", "");
    let pod = all.broken("Deployment", POSTGRES);
    pod["status"]["initContainerStatuses"][0]["state"] =
        json!({"waiting": {"reason": "PodInitializing"}});
    all.event("Pod", "swanlab-self-hosted-postgres-0", "FailedAttachVolume",
        "Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node");
    all.assert(
        "Deployment/swanlab-self-hosted-postgres",
        "stuck",
        "Multi-Attach error",
        Value::Null,
    );
}

#[test]
fn what_is_missing_and_what_differs() {
    let mut all = Installation::new(&["service.server.replicas=3"]);
    all.object("Deployment/swanlab-self-hosted-server")["spec"]["replicas"] = 5.into();
    all.object("Deployment/swanlab-self-hosted-server")["status"] = json!({"observedGeneration": 1, "replicas": 5,
        "updatedReplicas": 5, "availableReplicas": 5});
    all.objects
        .retain(|object| key(object) != "Service/swanlab-self-hosted-next");
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "differs",
        "spec.replicas is `5` in the cluster and `3` in the manifests",
        json!("service.server.replicas"),
    );
    all.assert(
        "Service/swanlab-self-hosted-next",
        "missing",
        "it is not in the cluster",
        Value::Null,
    );
    let printed = text(&all.run(&[]).stdout);
    assert!(
        printed.ends_with("28 objects: 26 ready, 1 differs, 1 missing\n"),
        "{printed}"
    );
}

#[test]
fn old_pods_and_a_rollout_that_is_late() {
    let mut all = Installation::new(&[]);
    all.object("Deployment/swanlab-self-hosted-server")["status"]["replicas"] = 3.into();
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "progressing",
        "1 pods of an old revision still run",
        Value::Null,
    );
    all.object("Deployment/swanlab-self-hosted-server")["status"]["conditions"] =
        json!([{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]);
    all.assert(
        "Deployment/swanlab-self-hosted-server",
        "stuck",
        "nothing has changed for 600 s",
        Value::Null,
    );
}

#[test]
fn waiting_ends_when_nothing_changes_any_more() {
    let mut all = Installation::new(&[]);
    all.waits(
        "Deployment",
        SERVER,
        0,
        "InvalidImageName",
        "couldn't parse image name",
    );
    let start = std::time::Instant::now();
    let output = all.run(&["--wait", "10m"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(start.elapsed().as_secs() < 60);
    assert_eq!(text(&output.stderr), "", "progress is for terminals");
    let output = all.run(&["--wait", "10"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("expected a duration such as 10m"),
        "{output:?}"
    );
}

#[test]
fn finished_manifests_have_no_values() {
    let all = Installation::new(&["service.server.image.tag=v9.9.9"]);
    let cluster = Recorded::new();
    cluster.answers("named", &all.objects);
    let items: Vec<Value> = rendered(&["-n", "swanlab"]);
    cluster.write(
        "manifests.json",
        &json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string(),
    );
    let output = cluster.run(&[
        "status",
        "-n",
        "swanlab",
        "--manifests",
        "manifests.json",
        "-o",
        "json",
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let differs = report["objects"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["status"] == "differs")
        .unwrap();
    assert_eq!(differs["object"], "Deployment/swanlab-self-hosted-server");
    assert!(differs["value"].is_null());
}

#[test]
fn without_a_cluster_there_is_no_state() {
    let cluster = Recorded::new();
    cluster.write("named.err", "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n");
    let output = cluster.run(&["status", "-n", "swanlab"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(text(&output.stdout), "");
}
