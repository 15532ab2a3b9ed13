//! How bad an effect is, in three classes that have colours in pictures and pages.

use std::collections::HashMap;

use crate::diff::{Diff, Effect};
use crate::topology::Node;

/// `danger`, `warn` or `fine`.
pub(super) fn class(effect: Effect) -> &'static str {
    match effect {
        Effect::Rejected | Effect::DataLoss => "danger",
        Effect::Stale | Effect::Rerun | Effect::Restart | Effect::Outage => "warn",
        Effect::None | Effect::InPlace | Effect::Scale => "fine",
    }
}

/// The classes of the objects that change, by kind and name.
pub(super) struct Classes<'d>(HashMap<[&'d str; 2], &'static str>);

impl<'d> Classes<'d> {
    pub(super) fn of(diff: &'d Diff<'_>) -> Self {
        let classes = diff.objects.iter().map(|object| {
            let worst = object.effects.iter().max().copied().unwrap_or_default();
            let name = [&*object.object.kind, &*object.object.name];
            (name, class(worst))
        });
        Self(classes.collect())
    }

    /// The class of a node of the map, if it changes.
    pub(super) fn get(&self, node: &Node) -> Option<&'static str> {
        self.0.get(&[&*node.kind, &*node.name]).copied()
    }
}
