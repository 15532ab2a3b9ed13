//! What merges tell beside the differences, and adding that to a comparison.

use std::cmp::Reverse;
use std::collections::HashMap;

#[cfg(doc)]
use super::BeforeApply;
use crate::diff::effects::{live, namespace, pods};
use crate::diff::{Change, Diff, FieldPath, Finding, Options, accept};
use crate::manifest::{Identity, Manifest};

/// What the merges of objects tell beside the differences, by what the objects are in the cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merges(pub(in crate::diff) HashMap<Identity, Merged>);

impl Merges {
    /// Adds to a comparison of [`BeforeApply::manifests`] with the manifests what was changed by somebody else and
    /// goes back, and what stays because nobody applied it.
    pub fn tell(&self, diff: &mut Diff<'_>, manifests: &[Manifest], options: &Options<'_>) {
        // Here it is known what was applied.
        diff.findings
            .retain(|finding| finding.condition.as_deref() != Some(pods::NOT_APPLIED));
        let found = live::findings(diff, self, manifests, options);
        add(diff, found);
    }
}

/// Adds to a comparison with an empty namespace that the release is in another one.
pub fn tell_elsewhere(lives_in: &str, diff: &mut Diff<'_>, options: &Options<'_>) {
    add(diff, namespace::elsewhere(lives_in, options));
}

fn add(diff: &mut Diff<'_>, findings: Vec<Finding>) {
    diff.findings.extend(findings);
    diff.findings
        .sort_by_key(|finding| (Reverse(finding.effect), finding.certainty));
    diff.summary.verdict = accept::verdict(diff);
}

/// What a merge tells beside the difference.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diff) struct Merged {
    /// Fields that nobody applied and that stay as they are; each is a removal from the object after the apply.
    pub(in crate::diff) stays: Vec<Change>,
    /// The fields in which the manifests differ from those of the last apply; none where that is not known.
    pub(in crate::diff) declared: Option<Vec<FieldPath>>,
}
