//! What counts as a change, and how changes and renames are shown.

use super::*;
use crate::diagnostics::Source;
use crate::previous;
use serde_json::{Value, json};

fn options() -> Options<'static> {
    Options {
        namespace: "prod",
        types: Types::of(1, 35),
        applier: Applier::Kubectl,
        direction: Direction::Forward,
    }
}

fn manifests(objects: &[Value]) -> Vec<Manifest> {
    let manifest = |object: &Value| Manifest {
        source: String::new(),
        document: 0,
        object: object.clone(),
    };
    objects.iter().map(manifest).collect()
}

/// `path: old -> new` for each change of one object, documents inside strings included.
fn changes(old: Value, new: Value) -> Vec<String> {
    let (old, new) = (manifests(&[old]), manifests(&[new]));
    let diff = compare(&old, &new, &options());
    let all = diff.objects.iter().flat_map(|object| &object.changes);
    all.flat_map(|change| std::iter::once(change).chain(&change.inside))
        .map(|change| {
            let text =
                |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
            format!(
                "{}: {} -> {}",
                change.path,
                text(&change.old),
                text(&change.new)
            )
        })
        .collect()
}

fn deployment(spec: Value, pod: Value) -> Value {
    let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec});
    object["spec"]["template"]["spec"] = pod;
    object
}

fn container(container: Value) -> Value {
    deployment(json!({}), json!({"containers": [container]}))
}

#[test]
fn equal_amounts_are_no_change_and_numbers_keep_their_type() {
    let with = |cpu: Value, memory: &str| {
        container(json!({"name": "c", "resources": {"limits": {"cpu": cpu, "memory": memory}}}))
    };
    assert_eq!(
        changes(with(json!(1), "1Gi"), with(json!("1000m"), "1024Mi")),
        [""; 0]
    );
    assert_eq!(
        changes(with(json!("500m"), "1Gi"), with(json!("0.25"), "1Gi")),
        [r#"spec.template.spec.containers[name=c].resources.limits.cpu: "500m" -> "0.25""#]
    );
    let port = |port: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"},
            "spec": {"ports": [{"port": 80, "targetPort": port}]}})
    };
    assert_eq!(
        changes(port(json!(80)), port(json!("80"))),
        [r#"spec.ports[80/TCP].targetPort: 80 -> "80""#]
    );
    // An amount is one only where the type says so.
    let value =
        |value: &str| container(json!({"name": "c", "env": [{"name": "X", "value": value}]}));
    assert_eq!(changes(value("1000m"), value("1")).len(), 1);
}

#[test]
fn what_the_api_fills_in_is_no_change() {
    let bare = deployment(
        json!({}),
        json!({"containers": [{"name": "c", "image": "x:1", "ports": [{"containerPort": 80}],
            "readinessProbe": {"httpGet": {"port": 80}}}],
            "volumes": [{"name": "v", "configMap": {"name": "m"}}]}),
    );
    let filled = deployment(
        json!({"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}),
        json!({"containers": [{"name": "c", "image": "x:1", "imagePullPolicy": "IfNotPresent",
            "ports": [{"containerPort": 80, "protocol": "TCP"}], "resources": {}, "env": [],
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
            "readinessProbe": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}, "timeoutSeconds": 1,
                "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}}],
            "volumes": [{"name": "v", "configMap": {"name": "m", "defaultMode": 420}}],
            "nodeSelector": null, "tolerations": [], "restartPolicy": "Always", "dnsPolicy": "ClusterFirst",
            "securityContext": {}, "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30}),
    );
    assert_eq!(changes(bare.clone(), filled.clone()), [""; 0]);
    assert_eq!(changes(filled, bare), [""; 0]);
}

#[test]
fn requests_come_from_limits_in_pods_and_never_in_pod_templates() {
    let limited = json!({"containers": [{"name": "c", "resources": {"limits": {"cpu": 1, "memory": "1Gi"}}}]});
    let requested = json!({"containers": [{"name": "c", "resources": {
        "limits": {"cpu": 1, "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1024Mi"}}}]});
    let pod = |spec: &Value| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec});
    let template = |spec: &Value| deployment(json!({}), spec.clone());
    let of_pods = json!({"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "t"}});
    let stored = |spec: &Value| {
        let mut object = of_pods.clone();
        object["template"]["spec"] = spec.clone();
        object
    };
    for [old, new] in [[&limited, &requested], [&requested, &limited]] {
        assert_eq!(changes(pod(old), pod(new)), [""; 0]);
        assert_eq!(changes(template(old), template(new)).len(), 1);
        assert_eq!(changes(stored(old), stored(new)).len(), 1);
    }
    let mut some = requested.clone();
    some["containers"][0]["resources"]["requests"] = json!({"memory": "1Gi"});
    assert_eq!(changes(pod(&some), pod(&requested)), [""; 0]);
    assert_eq!(
        changes(template(&some), template(&requested)),
        [r#"spec.template.spec.containers[name=c].resources.requests.cpu: - -> "1""#]
    );
}

#[test]
fn what_is_no_default_is_a_change() {
    let strategy = |strategy: Value| deployment(json!({"strategy": strategy}), json!({}));
    assert_eq!(
        changes(
            strategy(json!({"type": "Recreate"})),
            deployment(json!({}), json!({}))
        ),
        [r#"spec.strategy: {"type":"Recreate"} -> -"#]
    );
    // A selector that is there and empty selects everything; one that is not there, nothing.
    let peer = |peer: Value| {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"},
            "spec": {"podSelector": {}, "ingress": [{"from": [peer]}]}})
    };
    let both = json!({"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}});
    let one = json!({"podSelector": {"matchLabels": {"a": "b"}}});
    assert_eq!(changes(peer(both), peer(one)).len(), 1);
    // A map of a user's own is not typed.
    let data = |data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data});
    assert_eq!(
        changes(data(json!({"protocol": "TCP"})), data(json!({}))),
        [r#"data.protocol: "TCP" -> -"#]
    );
    let tag = |policy: Value| {
        container(json!({"name": "c", "image": "x:latest", "imagePullPolicy": policy}))
    };
    let absent = container(json!({"name": "c", "image": "x:latest"}));
    assert_eq!(changes(tag(json!("Always")), absent.clone()), [""; 0]);
    assert_eq!(changes(tag(json!("IfNotPresent")), absent).len(), 1);
}

#[test]
fn a_live_object_is_what_was_applied() {
    let live = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n    \
        namespace: prod\n    uid: 1-2\n    resourceVersion: '1'\n    labels: {app.kubernetes.io/managed-by: Helm}\n    \
        annotations: {meta.helm.sh/release-name: a, meta.helm.sh/release-namespace: prod}\n  spec:\n    \
        clusterIP: 10.0.0.1\n    clusterIPs: [10.0.0.1]\n    internalTrafficPolicy: Cluster\n    ipFamilies: [IPv4]\n    \
        ipFamilyPolicy: SingleStack\n    ports: [{port: 80, protocol: TCP, targetPort: 80}]\n    \
        sessionAffinity: None\n    type: ClusterIP\n  status: {loadBalancer: {}}\n\
        - apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata:\n    name: c\n    namespace: prod\n    uid: 3-4\n    \
        finalizers: [kubernetes.io/pvc-protection]\n    annotations: {pv.kubernetes.io/bind-completed: 'yes'}\n  \
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: standard, \
        volumeMode: Filesystem, volumeName: pvc-1}\n  status: {phase: Bound}\n";
    let old = previous::read(&[Source::new("live", live)], "prod")
        .unwrap()
        .manifests;
    let new = manifests(&[
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}}),
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1024Mi"}}}}),
    ]);
    let diff = compare(&old, &new, &options());
    assert_eq!(diff.objects, []);
    assert_eq!(diff.summary.unchanged, 2);
    let old = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n  uid: 5-6\n  labels: {job-name: j}\nspec:\n  \
        backoffLimit: 6\n  completionMode: NonIndexed\n  completions: 1\n  parallelism: 1\n  suspend: false\n  \
        podReplacementPolicy: TerminatingOrFailed\n  selector: {matchLabels: {controller-uid: 5-6}}\n  template:\n    \
        metadata:\n      creationTimestamp: null\n      labels: {controller-uid: 5-6, job-name: j}\n    spec:\n      \
        restartPolicy: OnFailure\n      serviceAccount: x\n      serviceAccountName: x\n";
    let old = previous::read(&[Source::new("live", old)], "prod")
        .unwrap()
        .manifests;
    let new = manifests(&[
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"},
        "spec": {"template": {"spec": {"restartPolicy": "OnFailure", "serviceAccountName": "x"}}}}),
    ]);
    assert_eq!(compare(&old, &new, &options()).objects, []);
    let old = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s, uid: 7-8}\nspec:\n  \
        podManagementPolicy: OrderedReady\n  replicas: 1\n  persistentVolumeClaimRetentionPolicy: \
        {whenDeleted: Retain, whenScaled: Retain}\n  updateStrategy: {type: RollingUpdate, rollingUpdate: \
        {partition: 0}}\n  template: {metadata: {annotations: {kubectl.kubernetes.io/restartedAt: x}}}\n  \
        volumeClaimTemplates:\n  - apiVersion: v1\n    kind: PersistentVolumeClaim\n    metadata: {name: d}\n    \
        spec: {volumeMode: Filesystem, resources: {requests: {storage: 1Gi}}}\n    status: {phase: Pending}\n";
    let old = previous::read(&[Source::new("live", old)], "prod")
        .unwrap()
        .manifests;
    let new = manifests(&[
        json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "s"},
        "spec": {"template": {}, "volumeClaimTemplates": [{"metadata": {"name": "d"},
            "spec": {"resources": {"requests": {"storage": "1Gi"}}}}]}}),
    ]);
    assert_eq!(compare(&old, &new, &options()).objects, []);
    // In a render the class was somebody's choice.
    let class = |class: Value| json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": class});
    assert_eq!(
        changes(class(json!({"storageClassName": "fast"})), class(json!({}))),
        [r#"spec.storageClassName: "fast" -> -"#]
    );
}

#[test]
fn secrets_are_compared_by_what_they_hold() {
    let secret = |data: Value, clear: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": data, "stringData": clear});
    let none = json!({});
    assert_eq!(
        changes(
            secret(json!({"k": "aHVudGVyMg=="}), none.clone()),
            secret(none.clone(), json!({"k": "hunter2"}))
        ),
        [""; 0]
    );
    assert_eq!(
        changes(
            secret(json!({"k": "aHVudGVy\nMg=="}), none.clone()),
            secret(json!({"k": "aHVudGVyMg=="}), none.clone())
        ),
        [""; 0]
    );
    assert_eq!(
        changes(
            secret(json!({"k": "YQ==", "l": "Yg=="}), none.clone()),
            secret(json!({"l": "Yw=="}), json!({"k": "a"}))
        ),
        [r#"data.l: "Yg==" -> "Yw==""#]
    );
}

#[test]
fn documents_in_strings_are_compared_inside() {
    let map = |key: &str, text: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {key: text}});
    let found = changes(
        map("dynamic.yaml", "http:\n  routers: {a: {rule: x}}\n"),
        map(
            "dynamic.yaml",
            "http:\n  routers: {a: {rule: x}, s3: {rule: z}}\n",
        ),
    );
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[1],
        r#"data["dynamic.yaml"] » http.routers.s3: - -> {"rule":"z"}"#
    );
    let (old, new) = (
        manifests(&[map("a.json", r#"{"a":1}"#)]),
        manifests(&[map("a.json", r#"{ "a": 1 }"#)]),
    );
    let diff = compare(&old, &new, &options());
    assert_eq!(diff.objects[0].changes[0].class, Class::Format);
    // Two levels down, and base64 on the way.
    let inner = |value: u8| json!({"inner.json": json!({"x": value}).to_string()}).to_string();
    let found = changes(map("outer.json", &inner(1)), map("outer.json", &inner(2)));
    assert_eq!(
        found[1].split(": ").next(),
        Some(r#"data["outer.json"] » ["inner.json"]"#)
    );
}

#[test]
fn an_object_is_the_same_in_the_releases_namespace_and_under_another_version() {
    let of = |version: &str, metadata: Value| json!({"apiVersion": version, "kind": "CronJob", "metadata": metadata});
    assert_eq!(
        changes(
            of("batch/v1beta1", json!({"name": "a"})),
            of("batch/v1", json!({"name": "a", "namespace": "prod"}))
        ),
        [r#"apiVersion: "batch/v1beta1" -> "batch/v1""#]
    );
    let (old, new) = (
        manifests(&[of("batch/v1", json!({"name": "a"}))]),
        manifests(&[of("batch/v1", json!({"name": "a", "namespace": "other"}))]),
    );
    let diff = compare(&old, &new, &options());
    assert_eq!((diff.summary.added, diff.summary.removed), (1, 1));
}

/// A set of objects as a chart makes them: all names, and what refers to them, begin with the fullname.
fn set(fullname: &str) -> Vec<Manifest> {
    let mut objects = Vec::new();
    for component in ["server", "house", "s3"] {
        let name = format!("{fullname}-{component}");
        objects.push(
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"selector": {"matchLabels": {"app": name}}}}),
        );
        objects.push(
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80}]}}),
        );
    }
    objects.push(
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": fullname},
        "spec": {"ports": [{"port": 80}]}}),
    );
    manifests(&objects)
}

#[test]
fn a_renamed_set_is_one_rename() {
    let (old, new) = (set("swanlab-self-hosted"), set("prod"));
    let diff = compare(&old, &new, &options());
    assert_eq!(
        diff.renames,
        [Rename {
            old: "swanlab-self-hosted".to_owned(),
            new: "prod".to_owned(),
            // The one whose body does not hold its name is a rename by its body.
            objects: 6,
        }]
    );
    assert_eq!(
        (
            diff.summary.renamed,
            diff.summary.added,
            diff.summary.removed
        ),
        (7, 0, 0)
    );
    for object in &diff.objects {
        for change in &object.changes {
            assert_eq!(change.class, Class::Renamed, "{}", change.path);
        }
    }
    assert_eq!(
        diff.objects[0].old_name.as_deref(),
        Some("swanlab-self-hosted")
    );
}

#[test]
fn what_shares_no_end_and_is_not_alike_is_no_rename() {
    let of = |name: &str, data: Value| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
    let old = manifests(&[
        of("a", json!({"x": "1", "y": "2", "z": "3"})),
        of("b", json!({"p": "1"})),
    ]);
    let new = manifests(&[
        of("c", json!({"x": "1", "y": "2", "z": "4"})),
        of("d", json!({"q": "1"})),
    ]);
    let diff = compare(&old, &new, &options());
    assert_eq!(
        (
            diff.summary.renamed,
            diff.summary.added,
            diff.summary.removed
        ),
        (0, 2, 2)
    );
    let alike = manifests(&[of("c", json!({"x": "1", "y": "2", "z": "3", "v": "4"}))]);
    let diff = compare(&old, &alike, &options());
    assert_eq!((diff.summary.renamed, diff.summary.removed), (1, 1));
    assert_eq!(diff.objects[1].old_name.as_deref(), Some("a"));
}

#[test]
fn another_order_is_a_class_of_its_own() {
    let env = |names: &[&str]| {
        let env: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        container(json!({"name": "c", "env": env}))
    };
    let (old, new) = (
        manifests(&[env(&["A", "B", "C"])]),
        manifests(&[env(&["C", "A", "B"])]),
    );
    let diff = compare(&old, &new, &options());
    let [change] = diff.objects[0].changes.as_slice() else {
        panic!("{:?}", diff.objects[0].changes);
    };
    assert_eq!((change.op, change.class), (Op::Move, Class::Order));
    assert_eq!(
        change.path.to_string(),
        "spec.template.spec.containers[name=c].env[name=C]"
    );
    assert_eq!(
        change.from.as_deref(),
        Some("/spec/template/spec/containers/0/env/2")
    );
    assert_eq!(change.pointer, "/spec/template/spec/containers/0/env/0");
}

#[test]
fn as_deep_as_texts_may_be_is_compared_on_a_small_stack() {
    let deep = |end: Value| {
        let nested = (0..250).fold(end, |inner, _| json!([{"a": inner}]));
        json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": nested})
    };
    let (old, new) = (manifests(&[deep(json!(1))]), manifests(&[deep(json!(2))]));
    let compared = std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let thread = small.spawn_scoped(scope, || compare(&old, &new, &options()));
        thread.unwrap().join().unwrap()
    });
    assert_eq!(compared.objects[0].changes.len(), 1);
}

#[test]
fn long_lists_in_another_order_take_no_quadratic_time() {
    let list = |names: &[usize]| {
        let list: Vec<Value> = names.iter().map(|name| json!(name)).collect();
        manifests(&[
            json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": list}),
        ])
    };
    let up: Vec<usize> = (0..20_000).collect();
    let down: Vec<usize> = up.iter().rev().copied().collect();
    let (old, new) = (list(&up), list(&down));
    let diff = compare(&old, &new, &options());
    let [change] = diff.objects[0].changes.as_slice() else {
        panic!("{} changes", diff.objects[0].changes.len());
    };
    assert_eq!(change.op, Op::Replace);
}

#[test]
fn many_objects_are_compared_as_each_of_them_alone() {
    let service = |number: usize, port: usize| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": format!("service-{number:03}")},
            "spec": {"ports": [{"port": port}]}})
    };
    let numbers = 0..5 * crate::threads::PART;
    let old: Vec<Value> = numbers.clone().map(|one| service(one, 80)).collect();
    let new: Vec<Value> = numbers
        .map(|one| service(one, 80 + usize::from(one % 3 == 0)))
        .collect();
    let (old, new) = (manifests(&old), manifests(&new));
    let together = compare(&old, &new, &options());
    let (mut objects, mut messages) = (Vec::new(), Vec::new());
    for (old, new) in old.chunks(1).zip(new.chunks(1)) {
        let alone = compare(old, new, &options());
        objects.extend(alone.objects);
        messages.extend(
            alone
                .findings
                .into_iter()
                .map(|one| (one.object, one.message)),
        );
    }
    assert!(objects.len() > crate::threads::PART);
    assert_eq!(together.objects, objects);
    let findings = together.findings.into_iter();
    let findings: Vec<_> = findings.map(|one| (one.object, one.message)).collect();
    assert_eq!(findings, messages);
}

#[test]
fn an_empty_text_is_no_change_where_the_api_server_sets_the_default() {
    let secret = |of_type: &str| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": of_type});
    assert_eq!(changes(secret("Opaque"), secret("")), [""; 0]);
    let service = |protocol: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"},
            "spec": {"ports": [{"port": 80, "protocol": protocol}]}})
    };
    for other in [json!("TCP"), Value::Null] {
        assert_eq!(changes(service(other.clone()), service(json!(""))), [""; 0]);
        assert_eq!(changes(service(json!("")), service(other)), [""; 0]);
    }
    let pull =
        |policy: &str| container(json!({"name": "c", "image": "i:1", "imagePullPolicy": policy}));
    assert_eq!(changes(pull("IfNotPresent"), pull("")), [""; 0]);
    assert_eq!(changes(pull("Always"), pull("")).len(), 1);
    let claim = |class: Value| {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"},
            "spec": {"storageClassName": class}})
    };
    assert_eq!(changes(claim(json!("fast")), claim(json!(""))).len(), 1);
    assert_eq!(changes(claim(Value::Null), claim(json!(""))).len(), 1);
}
