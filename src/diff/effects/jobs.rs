//! Jobs that do not change and yet may run again: one that Kubernetes deleted after it finished is missing, and an
//! upgrade makes it anew.

use super::fact::Fact;
use super::scene::Scene;
use crate::diff::Effect;

/// Jobs of the new side that were there before; those that run again for certain are told with their change.
pub(super) fn facts(scene: &Scene<'_>) -> Vec<Fact> {
    let jobs = scene
        .workloads
        .iter()
        .filter(|workload| workload.subject.is("batch", "Job"));
    jobs.filter(|job| job.before.is_some() && !job.rolls && !job.subject.is_hook())
        .filter_map(|job| {
            let seconds = job
                .before?
                .at(&["spec", "ttlSecondsAfterFinished"])
                .as_u64()?;
            let what = "it runs again, with its template changed or not";
            let fact = Fact::new(Effect::Rerun, &job.subject, what).folded();
            Some(fact.when(format!(
                "it finished more than {seconds} s ago and was deleted since"
            )))
        })
        .collect()
}
