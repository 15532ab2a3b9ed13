//! What an operator does not want to see: fields by path, and all kinds but some.
//! It takes changes out of a comparison before they are judged, and never hides that an object comes or goes.

mod pattern;

use serde_json::Value;

use super::{Action, Change, FieldPath, FieldStep, ObjectDiff};

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
    /// Takes out of an object what is not wanted, and says whether it still differs. What its pointers lead through
    /// may be missing afterwards: the changes no longer make the new object of the old one.
    pub(super) fn keeps(&self, object: &mut ObjectDiff<'_>) -> bool {
        if !self.ignored.is_empty() {
            object.changes.retain_mut(|change| !self.is_ignored(change));
        }
        object.action != Action::Changed || !object.changes.is_empty()
    }

    /// Whether it looks at objects of a kind.
    pub(super) fn wants(&self, kind: &str) -> bool {
        let is_wanted = |wanted: &String| wanted.eq_ignore_ascii_case(kind);
        self.kinds.is_empty() || self.kinds.iter().any(is_wanted)
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
                below.0.push(FieldStep::Key(key.as_str().into()));
                let side = |side: Option<&'_ Value>| side.and_then(|side| side.get(key)).cloned();
                let (old, new) = (side(old), side(new));
                old == new || self.covers(&below, old.as_ref(), new.as_ref())
            })
    }
}
