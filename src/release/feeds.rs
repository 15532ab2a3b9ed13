//! Which values make a field what it is. Values flow through partials, so nothing in a template
//! tells; the release is rendered again with one value changed at a time, to see whether the field
//! changes. It never guesses: where not all candidates could be tried there is no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::cause::{Field, Part};
use super::helm::{Helm, Tried};
use super::{Release, Search};
use crate::engine::Engine;
use crate::manifest::Manifest;
use crate::values::Values;
use crate::yaml::{Path, Step, leaves, value_at, value_in};

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
    /// and if even those are more, no field has an answer. A value that a template refuses when it
    /// is changed is not known to feed.
    pub fn feeding(&self, fields: &[Field<'_>]) -> Vec<Vec<Path>> {
        let fed = self.fed(fields).map(|(_, feeding)| feeding);
        fed.unwrap_or_else(|| vec![Vec::new(); fields.len()])
    }

    /// What the templates of the fields make, and for each field the values that feed it; none if nothing was tried.
    pub(super) fn fed(&self, fields: &[Field<'_>]) -> Option<(Objects, Vec<Vec<Path>>)> {
        if self.request.search == Search::None {
            return None;
        }
        if let Some(helm) = self.chart.helm() {
            return self.fed_by_helm(helm, fields);
        }
        let engine = self.chart.engine().ok()?;
        let all: Vec<usize> = (0..fields.len()).collect();
        let base = self.objects(engine, &self.values.tree, fields, &all);
        let feeding = self.feeding_by(fields, &base, |candidates, open, found| {
            for (path, value) in candidates {
                let mut tree = self.values.tree.clone();
                if path.set(&mut tree, Some(value.clone())).is_some() {
                    found(path, &self.objects(engine, &tree, fields, open));
                }
            }
            true
        });
        Some((base, feeding))
    }

    /// The same by Helm, which renders all templates for each value. Of a field that is another one in every render nothing
    /// is known.
    fn fed_by_helm(
        &self,
        helm: &Arc<dyn Helm>,
        fields: &[Field<'_>],
    ) -> Option<(Objects, Vec<Vec<Path>>)> {
        let started = Instant::now();
        let (first, second) = self.render_twice().ok()?;
        let each = started.elapsed();
        let base = by_source(first.into_all());
        let second = second.map(|second| by_source(second.into_all()));
        let is_random = |field: &Field<'_>| {
            let second = second.as_ref();
            second.is_some_and(|second| {
                effect(&Path::default(), *field, &base, second) != Effect::Nothing
            })
        };
        let mut feeding = self.feeding_by(fields, &base, |candidates, _, found| {
            if !self.has_time_for(candidates.len(), each) {
                return false;
            }
            let changes: Vec<(Path, Option<Value>)> = candidates
                .iter()
                .map(|(path, value)| (path.clone(), Some(value.clone())))
                .collect();
            let mut is_whole = true;
            for ((path, _), tried) in changes.iter().zip(self.with_each_by_helm(helm, &changes)) {
                match tried {
                    Tried::Rendered(manifests) => found(path, &by_source(manifests)),
                    Tried::Refused => {}
                    Tried::Untried => is_whole = false,
                }
            }
            is_whole
        });
        for (leaves, field) in feeding.iter_mut().zip(fields) {
            if is_random(field) {
                leaves.clear();
            }
        }
        Some((base, feeding))
    }

    /// `attempt` tries the candidates for the open fields, and hands over what each makes. It says whether all were tried:
    /// of what was not tried it is not known what it feeds.
    fn feeding_by(
        &self,
        fields: &[Field<'_>],
        base: &Objects,
        attempt: impl Fn(&[(Path, Value)], &[usize], &mut dyn FnMut(&Path, &Objects)) -> bool,
    ) -> Vec<Vec<Path>> {
        let mut feeding: Vec<Vec<Path>> = vec![Vec::new(); fields.len()];
        let mut deciding = feeding.clone();
        let mut tried = 0;
        for candidates in candidates(&self.values) {
            let open: Vec<usize> = (0..fields.len())
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
            let mut changes: Vec<(usize, Path)> = Vec::new();
            let mut takes_away: Vec<(usize, Path)> = Vec::new();
            let is_whole = attempt(&candidates, &open, &mut |path, objects| {
                for &index in &open {
                    match effect(path, fields[index], base, objects) {
                        Effect::Nothing => {}
                        Effect::Changes => changes.push((index, path.clone())),
                        Effect::TakesAway => takes_away.push((index, path.clone())),
                    }
                }
            });
            if !is_whole {
                return feeding;
            }
            for (index, path) in changes {
                feeding[index].push(path);
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

/// Objects by their source.
fn by_source(manifests: Vec<Manifest>) -> Objects {
    let mut objects = Objects::new();
    let mut numbered: BTreeMap<(String, usize), Value> = BTreeMap::new();
    for manifest in manifests {
        numbered.insert((manifest.source, manifest.document), manifest.object);
    }
    for ((source, _), object) in numbered {
        objects.entry(source).or_default().push(object);
    }
    objects
}

/// The values to try, each with what it is changed to: the user's, then the chart's.
fn candidates(values: &Values) -> [Vec<(Path, Value)>; 2] {
    let given = Value::Object(values.user.clone());
    let user: Vec<(Path, Value)> = leaves(&given)
        .into_iter()
        .filter(|(path, leaf)| path.get(&values.tree) == Some(leaf) || leaf.is_null())
        .map(|(path, leaf)| {
            // A null takes a default away: what it is changed to is the default.
            let default = value_in(&values.defaults, &path.0).filter(|_| leaf.is_null());
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

/// What templates make: by source, the objects of each; a template that fails is not there.
pub(super) type Objects = BTreeMap<String, Vec<Value>>;

/// What the change of a value does to a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    /// The field is another one: the value feeds it.
    Changes,
    /// The field is gone: the value decides whether it is there.
    TakesAway,
}

/// What the change of a value has done to a field.
pub(super) fn effect(value: &Path, field: Field<'_>, base: &Objects, changed: &Objects) -> Effect {
    let Some((before, after)) = same_object(field, base, changed) else {
        return Effect::Nothing;
    };
    let Some((last, above)) = field.path.0.split_last() else {
        return if before == after {
            Effect::Nothing
        } else {
            Effect::Changes
        };
    };
    let (above_before, above_after) = match counterparts(before, after, above) {
        Counterpart::Found(before, after) => (before, after),
        Counterpart::Gone => return Effect::TakesAway,
        Counterpart::Unknown => return Effect::Nothing,
    };
    let is_key = field.part == Part::Key && matches!(last, Step::Key(_));
    match counterparts(above_before, above_after, std::slice::from_ref(last)) {
        Counterpart::Found(before, after) if before == after => Effect::Nothing,
        // Another value under a key of the template's own says nothing of the key.
        Counterpart::Found(..) if is_key && !value.0.contains(last) => Effect::Nothing,
        Counterpart::Found(..) => Effect::Changes,
        Counterpart::Gone if is_key && size(above_before) == size(above_after) => Effect::Changes,
        Counterpart::Gone => Effect::TakesAway,
        Counterpart::Unknown => Effect::Nothing,
    }
}

/// How many entries a map has.
fn size(value: &Value) -> Option<usize> {
    value.as_object().map(serde_json::Map::len)
}

/// The object before and after; none if it is not certain to be the same one.
fn same_object<'o>(
    field: Field<'_>,
    base: &'o Objects,
    changed: &'o Objects,
) -> Option<(&'o Value, &'o Value)> {
    let (before, after) = (base.get(field.source)?, changed.get(field.source)?);
    // Of a template that makes more or fewer objects it is not known which is which.
    if before.len() != after.len() {
        return None;
    }
    let (before, after) = (before.get(field.document)?, after.get(field.document)?);
    (before["kind"] == after["kind"]).then_some((before, after))
}

enum Counterpart<'v> {
    Found(&'v Value, &'v Value),
    /// It was there before.
    Gone,
    /// Elements of a list have come or gone, and their names do not show which is which.
    Unknown,
}

/// What steps lead to before and after.
fn counterparts<'v>(
    mut before: &'v Value,
    mut after: &'v Value,
    steps: &[Step],
) -> Counterpart<'v> {
    for step in steps {
        let step = std::slice::from_ref(step);
        let old = value_at(before, step);
        let new = match (before, after, old) {
            (Value::Array(all), Value::Array(others), Some(one)) if all.len() != others.len() => {
                let name = one.get("name");
                let same = |other: &&Value| name.is_some() && other.get("name") == name;
                let Some(same) = others.iter().find(same) else {
                    return Counterpart::Unknown;
                };
                Some(same)
            }
            _ => value_at(after, step),
        };
        match (old, new) {
            (Some(old), Some(new)) => (before, after) = (old, new),
            (None, Some(new)) => (before, after) = (&Value::Null, new),
            (Some(_), None) => return Counterpart::Gone,
            (None, None) => return Counterpart::Found(&Value::Null, &Value::Null),
        }
    }
    Counterpart::Found(before, after)
}
