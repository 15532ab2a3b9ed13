//! Which pods the changed Services select before and after. Pods are looked up by label, so that the time does not grow
//! with the number of Services times the number of pods. Pods that are not in the manifests are not known here.

use foldhash::{HashMap, HashMapExt};
use serde_json::{Map, Value};

use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, Effect};

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
    let mut selections = HashMap::new();
    let services: Vec<_> = pairs.iter().filter_map(changed_service).collect();
    if services.is_empty() {
        return selections;
    }
    let (mut old_pods, mut new_pods) = (Pods::of(old), Pods::of(new));
    for (service, old_selector, selector) in services {
        let finds = new_pods.has(service.namespace, selector);
        let found = old_selector.is_some_and(|old| old_pods.has(service.namespace, old));
        let changed = old_selector != Some(selector);
        let selection = match (finds, found) {
            (false, true) => Selection::Lost,
            (false, false) if changed => Selection::Unknown,
            (true, true) if changed && !old_pods.has(service.namespace, selector) => {
                Selection::Later
            }
            _ => Selection::Same,
        };
        selections.insert([service.namespace, service.name], selection);
    }
    selections
}

/// A changed Service with its old and its new selector.
fn changed_service<'a>(
    pair: &Pair<'a>,
) -> Option<(Object<'a>, Option<Selector<'a>>, Selector<'a>)> {
    match (pair.action, pair.old, pair.new) {
        (Action::Changed, Some(old), Some(new)) if new.is("", "Service") => {
            Some((new, selector(&old), selector(&new)?))
        }
        _ => None,
    }
}

type Selector<'a> = &'a Map<String, Value>;

/// The selector of a Service, if it selects pods.
fn selector<'a>(service: &Object<'a>) -> Option<Selector<'a>> {
    let selector = service.at(&["spec", "selector"]).as_object()?;
    (!selector.is_empty() && service.service_type() != "ExternalName").then_some(selector)
}

/// A namespace, and labels of pods.
type Query<'a> = (&'a str, Vec<(&'a String, &'a Value)>);

/// The pod templates of a side, by label.
struct Pods<'a> {
    labels: Vec<Selector<'a>>,
    /// The indexes in `labels`, by namespace, key and value.
    by_label: HashMap<[&'a str; 3], Vec<usize>>,
    /// The results of earlier queries.
    known: HashMap<Query<'a>, bool>,
}

impl<'a> Pods<'a> {
    fn of(side: &[Object<'a>]) -> Self {
        let mut pods = Self {
            labels: Vec::new(),
            by_label: HashMap::new(),
            known: HashMap::new(),
        };
        for object in side {
            let Some((_, pod)) = object.pod() else {
                continue;
            };
            let Some(labels) = pod["metadata"]["labels"].as_object() else {
                continue;
            };
            for (key, value) in labels {
                if let Some(value) = value.as_str() {
                    let place = pods.by_label.entry([object.namespace, key, value]);
                    place.or_default().push(pods.labels.len());
                }
            }
            pods.labels.push(labels);
        }
        pods
    }

    /// Whether a pod template in a namespace has all labels of a selector. It looks only at the templates with the
    /// rarest of the labels, and only once for equal selectors.
    fn has(&mut self, namespace: &'a str, selector: Selector<'a>) -> bool {
        let query = (namespace, selector.iter().collect());
        if let Some(known) = self.known.get(&query) {
            return *known;
        }
        let places = selector.iter().map(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            places(&self.by_label, [namespace, key, value])
        });
        let rarest = places.min_by_key(|places| places.len());
        let found = rarest.unwrap_or_default().iter().any(|place| {
            let labels = self.labels.get(*place);
            labels.is_some_and(|labels| {
                selector
                    .iter()
                    .all(|(key, value)| labels.get(key) == Some(value))
            })
        });
        self.known.insert(query, found);
        found
    }
}

fn places<'l>(by_label: &'l HashMap<[&'l str; 3], Vec<usize>>, label: [&'l str; 3]) -> &'l [usize] {
    by_label.get(&label).map_or(&[], Vec::as_slice)
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
