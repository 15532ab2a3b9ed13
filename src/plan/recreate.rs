//! Objects with changes that the API server refuses: they are deleted, and created again by an apply.

use serde_json::{Value, json};

use super::check::is_hook;
use super::model::{Command, Estimate, File, Phase, Step};
use super::sides::{Pair, Sides, all_named, named};
use crate::commands::quote;
use crate::diff::{Action, Change, Effect, Finding};
use crate::kubernetes::{Quantity, items, pod_of, pod_template, selects, types::group_of};
use crate::stores::replicas;

/// Kinds whose objects hold no data and run no pods, so that they can be deleted and created again.
const WITHOUT_DATA: [&str; 14] = [
    "Secret",
    "ConfigMap",
    "Service",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "ResourceQuota",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
    "Ingress",
    "IngressClass",
    "PriorityClass",
];

/// What has to happen to a changed object before it can be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recreation {
    /// It is deleted, and its pods run on: the new object takes them over.
    Orphan,
    /// It is deleted with its pods.
    Whole,
    /// It is deleted, and has no pods.
    Object,
    /// It is a Job that has to be finished.
    Job,
}

/// How an object is recreated, if it has to be.
pub(super) fn recreation(pair: &Pair<'_>) -> Option<Recreation> {
    let (old, new) = (pair.old?, pair.new?);
    if pair.diff.action != Action::Changed {
        return None;
    }
    let refused = || {
        let changes = pair.diff.changes.iter();
        changes.filter(|change| change.effect == Effect::Rejected)
    };
    let object = &pair.diff.object;
    match (group_of(&object.api_version), object.kind.as_str()) {
        ("batch", "Job") => {
            let reruns = pair
                .diff
                .changes
                .iter()
                .any(|change| matches!(change.effect, Effect::Rerun | Effect::Rejected));
            reruns.then_some(Recreation::Job)
        }
        _ if refused().next().is_none() => None,
        ("apps", "StatefulSet") => {
            let labels = &pod_of(new.tree)?["metadata"]["labels"];
            let others = &pod_of(old.tree)?["metadata"]["labels"];
            // It takes over only pods that its selector selects, and the old ones bear its names.
            let takes_over = selects(&new.tree["spec"]["selector"], others)
                && selects(&new.tree["spec"]["selector"], labels);
            Some(if takes_over {
                Recreation::Orphan
            } else {
                Recreation::Whole
            })
        }
        ("apps", "Deployment" | "DaemonSet" | "ReplicaSet") => Some(Recreation::Whole),
        (_, kind) if WITHOUT_DATA.contains(&kind) => Some(Recreation::Object),
        _ => None,
    }
}

/// Whether a finding that an object is refused is about a change that recreating the object solves.
pub(super) fn is_solved(sides: &Sides<'_>, finding: &Finding) -> bool {
    let keys: Vec<&str> = finding.path.keys().collect();
    let touches = |change: &Change| {
        change.effect == Effect::Rejected
            && (change.path.is_below(&keys)
                || change.path.keys().zip(&keys).all(|(own, key)| own == *key))
    };
    finding.objects().all(|object| {
        let mut own = sides.pairs_of(object);
        own.any(|pair| recreation(pair).is_some() && pair.diff.changes.iter().any(touches))
    })
}

/// The steps that delete objects which cannot be changed, one for each way.
pub(super) fn steps(sides: &Sides<'_>, files: &mut Vec<File>) -> Vec<Step> {
    let ways = [
        Recreation::Job,
        Recreation::Object,
        Recreation::Whole,
        Recreation::Orphan,
    ];
    ways.into_iter()
        .filter_map(|way| step(way, sides, files))
        .collect()
}

fn step(way: Recreation, sides: &Sides<'_>, files: &mut Vec<File>) -> Option<Step> {
    let by_other = sides.options.applier.deletes_removed();
    let pairs: Vec<&Pair<'_>> = sides
        .pairs
        .iter()
        .filter(|pair| recreation(pair) == Some(way))
        // Helm deletes its hooks itself.
        .filter(|pair| !by_other || pair.new.is_some_and(|new| !is_hook(new.tree)))
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let old: Vec<&Value> = pairs
        .iter()
        .filter_map(|pair| Some(pair.old?.tree))
        .collect();
    let names = all_named(old.iter().copied());
    let fields: Vec<String> = pairs.iter().map(|pair| refused_fields(pair)).collect();
    let (id, title, why) = words(way);
    let mut why = why.to_owned();
    for (name, fields) in names.iter().zip(&fields) {
        why.push_str(&format!(" {fields} of {name} cannot be changed."));
    }
    let rolled: Vec<&&Pair<'_>> = pairs.iter().filter(|pair| rolls(pair)).collect();
    if way == Recreation::Orphan {
        why.push_str(if rolled.is_empty() {
            " No pod is replaced."
        } else {
            " Then it replaces its pods one after the other."
        });
        if fields
            .iter()
            .any(|field| field.contains("volumeClaimTemplates"))
        {
            why.push_str(
                " Claims that are there keep their class, and do not become smaller: the template is for new ones.",
            );
        }
    }
    let mut step = Step::new(id, Phase::Recreate, title);
    step.why = why;
    for set in old.iter().filter(|one| Sides::deletes_claims(one)) {
        step.commands.extend(sides.retain_claims(set));
    }
    if way == Recreation::Job {
        step.commands
            .extend(old.iter().filter_map(|job| is_finished(sides, job)));
    }
    let rest = match way {
        Recreation::Orphan => "--cascade=orphan --ignore-not-found",
        Recreation::Whole => "--cascade=foreground --ignore-not-found",
        Recreation::Object | Recreation::Job => "--ignore-not-found",
    };
    let delete = |one: &&Value| sides.kubectl("delete", one, rest);
    step.commands.extend(old.iter().filter_map(delete));
    match way {
        Recreation::Whole => {
            step.commands
                .extend(old.iter().filter_map(|one| sides.wait_for_end(one)));
            step.downtime.objects = all_named(old.iter().filter(|one| replicas(one) > 0).copied());
            step.restarts.clone_from(&step.downtime.objects);
            step.downtime.estimate = Estimate::Minutes;
        }
        Recreation::Object => {
            step.downtime.objects =
                all_named(old.iter().filter(|one| one["kind"] == "Service").copied());
            step.downtime.estimate = Estimate::Seconds;
        }
        Recreation::Orphan | Recreation::Job => {}
    }
    if step.downtime.objects.is_empty() {
        step.downtime.estimate = Estimate::None;
    }
    let new = pairs.iter().filter_map(|pair| Some(pair.new?.tree));
    step.undo = new.filter_map(|one| delete(&one)).collect();
    let stem = format!("before-{id}");
    let words = sides.apply_words();
    step.undo
        .extend(sides.with_files(words, &stem, old.iter().copied(), files));
    step.objects = names;
    Some(step)
}

/// The id and the title of a step, and why it is necessary.
fn words(way: Recreation) -> (&'static str, &'static str, &'static str) {
    match way {
        Recreation::Job => (
            "recreate-jobs",
            "Delete Jobs that are finished",
            "A Job cannot be changed while it is there. One that still runs is not deleted: then this step stops.",
        ),
        Recreation::Object => (
            "recreate-objects",
            "Delete objects that cannot be changed",
            "They hold no data, and are applied again with the new manifests.",
        ),
        Recreation::Whole => (
            "recreate-workloads",
            "Delete workloads with their pods",
            "With another selector, nothing would own the old pods and ReplicaSets, so they are deleted too. Claims stay.",
        ),
        Recreation::Orphan => (
            "recreate-statefulsets",
            "Delete StatefulSets without their pods",
            "The pods and claims stay, and the StatefulSet that is applied next takes them over.",
        ),
    }
}

/// The command that fails if a Job still runs.
fn is_finished(sides: &Sides<'_>, job: &Value) -> Option<Command> {
    let address = quote(&Sides::address(job)?.to_string());
    let namespace = quote(&sides.namespace_of(job));
    Some(Command::new(format!(
        "test -z \"$(kubectl get -n {namespace} {address} --ignore-not-found -o 'jsonpath={{.status.active}}')\" || \
         {{ echo {} >&2; exit 1; }}",
        quote(&format!(
            "{} still runs; wait until it is finished",
            named(job)
        ))
    )))
}

/// The fields of an object that cannot be changed, for a message.
fn refused_fields(pair: &Pair<'_>) -> String {
    let mut fields: Vec<String> = Vec::new();
    for change in &pair.diff.changes {
        if matches!(change.effect, Effect::Rejected | Effect::Rerun) {
            let keys: Vec<&str> = change.path.keys().take(2).collect();
            let field = keys.join(".");
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    fields.join(" and ")
}

/// Whether the pod template of a workload changes.
pub(super) fn rolls(pair: &Pair<'_>) -> bool {
    let object = &pair.diff.object;
    let template =
        pod_template(group_of(&object.api_version), &object.kind).filter(|keys| !keys.is_empty());
    template.is_some_and(|keys| {
        pair.diff
            .changes
            .iter()
            .any(|change| change.path.is_below(keys) && change.effect > Effect::None)
    })
}

/// The step that makes the claims of a StatefulSet as large as its new template says: a template is only for new claims.
pub(super) fn grow_claims(sides: &Sides<'_>) -> Option<Step> {
    let mut step = Step::new(
        "grow-claims",
        Phase::Apply,
        "Enlarge the claims that are there",
    );
    step.why.push_str("The template of a StatefulSet is only for new claims. The storage class must allow expansion; if it does \
                not, leave this step out, and the claims keep their size.");
    for pair in &sides.pairs {
        let (Some(old), Some(new)) = (pair.old, pair.new) else {
            continue;
        };
        if recreation(pair) != Some(Recreation::Orphan) {
            continue;
        }
        for template in items(&new.tree["spec"]["volumeClaimTemplates"]) {
            let name = &template["metadata"]["name"];
            let mut before = items(&old.tree["spec"]["volumeClaimTemplates"]);
            let Some(before) = before.find(|one| one["metadata"]["name"] == *name) else {
                continue;
            };
            let size = |one: &Value| one["spec"]["resources"]["requests"]["storage"].clone();
            if Quantity::of(&size(template)) <= Quantity::of(&size(before)) {
                continue;
            }
            let patch = json!({"spec": {"resources": {"requests": {"storage": size(template)}}}});
            for place in 0..replicas(old.tree).clamp(0, 100) {
                let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {
                    "name": format!("{}-{}-{place}", name.as_str().unwrap_or_default(),
                        old.tree["metadata"]["name"].as_str().unwrap_or_default()),
                    "namespace": sides.namespace_of(old.tree),
                }});
                let rest = format!("--type=merge -p {}", quote(&patch.to_string()));
                step.objects.push(named(&claim));
                step.commands.extend(sides.kubectl("patch", &claim, &rest));
            }
        }
    }
    // A claim cannot become smaller again.
    step.reversible = false;
    (!step.commands.is_empty()).then_some(step)
}

/// Whether the cluster refuses a change, and nothing can be done about it without losing data.
pub(super) fn is_stuck(pair: &Pair<'_>) -> bool {
    pair.diff.effects.contains(&Effect::Rejected) && recreation(pair).is_none()
}
