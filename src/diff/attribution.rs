//! Which value of the user made which change.
//!
//! A change is attributed to a value if the change disappears when only this value is set back, and no other value has
//! an influence on the field. Otherwise it is attributed to none.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{Action, Change, Diff, FieldPath, FieldStep, Finding, ObjectDiff};
use crate::diagnostics::Label;
use crate::manifest::Identity;
use crate::yaml::{Path, Step};

/// The value of the user that made a change, and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// The dotted path of the value.
    pub value: String,
    /// The values file as given on the command line, or the text of the flag.
    pub file: String,
    /// The line in the file, counted from 1; `None` for a flag.
    pub line: Option<usize>,
}

impl Attribution {
    /// The attribution to the value at a place. Secrets in the text of a flag are hidden.
    pub fn new(value: impl fmt::Display, place: &Label) -> Self {
        let (line, _) = place.source.line_column(place.range.start);
        let is_flag = place.source.is_typed();
        Self {
            value: value.to_string(),
            file: if is_flag {
                place.source.shown(0..place.source.text().len())
            } else {
                place.source.name().to_owned()
            },
            line: (!is_flag).then_some(line),
        }
    }
}

/// A value that may have made changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Candidate<'a> {
    /// The path of the value, and its place.
    pub attribution: Attribution,
    /// The value, `None` if it is not given.
    pub given: Option<Value>,
    /// The difference that the value makes: from a render in which only this value is set back to the render with all
    /// values, or the other way round if the comparison to explain goes back.
    pub diff: Diff<'a>,
}

impl<'a> Candidate<'a> {
    /// A value, its place, and the difference that it makes.
    pub fn new(attribution: Attribution, given: Option<Value>, diff: Diff<'a>) -> Self {
        Self {
            attribution,
            given,
            diff,
        }
    }
}

/// Attributes the changes and findings of a comparison in which both sides were rendered from values. The candidates
/// are all values that differ.
pub fn attribute(diff: &mut Diff<'_>, candidates: &[Candidate<'_>]) {
    explain(diff, candidates, |_, _, _| true);
}

/// Attributes the changes and findings of a comparison in which the values of the old side are not known. The
/// candidates are the values that differ from the chart's defaults.
///
/// That a field changes when a value is set back to its default does not show that the value made *this* change. So the
/// field must change back to what the old side has, or its new value must be the candidate's value.
pub fn attribute_to_overrides(diff: &mut Diff<'_>, candidates: &[Candidate<'_>]) {
    explain(diff, candidates, |change, own, candidate| {
        makes(own, change) || candidate.given.is_some() && change.new == candidate.given
    });
}

/// Whether a candidate's own change of a field, of a part of it or of what it is a part of, comes to this change of it.
fn makes(own: &Change, change: &Change) -> bool {
    let null = Value::Null;
    let [old, new] = [&change.old, &change.new].map(|side| side.as_ref().unwrap_or(&null));
    let [own_old, own_new] = [&own.old, &own.new].map(|side| side.as_ref().unwrap_or(&null));
    if let Some(below) = below(&own.path, &change.path) {
        let mut made = old.clone();
        let is_put = if below.0.is_empty() {
            made.clone_from(own_new);
            true
        } else {
            below.set(&mut made, own.new.clone()).is_some()
        };
        let before = below.get(old).unwrap_or(&null);
        return is_put && is_alike(before, own_old) && is_alike(&made, new);
    }
    let Some(below) = below(&change.path, &own.path) else {
        return false;
    };
    let [own_old, own_new] = [own_old, own_new].map(|side| below.get(side).unwrap_or(&null));
    is_alike(own_old, old) && is_alike(own_new, new)
}

/// The way from one field to another below it, if keys of maps lead there.
fn below(field: &FieldPath, above: &FieldPath) -> Option<Path> {
    let steps = field.0.strip_prefix(&above.0[..])?.iter();
    steps
        .map(|step| match step {
            FieldStep::Key(key) => Some(Step::Key(key.to_string())),
            FieldStep::Element(_) | FieldStep::Index(_) | FieldStep::Document => None,
        })
        .collect()
}

/// Whether two values are the same, where a map with nothing in it is as good as none: a value that is taken away leaves
/// the map that it was in.
fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(map), Value::Object(others)) => {
            let of_others = others.keys().filter(|key| !map.contains_key(*key));
            let mut keys = map.keys().chain(of_others);
            keys.all(|key| is_alike(&one[key], &other[key]))
        }
        _ => one == other || is_nothing(one) && is_nothing(other),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}

/// Whether the change that a candidate makes to a field (the second argument) explains a change of that field (the
/// first).
type Explains = fn(&Change, &Change, &Candidate<'_>) -> bool;

fn explain(diff: &mut Diff<'_>, candidates: &[Candidate<'_>], explains: Explains) {
    if candidates.is_empty() {
        return;
    }
    let candidates: Vec<Indexed<'_, '_>> = candidates.iter().map(Indexed::new).collect();
    let mut of_objects: HashMap<Identity, Option<Attribution>> = HashMap::new();
    for object in &mut diff.objects {
        let identity = object.object.identity();
        let of_object: Vec<(&Candidate<'_>, &ObjectDiff<'_>)> = candidates
            .iter()
            .filter_map(|candidate| Some((candidate.candidate, *candidate.objects.get(&identity)?)))
            .collect();
        for change in &mut object.changes {
            change.attribution = of_change(change, &of_object, explains);
        }
        let whole = only(of_object.iter().filter_map(|(candidate, own)| {
            let is_same = own.action == object.action && own.old_name == object.old_name;
            is_same.then_some(&candidate.attribution)
        }));
        if object.action != Action::Changed {
            // Findings about the old object of a rename are under its old name.
            if let Some(name) = &object.old_name {
                let before = Identity {
                    name: name.clone(),
                    ..identity.clone()
                };
                of_objects.entry(before).or_insert_with(|| whole.cloned());
            }
            of_objects.insert(identity, whole.cloned());
        }
    }
    for finding in &mut diff.findings {
        finding.attribution = of_finding(finding, &diff.objects, &of_objects);
    }
}

/// A candidate with the objects of its diff by identity.
struct Indexed<'c, 'a> {
    candidate: &'c Candidate<'a>,
    objects: HashMap<Identity, &'c ObjectDiff<'a>>,
}

impl<'c, 'a> Indexed<'c, 'a> {
    fn new(candidate: &'c Candidate<'a>) -> Self {
        let objects = candidate.diff.objects.iter();
        Self {
            candidate,
            objects: objects.map(|one| (one.object.identity(), one)).collect(),
        }
    }
}

/// The only value that makes a change.
fn of_change(
    change: &Change,
    of_object: &[(&Candidate<'_>, &ObjectDiff<'_>)],
    explains: Explains,
) -> Option<Attribution> {
    let makers = of_object.iter().filter_map(|(candidate, object)| {
        let mut touching = object.changes.iter().filter(|own| touches(own, change));
        // A value that changes the field without explaining the change counts too: if two values change the field,
        // neither made the change by itself.
        let first = touching.next()?;
        let is_explained = explains(change, first, candidate)
            || touching.any(|own| explains(change, own, candidate));
        Some((&candidate.attribution, is_explained))
    });
    let makers: Vec<(&Attribution, bool)> = makers.collect();
    match makers[..] {
        [(attribution, true)] => Some(attribution.clone()),
        _ => None,
    }
}

/// Whether two changes are about the same field, or one is about a part of the other's field.
fn touches(one: &Change, other: &Change) -> bool {
    let (one, other) = (&one.path.0, &other.path.0);
    one.starts_with(other) || other.starts_with(one)
}

/// The attribution of the whole object, or the one that all changes of the finding's field share.
fn of_finding(
    finding: &Finding,
    objects: &[ObjectDiff<'_>],
    of_objects: &HashMap<Identity, Option<Attribution>>,
) -> Option<Attribution> {
    let identity = finding.object.identity();
    if let Some(whole) = of_objects.get(&identity) {
        return whole.clone();
    }
    let object = objects
        .iter()
        .find(|object| object.object.identity() == identity)?;
    let about = object.changes.iter().filter(|change| {
        change.path.0.starts_with(&finding.path.0) || finding.path.0.starts_with(&change.path.0)
    });
    let attributions: Option<Vec<&Attribution>> =
        about.map(|change| change.attribution.as_ref()).collect();
    only(attributions?.into_iter()).cloned()
}

/// The attribution that all are equal to; `None` if there is none, or if two differ.
fn only<'o>(mut attributions: impl Iterator<Item = &'o Attribution>) -> Option<&'o Attribution> {
    let first = attributions.next()?;
    attributions.all(|other| other == first).then_some(first)
}
