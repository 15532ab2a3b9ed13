//! Which value made which change, where that can be shown: a value is the origin of a change if
//! setting it back alone takes the change back, and no other value does so. Nothing is guessed.

use std::collections::HashMap;
use std::fmt;

use serde_json::Value;

use super::{Action, Change, Diff, Finding, ObjectDiff};
use crate::diagnostics::{Label, mask};
use crate::manifest::Identity;

/// The value of the user that made a change, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The dotted path of the value.
    pub value: String,
    /// The values file as it was typed, or the flag.
    pub file: String,
    /// The line in the file, counted from 1; none for a flag.
    pub line: Option<usize>,
}

impl Origin {
    /// The origin of a value that stands at a place; secrets in a flag are hidden.
    pub fn new(value: impl fmt::Display, place: &Label) -> Self {
        let (line, _) = place.source.line_column(place.range.start);
        let is_flag = place.source.is_typed();
        Self {
            value: value.to_string(),
            file: if is_flag {
                mask(place.source.text())
            } else {
                place.source.name().to_owned()
            },
            line: (!is_flag).then_some(line),
        }
    }
}

/// A value that may have made changes.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    /// The value and where it stands.
    pub origin: Origin,
    /// What it is now.
    pub given: Option<Value>,
    /// From the render in which this value alone is set back to the render with all values, in the
    /// direction of the comparison that is to be explained.
    pub diff: Diff<'a>,
}

/// Names the origins of all changes and findings. Both sides were rendered from values, and the causes are all
/// the values that differ: a change that one of them alone takes back is its work.
pub fn attribute(diff: &mut Diff<'_>, causes: &[Cause<'_>]) {
    explain(diff, causes, |_, _, _| true);
}

/// The same where the old side is not known by its values, and the causes are the values that differ from the
/// chart's defaults. That setting a value back changes a field does not show that it made *this* change: it has to
/// lead back to what the old side has, or the new side has to be the value itself.
pub fn attribute_to_overrides(diff: &mut Diff<'_>, causes: &[Cause<'_>]) {
    explain(diff, causes, |change, own, cause| {
        change.old == own.old && change.new == own.new
            || cause.given.is_some() && change.new == cause.given
    });
}

/// Whether what a cause does to a field explains a change of that field.
type Explains = fn(&Change, &Change, &Cause<'_>) -> bool;

fn explain(diff: &mut Diff<'_>, causes: &[Cause<'_>], explains: Explains) {
    if causes.is_empty() {
        return;
    }
    let causes: Vec<Indexed<'_, '_>> = causes.iter().map(Indexed::new).collect();
    let mut of_objects: HashMap<Identity, Option<Origin>> = HashMap::new();
    for object in &mut diff.objects {
        let identity = object.object.identity();
        let beside: Vec<(&Cause<'_>, &ObjectDiff<'_>)> = causes
            .iter()
            .filter_map(|cause| Some((cause.cause, *cause.objects.get(&identity)?)))
            .collect();
        for change in &mut object.changes {
            change.origin = origin_of(change, &beside, explains);
        }
        let whole = only(beside.iter().filter_map(|(cause, own)| {
            let is_same = own.action == object.action && own.old_name == object.old_name;
            is_same.then_some(&cause.origin)
        }));
        if object.action != Action::Changed {
            // What is said of the old object of a renamed one is said under its old name.
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
        finding.origin = origin_of_finding(finding, &diff.objects, &of_objects);
    }
}

/// A cause with its objects by identity.
struct Indexed<'c, 'a> {
    cause: &'c Cause<'a>,
    objects: HashMap<Identity, &'c ObjectDiff<'a>>,
}

impl<'c, 'a> Indexed<'c, 'a> {
    fn new(cause: &'c Cause<'a>) -> Self {
        let objects = cause.diff.objects.iter();
        Self {
            cause,
            objects: objects.map(|one| (one.object.identity(), one)).collect(),
        }
    }
}

/// The one value that makes a change.
fn origin_of(
    change: &Change,
    beside: &[(&Cause<'_>, &ObjectDiff<'_>)],
    explains: Explains,
) -> Option<Origin> {
    let makers = beside.iter().filter_map(|(cause, object)| {
        let mut touching = object.changes.iter().filter(|own| touches(own, change));
        // A value that feeds the field counts even if it does not explain the change: with two of them
        // neither alone made it.
        let first = touching.next()?;
        let is_explained =
            explains(change, first, cause) || touching.any(|own| explains(change, own, cause));
        Some((&cause.origin, is_explained))
    });
    let makers: Vec<(&Origin, bool)> = makers.collect();
    match makers[..] {
        [(origin, true)] => Some(origin.clone()),
        _ => None,
    }
}

/// Whether two changes are about one field, or one is about a part of the other's.
fn touches(one: &Change, other: &Change) -> bool {
    let (one, other) = (&one.path.0, &other.path.0);
    one.starts_with(other) || other.starts_with(one)
}

/// The origin that all changes of a finding's field have, or that the whole object has.
fn origin_of_finding(
    finding: &Finding,
    objects: &[ObjectDiff<'_>],
    of_objects: &HashMap<Identity, Option<Origin>>,
) -> Option<Origin> {
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
    let origins: Option<Vec<&Origin>> = about.map(|change| change.origin.as_ref()).collect();
    only(origins?.into_iter()).cloned()
}

/// The one that all are; none if there are none, or several.
fn only<'o>(mut origins: impl Iterator<Item = &'o Origin>) -> Option<&'o Origin> {
    let first = origins.next()?;
    origins.all(|other| other == first).then_some(first)
}
