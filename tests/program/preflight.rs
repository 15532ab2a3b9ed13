//! `preflight` against a kubectl that gives recorded answers: every line of the report, fine and not; and what happens
//! where there is no kubectl, no cluster, no right to ask, or no answer in time.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::support::{PROGRAM, root};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a kubectl in it, and its answers.
struct Cluster(TempDir);

const FORBIDDEN: &str = "Error from server (Forbidden): nodes is forbidden: User \"me\" cannot list resource \"nodes\" in API group \"\" at the cluster scope\n";

impl Cluster {
    /// A cluster that has all that `my-values.yaml` needs.
    fn fine() -> Self {
        let cluster = Self(tempfile::tempdir().unwrap());
        let kubectl = cluster.path("kubectl");
        fs::copy(root().join("tests/preflight/kubectl"), kubectl).unwrap();
        cluster
            .answers("version", &version("1", "29+"))
            .answers(
                "get_namespace_swanlab",
                &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "swanlab"}, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}),
            )
            .answers(
                "get_storageclasses",
                &list(&[class("standard", true), class("fast", false)]),
            )
            .answers("get_nodes", &list(&[node("a"), node("b")]))
            .answers("get_persistentvolumeclaim_cache", &claim("Bound", "ReadWriteOnce", "10Gi"))
            .answers(
                "get_secret_registry",
                &secret("registry", "kubernetes.io/dockerconfigjson", &json!({".dockerconfigjson": "e30="})),
            )
            .answers("get_secret_integration-postgres", &postgres("db.example.org"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn answers(self, question: &str, answer: &Value) -> Self {
        fs::write(self.path(&format!("{question}.out")), answer.to_string()).unwrap();
        self
    }

    /// It says no, in its own words.
    fn fails(self, question: &str, output: &str, error: &str) -> Self {
        fs::write(self.path(&format!("{question}.out")), output).unwrap();
        fs::write(self.path(&format!("{question}.err")), error).unwrap();
        fs::write(self.path(&format!("{question}.code")), "1").unwrap();
        self
    }

    fn lacks(self, question: &str) -> Self {
        fs::remove_file(self.path(&format!("{question}.out"))).unwrap();
        self
    }

    fn run(&self, more: &[&str]) -> Output {
        let path = std::env::var("PATH").unwrap();
        Command::new(PROGRAM)
            .current_dir(root().join("tests"))
            .env("PATH", format!("{}:{path}", self.0.path().display()))
            .args([
                "preflight",
                "-n",
                "swanlab",
                "-f",
                "preflight/my-values.yaml",
            ])
            .args(more)
            .output()
            .unwrap()
    }

    /// The exit code, and the checks.
    fn checks(&self) -> (Option<i32>, Vec<Value>) {
        let output = self.run(&["-o", "json"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said, "");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["schemaVersion"], 1);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            !text.contains("hunter2") && !text.contains("aHVudGVyMg"),
            "{text}"
        );
        (
            output.status.code(),
            report["checks"].as_array().unwrap().clone(),
        )
    }
}

fn version(major: &str, minor: &str) -> Value {
    json!({
        "clientVersion": {"major": "1", "minor": "35", "gitVersion": "v1.35.0", "platform": "linux/amd64"},
        "kustomizeVersion": "v5.7.1",
        "serverVersion": {"major": major, "minor": minor, "gitVersion": format!("v{major}.{minor}"), "platform": "linux/amd64"},
    })
}

fn list(items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items})
}

fn class(name: &str, is_default: bool) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": is_default.to_string()}},
        "provisioner": "example.org/disk", "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": is_default,
    })
}

fn node(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {"podCIDR": "10.0.0.0/24"},
        "status": {"conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}]},
    })
}

fn claim(phase: &str, mode: &str, size: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "cache", "namespace": "swanlab"},
        "spec": {"accessModes": [mode], "resources": {"requests": {"storage": size}}, "volumeName": "pvc-1"},
        "status": {"accessModes": [mode], "capacity": {"storage": size}, "phase": phase},
    })
}

fn secret(name: &str, of: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "swanlab"}, "type": of, "data": data})
}

fn postgres(host: &str) -> Value {
    use base64::Engine as _;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let url = encoded(&format!(
        "postgresql://me:hunter2@{host}:5432/app?schema=public"
    ));
    let data = json!({"username": encoded("me"), "password": encoded("hunter2"), "primaryUrl": url, "replicaUrl": url});
    secret("integration-postgres", "Opaque", &data)
}

/// The same with one field set.
fn with(mut object: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    object.pointer_mut(parent).unwrap()[key] = value;
    object
}

#[test]
fn a_cluster_that_has_everything_is_fine() {
    let cluster = Cluster::fine();
    let (code, checks) = cluster.checks();
    let bad: Vec<&Value> = checks
        .iter()
        .filter(|check| check["status"] != "ok")
        .collect();
    assert_eq!(bad, Vec::<&Value>::new());
    assert_eq!(code, Some(0));
    let names: Vec<&str> = checks
        .iter()
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Kubernetes version",
            "Namespace/swanlab",
            "Rights on configmaps",
            "Rights on deployments.apps",
            "Rights on jobs.batch",
            "Rights on persistentvolumeclaims",
            "Rights on secrets",
            "Rights on services",
            "Rights on statefulsets.apps",
            "Default storage class",
            "StorageClass/fast",
            "PersistentVolumeClaim/cache",
            "Secret/integration-postgres",
            "Secret/registry",
            "Nodes for Deployment/swanlab-self-hosted",
            "Nodes for Deployment/swanlab-self-hosted-cloud",
            "Nodes for Deployment/swanlab-self-hosted-next",
            "Nodes for Deployment/swanlab-self-hosted-server",
            "Nodes for StatefulSet/swanlab-self-hosted-house",
            "Dry run",
        ]
    );
    assert_eq!(
        checks.last().unwrap()["message"],
        "the server accepts all 23 objects"
    );
    assert_eq!(checks[0]["message"], "1.29");
    assert_eq!(
        checks[10]["message"],
        "it exists; it cannot expand claims, so storageSize cannot grow later"
    );
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_check_reports_what_is_not_fine() {
    let fine = Cluster::fine;
    for (cluster, name, status, message) in [
        (
            fine().answers("version", &version("1", "23")),
            "Kubernetes version",
            "missing",
            "it is 1.23, and SwanLab needs 1.24 or later",
        ),
        (
            fine().lacks("get_namespace_swanlab"),
            "Namespace/swanlab",
            "missing",
            "it does not exist",
        ),
        (
            fine().answers(
                "get_namespace_swanlab",
                &json!({"kind": "Namespace", "metadata": {"name": "swanlab"}, "status": {"phase": "Terminating"}}),
            ),
            "Namespace/swanlab",
            "missing",
            "it is being deleted",
        ),
        (
            fine().fails("auth_can-i_patch_jobs.batch", "no\n", ""),
            "Rights on jobs.batch",
            "missing",
            "you may not patch them in swanlab",
        ),
        (
            fine().fails(
                "auth_can-i_create_secrets",
                "no - no RBAC policy matched\n",
                "",
            ),
            "Rights on secrets",
            "missing",
            "you may not create them in swanlab",
        ),
        (
            fine().fails(
                "auth_can-i_create_services",
                "",
                "error: the server is currently unable to handle the request\n",
            ),
            "Rights on services",
            "unknown",
            "kubectl: error: the server is currently unable to handle the request",
        ),
        (
            fine().answers("get_storageclasses", &list(&[class("standard", true)])),
            "StorageClass/fast",
            "missing",
            "it does not exist, and house-swanlab-self-hosted-house would stay pending",
        ),
        (
            fine().answers("get_storageclasses", &list(&[class("fast", false)])),
            "Default storage class",
            "missing",
            "there is none, and swanlab-self-hosted-clickhouse-pvc, swanlab-self-hosted-s3-pvc would stay pending",
        ),
        (
            fine().answers(
                "get_storageclasses",
                &list(&[class("standard", true), class("fast", true)]),
            ),
            "Default storage class",
            "warning",
            "there are several; the newest is used",
        ),
        (
            fine().fails("get_storageclasses", "", FORBIDDEN),
            "StorageClass/fast",
            "unknown",
            "you may not look at it",
        ),
        (
            fine().lacks("get_persistentvolumeclaim_cache"),
            "PersistentVolumeClaim/cache",
            "missing",
            "it does not exist in swanlab",
        ),
        (
            fine().answers(
                "get_persistentvolumeclaim_cache",
                &claim("Lost", "ReadWriteOnce", "10Gi"),
            ),
            "PersistentVolumeClaim/cache",
            "missing",
            "its volume is gone",
        ),
        (
            fine().answers(
                "get_persistentvolumeclaim_cache",
                &claim("Pending", "ReadWriteOnce", "10Gi"),
            ),
            "PersistentVolumeClaim/cache",
            "warning",
            "it is not bound yet",
        ),
        (
            fine().answers(
                "get_persistentvolumeclaim_cache",
                &claim("Bound", "ReadOnlyMany", "10Gi"),
            ),
            "PersistentVolumeClaim/cache",
            "missing",
            "its access mode is ReadOnlyMany, but databases have to write",
        ),
        (
            fine().answers(
                "get_persistentvolumeclaim_cache",
                &claim("Bound", "ReadWriteOnce", "9Gi"),
            ),
            "PersistentVolumeClaim/cache",
            "warning",
            "it has 9Gi, less than storageSize, 10Gi",
        ),
        (
            fine().answers(
                "get_persistentvolumeclaim_cache",
                &with(
                    claim("Bound", "ReadWriteOnce", "10Gi"),
                    "/metadata/deletionTimestamp",
                    "2026-01-01T00:00:00Z".into(),
                ),
            ),
            "PersistentVolumeClaim/cache",
            "missing",
            "it is being deleted",
        ),
        (
            fine().lacks("get_secret_integration-postgres"),
            "Secret/integration-postgres",
            "missing",
            "it does not exist in swanlab",
        ),
        (
            fine().answers(
                "get_secret_integration-postgres",
                &postgres("other.example.org"),
            ),
            "Secret/integration-postgres",
            "missing",
            "primaryUrl names another host than integrations.postgres.host, which is db.example.org",
        ),
        (
            fine().answers(
                "get_secret_integration-postgres",
                &with(postgres("db.example.org"), "/data/more", "eA==".into()),
            ),
            "Secret/integration-postgres",
            "warning",
            "nothing reads the key more",
        ),
        (
            fine().lacks("get_secret_registry"),
            "Secret/registry",
            "missing",
            "it does not exist in swanlab",
        ),
        (
            fine().answers(
                "get_secret_registry",
                &secret("registry", "Opaque", &json!({})),
            ),
            "Secret/registry",
            "missing",
            "its type is not kubernetes.io/dockerconfigjson",
        ),
        (
            fine().answers(
                "get_nodes",
                &list(&[
                    node("a"),
                    with(node("b"), "/spec/unschedulable", true.into()),
                ]),
            ),
            "Nodes for Deployment/swanlab-self-hosted-server",
            "warning",
            "2 replicas, but nodes for 1: pods share nodes, or stay pending",
        ),
        (
            fine().answers(
                "get_nodes",
                &list(&[with(
                    node("a"),
                    "/spec/taints",
                    json!([{"key": "k", "effect": "NoSchedule"}]),
                )]),
            ),
            "Nodes for Deployment/swanlab-self-hosted-cloud",
            "missing",
            "no node accepts its pods",
        ),
        (
            fine().fails("get_nodes", "", FORBIDDEN),
            "Nodes for StatefulSet/swanlab-self-hosted-house",
            "unknown",
            "you may not look at it",
        ),
    ] {
        let (code, checks) = cluster.checks();
        let found = checks
            .iter()
            .find(|check| check["name"] == name && check["message"] == message)
            .unwrap_or_else(|| panic!("{name}: {message} is not in {checks:#?}"));
        assert_eq!(found["status"], status, "{name}");
        assert_ne!(found["remedy"], "", "{name}");
        assert_eq!(
            code,
            Some(i32::from(status == "missing")),
            "{name}: {message}"
        );
    }
}

/// What kubectl writes to its standard error in a dry run, and the check that it gives: name, status, message.
#[test]
fn a_dry_run_shows_what_the_server_rejects() {
    let forbidden = |name: &str| {
        format!(
            "Error from server (Forbidden): error when creating \"STDIN\": secrets \"{name}\" is forbidden: User \"me\" \
             cannot create resource \"secrets\" in API group \"\" in the namespace \"swanlab\"\n"
        )
    };
    let restricted = "Warning: would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false \
        (container \"a\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container \
        \"a\" must set securityContext.runAsNonRoot=true)\n";
    let patch = "Error from server (Invalid): error when applying patch:\n{\"data\":{\"password\":\"aHVudGVyMg==\"}}\nto:\n\
        Resource: \"/v1, Resource=secrets\", GroupVersionKind: \"/v1, Kind=Secret\"\nName: \"pg\", Namespace: \"swanlab\"\n\
        for: \"STDIN\": error when patching \"STDIN\": Secret \"pg\" is invalid: type: field is immutable\n";
    for (said, name, status, message) in [
        (
            "The Deployment \"web\" is invalid: spec.selector: field is immutable\n".to_owned(),
            "Deployment/web",
            "missing",
            "the server rejects it: spec.selector: field is immutable".to_owned(),
        ),
        (
            "The Job \"a\" is invalid: spec.x: bad\nThe Job \"b\" is invalid: spec.x: bad\n".to_owned(),
            "Job/a and 1 more",
            "missing",
            "the server rejects it: spec.x: bad".to_owned(),
        ),
        (
            patch.to_owned(),
            "Secret/pg",
            "missing",
            "the server rejects it: type: field is immutable".to_owned(),
        ),
        (
            (0..30).map(|n| forbidden(&format!("s{n}"))).collect(),
            "Dry run",
            "unknown",
            "the server did not try 30 objects, because you may not apply them: User \"me\" cannot create resource \
             \"secrets\" in API group \"\" in the namespace \"swanlab\""
                .to_owned(),
        ),
        (
            restricted.repeat(9),
            "Pod Security",
            "warning",
            "9 workloads would violate restricted, which this cluster warns of: allowPrivilegeEscalation != false, \
             runAsNonRoot != true"
                .to_owned(),
        ),
    ] {
        let cluster = Cluster::fine().fails("apply", "", &said);
        if status == "warning" {
            fs::write(cluster.path("apply.code"), "0").unwrap();
        }
        let (code, checks) = cluster.checks();
        let of_dry_run: Vec<&Value> = checks[19..].iter().collect();
        assert_eq!(of_dry_run.len(), 1, "{of_dry_run:?}");
        let found = of_dry_run[0];
        assert_eq!(found["name"], name);
        assert_eq!(found["status"], status, "{found}");
        assert_eq!(found["message"], message);
        assert_ne!(found["remedy"], "");
        assert_eq!(code, Some(i32::from(status == "missing")), "{name}");
    }
}

#[test]
fn a_namespace_that_enforces_pod_security_admits_no_pods() {
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "swanlab",
        "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}, "status": {"phase": "Active"}});
    let cluster = Cluster::fine().answers("get_namespace_swanlab", &namespace);
    let warning = "Warning: would violate PodSecurity \"restricted:latest\": seccompProfile (pod must set it)\n";
    fs::write(cluster.path("apply.err"), warning).unwrap();
    let (code, checks) = cluster.checks();
    let last = checks.last().unwrap();
    assert_eq!(
        (code, last["name"].as_str(), last["status"].as_str()),
        (Some(1), Some("Pod Security"), Some("missing"))
    );
    assert_eq!(
        last["message"],
        "namespace swanlab enforces restricted and admits no pod of 1 workload: seccompProfile"
    );
}

#[test]
fn nodes_are_counted_as_pods_see_them() {
    let tainted = |name| {
        with(
            node(name),
            "/spec/taints",
            json!([{"key": "team", "value": "ml", "effect": "NoSchedule"}]),
        )
    };
    let cluster = Cluster::fine().answers("get_nodes", &list(&[tainted("a"), tainted("b")]));
    let of_server = |more: &[&str]| {
        let output = cluster.run(&[&["-o", "json"], more].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = report["checks"].as_array().unwrap().iter();
        let name = "Nodes for Deployment/swanlab-self-hosted-server";
        checks.clone().find(|check| check["name"] == name).unwrap()["status"].clone()
    };
    assert_eq!(of_server(&[]), "missing");
    let tolerate = |value: &str| {
        format!(
            "service.server.customTolerations=[{{\"key\":\"team\",\"operator\":\"Equal\",\"value\":\"{value}\"}}]"
        )
    };
    assert_eq!(of_server(&["--set-json", &tolerate("ml")]), "ok");
    assert_eq!(of_server(&["--set-json", &tolerate("web")]), "missing");
    let select = "service.server.customNodeSelector.disk=ssd";
    assert_eq!(
        of_server(&["--set-json", &tolerate("ml"), "--set", select]),
        "missing"
    );
}

#[test]
fn secrets_of_other_charts_are_looked_at_for_their_keys() {
    let chart = tempfile::tempdir().unwrap();
    fs::create_dir(chart.path().join("templates")).unwrap();
    fs::write(
        chart.path().join("Chart.yaml"),
        "apiVersion: v2\nname: one\nversion: 1.0.0\n",
    )
    .unwrap();
    fs::write(chart.path().join("values.yaml"), "{}\n").unwrap();
    fs::write(
        chart.path().join("templates/pod.yaml"),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  containers:\n  - name: one\n    image: one\n    env:\n    - name: A\n      valueFrom: {secretKeyRef: {name: mine, key: token}}\n",
    )
    .unwrap();
    for (data, expected) in [
        (json!({"token": "eA=="}), "ok       Secret/mine"),
        (json!({"tokens": "eA=="}), "missing  Secret/mine"),
    ] {
        let cluster = Cluster::fine().answers("get_secret_mine", &secret("mine", "Opaque", &data));
        let path = std::env::var("PATH").unwrap();
        let output = Command::new(PROGRAM)
            .env("PATH", format!("{}:{path}", cluster.0.path().display()))
            .args(["preflight", "one"])
            .arg(chart.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn without_kubectl_or_cluster_there_is_no_report() {
    for (error, said) in [
        (
            "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n",
            "the cluster cannot be reached",
        ),
        (
            "error: You must be logged in to the server (Unauthorized)\n",
            "the cluster cannot be reached",
        ),
        (
            "error: context \"x\" does not exist\n",
            "context \"x\" does not exist",
        ),
        (
            "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)\n",
            "has not answered within",
        ),
    ] {
        let output = Cluster::fine().fails("version", "", error).run(&[]);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(output.stdout.is_empty());
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains(said), "{words}");
    }
    let empty = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .env("PATH", empty.path())
        .arg("preflight")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("no `kubectl` on the PATH"), "{words}");
}

#[test]
fn an_answer_that_does_not_come_in_time_is_unknown() {
    let cluster = Cluster::fine();
    fs::write(cluster.path("get_nodes.sleep"), "120").unwrap();
    let started = std::time::Instant::now();
    let (code, checks) = cluster.checks();
    assert!(started.elapsed().as_secs() < 60);
    let nodes = checks
        .iter()
        .rfind(|check| check["name"].as_str().unwrap().starts_with("Nodes for"));
    let nodes = nodes.unwrap();
    assert_eq!(nodes["status"], "unknown");
    assert!(
        nodes["message"]
            .as_str()
            .unwrap()
            .contains("within 20 seconds"),
        "{nodes}"
    );
    assert_eq!(code, Some(0));
}

#[test]
fn flags_are_passed_on_and_nothing_is_written() {
    let cluster = Cluster::fine();
    let old_name = cluster.run(&["--context", "prod", "--kubeconfig", "/tmp/k"]);
    let output = cluster.run(&["--kube-context", "prod", "--kubeconfig", "/tmp/k"]);
    assert_eq!(old_name, output);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let asked = fs::read_to_string(cluster.path("asked")).unwrap();
    assert!(asked.lines().count() > 20);
    for line in asked.lines() {
        let flags = "--context=prod --kubeconfig=/tmp/k --namespace=swanlab --request-timeout=15s ";
        let question = line.strip_prefix(flags).unwrap_or_else(|| panic!("{line}"));
        let verb = question.split(' ').next().unwrap();
        let writes_nothing = line.contains(" apply --dry-run=server ");
        assert!(
            ["get", "version", "auth"].contains(&verb) || writes_nothing,
            "{line}"
        );
    }
}

#[test]
fn the_table_has_a_mark_and_a_remedy() {
    let cluster = Cluster::fine().lacks("get_secret_registry");
    let output = cluster.run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    let at = said.find("missing  Secret/registry").unwrap();
    let lines: Vec<&str> = said[at..].lines().take(2).collect();
    assert_eq!(
        lines,
        [
            "missing  Secret/registry                                  it does not exist in swanlab",
            "         -> create it, or correct its name in the values",
        ]
    );
    assert!(said.starts_with("ok       Kubernetes version "), "{said}");
}
