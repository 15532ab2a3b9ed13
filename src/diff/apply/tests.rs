//! Cases and laws of the merge.

use super::*;
use crate::diff::{Applier, Direction, compare};
use crate::kubernetes::types::Types;
use serde_json::json;

const OPTIONS: fn() -> Options<'static> = || Options {
    namespace: "ns",
    types: Types::of(1, 35),
    applier: Applier::Kubectl,
    direction: Direction::Forward,
};

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: String::new(),
        document: 0,
        object,
    }
}

fn deployment(mut spec: Value) -> Value {
    spec["selector"] = json!({"matchLabels": {"a": "b"}});
    spec["template"]["metadata"] = json!({"labels": {"a": "b"}});
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})
}

/// The object as the API server has it.
fn live(mut object: Value) -> Value {
    object["metadata"]["namespace"] = "ns".into();
    object["metadata"]["uid"] = "1".into();
    object
}

struct Applied {
    /// `op path` of each change.
    changes: Vec<String>,
    kept: Vec<String>,
    findings: Vec<String>,
}

fn applied(live: &Value, last: Option<&Value>, new: &Value) -> Applied {
    let options = OPTIONS();
    let new = [manifest(new.clone())];
    let identity = new[0].identity().unwrap().applied_to("ns");
    let last: BTreeMap<Identity, Value> = last
        .map(|last| (identity.clone(), last.clone()))
        .into_iter()
        .collect();
    let before = before_apply(vec![manifest(live.clone())], &last, &new, &options);
    let mut diff = compare(&before.manifests, &new, &options);
    before.merges.add_findings(&mut diff, &new, &options);
    let changes = diff.objects.iter().flat_map(|object| &object.changes);
    let kept = &before.merges.0[&identity].kept;
    Applied {
        changes: changes
            .map(|change| format!("{} {}", change.op.name(), change.path))
            .collect(),
        kept: kept.iter().map(|change| change.path.to_string()).collect(),
        findings: diff
            .findings
            .iter()
            .map(|finding| format!("{}: {}", finding.effect, finding.message))
            .collect(),
    }
}

fn pod(container: Value) -> Value {
    json!({"spec": {"containers": [container]}})
}

#[test]
fn a_number_of_pods_that_was_set_by_hand_goes_back() {
    let new = deployment(json!({"replicas": 2}));
    let applied = applied(&live(deployment(json!({"replicas": 5}))), Some(&new), &new);
    assert_eq!(applied.changes, ["replace spec.replicas"]);
    assert!(
        applied.findings[0].starts_with("scale: scaled by hand to 5, goes back to 2"),
        "{:?}",
        applied.findings
    );
}

#[test]
fn a_number_of_pods_that_the_manifests_never_had_stays() {
    let new = deployment(json!({"paused": true}));
    let applied = applied(
        &live(deployment(json!({"paused": true, "replicas": 5}))),
        Some(&new),
        &new,
    );
    assert!(applied.changes.is_empty(), "{:?}", applied.changes);
    assert_eq!(applied.kept, ["spec.replicas"]);
}

#[test]
fn a_number_of_pods_that_the_manifests_had_is_deleted() {
    let last = deployment(json!({"paused": true, "replicas": 5}));
    let new = deployment(json!({"paused": true}));
    let applied = applied(&live(last.clone()), Some(&last), &new);
    assert_eq!(applied.changes, ["remove spec.replicas"]);
    assert!(applied.kept.is_empty());
}

#[test]
fn an_image_that_was_set_by_hand_goes_back_and_restarts() {
    let new = deployment(json!({"template": pod(json!({"name": "c", "image": "a:1"}))}));
    let there = deployment(json!({"template": pod(json!({"name": "c", "image": "own:1"}))}));
    let applied = applied(&live(there), Some(&new), &new);
    assert_eq!(
        applied.changes,
        ["replace spec.template.spec.containers[name=c].image"]
    );
    assert_eq!(
        applied.findings,
        [
            "restart: changed by somebody else since the last apply, goes back to the manifests: \
          spec.template.spec.containers[name=c].image"
        ]
    );
}

#[test]
fn what_was_changed_in_the_manifests_is_nobody_elses() {
    let last = deployment(json!({"template": pod(json!({"name": "c", "image": "a:1"}))}));
    let new = deployment(json!({"template": pod(json!({"name": "c", "image": "a:2"}))}));
    let applied = applied(&live(last.clone()), Some(&last), &new);
    assert_eq!(applied.changes.len(), 1);
    assert!(applied.findings.is_empty(), "{:?}", applied.findings);
}

#[test]
fn fields_of_an_object_that_kubectl_never_applied_stay() {
    let new = deployment(json!({"template": pod(json!({"name": "c", "image": "a:1"}))}));
    let mut there = new.clone();
    there["spec"]["template"]["spec"]["nodeSelector"] = json!({"pool": "x"});
    there["spec"]["template"]["spec"]["dnsPolicy"] = "ClusterFirst".into();
    there["spec"]["template"]["spec"]["containers"][0]["resources"] =
        json!({"limits": {"cpu": "1"}});
    there["spec"]["template"]["spec"]["containers"][0]["env"] =
        json!([{"name": "A", "value": "b"}]);
    there["metadata"]["labels"] = json!({"team": "ml", "app.kubernetes.io/managed-by": "Helm"});
    let applied = applied(&live(there), None, &new);
    assert!(applied.changes.is_empty(), "{:?}", applied.changes);
    assert_eq!(
        applied.kept,
        [
            "metadata.labels.team",
            "spec.template.spec.containers[name=c].env",
            "spec.template.spec.containers[name=c].resources",
            "spec.template.spec.nodeSelector",
        ]
    );
    assert_eq!(applied.findings.len(), 1);
    assert!(applied.findings[0].starts_with("none: "));
}

#[test]
fn no_command_removes_what_the_api_server_keeps() {
    let claim = |spec: Value| {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "c"}, "spec": spec})
    };
    let new = claim(json!({"accessModes": ["ReadWriteOnce"]}));
    let there =
        claim(json!({"accessModes": ["ReadWriteOnce"], "volumeAttributesClassName": "fast"}));
    let before = before_apply(
        vec![manifest(live(there))],
        &BTreeMap::new(),
        std::slice::from_ref(&manifest(new.clone())),
        &OPTIONS(),
    );
    let new = [manifest(new)];
    let mut diff = compare(&before.manifests, &new, &OPTIONS());
    before.merges.add_findings(&mut diff, &new, &OPTIONS());
    assert_eq!(diff.findings.len(), 1);
    assert!(diff.findings[0].fix.is_empty(), "{:?}", diff.findings);
}

#[test]
fn elements_of_a_list_with_a_key_are_merged_and_others_replaced() {
    let container = |env: Value, args: Value| {
        deployment(json!({"template": pod(json!({"name": "c", "env": env, "args": args}))}))
    };
    let last = container(
        json!([{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]),
        json!(["x"]),
    );
    let new = container(json!([{"name": "A", "value": "1"}]), json!(["x"]));
    let there = container(
        json!([{"name": "A", "value": "2"}, {"name": "B", "value": "1"}, {"name": "HAND", "value": "1"}]),
        json!(["x", "y"]),
    );
    let applied = applied(&live(there), Some(&last), &new);
    assert_eq!(
        applied.changes,
        [
            "remove spec.template.spec.containers[name=c].args[1]",
            "remove spec.template.spec.containers[name=c].env[name=B]",
            "replace spec.template.spec.containers[name=c].env[name=A].value",
        ]
    );
    assert_eq!(
        applied.kept,
        ["spec.template.spec.containers[name=c].env[name=HAND]"]
    );
}

#[test]
fn a_strategy_keeps_only_the_given_keys() {
    let new = deployment(json!({"strategy": {"type": "Recreate"}}));
    let there = deployment(json!({"strategy": {"type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}));
    let applied = applied(&live(there), None, &new);
    assert_eq!(
        applied.changes,
        [
            "remove spec.strategy.rollingUpdate",
            "replace spec.strategy.type"
        ]
    );
    assert!(applied.kept.is_empty(), "{:?}", applied.kept);
}

#[test]
fn lists_of_kinds_that_are_not_built_in_are_replaced() {
    let route = |routes: Value| {
        json!({"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
        "metadata": {"name": "r"}, "spec": {"routes": routes}})
    };
    let new = route(json!([{"name": "a"}]));
    let applied = applied(
        &live(route(json!([{"name": "a"}, {"name": "b"}]))),
        None,
        &new,
    );
    assert_eq!(applied.changes, ["remove spec.routes[name=b]"]);
    assert!(applied.kept.is_empty());
}

#[test]
fn what_a_secret_says_in_clear_is_held_against_what_it_holds() {
    let secret = |field: &str, value: &str| {
        let mut secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
        secret[field] = json!({"k": value});
        secret
    };
    let new = secret("stringData", "v");
    assert!(
        applied(&live(secret("data", "dg==")), None, &new)
            .changes
            .is_empty()
    );
    assert!(
        !applied(&live(secret("data", "eA==")), None, &new)
            .changes
            .is_empty()
    );
}

#[test]
fn a_removed_object_is_as_it_was_applied_with_the_marks_that_it_has_now() {
    let claim = |annotations: Value| {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "c", "annotations": annotations}, "spec": {"accessModes": ["ReadWriteOnce"]}})
    };
    let marked = json!({"helm.sh/resource-policy": "keep"});
    for (there, last, kept) in [
        (&marked, json!({}), true),
        (&json!({}), marked.clone(), false),
    ] {
        let live = manifest(live(claim(there.clone())));
        let identity = live.identity().unwrap().applied_to("ns");
        let last = BTreeMap::from([(identity, claim(last))]);
        let before = before_apply(vec![live], &last, &[], &OPTIONS());
        assert_eq!(before.manifests[0].is_kept(), kept);
    }
}

/// Some trees of an object, for laws that hold for all of them.
fn trees() -> Vec<Value> {
    let mut trees = Vec::new();
    for replicas in [None, Some(1), Some(3)] {
        for env in [
            None,
            Some(json!([])),
            Some(json!([{"name": "A", "value": "1"}])),
            Some(json!([{"name": "B", "value": "1"}, {"name": "A", "value": "2"}])),
        ] {
            for labels in [
                None,
                Some(json!({"a": "1"})),
                Some(json!({"a": "2", "b": "1"})),
            ] {
                let mut container = json!({"name": "c", "image": "i"});
                if let Some(env) = &env {
                    container["env"] = env.clone();
                }
                let mut tree =
                    deployment(json!({"template": {"spec": {"containers": [container]}}}));
                if let Some(replicas) = replicas {
                    tree["spec"]["replicas"] = replicas.into();
                }
                if let Some(labels) = labels {
                    tree["metadata"]["labels"] = labels;
                }
                trees.push(tree);
            }
        }
    }
    trees
}

#[test]
fn an_apply_changes_nothing_when_it_is_repeated() {
    let options = OPTIONS();
    let trees = trees();
    for (place, new) in trees.iter().enumerate() {
        for there in &trees {
            // Another one each time: all three would be too many.
            let last = &trees[(place * 7 + 3) % trees.len()];
            let shape = Shape::of(options.types, there, new);
            let once = merge(there, Some(last), new, shape);
            let again = merge(&once.after, Some(new), new, shape);
            assert_eq!(
                changes(&once.after, &again.after, &options, &[]),
                [],
                "{there} {last} {new}"
            );
            assert_eq!(
                changes(&again.before, new, &options, &[]),
                [],
                "{there} {last} {new}"
            );
            // Everything of the manifest is in the result, and the rest of it was kept.
            let rest = changes(&once.after, new, &options, &[]);
            assert!(
                rest.iter().all(|change| change.op == Op::Remove),
                "{rest:?}"
            );
        }
    }
}

#[test]
fn a_variable_that_helm_gave_a_value_cannot_get_a_reference() {
    let with = |entry: Value| {
        let container = json!({"name": "c", "image": "i:1", "env": [entry]});
        deployment(json!({"replicas": 1, "template": pod(container)}))
    };
    let literal = with(json!({"name": "A", "value": "x"}));
    let new = with(json!({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}));
    let refused = |applied: &Applied| {
        let mut findings = applied.findings.iter();
        findings.any(|one| one.starts_with("rejected: a variable cannot have both"))
    };
    let unknown = applied(&live(literal.clone()), None, &new);
    assert!(refused(&unknown), "{:?}", unknown.findings);
    let applied = applied(&live(literal.clone()), Some(&literal), &new);
    assert!(!refused(&applied), "{:?}", applied.findings);
}
