//! What a release would be if one value were what it was before: the way to see what that value does by itself.

use serde_json::{Map, Value};

use super::Release;
use super::helm::{Search, Tried};
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

impl Release {
    /// A render for each value that differs from what it was before, with only that value set back: to what it is in
    /// another release of the chart, or in the chart itself. A value without which the templates do not render is left
    /// out, and so are the values that Helm has not rendered within the budget; the second number says how many. The
    /// user's values are tried first.
    pub fn reverted(&self, before: Option<&Self>, search: Search<'_>) -> (Vec<Reverted>, usize) {
        let of_chart = || Value::Object(self.values.defaults.clone());
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
        let tried = self.with_each(&changes, search);
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
    pub(super) fn with_each(
        &self,
        changes: &[(Path, Option<Value>)],
        search: Search<'_>,
    ) -> Vec<Tried> {
        if let Some(helm) = self.chart.helm() {
            return self.with_each_by_helm(helm, changes, search);
        }
        let changes = changes.iter();
        changes
            .map(|(path, value)| match self.with_value(path, value.clone()) {
                Ok(rendered) => Tried::Rendered(rendered.into_all()),
                Err(_) => Tried::Refused,
            })
            .collect()
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
