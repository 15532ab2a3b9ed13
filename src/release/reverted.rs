//! What a release would be if one value were what it was before: the way to see what that value does by itself.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::helm::Tried;
use super::{Release, Search};
use crate::diagnostics::Label;
use crate::manifest::Manifest;
use crate::yaml::{Path, Step};

/// At most this many values are set back; if more differ, none is.
const MOST: usize = 500;

/// A render in which one value is set back.
#[derive(Clone, Debug, PartialEq)]
pub struct Reverted {
    /// The value; a list is one.
    pub value: Path,
    /// Where it is given now, else where it was given before, else where the chart has it.
    pub place: Label,
    /// What it is now; none if it is gone.
    pub given: Option<Value>,
    /// The objects, hooks included.
    pub manifests: Vec<Manifest>,
}

/// A value of the user that a chart does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The value.
    pub value: Path,
    /// Where it is given.
    pub place: Label,
    /// What to do.
    pub help: Option<String>,
}

/// A value that the user leaves to the chart, and that is another one in another version of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedDefault {
    /// The value.
    pub value: Path,
    /// Where the chart gives it now.
    pub place: Label,
    /// What it was.
    pub old: Value,
    /// What it is.
    pub new: Value,
}

impl Release {
    /// A render for each value that differs from what it was before, with only that value set back: to what it is in
    /// another release of the chart, or in the chart itself. A value without which the templates do not render is left
    /// out, and so are the values that Helm has not rendered within the budget; the second number says how many. The
    /// user's values are tried first.
    pub fn reverted(&self, before: Option<&Self>) -> (Vec<Reverted>, usize) {
        if self.request.search == Search::None {
            return (Vec::new(), 0);
        }
        let of_chart = || Value::Object(Map::clone(&self.values.defaults));
        let before_tree = before.map_or_else(of_chart, |before| before.values.tree.clone());
        let mut differing = Vec::new();
        let mut walked = Vec::new();
        differences(&before_tree, &self.values.tree, &mut walked, &mut differing);
        if differing.len() > MOST {
            return (Vec::new(), differing.len());
        }
        let is_given = |path: &Path| {
            let now = self.origins.given(path).is_some();
            now || before.is_some_and(|before| before.origins.given(path).is_some())
        };
        differing.sort_by_cached_key(|path| !is_given(path));
        let changes: Vec<(Path, Option<Value>)> = differing
            .into_iter()
            .map(|path| (path.clone(), path.get(&before_tree).cloned()))
            .collect();
        let tried = self.with_each(&changes);
        let untried = tried.iter().filter(|one| **one == Tried::Untried).count();
        let reverted = changes.into_iter().zip(tried);
        let reverted = reverted.filter_map(|((value, _), tried)| {
            Some(Reverted {
                place: self.place(&value, before)?,
                given: value.get(&self.values.tree).cloned(),
                manifests: tried.rendered()?,
                value,
            })
        });
        (reverted.collect(), untried)
    }

    /// What the release renders to with each of some values in turn, in their order.
    pub(super) fn with_each(&self, changes: &[(Path, Option<Value>)]) -> Vec<Tried> {
        if let Some(helm) = self.chart.helm() {
            return self.with_each_by_helm(helm, changes);
        }
        let changes = changes.iter();
        changes
            .map(|(path, value)| match self.with_value(path, value.clone()) {
                Ok(rendered) => Tried::Rendered(rendered.into_all()),
                Err(_) => Tried::Refused,
            })
            .collect()
    }

    /// What the release renders to with each of some values as the chart has it, in their order; none for what does not
    /// render, and for what was not tried in time.
    pub fn without_each(&self, values: &[Path]) -> Vec<Option<Vec<Manifest>>> {
        let defaults = Value::Object(Map::clone(&self.values.defaults));
        let changes: Vec<(Path, Option<Value>)> = values
            .iter()
            .map(|path| (path.clone(), path.get(&defaults).cloned()))
            .collect();
        let tried = self.with_each(&changes).into_iter();
        tried.map(Tried::rendered).collect()
    }

    /// The values of the user that this release's chart does not know, and the chart of another release with the same values
    /// does.
    pub fn unknown_to_it_alone(&self, other: &Self) -> Vec<Unknown> {
        let unknown_there: HashSet<String> = other
            .unknown_keys()
            .into_iter()
            .map(|one| one.path)
            .collect();
        let unknown = self.unknown_keys().into_iter();
        unknown
            .filter(|one| !unknown_there.contains(&one.path))
            .filter_map(|one| {
                Some(Unknown {
                    value: Path::dotted(&one.path),
                    place: one.labels.into_iter().next()?,
                    help: one.help,
                })
            })
            .collect()
    }

    /// The defaults that are other ones than in an earlier release, where neither user gives a value.
    pub fn changed_defaults(&self, before: &Self) -> Vec<ChangedDefault> {
        let (old, new) = (&before.values.tree, &self.values.tree);
        let mut differing = Vec::new();
        differences(old, new, &mut Vec::new(), &mut differing);
        let is_default = |release: &Self, path: &Path| release.origins.given(path).is_none();
        let changed = differing.into_iter().filter_map(|value| {
            let [old, new] = [old, new].map(|tree| value.get(tree).cloned());
            (is_default(self, &value) && is_default(before, &value)).then_some(ChangedDefault {
                place: self.origins.of(&value)?.label().clone(),
                old: old?,
                new: new?,
                value,
            })
        });
        changed.collect()
    }

    /// Where a value is given now, else where it was given before, else where the chart has it.
    fn place(&self, value: &Path, before: Option<&Self>) -> Option<Label> {
        let given = self.origins.given(value);
        given
            .or_else(|| before?.origins.given(value))
            .or_else(|| Some(self.origins.of(value)?.label().clone()))
    }
}

/// The paths of what differs: maps are entered, everything else is compared whole.
fn differences(before: &Value, now: &Value, walked: &mut Vec<Step>, found: &mut Vec<Path>) {
    let none = Map::new();
    let map = |value: &Value| match value {
        Value::Object(map) => Some(map.clone()),
        Value::Null => Some(none.clone()),
        _ => None,
    };
    match (map(before), map(now)) {
        (Some(before), Some(now)) if !(before.is_empty() && now.is_empty()) => {
            let added = now.keys().filter(|key| !before.contains_key(*key));
            for key in before.keys().chain(added) {
                walked.push(Step::Key(key.clone()));
                let side = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                differences(&side(&before), &side(&now), walked, found);
                walked.pop();
            }
        }
        // An empty map and none at all are the same to templates.
        (Some(_), Some(_)) => {}
        _ if before != now => found.push(Path(walked.clone())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differing(before: &Value, now: &Value) -> Vec<String> {
        let mut found = Vec::new();
        differences(before, now, &mut Vec::new(), &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_leaf_that_differs_is_one_value() {
        let before = json!({"a": 1, "m": {"x": 1, "y": [1]}, "gone": {"z": 1}, "same": [1]});
        let now = json!({"a": 1, "m": {"x": 2, "y": [2], "n": {"k": true}}, "same": [1]});
        assert_eq!(differing(&before, &now), ["m.x", "m.y", "m.n.k", "gone.z"]);
        assert_eq!(
            differing(&json!({"a": {}}), &json!({"a": {"b": {}}})),
            Vec::<String>::new()
        );
    }
}
