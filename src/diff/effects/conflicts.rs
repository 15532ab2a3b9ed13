//! Conflicts of server-side apply: fields that another manager owns with another value. An apply that has one is
//! rejected as a whole, unless it is forced. Source: "Server-Side Apply" in the Kubernetes reference, "Conflicts".

use std::collections::BTreeMap;

use super::notice::{self, Notice};
use crate::diff::compare::changes;
use crate::diff::object;
use crate::diff::{Applier, Diff, Effect, FieldStep, Op, Options};
use crate::manifest::{Identity, Manifest};
use crate::previous::Managed;

/// The greatest number of fields that the message of a finding names.
const NAMED: usize = 6;

/// Adds a finding for each object of which another manager owns fields that the apply changes. `owners` has the parts
/// of the other managers, by the identity of the object in the cluster.
pub fn add_conflicts(
    diff: &mut Diff<'_>,
    owners: &BTreeMap<Identity, Vec<Managed>>,
    manifests: &[Manifest],
    options: &Options<'_>,
) {
    if !options.applier.stops_at_conflicts() {
        return;
    }
    let mut notices = Vec::new();
    for new in object::in_order(manifests, options.namespace) {
        let identity = new
            .manifest
            .identity()
            .map(|one| one.applied_to(options.namespace));
        let others = identity
            .and_then(|one| owners.get(&one))
            .into_iter()
            .flatten();
        let mut owned = Vec::new();
        for other in others {
            let differing = changes(&other.fields, &new.manifest.object, options, &[]);
            let differing = differing.iter().filter(|change| {
                let is_atomic = change
                    .path
                    .0
                    .iter()
                    .any(|step| matches!(step, FieldStep::Index(_)));
                matches!(change.op, Op::Replace | Op::Move) || is_atomic
            });
            let mut paths: Vec<String> = differing.map(|change| change.path.to_string()).collect();
            let more = paths.len().saturating_sub(NAMED);
            paths.truncate(NAMED);
            if more > 0 {
                paths.push(format!("{more} more"));
            }
            if !paths.is_empty() {
                owned.push(format!("{} owns {}", other.manager, paths.join(", ")));
            }
        }
        if owned.is_empty() {
            continue;
        }
        let message = format!(
            "the apply conflicts with other managers of the object: {}. --force-conflicts takes these fields over; \
             without it, remove them from the manifests",
            owned.join("; ")
        );
        notices.push(Notice::new(Effect::Rejected, &new, message));
    }
    notice::add(diff, notice::findings(notices, options.applier));
}

impl Applier {
    /// Whether an apply is rejected if another manager owns a field. Argo CD and Flux take such fields over.
    fn stops_at_conflicts(self) -> bool {
        matches!(self, Self::ServerSide | Self::Helm)
    }

    /// Whether it is the applier that has set these fields of an object on the server. kubectl and Flux take over what
    /// client-side apply has set.
    pub fn owns(self, part: &Managed) -> bool {
        let is = |names: &[&str]| names.contains(&part.manager.as_str());
        match self {
            Self::ServerSide => {
                part.applies && is(&["kubectl"])
                    || is(&["kubectl-client-side-apply", "kubectl-last-applied"])
            }
            Self::Helm => is(&["helm"]),
            Self::Flux => is(&[
                "kustomize-controller",
                "kubectl",
                "kubectl-client-side-apply",
                "before-first-apply",
            ]),
            Self::Kubectl | Self::ArgoCd => false,
        }
    }
}
