//! Which values make a field what it is. Values flow through partials, so nothing in a template
//! tells; the release is rendered again with one value changed at a time, to see whether the field
//! changes. It never guesses: where not all candidates could be tried there is no answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Release;
use super::cause::Field;
use super::effect::{Effect, Objects, effect};
use crate::engine::Engine;
use crate::values::Values;
use crate::yaml::{Path, leaves};

/// How many values are tried at most. SwanLab's chart has 160 of its own.
const MOST: usize = 500;

impl Release {
    /// For each field the values that feed it: a change of the value changes the field, and the
    /// object is still there. Values are leaves: scalars, and maps and lists that are empty. They
    /// are the user's where at least one of those feeds the field, else the chart's. Of a field
    /// that none feeds they are those that decide whether it is there, in the same order.
    ///
    /// Each value is rendered with once, whatever the number of fields, and only the templates of
    /// the fields are. At most 500 values are tried: of more than that the user's are tried alone,
    /// and if they alone are more, no field has an answer. A value that a template refuses when it
    /// is changed is not known to feed.
    pub fn feeding(&self, fields: &[Field<'_>]) -> Vec<Vec<Path>> {
        match self.chart.engine() {
            Ok(engine) => self.feeding_by(engine, fields),
            Err(_) => vec![Vec::new(); fields.len()],
        }
    }

    fn feeding_by(&self, engine: &Engine, fields: &[Field<'_>]) -> Vec<Vec<Path>> {
        let mut feeding: Vec<Vec<Path>> = vec![Vec::new(); fields.len()];
        let mut deciding = feeding.clone();
        let all: Vec<usize> = (0..fields.len()).collect();
        let base = self.objects(engine, &self.values.tree, fields, &all);
        let mut tried = 0;
        for candidates in candidates(&self.values) {
            let open: Vec<usize> = all
                .iter()
                .copied()
                .filter(|&index| feeding[index].is_empty())
                .collect();
            tried += candidates.len();
            if open.is_empty() {
                break;
            }
            if tried > MOST {
                // What the untried ones feed is not known.
                return feeding;
            }
            let mut takes_away: Vec<(usize, Path)> = Vec::new();
            for (path, value) in candidates {
                let mut tree = self.values.tree.clone();
                if path.set(&mut tree, Some(value)).is_none() {
                    continue;
                }
                let objects = self.objects(engine, &tree, fields, &open);
                for &index in &open {
                    match effect(&path, fields[index], &base, &objects) {
                        Effect::Nothing => {}
                        Effect::Changes => feeding[index].push(path.clone()),
                        Effect::TakesAway => takes_away.push((index, path.clone())),
                    }
                }
            }
            takes_away.retain(|(index, _)| deciding[*index].is_empty());
            for (index, path) in takes_away {
                deciding[index].push(path);
            }
        }
        for (feeding, deciding) in feeding.iter_mut().zip(deciding) {
            if feeding.is_empty() {
                *feeding = deciding;
            }
        }
        feeding
    }

    /// What the templates of some of the fields make.
    fn objects(
        &self,
        engine: &Engine,
        values: &Value,
        fields: &[Field<'_>],
        some: &[usize],
    ) -> Objects {
        let run = self.run_with(engine, values);
        let sources: BTreeSet<&str> = some.iter().map(|&index| fields[index].source).collect();
        sources
            .into_iter()
            .filter_map(|source| {
                let objects = run.manifests(self.template(source)?).ok()?;
                Some((source.to_owned(), objects))
            })
            .collect()
    }
}

/// The values to try, each with what it is changed to: the user's, then the chart's.
fn candidates(values: &Values) -> [Vec<(Path, Value)>; 2] {
    let given = Value::Object(values.user.clone());
    let defaults = Value::Object(values.defaults.clone());
    let user: Vec<(Path, Value)> = leaves(&given)
        .into_iter()
        .filter(|(path, leaf)| path.get(&values.tree) == Some(leaf) || leaf.is_null())
        .map(|(path, leaf)| {
            // A null takes a default away: what it is changed to is the default.
            let default = path.get(&defaults).filter(|_| leaf.is_null());
            let changed = default.cloned().unwrap_or_else(|| another(leaf));
            (path, changed)
        })
        .collect();
    let of_user: BTreeSet<&Path> = user.iter().map(|(path, _)| path).collect();
    let chart = leaves(&values.tree)
        .into_iter()
        .filter(|(path, _)| !of_user.contains(path))
        .map(|(path, leaf)| (path, another(leaf)))
        .collect();
    [user, chart]
}

/// Another value of the same type, as near as can be.
fn another(value: &Value) -> Value {
    match value {
        Value::Null => "x".into(),
        Value::Bool(is_true) => (!is_true).into(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.checked_add(1).unwrap_or(0).into(),
            None => number
                .as_f64()
                .map_or(0.into(), |float| (float + 1.0).into()),
        },
        Value::String(text) => format!("{text}x").into(),
        Value::Array(_) => serde_json::json!(["x"]),
        Value::Object(_) => serde_json::json!({"x": "x"}),
    }
}
