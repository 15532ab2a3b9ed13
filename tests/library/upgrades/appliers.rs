//! What depends on the applier: what becomes of objects that are left out, which marks keep them, and what server-side
//! apply rejects.

use serde_json::{Value, json};
use swanlab_render::diff::{Applier, Certainty, Diff, Effect, Options, add_conflicts, compare};
use swanlab_render::manifest::Manifest;
use swanlab_render::previous::managed;

use super::render;
use crate::support::{RELEASE, options};

const ALL: [Applier; 5] = [
    Applier::Kubectl,
    Applier::ServerSide,
    Applier::Helm,
    Applier::ArgoCd,
    Applier::Flux,
];

/// How certain it is that an applier is refused what only server-side apply refuses.
const BY_SERVER: [(Applier, Option<Certainty>); 5] = [
    (Applier::Kubectl, None),
    (Applier::ServerSide, Some(Certainty::Certain)),
    (Applier::Helm, Some(Certainty::Conditional)),
    (Applier::ArgoCd, Some(Certainty::Conditional)),
    (Applier::Flux, Some(Certainty::Certain)),
];

fn manifest(object: Value) -> Manifest {
    Manifest {
        source: "object.yaml".to_owned(),
        document: 0,
        object,
    }
}

fn claim(metadata: Value) -> Manifest {
    let mut object = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata,
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    object["metadata"]["name"] = "data".into();
    manifest(object)
}

fn deployment(strategy: &Value, env: &Value) -> Manifest {
    manifest(
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
        "strategy": strategy, "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [
            {"name": "c", "image": "i:1", "env": env}]}}}}),
    )
}

/// The rejections: certain or not, and the message.
fn rejections(diff: &Diff<'_>) -> Vec<(Certainty, String)> {
    let rejected = diff
        .findings
        .iter()
        .filter(|finding| finding.effect == Effect::Rejected);
    rejected
        .map(|finding| (finding.certainty, finding.message.clone()))
        .collect()
}

#[test]
fn each_applier_keeps_what_is_marked_for_it() {
    let [helm, argocd, flux] = [
        json!({"annotations": {"helm.sh/resource-policy": "keep"}}),
        json!({"annotations": {"argocd.argoproj.io/sync-options": "Replace=true, Prune=false"}}),
        json!({"labels": {"kustomize.toolkit.fluxcd.io/prune": "disabled"}}),
    ];
    for (mark, keepers) in [
        (helm, [Applier::Kubectl, Applier::ServerSide, Applier::Helm]),
        (
            argocd,
            [Applier::Kubectl, Applier::ServerSide, Applier::ArgoCd],
        ),
        (flux, [Applier::Kubectl, Applier::ServerSide, Applier::Flux]),
    ] {
        for applier in ALL {
            let old = [claim(mark.clone())];
            let options = options(35).applied_by(applier);
            let diff = compare(&old, &[], &options);
            let kept = keepers.contains(&applier);
            let expected = if kept { Effect::None } else { Effect::DataLoss };
            assert_eq!(diff.summary.verdict, expected, "{applier:?} {mark}");
        }
    }
}

#[test]
fn a_claim_that_is_pruned_comes_with_the_mark_of_its_applier() {
    for (applier, message, mark) in [
        (
            Applier::Helm,
            "Helm keeps it",
            "helm.sh/resource-policy=keep",
        ),
        (
            Applier::ArgoCd,
            "Argo CD keeps it",
            "argocd.argoproj.io/sync-options=Prune=false",
        ),
        (
            Applier::Flux,
            "Flux keeps it",
            "kustomize.toolkit.fluxcd.io/prune=disabled",
        ),
    ] {
        let old = [claim(json!({}))];
        let options = options(35).applied_by(applier);
        let finding = compare(&old, &[], &options).findings.remove(0);
        assert!(finding.message.contains(message), "{}", finding.message);
        assert_eq!(
            finding.fix[0],
            format!("kubectl annotate pvc data -n default {mark}")
        );
    }
}

#[test]
fn what_is_left_undone_depends_on_the_applier() {
    let house = "service: {house: {persistence: {storageSize: 20Gi}}}";
    for (applier, ending) in [
        (Applier::Kubectl, "kubectl still applies the other objects"),
        (
            Applier::ServerSide,
            "kubectl still applies the other objects",
        ),
        (
            Applier::Helm,
            "Helm still changes the other objects and deletes none",
        ),
        (
            Applier::ArgoCd,
            "Argo CD still applies the other objects of its sync wave",
        ),
        (Applier::Flux, "Flux tries all objects with a dry run first"),
    ] {
        let (old, new) = (render("", RELEASE), render(house, RELEASE));
        let options = options(35).applied_by(applier);
        let diff = compare(&old, &new, &options);
        let first = &rejections(&diff)[0];
        assert!(first.1.contains(ending), "{}", first.1);
    }
}

#[test]
fn what_cannot_be_read_stops_most_appliers_before_they_change_anything() {
    let old = [deployment(&Value::Null, &Value::Null)];
    let mut unserved = old.clone();
    unserved[0].object["apiVersion"] = json!("apps/v1beta1");
    let mut untyped = old.clone();
    untyped[0].object["metadata"]["labels"] = json!({"a": 1});
    for (applier, ending) in [
        (
            Applier::Kubectl,
            "kubectl still applies the other objects, so the upgrade is left half done",
        ),
        (
            Applier::ServerSide,
            "kubectl still applies the other objects, so the upgrade is left half done",
        ),
        (
            Applier::Helm,
            "Helm reads all objects before it changes any, so it changes none of them until this is solved",
        ),
        (
            Applier::ArgoCd,
            "Argo CD tries all objects with a dry run first, so it changes none of them until this is solved",
        ),
        (
            Applier::Flux,
            "Flux tries all objects with a dry run first, so it changes none of them until this is solved",
        ),
    ] {
        for new in [&unserved, &untyped] {
            let options = options(35).applied_by(applier);
            let found = rejections(&compare(&old, new, &options));
            assert!(found[0].1.ends_with(ending), "{applier:?}: {}", found[0].1);
        }
    }
}

#[test]
fn a_block_that_was_filled_in_stays_on_the_server() {
    let [filled_in, recreate] = [json!(null), json!({"type": "Recreate"})];
    let stated = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}});
    let env = json!([]);
    for (applier, certainty) in BY_SERVER {
        let options = options(35).applied_by(applier);
        let new = [deployment(&recreate, &env)];
        let old = [deployment(&filled_in, &env)];
        let found = compare(&old, &new, &options);
        let found = rejections(&found).first().map(|(certainty, _)| *certainty);
        assert_eq!(found, certainty, "{applier:?}");
        // What an apply has set, the next one removes.
        let old = [deployment(&stated, &env)];
        assert_eq!(
            rejections(&compare(&old, &new, &options)),
            [],
            "{applier:?}"
        );
    }
}

#[test]
fn the_server_merges_no_list_with_a_key_twice() {
    let once = json!([{"name": "A", "value": "1"}]);
    let twice = json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]);
    let (old, new) = (
        [deployment(&json!(null), &once)],
        [deployment(&json!(null), &twice)],
    );
    let on_server = options(35).applied_by(Applier::ServerSide);
    let found = rejections(&compare(&old, &new, &on_server));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].1.starts_with("container c has A twice in env"),
        "{found:?}"
    );
    assert_eq!(rejections(&compare(&old, &new, &options(35))), []);
}

/// The findings about conflicts when an object of a cluster is applied with these fields.
fn conflicts(
    manager: &str,
    operation: &str,
    new: Value,
    applier: Applier,
) -> Vec<(Certainty, String)> {
    let live = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "managedFields": [
        {"manager": manager, "operation": operation, "fieldsV1": {"f:spec": {"f:replicas": {}}}}]},
        "spec": {"replicas": 5}});
    let new = [manifest(new)];
    let options: Options<'_> = options(35).applied_by(applier);
    let others = managed(&live)
        .into_iter()
        .filter(|part| !applier.owns(part))
        .collect();
    let identity = new[0].identity().unwrap().applied_to("default");
    let old: [Manifest; 0] = [];
    let mut diff = compare(&old, &new, &options);
    add_conflicts(&mut diff, &[(identity, others)].into(), &new, &options);
    let mut found = rejections(&diff);
    found.retain(|(_, message)| message.contains("conflicts with"));
    found
}

#[test]
fn fields_of_another_manager_are_a_conflict() {
    let with = |replicas: u64| json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": replicas}});
    let found = conflicts("hpa", "Update", with(2), Applier::ServerSide);
    assert_eq!(found.len(), 1);
    assert!(found[0].1.contains("hpa owns spec.replicas"), "{found:?}");
    // The same value, no value, an applier that takes fields over, and what client-side apply has set are none.
    assert_eq!(conflicts("hpa", "Update", with(5), Applier::ServerSide), []);
    let without = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {}});
    assert_eq!(conflicts("hpa", "Update", without, Applier::ServerSide), []);
    assert_eq!(conflicts("hpa", "Update", with(2), Applier::Flux), []);
    let client_side = "kubectl-client-side-apply";
    assert_eq!(
        conflicts(client_side, "Update", with(2), Applier::ServerSide),
        []
    );
}

#[test]
fn patches_merge_elements_of_one_key_into_one() {
    let with = |containers: Value| {
        manifest(
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": containers}}}}),
        )
    };
    let container = |name: &str, image: &str| json!({"name": name, "image": image});
    let old = [with(json!([container("c", "i:1")]))];
    let twice = [with(json!([container("c", "i:1"), container("c", "i:2")]))];
    let others = [with(json!([
        container("c", "i:1"),
        container("d", "i:2"),
        container("d", "i:3")
    ]))];
    let mut volumes = old.clone();
    let volume = json!({"name": "v", "emptyDir": {}});
    volumes[0].object["spec"]["template"]["spec"]["volumes"] = json!([volume, volume]);
    for (applier, certainty) in BY_SERVER {
        let options = options(35).applied_by(applier);
        let rejected = |old: &[Manifest], new: &[Manifest]| {
            let found = rejections(&compare(old, new, &options));
            found.first().map(|(certainty, _)| *certainty)
        };
        assert_eq!(rejected(&old, &twice), certainty, "{applier:?}");
        assert_eq!(rejected(&old, &others), certainty, "{applier:?}");
        // A list that the object does not have yet is added as it is.
        assert_eq!(
            rejected(&old, &volumes),
            Some(Certainty::Certain),
            "{applier:?}"
        );
        assert_eq!(
            rejected(&[], &twice),
            Some(Certainty::Certain),
            "{applier:?}"
        );
    }
}

#[test]
fn kubectl_merges_two_ports_of_one_number_and_not_two_of_one_name() {
    let service = |ports: Value| {
        let metadata = json!({"name": "web"});
        let spec = json!({"selector": {"a": "b"}, "ports": ports});
        manifest(json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}))
    };
    let pod = |ports: Value| {
        let mut one = deployment(&Value::Null, &Value::Null);
        one.object["spec"]["template"]["spec"]["containers"][0]["ports"] = ports;
        one
    };
    let makers: [(&str, &dyn Fn(Value) -> Manifest); 2] =
        [("port", &service), ("containerPort", &pod)];
    for (field, with) in makers {
        let port = |name: &str, number: u16| json!({"name": name, field: number});
        let old = [with(json!([port("a", 80), port("b", 81)]))];
        let rejected = |ports: Value| {
            let new = [with(ports)];
            !rejections(&compare(&old, &new, &options(35))).is_empty()
        };
        for (name, number, is_rejected) in [("a", 80, false), ("a", 82, true), ("b", 81, false)] {
            let ports = json!([port("a", 80), port("b", 81), port(name, number)]);
            assert_eq!(rejected(ports), is_rejected, "{field}: {name}, {number}");
        }
        assert!(
            !rejected(json!([port("a", 80), port("c", 82), port("c", 82)])),
            "{field}"
        );
        let unnamed = json!({field: 80});
        assert!(!rejected(json!([unnamed, unnamed])), "{field}");
    }
}

#[test]
fn an_annotation_that_is_no_text_is_refused() {
    let mut changed = deployment(&Value::Null, &Value::Null);
    let old = [changed.clone()];
    changed.object["metadata"]["annotations"] = json!({"a": true});
    let new = [changed];
    for applier in ALL {
        let options = options(35).applied_by(applier);
        let found = rejections(&compare(&old, &new, &options));
        assert_eq!(found.len(), 1, "{applier:?}");
    }
}

#[test]
fn a_field_that_is_not_declared_is_refused_where_the_server_applies() {
    let mut changed = deployment(&Value::Null, &Value::Null);
    let old = [changed.clone()];
    changed.object["spec"]["replica"] = json!(3);
    let new = [changed];
    for (applier, certainty) in [
        (Applier::Kubectl, Certainty::Certain),
        (Applier::ServerSide, Certainty::Certain),
        (Applier::Helm, Certainty::Conditional),
        (Applier::ArgoCd, Certainty::Conditional),
        (Applier::Flux, Certainty::Certain),
    ] {
        let options = options(35).applied_by(applier);
        for old in [&old[..], &[]] {
            let found = rejections(&compare(old, &new, &options));
            assert_eq!(found.len(), 1, "{applier:?}");
            assert_eq!(found[0].0, certainty, "{applier:?}");
        }
        let mut null = new.clone();
        null[0].object["spec"]["replica"] = Value::Null;
        let is_accepted = rejections(&compare(&[], &null, &options)).is_empty();
        assert_eq!(is_accepted, applier == Applier::Kubectl, "{applier:?}");
    }
}
