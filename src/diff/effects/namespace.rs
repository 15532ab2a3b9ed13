//! Manifests for another namespace than before: they would create a second installation.

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::Context;
use super::notice::{self, Notice};
use crate::diff::object::Object;
use crate::diff::{Action, Diff, Effect, Finding, ObjectDiff, ObjectRef, Options};

/// The notice that the namespace changed, if it did.
pub(in crate::diff) fn notice(objects: &[ObjectDiff<'_>], context: &Context<'_>) -> Option<Notice> {
    let sides = [context.old, context.new];
    let by_objects = || sides.map(namespaces);
    let by_hosts = || {
        // If changed texts of both sides share a namespace, so do the sides: most comparisons end here.
        let old = objects
            .iter()
            .flat_map(|object| differing(object, Action::Removed));
        let new = objects
            .iter()
            .flat_map(|object| differing(object, Action::Added));
        other([hosts(old, context.old), hosts(new, context.new)])?;
        // The host of another release can change too. Then the other hosts stay the same.
        let all = |side: &[Object<'_>]| hosts(side.iter().map(|one| &one.manifest.object), side);
        other(sides.map(all))
    };
    let (old, new) = moved(by_objects(), sides).or_else(by_hosts)?;
    Some(second_time(&old, &new))
}

/// Adds a finding to a comparison with a namespace in which the release is not: that it is in the namespace `lives_in`,
/// and would be installed a second time.
pub fn add_namespace_finding(lives_in: &str, diff: &mut Diff<'_>, options: &Options<'_>) {
    notice::add(diff, elsewhere(lives_in, options));
}

/// The finding that a release is in another namespace.
fn elsewhere(lives_in: &str, options: &Options<'_>) -> Vec<Finding> {
    let notice = second_time(lives_in, options.namespace).when(format!(
        "this is meant to be the installation in {lives_in}"
    ));
    notice::findings(vec![notice], options.applier)
}

/// The notice that an installation in one namespace would be created again in another.
fn second_time(old: &str, new: &str) -> Notice {
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        kind: "Namespace".to_owned(),
        name: old.to_owned(),
        ..ObjectRef::default()
    };
    let message = format!(
        "the installation is in the namespace {old}, and these manifests are for {new}: they create a second, empty \
         installation in {new}, and the one in {old} stays as it is"
    );
    let notice = Notice::of_object(Effect::DataLoss, object, message);
    // Other texts could end the comment.
    if is_label(old) {
        notice.fix(format!("# use -n {old}, as before"))
    } else {
        notice
    }
}

fn is_label(text: &str) -> bool {
    text.chars().all(in_label) && !text.starts_with('-')
}

fn in_label(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

/// The namespaces of the objects of a side.
fn namespaces<'a>(side: &'a [Object<'_>]) -> BTreeSet<&'a str> {
    let namespaces = side.iter().map(|one| one.namespace);
    namespaces
        .filter(|namespace| !namespace.is_empty())
        .collect()
}

/// The old and the new namespace, if no namespace is on both sides, and some objects are by kind and name.
fn moved<'a>(
    namespaces: [BTreeSet<&'a str>; 2],
    sides: [&'a [Object<'a>]; 2],
) -> Option<(String, String)> {
    let found = other(namespaces)?;
    let names = sides.map(|side| {
        let names = side.iter().filter(|one| !one.namespace.is_empty());
        names
            .map(|one| (one.kind, one.name))
            .collect::<BTreeSet<_>>()
    });
    (!names[0].is_disjoint(&names[1])).then_some(found)
}

/// The first namespace of each side, if they have none in common.
fn other<S: AsRef<str> + Ord>([old, new]: [BTreeSet<S>; 2]) -> Option<(String, String)> {
    if !old.is_disjoint(&new) {
        return None;
    }
    let [old, new] = [old.first()?, new.first()?];
    Some((old.as_ref().to_owned(), new.as_ref().to_owned()))
}

/// The parts of an object that only one side has: the whole object if the other side does not have it, else the values
/// of its changes. The side is given as the action of objects that only this side has.
fn differing<'o>(object: &'o ObjectDiff<'_>, side: Action) -> impl Iterator<Item = &'o Value> {
    let is_old = side == Action::Removed;
    let manifest = if is_old { object.old } else { object.new };
    let whole = manifest.filter(|_| object.action == side);
    let parts = object.changes.iter();
    let parts =
        parts.filter_map(move |change| if is_old { &change.old } else { &change.new }.as_ref());
    whole
        .map(|manifest| &manifest.object)
        .into_iter()
        .chain(parts)
}

/// The namespaces in host names of the Services of a side: `prod` in `http://web.prod.svc.cluster.local:80`.
fn hosts<'v>(values: impl Iterator<Item = &'v Value>, side: &[Object<'_>]) -> BTreeSet<String> {
    let services = side.iter().filter(|one| one.is("", "Service"));
    let services: BTreeSet<&str> = services.map(|one| one.name).collect();
    let mut found = BTreeSet::new();
    for value in values {
        texts(value, &mut |text| {
            collect(text, &services, &mut found);
        });
    }
    found
}

fn texts<'v>(value: &'v Value, visit: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|one| texts(one, visit)),
        Value::Object(map) => map.values().for_each(|one| texts(one, visit)),
        _ => {}
    }
}

/// The part of the host name of a Service after its namespace.
const SERVICE: &str = ".svc";

fn collect(text: &str, services: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
    for (place, _) in text.match_indices(SERVICE) {
        if text[place + SERVICE.len()..].starts_with(in_label) {
            continue;
        }
        let Some((before, namespace)) = last_label(&text[..place]) else {
            continue;
        };
        let Some(before) = before.strip_suffix('.') else {
            continue;
        };
        let service = last_label(before).map(|(_, service)| service);
        if service.is_some_and(|service| services.contains(service)) {
            found.insert(namespace.to_owned());
        }
    }
}

/// The label that a text ends with, and the text before it.
fn last_label(text: &str) -> Option<(&str, &str)> {
    let start = text.trim_end_matches(in_label).len();
    let (before, label) = text.split_at(start);
    (!label.is_empty()).then_some((before, label))
}
