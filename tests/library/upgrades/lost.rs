//! Stores that users would find empty: what each applier does with a claim that is left out, how its data get to where
//! they are looked for, and an installation that comes up a second time in another namespace.

use serde_json::json;
use swanlab_render::diff::{Applier, Effect, Finding, compare};
use swanlab_render::manifest::Manifest;

use super::render;
use crate::support::{RELEASE, options};

const OWN_CLAIM: &str =
    "dependencies: {postgres: {persistence: {existingClaim: swanlab-self-hosted-postgres-pvc}}}";
const OTHER_CLAIM: &str = "dependencies: {postgres: {persistence: {existingClaim: mine}}}";
const EXTERNAL: &str =
    "integrations: {postgres: {enabled: true, host: db.example.org, existingSecret: pg}}";

fn losses(old: &[Manifest], new: &[Manifest], applier: Applier) -> Vec<Finding> {
    let options = options(35).applied_by(applier);
    let findings = compare(old, new, &options).findings.into_iter();
    findings
        .filter(|finding| finding.effect == Effect::DataLoss)
        .collect()
}

#[track_caller]
fn loss(values: &str, applier: Applier) -> Finding {
    let found = losses(&render("", RELEASE), &render(values, RELEASE), applier);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn helm_deletes_a_claim_and_its_data_unless_it_is_marked_before() {
    let found = loss(OWN_CLAIM, Applier::Helm);
    assert_eq!(
        found.message,
        "the claim is deleted with its data (10Gi), although Deployment/swanlab-self-hosted-postgres still mounts \
         it. Helm keeps it only if it is annotated in the cluster before the upgrade"
    );
    assert_eq!(
        found.fix,
        [
            "kubectl annotate pvc swanlab-self-hosted-postgres-pvc -n default helm.sh/resource-policy=keep",
            "kubectl patch pv \"$(kubectl get pvc swanlab-self-hosted-postgres-pvc -n default -o \
             jsonpath='{.spec.volumeName}')\" -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'",
        ]
    );
}

#[test]
fn kubectl_leaves_a_claim_that_is_still_mounted() {
    let found = loss(OWN_CLAIM, Applier::Kubectl);
    assert!(
        found.message.starts_with(
            "`kubectl apply` keeps the claim and its data (10Gi), and \
             Deployment/swanlab-self-hosted-postgres still mounts it;"
        ),
        "{found:?}"
    );
    assert_eq!(
        found.fix,
        [
            "kubectl annotate pvc swanlab-self-hosted-postgres-pvc -n default helm.sh/resource-policy=keep"
        ]
    );
}

#[test]
fn a_store_on_another_claim_is_empty_until_its_files_are_copied() {
    let found = loss(OTHER_CLAIM, Applier::Kubectl);
    assert!(
        found.message.contains("mounts mine instead") && found.message.contains("empty"),
        "{found:?}"
    );
    let fix = found.fix.join("\n");
    assert!(
        fix.contains("kubectl scale deployment swanlab-self-hosted-postgres -n default --replicas=0 && kubectl wait"),
        "{fix}"
    );
    assert!(
        fix.contains("cp -a /from/. /to/") && fix.contains(r#""claimName":"mine""#),
        "{fix}"
    );
    assert!(fix.contains("the other claim is not empty"), "{fix}");
}

#[test]
fn an_external_database_is_empty_until_the_dump_is_restored() {
    let found = loss(EXTERNAL, Applier::Kubectl);
    assert!(found.message.contains("empty"), "{found:?}");
    let fix = found.fix.join("\n");
    assert!(
        fix.contains("pg_dump") && fix.contains("pg_restore"),
        "{fix}"
    );
    assert!(!fix.contains("kubectl patch pv"), "{fix}");
}

#[test]
fn renamed_stores_come_with_the_way_to_go_on_with_the_old_claims() {
    let found = losses(
        &render("", RELEASE),
        &render("", "another"),
        Applier::Kubectl,
    );
    assert_eq!(found.len(), 4, "{found:?}");
    for one in &found {
        assert!(one.message.contains("which is empty"), "{one:?}");
        assert!(
            one.fix.iter().any(|fix| fix.contains("existingClaim")),
            "{one:?}"
        );
    }
}

#[test]
fn a_claim_that_is_marked_is_no_loss_to_any_applier() {
    let mut old = render("", RELEASE);
    for one in &mut old {
        one.object["metadata"]["annotations"] = json!({"helm.sh/resource-policy": "keep"});
    }
    for applier in [Applier::Kubectl, Applier::Helm] {
        assert_eq!(losses(&old, &render(EXTERNAL, RELEASE), applier), []);
    }
}

fn in_namespace(values: &str, namespace: &str) -> Vec<Manifest> {
    let mut manifests = render(values, RELEASE);
    for one in &mut manifests {
        let text = one.object.to_string();
        let text = text.replace(".default.svc", &format!(".{namespace}.svc"));
        one.object = serde_json::from_str(&text).unwrap();
    }
    manifests
}

#[test]
fn manifests_for_another_namespace_come_up_a_second_time_and_empty() {
    let (old, new) = (in_namespace("", "prod"), render("", RELEASE));
    let found = losses(&old, &new, Applier::Kubectl);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].object.kind.as_str(), found[0].object.name.as_str()),
        ("Namespace", "prod")
    );
    assert!(found[0].message.contains("empty"), "{found:?}");
    assert_eq!(found[0].fix, ["# use -n prod, as before"]);
}

#[test]
fn objects_that_name_another_namespace_come_up_a_second_time() {
    let mut old = render("", RELEASE);
    for one in &mut old {
        one.put_into_namespace("prod");
    }
    let found = losses(&old, &render("", RELEASE), Applier::Kubectl);
    let moved = found.iter().filter(|one| one.object.kind == "Namespace");
    assert_eq!(moved.count(), 1, "{found:?}");
}

#[test]
fn a_host_of_a_foreign_service_is_no_other_namespace() {
    let foreign = |namespace: &str| {
        format!("global: {{settings: {{loginHost: login.{namespace}.svc.cluster.local}}}}")
    };
    let (old, new) = (
        render(&foreign("shared"), RELEASE),
        render(&foreign("prod"), RELEASE),
    );
    assert_eq!(losses(&old, &new, Applier::Kubectl), []);
    // Not even if it is called like one of the release's.
    let own = |namespace: &str| {
        format!(
            "global: {{settings: {{loginHost: swanlab-self-hosted-next.{namespace}.svc.cluster.local}}}}"
        )
    };
    let (old, new) = (
        render(&own("shared"), RELEASE),
        render(&own("prod"), RELEASE),
    );
    assert_eq!(losses(&old, &new, Applier::Kubectl), []);
}
