//! Compares two sets of Kubernetes objects: which objects correspond, which fields differ, and what a cluster does
//! about each change.
//!
//! [`compare`] takes the old and the new objects. It pairs them (`pair`), finds the changes of each pair (`compare`)
//! and judges the changes (`judge`, with the rules in `effects` and `stores`). The result is data; `report` prints it.
//! It is sorted, and does not depend on the order of the input.
//!
//! A [`Diff`] holds values of Secrets. [`redact`] hides them; only its result, [`Shown`], can be serialized or printed.

mod accept;
mod applier;
mod apply;
mod attribution;
mod change;
mod compare;
mod effects;
mod filter;
mod finding;
mod judge;
mod model;
mod object;
mod order;
mod pair;
mod random;
mod redact;
mod serialize;
mod stores;
mod tree;
mod values;

pub use accept::{Acceptance, AcceptanceError, accept};
pub use applier::Applier;
pub use apply::{BeforeApply, Merges, before_apply};
pub use attribution::{Attribution, Candidate, attribute, attribute_to_overrides};
pub use change::{Change, Class, FieldPath, FieldStep, Op};
pub use effects::{add_conflicts, add_namespace_finding};
pub use filter::{Filter, Pattern, PatternError};
pub use finding::{Certainty, Effect, Finding};
pub use model::{Action, Compared, Diff, ObjectDiff, Rename, Summary};
pub use random::{RandomField, random_fields, take_over};
pub use redact::{Shown, fingerprint, hide, names_a_secret, redact, without_secrets};

pub use values::{ValueChange, ValueField, ValueFinding, fields_of};

pub use crate::manifest::ObjectRef;

#[cfg(test)]
mod tests;

use crate::kubernetes::types::Types;
use crate::manifest::Manifest;
use crate::threads;
use object::Object;
use pair::{Pair, Pairs};

/// What a comparison has to know besides the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options<'a> {
    /// The namespace of the release: that of namespaced objects without `metadata.namespace`.
    pub namespace: &'a str,
    /// The API types of the cluster's Kubernetes version.
    pub types: Types,
    /// The program that applies the new objects.
    pub applier: Applier,
    /// Whether the comparison is about an upgrade or a rollback.
    pub direction: Direction,
}

impl<'a> Options<'a> {
    /// Options for an upgrade with kubectl.
    pub fn new(namespace: &'a str, types: Types) -> Self {
        Self {
            namespace,
            types,
            applier: Applier::default(),
            direction: Direction::default(),
        }
    }

    /// The same options with another applier.
    #[must_use]
    pub fn applied_by(mut self, applier: Applier) -> Self {
        self.applier = applier;
        self
    }

    /// The same options with another direction.
    #[must_use]
    pub fn in_direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }
}

/// Whether a comparison is about an upgrade or a rollback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// An upgrade: the old objects run, the new ones will be applied.
    #[default]
    Forward,
    /// A rollback: the new objects ran before the old ones, which may have migrated databases since.
    Back,
}

/// Compares two sets of objects: what changes from `old` to `new`, and the effects in a cluster.
///
/// Neither side may have an object twice; [`previous`](crate::previous::read()) checks that. If one has, its copies
/// are paired in their order.
///
/// ```
/// use serde_json::json;
/// use swanlab_render::diff::{Effect, Options, compare};
/// use swanlab_render::kubernetes::types::Types;
/// use swanlab_render::manifest::Manifest;
///
/// let service = |port: u16| Manifest {
///     source: "web.yaml".to_owned(),
///     document: 0,
///     object: json!({
///         "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": port}]},
///     }),
/// };
/// let (old, new) = ([service(80)], [service(8080)]);
/// let diff = compare(&old, &new, &Options::new("default", Types::of(1, 35)));
/// assert_eq!(diff.summary.changed, 1);
/// assert_eq!(diff.summary.verdict, Effect::Outage);
/// assert_eq!(diff.findings[0].message, "it no longer serves port 80/TCP");
/// ```
pub fn compare<'a>(old: &'a [Manifest], new: &'a [Manifest], options: &Options<'a>) -> Diff<'a> {
    compare_filtered(old, new, options, &Filter::default())
}

/// Compares two sets of objects without the kinds and fields that a filter leaves out; these have no effects and do not
/// count for the verdict.
pub fn compare_filtered<'a>(
    old: &'a [Manifest],
    new: &'a [Manifest],
    options: &Options<'a>,
    filter: &Filter,
) -> Diff<'a> {
    let sides = [old, new].map(|side| object::in_order(side, options.namespace));
    let (mut diff, pairs) = unjudged(&sides, options, filter);
    let [old, new] = &sides;
    judge::judge(&mut diff, &pairs, [old, new], options);
    diff
}

/// The differences of two sets of objects, without their effects and findings.
pub fn differences<'a>(
    old: &'a [Manifest],
    new: &'a [Manifest],
    options: &Options<'a>,
) -> Diff<'a> {
    let sides = [old, new].map(|side| object::in_order(side, options.namespace));
    unjudged(&sides, options, &Filter::default()).0
}

/// The differences, and the objects that correspond.
fn unjudged<'a>(
    [old, new]: &[Vec<Object<'a>>; 2],
    options: &Options<'a>,
    filter: &Filter,
) -> (Diff<'a>, Vec<Pair<'a>>) {
    let Pairs { mut all, renames } = pair::objects(old, new);
    let wanted = |one: &Object<'_>| filter.includes_kind(one.kind);
    let difference = |pair: &Pair<'a>| {
        // Both objects of a pair are of the same kind.
        pair.new.or(pair.old).filter(wanted)?;
        let sides = [pair.old, pair.new].map(|side| side.map(|one| one.manifest));
        let changes = match sides {
            [Some(old), Some(new)] => compare::changes(&old.object, &new.object, options, &renames),
            _ => Vec::new(),
        };
        if pair.action == Action::Changed && changes.is_empty() {
            return None;
        }
        let mut object = ObjectDiff::new(pair.action, sides, changes);
        filter.apply(&mut object).then_some(object)
    };
    let found = threads::in_parts(all.chunks(threads::PART), |pairs| {
        pairs.iter().map(difference).collect()
    });
    let mut objects = Vec::new();
    for (pair, object) in all.iter_mut().zip(found) {
        if let Some(object) = object {
            pair.differing = Some(objects.len());
            objects.push(object);
        }
    }
    let count = |side: &[Object<'_>]| side.iter().filter(|one| wanted(one)).count();
    let compared = Compared {
        old: count(old),
        new: count(new),
    };
    let diff = Diff {
        summary: Summary::of(&objects, compared),
        objects,
        findings: Vec::new(),
        renames,
        values: Vec::new(),
        random: Vec::new(),
        compared,
    };
    (diff, all)
}
