//! Labels of many objects, to find those that a selector matches without looking at all of them.

use foldhash::HashMap;
use serde_json::{Map, Value};

use super::fields::get;

/// Labels, by the numbers in which they were added.
#[derive(Debug, Default)]
pub struct Labels<'a> {
    /// The namespace and the labels of each number.
    all: Vec<(&'a str, &'a Value)>,
    /// The numbers with a label, by namespace, key and value.
    with: HashMap<[&'a str; 3], Vec<usize>>,
}

impl<'a> Labels<'a> {
    /// Adds the labels of an object in a namespace, with the next number: the first is 0.
    pub fn add(&mut self, namespace: &'a str, labels: &'a Value) {
        for (key, value) in labels.as_object().into_iter().flatten() {
            if let Some(value) = value.as_str() {
                let same = self.with.entry([namespace, key, value]).or_default();
                same.push(self.all.len());
            }
        }
        self.all.push((namespace, labels));
    }

    /// The numbers of the labels in a namespace that have all entries of a selector, in order. An empty selector has
    /// all of them.
    pub fn selected<'s>(
        &'s self,
        namespace: &'s str,
        selector: &'s Map<String, Value>,
    ) -> impl Iterator<Item = usize> + use<'s, 'a> {
        // Only those with the rarest of the labels are looked at. What is not text is no label.
        let of_label = |(key, value): (&'s String, &'s Value)| {
            let same = self.with.get(&[namespace, key, value.as_str()?]);
            Some(same.map_or(&[][..], Vec::as_slice))
        };
        let rarest = selector.iter().filter_map(of_label);
        let rarest = rarest.min_by_key(|numbers| numbers.len());
        let every = if rarest.is_none() { self.all.len() } else { 0 };
        let numbers = rarest.unwrap_or_default().iter().copied().chain(0..every);
        numbers.filter(move |number| {
            self.all.get(*number).is_some_and(|(of, labels)| {
                let labels = labels.as_object();
                let label = |key: &str| labels.and_then(|labels| get(labels, key));
                *of == namespace
                    && selector
                        .iter()
                        .all(|(key, value)| label(key) == Some(value))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_selector_finds_the_labels_that_have_all_of_its_entries() {
        let all = [
            ("a", json!({"app": "web", "tier": "front"})),
            ("a", json!({"app": "web", "tier": "back"})),
            ("b", json!({"app": "web", "tier": "back"})),
            ("a", json!({"app": "db", "port": 1})),
            ("a", json!(null)),
        ];
        let mut labels = Labels::default();
        for (namespace, one) in &all {
            labels.add(namespace, one);
        }
        let selected = |namespace: &str, selector: Value| -> Vec<usize> {
            let selector = selector.as_object().unwrap().clone();
            labels.selected(namespace, &selector).collect()
        };
        assert_eq!(selected("a", json!({"app": "web"})), [0, 1]);
        assert_eq!(selected("a", json!({"app": "web", "tier": "back"})), [1]);
        assert_eq!(selected("b", json!({"app": "web", "tier": "back"})), [2]);
        assert_eq!(selected("a", json!({"app": "web", "port": 1})), [0; 0]);
        assert_eq!(selected("a", json!({"port": 1})), [3]);
        assert_eq!(selected("a", json!({"app": "mail"})), [0; 0]);
        assert_eq!(selected("c", json!({"app": "web"})), [0; 0]);
        assert_eq!(selected("a", json!({})), [0, 1, 3, 4]);
    }
}
