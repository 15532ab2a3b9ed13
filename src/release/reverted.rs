//! What a release would be if one value were what it was before: the way to see what that value
//! alone does. It renders; what the differences mean is for others to say.

use serde_json::{Map, Value};

use super::Release;
use crate::diagnostics::Label;
use crate::engine::Engine;
use crate::manifest::Manifest;
use crate::values::{Origins, Overrides};
use crate::yaml::{Path, Step, value_at};

/// How many values are set back at most; with more that differ nothing is known of any.
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

/// The values that were given before, or the chart's own.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// The merged tree.
    pub values: &'a Value,
    /// The texts that they came from; none if they are the chart's.
    pub overrides: Option<&'a Overrides>,
}

impl Release<'_> {
    /// A render for each value that differs from what it was before, with that value alone set back.
    /// A value without which the templates do not render is left out.
    pub fn reverted(&self, engine: &Engine, before: &Before<'_>) -> Vec<Reverted> {
        let mut differing = Vec::new();
        let mut walked = Vec::new();
        differences(before.values, self.values, &mut walked, &mut differing);
        if differing.len() > MOST {
            return Vec::new();
        }
        let now = Origins::new(self.overrides, &self.chart.values);
        let earlier = before
            .overrides
            .map(|overrides| Origins::new(overrides, &self.chart.values));
        let place = |value: &Path| {
            let in_chart = || Some(now.of(value)?.label().clone());
            now.given(value)
                .or_else(|| earlier.as_ref()?.given(value))
                .or_else(in_chart)
        };
        differing
            .into_iter()
            .filter_map(|value| {
                let at = |tree: &Value| value_at(tree, &value.0).cloned();
                Some(Reverted {
                    place: place(&value)?,
                    given: at(self.values),
                    manifests: self.with(engine, &value, at(before.values))?,
                    value,
                })
            })
            .collect()
    }

    /// What is rendered with another value at a path; none if nothing is.
    fn with(&self, engine: &Engine, path: &Path, value: Option<Value>) -> Option<Vec<Manifest>> {
        let mut tree = self.values.clone();
        set_back(&mut tree, &path.0, value)?;
        let release = Release {
            values: &tree,
            ..self.clone()
        };
        let rendered = release.render_with(engine).ok()?;
        Some(rendered.all().cloned().collect())
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

/// Puts a value into the place at a path, or takes away what is there; none if there is no place.
fn set_back(tree: &mut Value, path: &[Step], value: Option<Value>) -> Option<()> {
    let (last, above) = path.split_last()?;
    let mut place = tree;
    for step in above {
        let Step::Key(key) = step else { return None };
        let map = match place {
            Value::Object(map) => map,
            Value::Null => {
                *place = Value::Object(Map::new());
                place.as_object_mut()?
            }
            _ => return None,
        };
        place = map.entry(key.clone()).or_insert(Value::Null);
    }
    let Step::Key(key) = last else { return None };
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    let map = place.as_object_mut()?;
    match value {
        Some(value) => {
            map.insert(key.clone(), value);
        }
        None => {
            map.shift_remove(key);
        }
    }
    Some(())
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

    #[test]
    fn a_value_is_set_back_also_where_its_map_is_gone() {
        let mut tree = json!({"a": {"b": 1}});
        set_back(
            &mut tree,
            &[Step::Key("a".into()), Step::Key("b".into())],
            None,
        );
        set_back(
            &mut tree,
            &[Step::Key("c".into()), Step::Key("d".into())],
            Some(json!(2)),
        );
        assert_eq!(tree, json!({"a": {}, "c": {"d": 2}}));
    }
}
