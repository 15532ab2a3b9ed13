//! Jobs: which changes are accepted, and Jobs that run again although they did not change, because their TTL deletes
//! them after they finish and an upgrade creates them again. Sources: `pkg/apis/batch/validation` (ValidateJobUpdate,
//! validateCompletions), `pkg/registry/batch/job/strategy.go` (validationOptionsForJob).

use std::collections::HashSet;

use serde_json::Value;

use super::context::{Context, Workload};
use super::fields::{Decision, Field};
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::{containers, field, items};

/// Whether the API server accepts a change of a Job, for fields that depend on others. `decision` is that of the table.
pub(super) fn decide(
    field: &Field<'_>,
    decision: Decision,
    old: &Object<'_>,
    new: &Object<'_>,
    minor: u8,
) -> Decision {
    match field.keys.as_slice() {
        ["spec", "completions", ..] if minor >= ELASTIC && is_resized(old, new) => {
            Decision::Accepted
        }
        ["spec", "template", rest @ ..] if is_suspended(old) => {
            let is_scheduling = is_scheduling(rest);
            if minor >= WHILE_SUSPENDED && (is_scheduling || is_resource(rest)) {
                Decision::RefusedIf("pods of the old Job are still running")
            } else if is_scheduling {
                Decision::RefusedIf("the old Job has been started")
            } else {
                decision
            }
        }
        _ => decision,
    }
}

/// The first minor version in which ElasticIndexedJob is on (beta 1.27, GA 1.31).
const ELASTIC: u8 = 27;

/// The first minor version in which MutableSchedulingDirectivesForSuspendedJobs and MutablePodResourcesForSuspendedJobs are
/// on (beta 1.36): whatever a suspended Job has done before, where its pods run and what they request can change.
const WHILE_SUSPENDED: u8 = 36;

/// Whether the completions of an Indexed Job change together with its parallelism.
fn is_resized(old: &Object<'_>, new: &Object<'_>) -> bool {
    let indexed = [old, new]
        .iter()
        .all(|side| side.at(&["spec", "completionMode"]) == "Indexed");
    let parallelism = new.at(&["spec", "parallelism"]).as_i64().unwrap_or(1);
    indexed && new.at(&["spec", "completions"]).as_i64() == Some(parallelism)
}

pub(super) fn is_suspended(job: &Object<'_>) -> bool {
    job.at(&["spec", "suspend"]) == true
}

/// Whether a field of the template is a scheduling directive. They can change before a Job starts for the first time
/// (KEP-2926).
fn is_scheduling(keys: &[&str]) -> bool {
    matches!(
        keys,
        ["metadata", "labels" | "annotations", ..]
            | [
                "spec",
                "nodeSelector" | "tolerations" | "schedulingGates",
                ..
            ]
            | ["spec", "affinity", "nodeAffinity", ..]
    )
}

/// Whether a field of the template is one of the resources of a container.
fn is_resource(keys: &[&str]) -> bool {
    matches!(
        keys,
        ["spec", "containers" | "initContainers", "resources", ..]
    )
}

/// Notices about Jobs that do not change and may run again, if they use something that changes.
pub(in crate::diff) fn notices(context: &Context<'_>) -> Vec<Notice> {
    let replaced: HashSet<[&str; 2]> = context
        .workloads
        .iter()
        .filter(|one| one.object.kind != "Job" && (one.rolls || one.before.is_none()))
        .map(|one| [one.object.namespace, one.object.name])
        .collect();
    let jobs = context
        .workloads
        .iter()
        .filter(|workload| workload.object.is("batch", "Job"));
    jobs.filter(|job| job.before.is_some() && !job.rolls && !job.object.is_hook())
        .filter(|job| !is_suspended(&job.object) && works_on_a_change(job, context, &replaced))
        .filter_map(|job| {
            let seconds = job
                .before?
                .at(&["spec", "ttlSecondsAfterFinished"])
                .as_u64()?;
            let message = "it runs again although it did not change";
            let notice = Notice::new(Effect::Rerun, &job.object, message).grouped();
            Some(notice.when(format!(
                "it finished more than {seconds} s ago, and its TTL has deleted it"
            )))
        })
        .collect()
}

/// Whether a Job reads a Secret or ConfigMap that changes, or names a workload whose pods are replaced. Otherwise a
/// second run does the same as the first.
fn works_on_a_change(
    job: &Workload<'_>,
    context: &Context<'_>,
    replaced: &HashSet<[&str; 2]>,
) -> bool {
    let namespace = job.object.namespace;
    let reads = |kind: &str, reference: &Value| {
        let name = field(reference, "name").as_str().unwrap_or_default();
        let changed = context.changed_keys.get(&[kind, namespace, name]);
        changed.is_some_and(|changed| changed.contains(field(reference, "key").as_str()))
    };
    let variables = || containers(job.pod).flat_map(|container| items(field(container, "env")));
    if variables()
        .map(|variable| field(variable, "valueFrom"))
        .any(|from| {
            reads("Secret", field(from, "secretKeyRef"))
                || reads("ConfigMap", field(from, "configMapKeyRef"))
        })
    {
        return true;
    }
    variables()
        .filter_map(|variable| field(variable, "value").as_str())
        .flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')))
        .any(|word| replaced.contains(&[namespace, word]))
}
