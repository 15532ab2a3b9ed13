//! What an operator does not want to see: fields by path, and all kinds but some.
//! It takes changes out of a comparison before they are judged, and never hides that an object comes or goes.

mod pattern;

use serde_json::Value;

use super::{Action, Change, Diff, FieldPath, FieldStep};
use crate::manifest::Manifest;

pub use pattern::{Pattern, PatternError};

/// What to leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Fields whose changes do not count, with all that is in them.
    pub ignored: Vec<Pattern>,
    /// The kinds to look at; all of them if none is named. Case does not matter.
    pub kinds: Vec<String>,
}

impl Filter {
    /// Takes out what is not wanted and counts again. What an object's pointers lead through may be missing
    /// afterwards: the changes no longer make the new object of the old one.
    pub fn apply(&self, diff: &mut Diff<'_>, old: &[Manifest], new: &[Manifest]) {
        if !self.kinds.is_empty() {
            let of_them = |side: &[Manifest]| {
                let wanted = side.iter().filter(|one| self.wants(one.kind()));
                wanted.count()
            };
            diff.objects
                .retain(|object| self.wants(&object.object.kind));
            diff.compared.old = of_them(old);
            diff.compared.new = of_them(new);
        }
        if !self.ignored.is_empty() {
            diff.objects.retain_mut(|object| {
                object.changes.retain_mut(|change| !self.is_ignored(change));
                object.action != Action::Changed || !object.changes.is_empty()
            });
        }
        let count = |action| {
            let of_it = diff.objects.iter().filter(|object| object.action == action);
            of_it.count()
        };
        let summary = &mut diff.summary;
        summary.added = count(Action::Added);
        summary.removed = count(Action::Removed);
        summary.changed = count(Action::Changed);
        summary.renamed = count(Action::Renamed);
        let differing = summary.added + summary.changed + summary.renamed;
        summary.unchanged = diff.compared.new.saturating_sub(differing);
    }

    fn wants(&self, kind: &str) -> bool {
        self.kinds
            .iter()
            .any(|wanted| wanted.eq_ignore_ascii_case(kind))
    }

    /// Whether a change does not count. Of a document inside a string, the parts are taken out one by one.
    fn is_ignored(&self, change: &mut Change) -> bool {
        if self.covers(&change.path, change.old.as_ref(), change.new.as_ref()) {
            return true;
        }
        if change.inside.is_empty() {
            return false;
        }
        change.inside.retain_mut(|inner| !self.is_ignored(inner));
        change.inside.is_empty()
    }

    /// Whether a field is ignored, or everything in it is.
    fn covers(&self, path: &FieldPath, old: Option<&Value>, new: Option<&Value>) -> bool {
        if self.ignored.iter().any(|pattern| pattern.leads_to(path)) {
            return true;
        }
        let maps = [old, new].map(|side| side.map(Value::as_object));
        if maps.contains(&Some(None)) {
            return false;
        }
        let mut keys = maps
            .iter()
            .flatten()
            .flatten()
            .flat_map(|map| map.keys())
            .peekable();
        keys.peek().is_some()
            && keys.all(|key| {
                let mut below = path.clone();
                below.0.push(FieldStep::Key(key.clone()));
                let side = |side: Option<&'_ Value>| side.and_then(|side| side.get(key)).cloned();
                let (old, new) = (side(old), side(new));
                old == new || self.covers(&below, old.as_ref(), new.as_ref())
            })
    }
}
