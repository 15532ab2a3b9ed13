//! A part of an object that is checked, beside the same part of the object that it replaces. Parts that are the same are
//! left out: the API server has accepted them before.

use serde_json::Value;

use crate::kubernetes::{items, with_other};

/// A value in an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'v> {
    pub(super) value: &'v Value,
    /// The value at the same place of the object that is replaced, if there is one.
    pub(super) before: Option<&'v Value>,
}

impl<'v> Part<'v> {
    pub(super) fn new(value: &'v Value, before: Option<&'v Value>) -> Self {
        Self { value, before }
    }

    /// The same value as a part of an object that replaces none.
    pub(super) fn whole(self) -> Self {
        Self::new(self.value, None)
    }

    /// The entries that are not the same as before; none if it is not a map.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'v String, Part<'v>)> {
        let before = self.before.and_then(Value::as_object);
        let maps = self.value.as_object().into_iter();
        let entries = maps.flat_map(move |map| with_other(map, before));
        let parts = entries.map(|(key, value, before)| (key, Part::new(value, before)));
        parts.filter(|(_, part)| !part.is_unchanged())
    }

    /// The elements that are not the same as before, and their indexes; none if it is not a list.
    pub(super) fn items(self) -> impl Iterator<Item = (usize, Part<'v>)> {
        let before = self.before.and_then(Value::as_array);
        let elements = items(self.value).enumerate();
        let parts = elements.map(move |(place, value)| {
            let before = before.and_then(|before| before.get(place));
            (place, Part::new(value, before))
        });
        parts.filter(|(_, part)| !part.is_unchanged())
    }

    fn is_unchanged(self) -> bool {
        self.before
            .is_some_and(|before| is_identical(before, self.value))
    }
}

/// Whether two values are equal, and the keys of their maps are in the same order.
fn is_identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let same = |((key, a), (other, b)): ((&String, _), (&String, _))| {
                key == other && is_identical(a, b)
            };
            a.len() == b.len() && a.iter().zip(b).all(same)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_identical(a, b))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_the_same_as_before_is_left_out() {
        let before = json!({"a": {"x": 1, "y": [1]}, "b": [1, {"k": null}, 3], "c": 1, "d": {"p": 1, "q": 2}});
        let now =
            json!({"a": {"x": 1, "y": [1]}, "b": [1, {}, 3, 4], "c": 1.0, "d": {"q": 2, "p": 1}});
        let part = Part::new(&now, Some(&before));
        let keys = part.entries().map(|(key, _)| key.as_str());
        assert_eq!(keys.collect::<Vec<_>>(), ["b", "c", "d"]);
        let (_, list) = part.entries().next().unwrap();
        let places = list.items().map(|(place, _)| place);
        assert_eq!(places.collect::<Vec<_>>(), [1, 3]);
        assert_eq!(part.whole().entries().count(), 4);
        assert_eq!(list.whole().items().count(), 4);
    }

    #[test]
    fn of_another_kind_of_value_everything_is_left() {
        let (before, now) = (json!([1, 2]), json!({"a": 1}));
        assert_eq!(Part::new(&now, Some(&before)).entries().count(), 1);
        assert_eq!(Part::new(&before, Some(&now)).items().count(), 2);
        assert_eq!(Part::new(&before, Some(&now)).entries().count(), 0);
    }
}
