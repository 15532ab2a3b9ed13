//! Changes that no values of the embedded chart lead to, on objects built by hand: what is left of the rules about
//! Deployments, StatefulSets, claims, Services, Jobs and the rest. Where a rule comes from stands in its row of
//! `src/kubernetes/updates.rs`, or with the rule in `src/diff/effects/`.
#![allow(clippy::too_many_lines)] // tables

use crate::support::options;
use serde_json::{Value, json};
use swanlab_render::diff::{Certainty, Diff, compare};
use swanlab_render::manifest::Manifest;

fn manifests(objects: &[Value]) -> Vec<Manifest> {
    let manifest = |object: &Value| Manifest {
        source: "c/templates/a.yaml".to_owned(),
        document: 0,
        object: object.clone(),
    };
    objects.iter().map(manifest).collect()
}

/// An object with fields set, by JSON pointers; null takes one away.
fn with(mut object: Value, fields: &[(&str, Value)]) -> Value {
    for (pointer, value) in fields {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = object
            .pointer_mut(parent)
            .unwrap_or_else(|| panic!("{pointer}"));
        let key = key.replace("~1", "/");
        match parent {
            Value::Object(map) if value.is_null() => drop(map.remove(&key)),
            Value::Object(map) => drop(map.insert(key, value.clone())),
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
            _ => panic!("{pointer}"),
        }
    }
    object
}

fn workload(kind: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "w"},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "w"}},
            "template": {
                "metadata": {"labels": {"app": "w"}},
                "spec": {"containers": [{"name": "c", "image": "i:1"}]},
            },
        },
    })
}

fn deployment() -> Value {
    workload("Deployment")
}

fn set() -> Value {
    with(
        workload("StatefulSet"),
        &[
            ("/spec/serviceName", json!("w")),
            (
                "/spec/volumeClaimTemplates",
                json!([{
                    "metadata": {"name": "data", "labels": {"chart": "1"}},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                }]),
            ),
        ],
    )
}

fn daemons() -> Value {
    with(workload("DaemonSet"), &[("/spec/replicas", Value::Null)])
}

fn claim() -> Value {
    json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "p", "annotations": {}},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "a", "resources": {"requests": {"storage": "1Gi"}}},
    })
}

fn service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
        "spec": {"type": "ClusterIP", "ports": [{"name": "web", "port": 80}]},
    })
}

fn job() -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j", "annotations": {}},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}}},
    })
}

fn secret() -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "type": "Opaque", "data": {"a": "YQ=="}})
}

fn config() -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "1", "b": "1"}})
}

/// The effects of all objects, and the findings: `!` certain, `?` conditional.
fn told(diff: &Diff<'_>) -> String {
    let effects = diff.objects.iter().flat_map(|object| &object.effects);
    let mut effects: Vec<&str> = effects.map(|effect| effect.name()).collect();
    effects.dedup();
    let findings = diff.findings.iter().map(|finding| {
        let sign = if finding.certainty == Certainty::Certain {
            '!'
        } else {
            '?'
        };
        format!("; {sign} {} {}", finding.effect, finding.path)
            .trim_end()
            .to_owned()
    });
    effects.join(" ") + &findings.collect::<String>()
}

struct Case(&'static str, u64, Vec<Value>, Vec<Value>, &'static str);

#[track_caller]
fn hold(cases: Vec<Case>) {
    let mut problems = Vec::new();
    for Case(source, minor, old, new, expected) in cases {
        let (old, new) = (manifests(&old), manifests(&new));
        let diff = compare(&old, &new, &options(minor));
        let mut messages = diff.findings.iter().map(|one| &one.message);
        let gap = messages.find(|message| message.contains("  "));
        assert_eq!(gap, None, "{source}: a message with a gap");
        let found = told(&diff);
        if found != expected {
            problems.push(format!(
                "{source} (1.{minor})\n  expected {expected}\n     found {found}"
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// One object that changes.
fn one(source: &'static str, old: Value, fields: &[(&str, Value)], expected: &'static str) -> Case {
    at(source, 35, old, fields, expected)
}

fn at(
    source: &'static str,
    minor: u64,
    old: Value,
    fields: &[(&str, Value)],
    expected: &'static str,
) -> Case {
    let new = with(old.clone(), fields);
    Case(source, minor, vec![old], vec![new], expected)
}

const IMAGE: &str = "/spec/template/spec/containers/0/image";

#[test]
fn deployments() {
    let recreate = || {
        with(
            deployment(),
            &[("/spec/strategy", json!({"type": "Recreate"}))],
        )
    };
    let rolling = || json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}});
    let mounts = |object: Value| {
        with(
            object,
            &[(
                "/spec/template/spec/volumes",
                json!([{"name": "v", "persistentVolumeClaim": {"claimName": "p"}}]),
            )],
        )
    };
    let image = || (IMAGE, json!("i:2"));
    hold(vec![
        one(
            "template: RollingUpdate",
            deployment(),
            &[image()],
            "restart",
        ),
        one(
            "template: Recreate",
            recreate(),
            &[image()],
            "outage; ! outage spec.template",
        ),
        one(
            "Recreate from now on, with a new template",
            deployment(),
            &[image(), ("/spec/strategy", json!({"type": "Recreate"}))],
            "in-place outage; ! outage spec.template",
        ),
        one(
            "RollingUpdate from now on, with a new template",
            recreate(),
            &[image(), ("/spec/strategy", rolling())],
            "in-place restart",
        ),
        one(
            "NOOP at replicas 0",
            with(deployment(), &[("/spec/replicas", json!(0))]),
            &[image()],
            "none",
        ),
        one(
            "NOOP while paused",
            with(deployment(), &[("/spec/paused", json!(true))]),
            &[image()],
            "none",
        ),
        one(
            "a rollout that was paused goes on",
            with(deployment(), &[("/spec/paused", json!(true))]),
            &[("/spec/paused", Value::Null)],
            "in-place; ? restart spec",
        ),
        one(
            "template equal after canonicalising",
            with(
                deployment(),
                &[(
                    "/spec/template/spec/containers/0/resources",
                    json!({"limits": {"cpu": "1000m"}}),
                )],
            ),
            &[(
                "/spec/template/spec/containers/0/resources",
                json!({"limits": {"cpu": 1}}),
            )],
            "",
        ),
        one(
            "order only inside a template list",
            with(
                deployment(),
                &[(
                    "/spec/template/spec/containers/0/env",
                    json!([{"name": "a"}, {"name": "b"}]),
                )],
            ),
            &[(
                "/spec/template/spec/containers/0/env",
                json!([{"name": "b"}, {"name": "a"}]),
            )],
            "restart",
        ),
        one(
            "replicas",
            deployment(),
            &[("/spec/replicas", json!(5))],
            "scale",
        ),
        one(
            "replicas left out: default 1",
            deployment(),
            &[("/spec/replicas", Value::Null)],
            "scale; ? scale spec.replicas",
        ),
        one(
            "no pods any more",
            deployment(),
            &[("/spec/replicas", json!(0))],
            "scale outage; ! outage spec.replicas",
        ),
        one(
            "strategy to Recreate alone",
            with(deployment(), &[("/spec/strategy", rolling())]),
            &[("/spec/strategy", json!({"type": "Recreate"}))],
            "in-place",
        ),
        one(
            "Recreate with rollingUpdate left over",
            with(deployment(), &[("/spec/strategy", rolling())]),
            &[("/spec/strategy/type", json!("Recreate"))],
            "in-place rejected; ! rejected spec.strategy.rollingUpdate",
        ),
        Case(
            "Recreate to RollingUpdate with an RWO claim",
            35,
            vec![claim(), mounts(recreate())],
            vec![
                claim(),
                with(mounts(recreate()), &[("/spec/strategy", rolling())]),
            ],
            "in-place; ? outage spec.strategy.type",
        ),
        Case(
            "RollingUpdate of a template with an RWO claim",
            35,
            vec![claim(), mounts(deployment())],
            vec![claim(), with(mounts(deployment()), &[image()])],
            "restart; ? outage spec.strategy.type",
        ),
        Case(
            "RollingUpdate without surge and an RWO claim",
            35,
            vec![claim(), mounts(recreate())],
            vec![
                claim(),
                with(
                    mounts(recreate()),
                    &[(
                        "/spec/strategy",
                        json!({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
                    )],
                ),
            ],
            "in-place",
        ),
        one(
            "selector",
            deployment(),
            &[
                ("/spec/selector/matchLabels/b", json!("c")),
                ("/spec/template/metadata/labels/b", json!("c")),
            ],
            "restart rejected; ! rejected spec.selector",
        ),
        one(
            "selector does not match the template's labels",
            deployment(),
            &[("/spec/template/metadata/labels/app", json!("v"))],
            "restart rejected; ! rejected spec.selector.matchLabels.app",
        ),
        one(
            "minReadySeconds",
            deployment(),
            &[("/spec/minReadySeconds", json!(5))],
            "in-place",
        ),
        one(
            "revisionHistoryLimit",
            deployment(),
            &[("/spec/revisionHistoryLimit", json!(5))],
            "in-place",
        ),
        one(
            "progressDeadlineSeconds not above minReadySeconds",
            with(deployment(), &[("/spec/minReadySeconds", json!(30))]),
            &[("/spec/progressDeadlineSeconds", json!(30))],
            "in-place rejected; ! rejected spec.progressDeadlineSeconds",
        ),
        one(
            "progressDeadlineSeconds, default 600",
            deployment(),
            &[("/spec/minReadySeconds", json!(600))],
            "in-place rejected; ! rejected spec.progressDeadlineSeconds",
        ),
        one(
            "maxSurge and maxUnavailable both 0",
            deployment(),
            &[(
                "/spec/strategy",
                json!({"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}),
            )],
            "in-place rejected; ! rejected spec.strategy.rollingUpdate",
        ),
        one(
            "labels of the object",
            deployment(),
            &[("/metadata/labels", json!({"a": "b"}))],
            "in-place",
        ),
        Case(
            "an added one with an empty selector",
            35,
            vec![],
            vec![with(deployment(), &[("/spec/selector", json!({}))])],
            "in-place rejected; ! rejected spec.selector",
        ),
        Case(
            "removed",
            35,
            vec![deployment()],
            vec![],
            "outage; ! outage",
        ),
        Case(
            "removed, kept by Helm",
            35,
            vec![with(
                deployment(),
                &[(
                    "/metadata/annotations",
                    json!({"helm.sh/resource-policy": " Keep "}),
                )],
            )],
            vec![],
            "none",
        ),
        Case("added", 35, vec![], vec![deployment()], "in-place"),
    ]);
}

#[test]
fn stateful_sets() {
    let delete = |when: &str| json!({when: "Delete"});
    let policy = "/spec/persistentVolumeClaimRetentionPolicy";
    let scaled = || with(set(), &[(policy, delete("whenScaled"))]);
    let gone = || with(set(), &[(policy, delete("whenDeleted"))]);
    let strategy = |strategy: Value| with(set(), &[("/spec/updateStrategy", strategy)]);
    let partition = |n: i64| strategy(json!({"rollingUpdate": {"partition": n}}));
    let image = || (IMAGE, json!("i:2"));
    hold(vec![
        one("template", set(), &[image()], "restart"),
        one(
            "template, OnDelete",
            strategy(json!({"type": "OnDelete"})),
            &[image()],
            "stale; ! stale spec.template",
        ),
        one(
            "template, partition 1 of 3",
            partition(1),
            &[image()],
            "stale restart; ! stale spec.template",
        ),
        one(
            "template, partition above all pods",
            partition(3),
            &[image()],
            "stale; ! stale spec.template",
        ),
        one(
            "partition counts from ordinals.start",
            with(partition(6), &[("/spec/ordinals", json!({"start": 4}))]),
            &[image()],
            "stale restart; ! stale spec.template",
        ),
        one(
            "partition falls",
            partition(2),
            &[(
                "/spec/updateStrategy",
                json!({"rollingUpdate": {"partition": 1}}),
            )],
            "in-place; ? restart spec",
        ),
        one(
            "OnDelete no more",
            strategy(json!({"type": "OnDelete"})),
            &[("/spec/updateStrategy", json!({"type": "RollingUpdate"}))],
            "in-place; ? restart spec",
        ),
        one(
            "selector",
            set(),
            &[
                ("/spec/selector/matchLabels/b", json!("c")),
                ("/spec/template/metadata/labels/b", json!("c")),
            ],
            "restart rejected; ! rejected spec.selector",
        ),
        one(
            "serviceName",
            set(),
            &[("/spec/serviceName", json!("v"))],
            "rejected; ! rejected spec.serviceName",
        ),
        one(
            "serviceName set later",
            with(set(), &[("/spec/serviceName", Value::Null)]),
            &[("/spec/serviceName", json!("v"))],
            "rejected; ! rejected spec.serviceName",
        ),
        one(
            "podManagementPolicy",
            set(),
            &[("/spec/podManagementPolicy", json!("Parallel"))],
            "rejected; ! rejected spec.podManagementPolicy",
        ),
        one(
            "podManagementPolicy, the default spelled out",
            set(),
            &[("/spec/podManagementPolicy", json!("OrderedReady"))],
            "",
        ),
        one(
            "volumeClaimTemplates, their labels alone",
            set(),
            &[(
                "/spec/volumeClaimTemplates/0/metadata/labels/chart",
                json!("2"),
            )],
            "rejected; ! rejected spec.volumeClaimTemplates",
        ),
        one(
            "volumeClaimTemplates, class",
            set(),
            &[(
                "/spec/volumeClaimTemplates/0/spec/storageClassName",
                json!("a"),
            )],
            "rejected; ! rejected spec.volumeClaimTemplates",
        ),
        one(
            "volumeClaimTemplates, taken away",
            set(),
            &[("/spec/volumeClaimTemplates", Value::Null)],
            "rejected; ! rejected spec.volumeClaimTemplates",
        ),
        at(
            "revisionHistoryLimit: kubernetes#130263",
            32,
            set(),
            &[("/spec/revisionHistoryLimit", json!(3))],
            "rejected; ! rejected spec.revisionHistoryLimit",
        ),
        at(
            "revisionHistoryLimit: not known for certain",
            33,
            set(),
            &[("/spec/revisionHistoryLimit", json!(3))],
            "in-place; ? rejected spec.revisionHistoryLimit",
        ),
        at(
            "revisionHistoryLimit: not known for certain",
            34,
            set(),
            &[("/spec/revisionHistoryLimit", json!(3))],
            "in-place; ? rejected spec.revisionHistoryLimit",
        ),
        at(
            "revisionHistoryLimit: mutable",
            35,
            set(),
            &[("/spec/revisionHistoryLimit", json!(3))],
            "in-place",
        ),
        one(
            "minReadySeconds",
            set(),
            &[("/spec/minReadySeconds", json!(3))],
            "in-place",
        ),
        one("replicas", set(), &[("/spec/replicas", json!(1))], "scale"),
        one(
            "scaled down, whenScaled Delete",
            scaled(),
            &[("/spec/replicas", json!(1))],
            "scale data-loss; ! data-loss spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        ),
        at(
            "scaled down, whenScaled Delete, behind a feature gate",
            26,
            scaled(),
            &[("/spec/replicas", json!(1))],
            "scale; ? data-loss spec.persistentVolumeClaimRetentionPolicy.whenScaled",
        ),
        one(
            "scaled up, whenScaled Delete",
            scaled(),
            &[("/spec/replicas", json!(5))],
            "scale",
        ),
        one(
            "whenDeleted becomes Delete",
            set(),
            &[(policy, delete("whenDeleted"))],
            "in-place; ? data-loss spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
        ),
        Case(
            "removed",
            35,
            vec![set()],
            vec![],
            "outage; ? data-loss spec.volumeClaimTemplates; ! outage",
        ),
        Case(
            "removed, whenDeleted Delete",
            35,
            vec![gone()],
            vec![],
            "outage data-loss; ! data-loss spec.persistentVolumeClaimRetentionPolicy.whenDeleted; ! outage",
        ),
    ]);
}

#[test]
fn other_workloads() {
    let pod = || json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}});
    let replica_set = || workload("ReplicaSet");
    let cron = || json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}, "spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}}}}}});
    hold(vec![
        one(
            "DaemonSet template",
            daemons(),
            &[(IMAGE, json!("i:2"))],
            "restart",
        ),
        one(
            "DaemonSet template, OnDelete",
            with(
                daemons(),
                &[("/spec/updateStrategy", json!({"type": "OnDelete"}))],
            ),
            &[(IMAGE, json!("i:2"))],
            "stale; ! stale spec.template",
        ),
        one(
            "DaemonSet selector",
            daemons(),
            &[
                ("/spec/selector/matchLabels/b", json!("c")),
                ("/spec/template/metadata/labels/b", json!("c")),
            ],
            "restart rejected; ! rejected spec.selector",
        ),
        one(
            "ReplicaSet template",
            replica_set(),
            &[(IMAGE, json!("i:2"))],
            "stale; ! stale spec.template",
        ),
        one(
            "ReplicaSet selector",
            replica_set(),
            &[
                ("/spec/selector/matchLabels/b", json!("c")),
                ("/spec/template/metadata/labels/b", json!("c")),
            ],
            "stale rejected; ! rejected spec.selector",
        ),
        one(
            "Pod image",
            pod(),
            &[("/spec/containers/0/image", json!("i:2"))],
            "restart",
        ),
        one(
            "Pod, another field",
            pod(),
            &[("/spec/containers/0/args", json!(["x"]))],
            "rejected; ! rejected spec.containers",
        ),
        Case("Pod removed", 35, vec![pod()], vec![], "outage; ! outage"),
        one(
            "CronJob: all mutable, next runs only",
            cron(),
            &[
                (
                    "/spec/jobTemplate/spec/template/spec/containers/0/image",
                    json!("i:2"),
                ),
                ("/spec/schedule", json!("0 * * * *")),
            ],
            "in-place",
        ),
        Case(
            "CronJob removed",
            35,
            vec![cron()],
            vec![],
            "outage; ! outage",
        ),
    ]);
}

#[test]
fn jobs() {
    let hook = || {
        with(
            job(),
            &[(
                "/metadata/annotations",
                json!({"helm.sh/hook": "pre-upgrade"}),
            )],
        )
    };
    let indexed = || {
        let fields = [
            ("/spec/completionMode", json!("Indexed")),
            ("/spec/completions", json!(2)),
            ("/spec/parallelism", json!(2)),
        ];
        with(job(), &fields)
    };
    let suspended = || with(job(), &[("/spec/suspend", json!(true))]);
    let with_ttl = || with(job(), &[("/spec/ttlSecondsAfterFinished", json!(60))]);
    hold(vec![
        one(
            "template",
            job(),
            &[(IMAGE, json!("i:2"))],
            "rerun; ? rejected spec.template",
        ),
        one(
            "template of a hook",
            hook(),
            &[(IMAGE, json!("i:2"))],
            "rerun; ? rejected spec.template",
        ),
        one(
            "completions",
            job(),
            &[("/spec/completions", json!(2))],
            "rerun; ? rejected spec.completions",
        ),
        one(
            "completionMode",
            job(),
            &[("/spec/completionMode", json!("Indexed"))],
            "rerun rejected; ! rejected spec; ? rejected spec.completionMode",
        ),
        one(
            "podFailurePolicy",
            job(),
            &[("/spec/podFailurePolicy", json!({"rules": []}))],
            "rerun; ? rejected spec.podFailurePolicy",
        ),
        one(
            "selector",
            job(),
            &[("/spec/selector", json!({"matchLabels": {"a": "b"}}))],
            "rerun rejected; ! rejected spec.selector; ? rejected spec.selector",
        ),
        one(
            "completions of an Indexed Job, with parallelism",
            indexed(),
            &[
                ("/spec/completions", json!(3)),
                ("/spec/parallelism", json!(3)),
            ],
            "in-place scale",
        ),
        at(
            "the same where the server does not know elastic Jobs",
            26,
            indexed(),
            &[
                ("/spec/completions", json!(3)),
                ("/spec/parallelism", json!(3)),
            ],
            "scale rerun; ? rejected spec.completions",
        ),
        one(
            "completions of an Indexed Job alone",
            indexed(),
            &[("/spec/completions", json!(3))],
            "rerun; ? rejected spec.completions",
        ),
        one(
            "where the pods of a suspended Job will run",
            suspended(),
            &[("/spec/template/spec/nodeSelector", json!({"a": "b"}))],
            "in-place; ? rejected spec.template",
        ),
        one(
            "the image of a suspended Job",
            suspended(),
            &[(IMAGE, json!("i:2"))],
            "in-place; ? rejected spec.template",
        ),
        at(
            "the image of a suspended Job where its resources can change",
            36,
            suspended(),
            &[(IMAGE, json!("i:2"))],
            "in-place; ? rejected spec.template",
        ),
        one(
            "parallelism",
            job(),
            &[("/spec/parallelism", json!(2))],
            "scale",
        ),
        one(
            "suspend",
            job(),
            &[("/spec/suspend", json!(true))],
            "in-place",
        ),
        one(
            "backoffLimit",
            job(),
            &[("/spec/backoffLimit", json!(2))],
            "in-place",
        ),
        one(
            "ttlSecondsAfterFinished",
            job(),
            &[("/spec/ttlSecondsAfterFinished", json!(2))],
            "in-place",
        ),
        one(
            "labels, of a Job that may be gone",
            with_ttl(),
            &[("/metadata/labels", json!({"a": "b"}))],
            "in-place",
        ),
        Case(
            "another object changes, and the Job may be gone",
            35,
            vec![with_ttl(), config()],
            vec![with_ttl(), with(config(), &[("/data/a", json!("2"))])],
            "in-place",
        ),
        Case("removed", 35, vec![job()], vec![], "none"),
        Case("added", 35, vec![], vec![job()], "in-place"),
    ]);
}

#[test]
fn a_suspended_job_can_change_more_from_one_version_to_the_next() {
    const RESOURCES: &str = "/spec/template/spec/containers/0/resources";
    let started = "the old Job has been started";
    let there =
        "the old Job still exists: ttlSecondsAfterFinished has not passed and nobody deleted it";
    let running = "pods of the old Job are still running";
    let old = with(job(), &[("/spec/suspend", json!(true))]);
    for (minor, pointer, value, expected) in [
        (
            35,
            "/spec/template/spec/nodeSelector",
            json!({"a": "b"}),
            started,
        ),
        (
            36,
            "/spec/template/spec/nodeSelector",
            json!({"a": "b"}),
            running,
        ),
        (35, RESOURCES, json!({"requests": {"cpu": "1"}}), there),
        (36, RESOURCES, json!({"requests": {"cpu": "1"}}), running),
        (36, IMAGE, json!("i:2"), there),
    ] {
        let new = with(old.clone(), &[(pointer, value)]);
        let sides = [&old, &new].map(|side| manifests(std::slice::from_ref(side)));
        let diff = compare(&sides[0], &sides[1], &options(minor));
        let conditions = diff
            .findings
            .iter()
            .filter_map(|one| one.condition.as_deref());
        let conditions: Vec<_> = conditions.collect();
        assert_eq!(conditions, [expected], "{pointer} in 1.{minor}");
    }
}

#[test]
fn a_field_that_the_version_leaves_out_has_no_effect() {
    let container = "/spec/template/spec/containers/0";
    let claims = json!({"claims": [{"name": "x"}]});
    let resources = format!("{container}/resources");
    let left_out = "none; ! none spec.template.spec.containers[name=c].resources";
    hold(vec![
        at(
            "resourceClaims before DynamicResourceAllocation is on",
            33,
            deployment(),
            &[(&resources, claims.clone())],
            left_out,
        ),
        at(
            "rules that hold for what is stored",
            30,
            deployment(),
            &[
                ("/spec/template/spec/hostUsers", json!(false)),
                ("/spec/template/spec/hostNetwork", json!(true)),
            ],
            "restart; ! none spec.template.spec.hostUsers",
        ),
        at(
            "maxUnavailable of a StatefulSet",
            36,
            set(),
            &[(
                "/spec/updateStrategy",
                json!({"rollingUpdate": {"maxUnavailable": 2}}),
            )],
            "none; ! none spec.updateStrategy",
        ),
        at(
            "the same where it is on",
            37,
            set(),
            &[(
                "/spec/updateStrategy",
                json!({"rollingUpdate": {"maxUnavailable": 2}}),
            )],
            "in-place",
        ),
    ]);
}

#[test]
fn an_init_container_with_the_name_of_a_container_is_refused() {
    let init = "/spec/template/spec/initContainers";
    hold(vec![one(
        "in another list",
        deployment(),
        &[(init, json!([{"name": "c", "image": "i"}]))],
        "restart rejected; ! rejected spec.template.spec.containers[0].name",
    )]);
}

#[test]
fn claims() {
    hold(vec![
        one(
            "accessModes",
            claim(),
            &[("/spec/accessModes", json!(["ReadWriteMany"]))],
            "rejected; ! rejected spec.accessModes",
        ),
        one(
            "volumeMode",
            claim(),
            &[("/spec/volumeMode", json!("Block"))],
            "rejected; ! rejected spec.volumeMode",
        ),
        one(
            "volumeMode, the default spelled out",
            claim(),
            &[("/spec/volumeMode", json!("Filesystem"))],
            "",
        ),
        one(
            "selector",
            claim(),
            &[("/spec/selector", json!({"matchLabels": {"a": "b"}}))],
            "rejected; ! rejected spec.selector",
        ),
        one(
            "volumeName, absent to value",
            claim(),
            &[("/spec/volumeName", json!("v"))],
            "in-place; ? rejected spec.volumeName",
        ),
        one(
            "volumeName, once set",
            with(claim(), &[("/spec/volumeName", json!("v"))]),
            &[("/spec/volumeName", json!("w"))],
            "rejected; ! rejected spec.volumeName",
        ),
        one(
            "storageClassName, value to other",
            claim(),
            &[("/spec/storageClassName", json!("b"))],
            "rejected; ! rejected spec.storageClassName",
        ),
        one(
            "storageClassName, value to absent",
            claim(),
            &[("/spec/storageClassName", Value::Null)],
            "rejected; ! rejected spec.storageClassName",
        ),
        one(
            "storageClassName, absent to value",
            with(claim(), &[("/spec/storageClassName", Value::Null)]),
            &[("/spec/storageClassName", json!("b"))],
            "in-place; ? rejected spec.storageClassName",
        ),
        one(
            "the beta annotation for the class",
            with(
                claim(),
                &[(
                    "/metadata/annotations",
                    json!({"volume.beta.kubernetes.io/storage-class": "a"}),
                )],
            ),
            &[(
                "/metadata/annotations/volume.beta.kubernetes.io~1storage-class",
                json!("b"),
            )],
            "rejected; ! rejected metadata.annotations[\"volume.beta.kubernetes.io/storage-class\"]",
        ),
        one(
            "dataSource",
            claim(),
            &[(
                "/spec/dataSource",
                json!({"kind": "PersistentVolumeClaim", "name": "q"}),
            )],
            "in-place; ? rejected spec.dataSource",
        ),
        at(
            "volumeAttributesClassName, behind a feature gate",
            31,
            claim(),
            &[("/spec/volumeAttributesClassName", json!("fast"))],
            "in-place; ? rejected spec.volumeAttributesClassName",
        ),
        at(
            "volumeAttributesClassName",
            35,
            claim(),
            &[("/spec/volumeAttributesClassName", json!("fast"))],
            "in-place; ? rejected spec.volumeAttributesClassName",
        ),
        one(
            "requests.storage down",
            claim(),
            &[("/spec/resources/requests/storage", json!("1000Mi"))],
            "rejected; ! rejected spec.resources.requests.storage",
        ),
        one(
            "requests.storage up",
            claim(),
            &[("/spec/resources/requests/storage", json!("1025Mi"))],
            "in-place; ? rejected spec.resources.requests.storage",
        ),
        one(
            "requests of another resource",
            claim(),
            &[("/spec/resources/requests/cpu", json!("1"))],
            "rejected; ! rejected spec.resources",
        ),
        one(
            "requests.storage equal",
            claim(),
            &[("/spec/resources/requests/storage", json!("1024Mi"))],
            "",
        ),
        one(
            "annotations",
            claim(),
            &[("/metadata/annotations/a", json!("b"))],
            "in-place",
        ),
        Case(
            "removed",
            35,
            vec![claim()],
            vec![],
            "data-loss; ! data-loss",
        ),
        Case(
            "removed with keep",
            35,
            vec![with(
                claim(),
                &[(
                    "/metadata/annotations/helm.sh~1resource-policy",
                    json!("keep"),
                )],
            )],
            vec![],
            "none",
        ),
        Case(
            "moved to another namespace",
            35,
            vec![claim()],
            vec![with(claim(), &[("/metadata/namespace", json!("other"))])],
            "data-loss in-place; ! data-loss; ! data-loss",
        ),
    ]);
}

#[test]
fn services() {
    let typed = |kind: &str| with(service(), &[("/spec/type", json!(kind))]);
    let selects = |app: &str| with(service(), &[("/spec/selector", json!({"app": app}))]);
    let labelled = |label: &str| {
        with(
            deployment(),
            &[(
                "/spec/template/metadata/labels",
                json!({"app": "w", "role": label}),
            )],
        )
    };
    let by_role = |role: &str| with(service(), &[("/spec/selector", json!({"role": role}))]);
    let port = |fields: Value| json!([fields]);
    let node_port = |one: Value| {
        with(
            service(),
            &[
                ("/spec/type", json!("NodePort")),
                ("/spec/ports", json!([one])),
            ],
        )
    };
    hold(vec![
        one(
            "clusterIP",
            with(service(), &[("/spec/clusterIP", json!("10.0.0.1"))]),
            &[("/spec/clusterIP", json!("10.0.0.2"))],
            "rejected; ! rejected spec.clusterIP",
        ),
        one(
            "clusterIP to None",
            service(),
            &[("/spec/clusterIP", json!("None"))],
            "rejected; ! rejected spec.clusterIP",
        ),
        one(
            "None to clusterIP",
            with(service(), &[("/spec/clusterIP", json!("None"))]),
            &[("/spec/clusterIP", json!("10.0.0.2"))],
            "rejected; ! rejected spec.clusterIP",
        ),
        one(
            "clusterIP left out: kept",
            with(service(), &[("/spec/clusterIP", json!("10.0.0.1"))]),
            &[("/spec/clusterIP", Value::Null)],
            "in-place; ? rejected spec.clusterIP",
        ),
        one(
            "clusterIP set later",
            service(),
            &[("/spec/clusterIP", json!("10.0.0.1"))],
            "in-place; ? rejected spec.clusterIP",
        ),
        one(
            "ipFamilies",
            service(),
            &[("/spec/ipFamilies", json!(["IPv6"]))],
            "in-place; ? rejected spec.ipFamilies",
        ),
        one(
            "loadBalancerClass once set",
            with(
                typed("LoadBalancer"),
                &[("/spec/loadBalancerClass", json!("a.b/c"))],
            ),
            &[("/spec/loadBalancerClass", json!("a.b/d"))],
            "rejected; ! rejected spec.loadBalancerClass",
        ),
        one(
            "loadBalancerClass set later",
            typed("LoadBalancer"),
            &[("/spec/loadBalancerClass", json!("a.b/d"))],
            "in-place; ? rejected spec.loadBalancerClass",
        ),
        one(
            "healthCheckNodePort",
            with(
                typed("LoadBalancer"),
                &[("/spec/healthCheckNodePort", json!(30000))],
            ),
            &[("/spec/healthCheckNodePort", json!(30001))],
            "rejected; ! rejected spec.healthCheckNodePort",
        ),
        one(
            "LoadBalancer to ClusterIP",
            typed("LoadBalancer"),
            &[("/spec/type", json!("ClusterIP"))],
            "outage; ! outage spec.type",
        ),
        one(
            "LoadBalancer to the default type",
            typed("LoadBalancer"),
            &[("/spec/type", Value::Null)],
            "outage; ! outage spec.type",
        ),
        one(
            "ClusterIP to LoadBalancer",
            service(),
            &[("/spec/type", json!("LoadBalancer"))],
            "in-place",
        ),
        one(
            "NodePort to ClusterIP",
            typed("NodePort"),
            &[("/spec/type", json!("ClusterIP"))],
            "in-place; ? outage spec.type",
        ),
        one(
            "to ExternalName, the address with it",
            with(service(), &[("/spec/clusterIP", json!("10.0.0.1"))]),
            &[
                ("/spec/type", json!("ExternalName")),
                ("/spec/externalName", json!("a.b")),
                ("/spec/clusterIP", Value::Null),
            ],
            "in-place outage; ! outage spec.type",
        ),
        one(
            "a port more",
            service(),
            &[(
                "/spec/ports",
                json!([{"name": "web", "port": 80}, {"name": "api", "port": 81}]),
            )],
            "in-place",
        ),
        one(
            "a port renumbered",
            service(),
            &[("/spec/ports", port(json!({"name": "web", "port": 81})))],
            "outage; ! outage spec.ports",
        ),
        one(
            "a targetPort",
            service(),
            &[(
                "/spec/ports",
                port(json!({"name": "web", "port": 80, "targetPort": 8080})),
            )],
            "in-place",
        ),
        one(
            "several ports without names",
            service(),
            &[(
                "/spec/ports",
                json!([{"name": "web", "port": 80}, {"port": 81}]),
            )],
            "in-place rejected; ! rejected spec.ports[1]",
        ),
        one(
            // kubectl's patch merges both into the port that there is.
            "a port twice",
            service(),
            &[(
                "/spec/ports",
                json!([{"name": "web", "port": 80}, {"name": "api", "port": 80}]),
            )],
            "in-place",
        ),
        one(
            "a port on both protocols",
            service(),
            &[(
                "/spec/ports",
                json!([{"name": "web", "port": 80}, {"name": "api", "port": 80, "protocol": "UDP"}]),
            )],
            "in-place",
        ),
        one(
            "a ClusterIP keeps the port of the NodePort that it was",
            node_port(json!({"name": "web", "port": 80, "nodePort": 30000})),
            &[("/spec/type", json!("ClusterIP"))],
            "in-place; ? rejected spec.ports; ? outage spec.type",
        ),
        one(
            "a ClusterIP gets another port than the NodePort had",
            node_port(json!({"name": "web", "port": 80, "nodePort": 30000})),
            &[
                ("/spec/type", json!("ClusterIP")),
                (
                    "/spec/ports",
                    port(json!({"name": "web", "port": 80, "nodePort": 30001})),
                ),
            ],
            "in-place rejected; ! rejected spec.ports[0].nodePort; ? outage spec.type",
        ),
        one(
            "a ClusterIP gets the port that the cluster may have given the NodePort",
            node_port(json!({"name": "web", "port": 80})),
            &[
                ("/spec/type", json!("ClusterIP")),
                (
                    "/spec/ports",
                    port(json!({"name": "web", "port": 80, "nodePort": 30001})),
                ),
            ],
            "in-place; ? rejected spec.ports; ? outage spec.type",
        ),
        one(
            "loadBalancerClass at a ClusterIP",
            service(),
            &[("/spec/loadBalancerClass", json!("a.b/c"))],
            "rejected; ! rejected spec.loadBalancerClass",
        ),
        one(
            "loadBalancerClass of what becomes a load balancer",
            service(),
            &[
                ("/spec/type", json!("LoadBalancer")),
                ("/spec/loadBalancerClass", json!("a.b/c")),
            ],
            "in-place",
        ),
        one(
            "loadBalancerClass that stays behind at a ClusterIP",
            with(
                typed("LoadBalancer"),
                &[("/spec/loadBalancerClass", json!("a.b/c"))],
            ),
            &[("/spec/type", json!("ClusterIP"))],
            "outage; ! outage spec.type",
        ),
        one(
            "loadBalancerClass removed together with the load balancer",
            with(
                typed("LoadBalancer"),
                &[("/spec/loadBalancerClass", json!("a.b/c"))],
            ),
            &[
                ("/spec/type", json!("ClusterIP")),
                ("/spec/loadBalancerClass", Value::Null),
            ],
            "in-place outage; ! outage spec.type",
        ),
        one(
            "loadBalancerClass removed from a load balancer",
            with(
                typed("LoadBalancer"),
                &[("/spec/loadBalancerClass", json!("a.b/c"))],
            ),
            &[("/spec/loadBalancerClass", Value::Null)],
            "rejected; ! rejected spec.loadBalancerClass",
        ),
        one(
            "nodePort on a ClusterIP",
            service(),
            &[(
                "/spec/ports",
                port(json!({"name": "web", "port": 80, "nodePort": 30000})),
            )],
            "in-place rejected; ! rejected spec.ports[0].nodePort",
        ),
        one(
            "session affinity",
            service(),
            &[("/spec/sessionAffinity", json!("ClientIP"))],
            "in-place",
        ),
        one(
            "selector of pods that are not in the manifests",
            selects("a"),
            &[("/spec/selector/app", json!("b"))],
            "in-place; ? outage spec.selector",
        ),
        Case(
            "selector that matches no rendered pod",
            35,
            vec![selects("w"), deployment()],
            vec![selects("v"), deployment()],
            "outage; ! outage spec.selector",
        ),
        Case(
            "selector and labels change together",
            35,
            vec![by_role("a"), labelled("a")],
            vec![by_role("b"), labelled("b")],
            "outage restart; ! outage spec.selector",
        ),
        Case(
            "a label that the selector needs is gone",
            35,
            vec![by_role("a"), labelled("a")],
            vec![by_role("a"), labelled("b")],
            "restart; ! outage spec.selector",
        ),
        Case(
            "a label more, and the selector unchanged",
            35,
            vec![selects("w"), deployment()],
            vec![selects("w"), labelled("b")],
            "restart",
        ),
        Case(
            "pods of another namespace are not selected",
            35,
            vec![selects("w"), deployment()],
            vec![
                selects("w"),
                with(deployment(), &[("/metadata/namespace", json!("other"))]),
            ],
            "outage in-place; ! outage; ! outage spec.selector",
        ),
        Case("removed", 35, vec![service()], vec![], "outage; ! outage"),
    ]);
}

#[test]
fn config_maps_and_secrets() {
    let pod = |container: Value, volumes: Value| {
        let container = with(
            container,
            &[("/name", json!("c")), ("/image", json!("i:1"))],
        );
        with(
            deployment(),
            &[(
                "/spec/template/spec",
                json!({"containers": [container], "volumes": volumes}),
            )],
        )
    };
    let volume = || json!([{"name": "v", "configMap": {"name": "x"}}]);
    let by_env = || {
        pod(
            json!({"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "a"}}}]}),
            json!([]),
        )
    };
    let by_env_from = || {
        pod(
            json!({"envFrom": [{"configMapRef": {"name": "x"}}]}),
            json!([]),
        )
    };
    let whole = || {
        pod(
            json!({"volumeMounts": [{"name": "v", "mountPath": "/c"}]}),
            volume(),
        )
    };
    let sub_path = || {
        pod(
            json!({"volumeMounts": [{"name": "v", "mountPath": "/c/a", "subPath": "a"}]}),
            volume(),
        )
    };
    let projected = || {
        pod(
            json!({"volumeMounts": [{"name": "v", "mountPath": "/c"}]}),
            json!([{"name": "v", "projected": {"sources": [{"configMap": {"name": "x"}}]}}]),
        )
    };
    let renamed_item = || {
        pod(
            json!({"volumeMounts": [{"name": "v", "mountPath": "/c/f", "subPath": "f"}]}),
            json!([{"name": "v", "configMap": {"name": "x", "items": [{"key": "b", "path": "f"}]}}]),
        )
    };
    let changed = |key: &str| with(config(), &[(&format!("/data/{key}"), json!("2"))]);
    let case = |source, user: &dyn Fn() -> Value, key, expected| {
        Case(
            source,
            35,
            vec![config(), user()],
            vec![changed(key), user()],
            expected,
        )
    };
    let checksum = |sum: &str| {
        with(
            by_env(),
            &[(
                "/spec/template/metadata/annotations",
                json!({"checksum/x": sum}),
            )],
        )
    };
    let pulls = || {
        with(
            deployment(),
            &[(
                "/spec/template/spec/imagePullSecrets",
                json!([{"name": "x"}]),
            )],
        )
    };
    let secret_env = || {
        pod(
            json!({"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "x", "key": "a"}}}]}),
            json!([]),
        )
    };
    let frozen = || with(secret(), &[("/immutable", json!(true))]);
    hold(vec![
        case("env.valueFrom", &by_env, "a", "stale; ! stale data"),
        case("env.valueFrom of another key", &by_env, "b", "in-place"),
        case("envFrom", &by_env_from, "b", "stale; ! stale data"),
        case("a whole volume", &whole, "a", "in-place"),
        case("a projected volume", &projected, "a", "in-place"),
        case(
            "a volume with subPath",
            &sub_path,
            "a",
            "stale; ! stale data",
        ),
        case(
            "a volume with subPath, another key",
            &sub_path,
            "b",
            "in-place",
        ),
        case(
            "a volume with items and subPath",
            &renamed_item,
            "b",
            "stale; ! stale data",
        ),
        case(
            "a volume with items and subPath, another key",
            &renamed_item,
            "a",
            "in-place",
        ),
        Case(
            "the checksum in the template",
            35,
            vec![config(), checksum("1")],
            vec![changed("a"), checksum("2")],
            "in-place restart",
        ),
        Case(
            "a template change that waits for OnDelete",
            35,
            vec![
                config(),
                with(
                    by_env(),
                    &[
                        ("/kind", json!("DaemonSet")),
                        ("/spec/replicas", Value::Null),
                        ("/spec/updateStrategy", json!({"type": "OnDelete"})),
                    ],
                ),
            ],
            vec![
                changed("a"),
                with(
                    by_env(),
                    &[
                        ("/kind", json!("DaemonSet")),
                        ("/spec/replicas", Value::Null),
                        ("/spec/updateStrategy", json!({"type": "OnDelete"})),
                        ("/spec/template/spec/containers/0/image", json!("i:2")),
                    ],
                ),
            ],
            "stale; ! stale data; ! stale spec.template",
        ),
        Case(
            "a workload without pods",
            35,
            vec![config(), with(by_env(), &[("/spec/replicas", json!(0))])],
            vec![
                changed("a"),
                with(by_env(), &[("/spec/replicas", json!(0))]),
            ],
            "in-place",
        ),
        Case(
            "imagePullSecrets: next pull",
            35,
            vec![secret(), pulls()],
            vec![with(secret(), &[("/data/a", json!("Yg=="))]), pulls()],
            "in-place",
        ),
        Case(
            "a Secret in env",
            35,
            vec![secret(), secret_env()],
            vec![with(secret(), &[("/data/a", json!("Yg=="))]), secret_env()],
            "stale; ! stale data",
        ),
        one(
            "Secret type",
            secret(),
            &[("/type", json!("a/b"))],
            "rejected; ! rejected type",
        ),
        one(
            "immutable: data",
            frozen(),
            &[("/data/a", json!("Yg=="))],
            "rejected; ! rejected immutable",
        ),
        one(
            "immutable: the mark is taken away",
            frozen(),
            &[("/immutable", Value::Null)],
            "rejected; ! rejected immutable",
        ),
        one(
            "immutable: metadata",
            frozen(),
            &[("/metadata/labels", json!({"a": "b"}))],
            "in-place",
        ),
        one(
            "immutable from now on",
            secret(),
            &[("/immutable", json!(true))],
            "in-place",
        ),
        one(
            "larger than 1 MiB",
            config(),
            &[("/data/a", json!("x".repeat(1024 * 1024)))],
            "in-place rejected; ! rejected data",
        ),
        Case("removed", 35, vec![config()], vec![], "stale"),
        Case(
            "removed, and still used",
            35,
            vec![config(), by_env()],
            vec![by_env()],
            "stale; ? outage",
        ),
    ]);
}

#[test]
fn other_kinds() {
    let binding = || json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "b"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}});
    let class = || json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "c"}, "provisioner": "a", "parameters": {"a": "b"}});
    let ingress_class = || json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "c"}, "spec": {"controller": "a/b"}});
    let budget = |version: &str| json!({"apiVersion": format!("policy/{version}"), "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"minAvailable": 1}});
    let namespace = || json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}});
    let crd = || json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "as.b.c"}, "spec": {}});
    let version = |name: &str, storage: bool| {
        json!({"name": name, "served": true, "storage": storage,
            "schema": {"openAPIV3Schema": {"type": "object"}}})
    };
    let custom = || json!({"apiVersion": "b.c/v1", "kind": "A", "metadata": {"name": "a"}});
    let role = || json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}, "rules": []});
    let ingress = |version: &str| json!({"apiVersion": version, "kind": "Ingress", "metadata": {"name": "i"}, "spec": {}});
    let volume = || json!({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": {}});
    hold(vec![
        one(
            "CustomResourceDefinition versions",
            json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": {"name": "as.b.c"}, "spec": {"group": "b.c", "scope": "Namespaced",
                    "names": {"plural": "as", "singular": "a", "kind": "A", "listKind": "AList"},
                    "versions": [version("v1", false), version("v2", true)]}}),
            &[("/spec/versions", json!([version("v2", true)]))],
            "in-place; ? rejected spec.versions",
        ),
        one(
            "roleRef",
            binding(),
            &[("/roleRef/name", json!("s"))],
            "rejected; ! rejected roleRef.name",
        ),
        one(
            "StorageClass provisioner",
            class(),
            &[("/provisioner", json!("b"))],
            "rejected; ! rejected provisioner",
        ),
        one(
            "StorageClass parameters",
            class(),
            &[("/parameters/a", json!("c"))],
            "rejected; ! rejected parameters.a",
        ),
        one(
            "StorageClass allowVolumeExpansion",
            class(),
            &[("/allowVolumeExpansion", json!(true))],
            "in-place",
        ),
        one(
            "IngressClass controller",
            ingress_class(),
            &[("/spec/controller", json!("c/d"))],
            "rejected; ! rejected spec.controller",
        ),
        at(
            "PDB v1beta1",
            24,
            budget("v1beta1"),
            &[("/spec/minAvailable", json!(2))],
            "in-place; ? rejected spec.minAvailable",
        ),
        at(
            "PDB v1",
            35,
            budget("v1"),
            &[("/spec/minAvailable", json!(2))],
            "in-place",
        ),
        Case(
            "an apiVersion that is not served",
            35,
            vec![],
            vec![budget("v1beta1")],
            "in-place; ! rejected apiVersion",
        ),
        Case(
            "an apiVersion that is not served, nor known for certain",
            99,
            vec![],
            vec![budget("v1beta1")],
            "in-place; ? rejected apiVersion",
        ),
        Case(
            "an apiVersion that was replaced in time, too late for Helm",
            25,
            vec![budget("v1beta1")],
            vec![budget("v1")],
            "in-place; ? rejected apiVersion",
        ),
        Case(
            "an apiVersion of another version, both served",
            24,
            vec![budget("v1beta1")],
            vec![budget("v1")],
            "in-place",
        ),
        Case(
            "an unchanged object that is not served",
            35,
            vec![budget("v1beta1"), config()],
            vec![
                budget("v1beta1"),
                with(config(), &[("/data/a", json!("2"))]),
            ],
            "in-place; ! rejected apiVersion; ? rejected apiVersion",
        ),
        Case(
            "Namespace removed",
            35,
            vec![namespace()],
            vec![],
            "data-loss; ! data-loss",
        ),
        Case(
            "CRD removed",
            35,
            vec![crd()],
            vec![],
            "data-loss; ! data-loss",
        ),
        Case(
            "PersistentVolume removed",
            35,
            vec![volume()],
            vec![],
            "in-place; ? data-loss",
        ),
        Case(
            "a custom object removed",
            35,
            vec![custom()],
            vec![],
            "in-place; ? data-loss",
        ),
        Case("Role removed", 35, vec![role()], vec![], "in-place"),
        Case(
            "Ingress removed",
            35,
            vec![ingress("networking.k8s.io/v1")],
            vec![],
            "outage; ! outage",
        ),
        Case(
            "nothing",
            35,
            vec![role(), claim()],
            vec![role(), claim()],
            "",
        ),
    ]);
}

#[test]
fn what_an_applier_or_the_server_keeps() {
    let account = || {
        with(
            deployment(),
            &[("/spec/template/spec/serviceAccountName", json!("a"))],
        )
    };
    let both = || {
        with(
            account(),
            &[("/spec/template/spec/serviceAccount", json!("a"))],
        )
    };
    let gone = ("/spec/template/spec/serviceAccountName", Value::Null);
    let in_clear = || {
        with(
            secret(),
            &[
                ("/data", Value::Null),
                ("/stringData", json!({"a": "1", "b": "2"})),
            ],
        )
    };
    let with_env = |entry: Value| {
        with(
            deployment(),
            &[("/spec/template/spec/containers/0/env", json!([entry]))],
        )
    };
    let literal = || with_env(json!({"name": "A", "value": "x"}));
    let reference =
        || with_env(json!({"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}));
    let live = |object: Value| with(object, &[("/metadata/uid", json!("1"))]);
    hold(vec![
        one(
            "serviceAccountName removed",
            account(),
            std::slice::from_ref(&gone),
            "none; ! none spec.template.spec.serviceAccountName",
        ),
        one(
            "serviceAccountName removed, and something else",
            account(),
            &[gone.clone(), (IMAGE, json!("i:2"))],
            "restart; ! none spec.template.spec.serviceAccountName",
        ),
        one(
            "both fields of the account removed",
            both(),
            &[gone, ("/spec/template/spec/serviceAccount", Value::Null)],
            "restart",
        ),
        one(
            "another account",
            account(),
            &[("/spec/template/spec/serviceAccountName", json!("b"))],
            "restart",
        ),
        one(
            "a key removed from stringData",
            in_clear(),
            &[("/stringData", json!({"a": "1"}))],
            "none; ! none stringData.b",
        ),
        one(
            "a key that goes from stringData to data",
            in_clear(),
            &[
                ("/stringData", json!({"a": "1"})),
                ("/data", json!({"b": "Mw=="})),
            ],
            "in-place",
        ),
        Case(
            "value to valueFrom of an object that is as in a cluster",
            35,
            vec![live(literal())],
            vec![reference()],
            "restart; ? rejected spec.template.spec.containers.env",
        ),
        Case(
            "value to valueFrom of an object of unknown origin",
            35,
            vec![literal()],
            vec![reference()],
            "restart; ? rejected spec.template.spec.containers.env",
        ),
        Case(
            "valueFrom to value",
            35,
            vec![reference()],
            vec![literal()],
            "restart; ? rejected spec.template.spec.containers.env",
        ),
        Case(
            "replicas that the server has filled in",
            35,
            vec![live(deployment())],
            vec![with(
                deployment(),
                &[("/spec/replicas", Value::Null), (IMAGE, json!("i:2"))],
            )],
            "scale restart",
        ),
    ]);
}

#[test]
fn what_holds_no_data_and_what_only_tests_is_no_loss() {
    let custom = |group: &str, kind: &str| json!({"apiVersion": format!("{group}/v1"), "kind": kind, "metadata": {"name": "x"}});
    let hook = |events: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "t", "annotations": {"helm.sh/hook": events}},
            "spec": {"containers": [{"name": "c", "image": "i:1"}]},
        })
    };
    let removed = |source, object, expected| Case(source, 35, vec![object], vec![], expected);
    hold(vec![
        removed(
            "Traefik's routes",
            custom("traefik.io", "IngressRoute"),
            "in-place",
        ),
        removed(
            "Traefik's old group",
            custom("traefik.containo.us", "Middleware"),
            "in-place",
        ),
        removed(
            "alerts",
            custom("monitoring.coreos.com", "PrometheusRule"),
            "in-place",
        ),
        removed(
            "Prometheus has volumes",
            custom("monitoring.coreos.com", "Prometheus"),
            "in-place; ? data-loss",
        ),
        removed("a test", hook("test"), "none"),
        removed(
            "a test of Helm 2 among others",
            hook("test-success, test-failure"),
            "none",
        ),
        removed(
            "a hook that is no test alone",
            hook("test,post-install"),
            "outage; ! outage",
        ),
    ]);
}

#[test]
fn a_file_that_is_only_spelled_otherwise_restarts_nothing() {
    let file = |text: &str| with(config(), &[("/data", json!({"f.yaml": text}))]);
    let mounts = || {
        with(
            deployment(),
            &[
                (
                    "/spec/template/spec/volumes",
                    json!([{"name": "v", "configMap": {"name": "x"}}]),
                ),
                (
                    "/spec/template/spec/containers/0/volumeMounts",
                    json!([{"name": "v", "mountPath": "/f.yaml", "subPath": "f.yaml"}]),
                ),
            ],
        )
    };
    let case = |source, text: &str, expected| {
        let old = vec![file("a: 1\nb: [x]\n"), mounts()];
        Case(source, 35, old, vec![file(text), mounts()], expected)
    };
    hold(vec![
        case("the same, spelled otherwise", "b:\n- x\na: 1\n", "in-place"),
        case("another value", "a: 2\nb: [x]\n", "stale; ! stale data"),
    ]);
}
