//! Compares two objects that correspond, field by field. Differences that mean nothing to a cluster are none: defaults,
//! the order of keys, other spellings of quantities.

mod absent;
mod list;
mod scalar;
mod shape;

pub(in crate::diff) use scalar::content;

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::tree::same;
use super::{Change, Class, Effect, FieldPath, FieldStep, Op, Options, Rename};
use crate::kubernetes::{at, field, is_unset, with_other};
use crate::yaml::pointer_token;
use absent::Absence;
pub(super) use shape::Shape;

/// The changes from one object to another, in application order. Empty if both mean the same.
pub(super) fn changes(
    old: &Value,
    new: &Value,
    options: &Options<'_>,
    renames: &[Rename],
) -> Vec<Change> {
    if same(old, new) {
        return Vec::new();
    }
    let live = |object: &Value| at(object, &["metadata", "uid"]).is_string();
    let mut comparison = Comparison {
        options,
        renames,
        live: [live(old), live(new)],
        is_pod: field(new, "apiVersion") == "v1" && field(new, "kind") == "Pod",
        equal_keys: scalar::equal_keys(old, new),
        documents: 0,
        path: Vec::new(),
        pointer: String::new(),
        changes: Vec::new(),
    };
    comparison.value(old, new, Shape::of(options.types, old, new));
    comparison.changes
}

/// A walk through two trees side by side.
struct Comparison<'c> {
    options: &'c Options<'c>,
    renames: &'c [Rename],
    /// Whether the old and the new object were read from a cluster.
    live: [bool; 2],
    /// Whether the object is a Pod. Objects with pod templates are not.
    is_pod: bool,
    /// Keys of a Secret that have the same value on both sides, in `data` or in `stringData`.
    equal_keys: HashSet<String>,
    /// The number of nested documents that the walk is in.
    documents: usize,
    path: Vec<FieldStep>,
    pointer: String,
    changes: Vec<Change>,
}

/// The old and the new of two maps that correspond.
type Maps<'m> = [&'m Map<String, Value>; 2];

impl Comparison<'_> {
    fn value(&mut self, old: &Value, new: &Value, shape: Shape) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.map([old, new], shape, [None, None]),
            (Value::Array(old), Value::Array(new)) => self.list(old, new, shape),
            _ => self.scalar(old, new, shape),
        }
    }

    /// Compares two maps; `parents` are the maps that contain them.
    fn map(&mut self, maps: Maps<'_>, shape: Shape, parents: [Option<&Map<String, Value>>; 2]) {
        let [old, new] = maps;
        let is_equal = |walk: &Self, key: &String| {
            matches!(shape.owner, ("Secret", "data" | "stringData"))
                && walk.equal_keys.contains(key)
        };
        let mut entries = Vec::new();
        let mut met = 0;
        for (key, before, after) in with_other(old, Some(new)) {
            met += usize::from(after.is_some());
            if !after.is_some_and(|after| same(before, after)) {
                entries.push((key, [Some(before), after]));
            }
        }
        if met < new.len() {
            let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
            entries.extend(added.map(|(key, after)| (key, [None, Some(after)])));
        }
        // The result must not depend on the order of keys.
        entries.sort_unstable_by_key(|(key, _)| *key);
        for (key, entries) in entries {
            if !is_equal(self, key) {
                self.below(key, |walk| {
                    walk.entry(key, entries, shape.field(key), maps, parents);
                });
            }
        }
    }

    /// Compares the values of a key in two maps.
    fn entry(
        &mut self,
        key: &str,
        entries: [Option<&Value>; 2],
        shape: Shape,
        maps: Maps<'_>,
        parents: [Option<&Map<String, Value>>; 2],
    ) {
        let (of, field) = shape.owner;
        let is_nothing = |value: &Value| {
            value.is_null() && shape.is_nullable() || !shape.is_entry && is_unset(of, field, value)
        };
        let there = entries.map(|entry| entry.filter(|value| !is_nothing(value)));
        let absence = |side: usize| Absence {
            key,
            shape,
            siblings: maps[side],
            parent: parents[side],
        };
        let absent = match there {
            [None, None] => true,
            [Some(Value::Object(before)), Some(Value::Object(after))] => {
                return self.map([before, after], shape, maps.map(Some));
            }
            [Some(before), Some(after)] => return self.value(before, after, shape),
            [Some(before), None] => self.is_default(before, &absence(1), 0),
            [None, Some(after)] => self.is_default(after, &absence(0), 1),
        };
        if !absent {
            let op = match entries {
                [_, None] => Op::Remove,
                [None, _] => Op::Add,
                [_, _] => Op::Replace,
            };
            self.add(op, entries[0], entries[1]);
        }
    }

    fn below(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        self.step(FieldStep::Key(key.into()), key, visit);
    }

    /// Visits the value one step below, and returns to where the walk was.
    fn step(&mut self, step: FieldStep, token: &str, visit: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&pointer_token(token));
        self.path.push(step);
        visit(self);
        self.path.pop();
        self.pointer.truncate(length);
    }

    /// Records a change of the field where the walk is.
    fn add(&mut self, op: Op, old: Option<&Value>, new: Option<&Value>) {
        self.changes.push(Change {
            op,
            from: None,
            path: FieldPath(self.path.clone()),
            pointer: self.pointer.clone(),
            old: old.cloned(),
            new: new.cloned(),
            class: Class::Value,
            effect: Effect::None,
            inside: Vec::new(),
            attribution: None,
        });
    }
}
