//! Pairs the elements of two lists: by the keys of Kubernetes, then if they are equal, then by their index. Elements
//! without a partner were removed or added.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::hash::Hash;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use serde_json::Value;

use crate::diff::tree::{hash, same};
use crate::diff::{FieldStep, Rename};
use crate::kubernetes::{self, ListKeys, key_default, list_keys};

/// Which elements of two lists correspond, and how they are identified.
#[derive(Debug)]
pub(in crate::diff) struct Elements<'v> {
    /// For each new element the index of the old one.
    pub(in crate::diff) partners: Vec<Option<usize>>,
    /// The type of the elements, for the defaults of fields of keys; empty if it is not known.
    of: &'static str,
    /// The fields whose values identify an element.
    fields: &'static [&'static str],
    lists: [&'v [Value]; 2],
    /// Keys that several elements of a list have; they are looked for when the step to an element is asked for.
    repeated: OnceCell<HashSet<Vec<Cow<'v, str>>>>,
}

/// Pairs two lists; `of` is the type of their elements, if it is known and has fields.
pub(in crate::diff) fn elements<'v>(
    old: &'v [Value],
    new: &'v [Value],
    of: Option<&'static str>,
    renames: &[Rename],
) -> Elements<'v> {
    let mut pairing = Pairing::new(old, new);
    let mut found = Elements {
        partners: Vec::new(),
        of: of.unwrap_or_default(),
        fields: &[],
        lists: [old, new],
        repeated: OnceCell::new(),
    };
    if let Some(ListKeys { keys, by_place }) = of.and_then(list_keys) {
        found.fields = keys.first().copied().unwrap_or_default();
        for fields in keys {
            pairing.by(|element| key(element, fields, found.of));
        }
        // Elements may have the name of a renamed object in their keys, as volumes often do.
        for rename in renames {
            let new = |element: &'v Value| key(element, found.fields, found.of);
            let old = |element: &'v Value| {
                let values = new(element)?.into_iter();
                let renamed = values.map(|value| match value.strip_prefix(rename.old.as_str()) {
                    Some(rest) => format!("{}{rest}", rename.new).into(),
                    None => value,
                });
                Some(renamed.collect::<Vec<_>>())
            };
            pairing.between(old, new);
        }
        pairing.rest(by_place);
    } else {
        if let Some(field) = identifying_field(old, new) {
            found.fields = std::slice::from_ref(field);
            pairing.by(|element| key(element, found.fields, ""));
        }
        pairing.rest(true);
    }
    found.partners = pairing.partners;
    found
}

impl<'v> Elements<'v> {
    /// The step to an element: by its key, or by its index if other elements have the same key.
    pub(in crate::diff) fn step(&self, element: &Value, place: usize) -> FieldStep {
        match key(element, self.fields, self.of) {
            Some(values) if !self.repeated().contains(&values) => {
                FieldStep::Element(label(self.fields, &values).into())
            }
            _ => FieldStep::Index(place),
        }
    }

    fn repeated(&self) -> &HashSet<Vec<Cow<'v, str>>> {
        self.repeated.get_or_init(|| {
            let mut repeated = HashSet::new();
            for list in self.lists.iter().filter(|list| list.len() > 1) {
                let mut seen = HashSet::with_capacity(list.len());
                for element in *list {
                    if let Some(key) = key(element, self.fields, self.of)
                        && !seen.insert(key.clone())
                    {
                        repeated.insert(key);
                    }
                }
            }
            repeated
        })
    }
}

struct Pairing<'a> {
    old: &'a [Value],
    new: &'a [Value],
    partners: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Pairing<'a> {
    /// Pairs equal elements at both ends, because most lists differ in one place.
    fn new(old: &'a [Value], new: &'a [Value]) -> Self {
        let mut pairing = Self {
            old,
            new,
            partners: vec![None; new.len()],
            taken: vec![false; old.len()],
        };
        let equal = |(a, b): &(&Value, &Value)| same(a, b);
        let head = old.iter().zip(new).take_while(equal).count();
        let rest = old.len().min(new.len()) - head;
        let ends = old.iter().rev().zip(new.iter().rev());
        let tail = ends.take(rest).take_while(equal).count();
        for place in 0..head {
            pairing.join(place, place);
        }
        for back in 1..=tail {
            pairing.join(old.len() - back, new.len() - back);
        }
        pairing
    }

    fn join(&mut self, old: usize, new: usize) {
        self.partners[new] = Some(old);
        self.taken[old] = true;
    }

    /// Pairs free elements with equal keys; of several with the same key, the n-th with the n-th.
    fn by<K: Hash + Eq>(&mut self, key: impl Fn(&'a Value) -> Option<K>) {
        self.between(&key, &key);
    }

    /// Pairs free elements whose keys are equal, with a function for the keys of each side.
    fn between<K: Hash + Eq>(
        &mut self,
        old_key: impl Fn(&'a Value) -> Option<K>,
        new_key: impl Fn(&'a Value) -> Option<K>,
    ) {
        let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (place, element) in self.old.iter().enumerate() {
            if !self.taken[place]
                && let Some(key) = old_key(element)
            {
                places.entry(key).or_default().push_back(place);
            }
        }
        if places.is_empty() {
            return;
        }
        for (new, element) in self.new.iter().enumerate() {
            if self.partners[new].is_none()
                && let Some(key) = new_key(element)
                && let Some(old) = places.get_mut(&key).and_then(VecDeque::pop_front)
            {
                self.join(old, new);
            }
        }
    }

    /// Pairs the other elements: equal ones, and then, if the index counts, flags of the same name, and elements that
    /// follow corresponding ones.
    fn rest(&mut self, by_place: bool) {
        self.by(|element| Some(hash(element)));
        if !by_place {
            return;
        }
        self.by(flag);
        for new in 0..self.new.len() {
            if self.partners[new].is_some() {
                continue;
            }
            let old = match new.checked_sub(1) {
                None => 0,
                Some(before) => match self.partners[before] {
                    Some(old) => old + 1,
                    None => continue,
                },
            };
            let free = self.taken.get(old).is_some_and(|taken| !taken);
            if free && are_comparable(&self.old[old], &self.new[new]) {
                self.join(old, new);
            }
        }
    }
}

/// Whether one value can be shown as a change of the other.
fn are_comparable(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)) => true,
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => false,
        _ => true,
    }
}

/// Fields that may identify the elements of lists of unknown types.
static CANDIDATES: [&str; 7] = ["name", "id", "key", "host", "path", "url", "port"];

/// A key as reports show it: `name=server`, `key=a,effect=NoSchedule`, `3000/TCP` for a port.
fn label(fields: &[&str], values: &[Cow<'_, str>]) -> String {
    if let (["containerPort" | "port", "protocol"], [number, name]) = (fields, values) {
        return format!("{number}/{name}");
    }
    let shown = fields
        .iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty());
    let words: Vec<String> = shown
        .map(|(field, value)| {
            let field = field.rsplit_once('.').map_or(*field, |(_, last)| last);
            format!("{field}={value}")
        })
        .collect();
    words.join(",")
}

/// The values of the fields of a key; `None` if the element has none of the fields.
fn key<'v>(element: &'v Value, fields: &[&str], of: &str) -> Option<Vec<Cow<'v, str>>> {
    let mut found = false;
    let values = fields
        .iter()
        .map(|field| {
            let value = field.split('.').fold(element, kubernetes::field);
            found |= !value.is_null();
            match value {
                Value::String(text) if !text.is_empty() => Cow::from(text.as_str()),
                Value::Null | Value::String(_) => key_default(of, field).unwrap_or_default().into(),
                other => other.to_string().into(),
            }
        })
        .collect();
    found.then_some(values)
}

/// The first field of [`CANDIDATES`] that all elements of both lists have, with scalar values that are unique in each
/// list.
fn identifying_field(old: &[Value], new: &[Value]) -> Option<&'static &'static str> {
    let unique = |list: &[Value], field: &str| {
        let mut seen = HashSet::with_capacity(list.len());
        list.iter().all(|element| match element.get(field) {
            Some(Value::String(text)) if !text.is_empty() => seen.insert(text.clone()),
            Some(Value::Number(number)) => seen.insert(number.to_string()),
            _ => false,
        })
    };
    CANDIDATES
        .iter()
        .find(|field| unique(old, field) && unique(new, field))
}

/// The name of a flag with a value: `--log-level` of `--log-level=debug`.
fn flag(element: &Value) -> Option<String> {
    let (name, _) = element.as_str()?.split_once('=')?;
    name.starts_with('-').then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn partners(old: Value, new: Value, of: Option<&'static str>) -> Vec<Option<usize>> {
        elements(old.as_array().unwrap(), new.as_array().unwrap(), of, &[]).partners
    }

    #[test]
    fn a_port_is_its_number_and_protocol_and_else_its_name() {
        let old = json!([
            {"containerPort": 53, "protocol": "UDP"},
            {"containerPort": 53},
            {"containerPort": 80, "name": "web"},
        ]);
        let new = json!([
            {"containerPort": 8080, "name": "web"},
            {"containerPort": 53, "protocol": "TCP"},
            {"containerPort": 53, "protocol": "UDP"},
        ]);
        assert_eq!(
            partners(old.clone(), new, Some("ContainerPort")),
            [Some(2), Some(1), Some(0)]
        );
        let list = old.as_array().unwrap();
        let found = elements(list, list, Some("ContainerPort"), &[]);
        assert_eq!(found.step(&list[1], 1), FieldStep::Element("53/TCP".into()));
    }

    #[test]
    fn repeated_keys_pair_in_their_order_and_have_indexes_as_steps() {
        let old = json!([{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]);
        let new = json!([{"name": "A", "value": "3"}, {"name": "A", "value": "4"}]);
        let found = elements(
            old.as_array().unwrap(),
            new.as_array().unwrap(),
            Some("EnvVar"),
            &[],
        );
        assert_eq!(found.partners, [Some(0), Some(1)]);
        assert_eq!(found.step(&new[1], 1), FieldStep::Index(1));
    }

    #[test]
    fn a_moved_mount_is_found_by_its_volume() {
        let old = json!([{"mountPath": "/a", "name": "v"}, {"mountPath": "/b", "name": "w"}]);
        let new = json!([{"mountPath": "/b", "name": "w", "readOnly": true}, {"mountPath": "/c", "name": "v"}]);
        assert_eq!(partners(old, new, Some("VolumeMount")), [Some(1), Some(0)]);
    }

    #[test]
    fn unknown_lists_are_matched_by_the_first_field_that_is_unique() {
        let old = json!([{"name": "x", "url": "a", "v": 1}, {"name": "x", "url": "b", "v": 1}]);
        let new = json!([{"name": "x", "url": "b", "v": 2}, {"name": "x", "url": "a", "v": 2}]);
        assert_eq!(partners(old, new, None), [Some(1), Some(0)]);
    }

    #[test]
    fn arguments_pair_by_flag_and_else_by_the_one_before() {
        let old = json!(["run", "--level=info", "x", "end"]);
        let new = json!(["run", "--new=1", "--level=debug", "y", "end"]);
        assert_eq!(
            partners(old, new, None),
            [Some(0), None, Some(1), Some(2), Some(3)]
        );
    }
}
