//! Which pods the changed Services select before and after. Pods are looked up by the values of the labels that a selector
//! has, so that the time does not grow with the number of Services times the number of pods. Pods that are not in the
//! manifests are not known here.

use std::collections::hash_map::Entry;

use foldhash::{HashMap, HashMapExt, HashSet};
use serde_json::{Map, Value};

use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, Effect};
use crate::kubernetes::{at, field};

/// What happens to the pods of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) enum Selection {
    /// It selects pods, or has selected none of the old side.
    Same,
    /// It no longer selects any pod.
    Lost,
    /// It selects pods of the new side, but none that runs now.
    Later,
    /// Its selector changed and selects no pod, as before.
    Unknown,
}

/// The selections of the changed Services, by namespace and name.
pub(in crate::diff) fn of<'a>(
    pairs: &[Pair<'a>],
    old: &[Object<'a>],
    new: &[Object<'a>],
) -> HashMap<[&'a str; 2], Selection> {
    let services: Vec<Changed<'a>> = pairs.iter().filter_map(Changed::of).collect();
    if services.is_empty() {
        return HashMap::new();
    }
    let (mut old_pods, mut new_pods) = (Pods::of(old), Pods::of(new));
    let selections = services.iter().map(|one| {
        let namespace = one.service.namespace;
        let finds = new_pods.has(namespace, one.now);
        let found = one.before.is_some_and(|old| old_pods.has(namespace, old));
        let changed = one.before != Some(one.now);
        let selection = match (finds, found) {
            (false, true) => Selection::Lost,
            (false, false) if changed => Selection::Unknown,
            (true, true) if changed && !old_pods.has(namespace, one.now) => Selection::Later,
            _ => Selection::Same,
        };
        ([namespace, one.service.name], selection)
    });
    selections.collect()
}

/// A changed Service that selects pods.
struct Changed<'a> {
    service: Object<'a>,
    /// Its selector before, if it selected pods.
    before: Option<Selector<'a>>,
    now: Selector<'a>,
}

impl<'a> Changed<'a> {
    fn of(pair: &Pair<'a>) -> Option<Self> {
        match (pair.action, pair.old, pair.new) {
            (Action::Changed, Some(old), Some(new)) if new.is("", "Service") => Some(Self {
                service: new,
                before: selector(&old),
                now: selector(&new)?,
            }),
            _ => None,
        }
    }
}

type Selector<'a> = &'a Map<String, Value>;

/// The selector of a Service, if it selects pods.
fn selector<'a>(service: &Object<'a>) -> Option<Selector<'a>> {
    let selector = service.at(&["spec", "selector"]).as_object()?;
    (!selector.is_empty() && service.service_type() != "ExternalName").then_some(selector)
}

/// The pod templates of a side.
struct Pods<'a> {
    /// The labels of the templates, by namespace.
    labels: HashMap<&'a str, Vec<&'a Value>>,
    /// The values that templates of a namespace have together for some keys of labels.
    values: HashMap<(&'a str, Vec<&'a str>), HashSet<Vec<&'a str>>>,
}

impl<'a> Pods<'a> {
    fn of(side: &[Object<'a>]) -> Self {
        let mut labels: HashMap<&str, Vec<&Value>> = HashMap::new();
        for object in side {
            if let Some((_, pod)) = object.pod() {
                let own = at(pod, &["metadata", "labels"]);
                labels.entry(object.namespace).or_default().push(own);
            }
        }
        Self {
            labels,
            values: HashMap::new(),
        }
    }

    /// Whether a pod template in a namespace has all labels of a selector. The templates are looked at once for all
    /// selectors with the same keys: most charts select by the same ones everywhere.
    fn has(&mut self, namespace: &'a str, selector: Selector<'a>) -> bool {
        let mut wanted: Vec<(&str, Option<&str>)> = selector
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        wanted.sort_unstable();
        // What is not text is no label.
        let (keys, values): (Vec<&str>, Vec<Option<&str>>) = wanted.into_iter().unzip();
        let Some(values) = values.into_iter().collect::<Option<Vec<&str>>>() else {
            return false;
        };
        let templates = self.labels.get(namespace).map_or(&[][..], Vec::as_slice);
        let known = self.values.entry((namespace, keys));
        let known = match known {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let (_, keys) = new.key();
                let of_template = |labels: &&'a Value| {
                    let values = keys.iter().map(|key| field(labels, key).as_str());
                    values.collect::<Option<Vec<&str>>>()
                };
                let all = templates.iter().filter_map(of_template).collect();
                new.insert(all)
            }
        };
        known.contains(&values)
    }
}

/// What an operator should know about the pods of a Service.
pub(in crate::diff) fn notice(new: &Object<'_>, selection: Selection) -> Option<Notice> {
    let (message, condition) = match selection {
        Selection::Same => return None,
        Selection::Lost => (
            "its selector no longer matches any pod of the new manifests",
            None,
        ),
        Selection::Later => (
            "its new selector matches none of the running pods: it has no endpoints until new pods are ready",
            None,
        ),
        Selection::Unknown => (
            "its new selector matches no pod of the manifests",
            Some("no other pods in the namespace have these labels"),
        ),
    };
    let notice = Notice::new(Effect::Outage, new, message)
        .about(&["spec", "selector"])
        .grouped();
    Some(match condition {
        None => notice,
        Some(condition) => notice.when(condition),
    })
}
