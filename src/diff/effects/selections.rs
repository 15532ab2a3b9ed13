//! Which pods the Services of both sides select: looked up by label, so that many Services and many pods take no
//! product of both. Pods that are not in the manifests are not known here.

use foldhash::{HashMap, HashMapExt};
use serde_json::{Map, Value};

use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, Effect};

/// What becomes of the pods of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) enum Selection {
    /// It has pods, or it had none of the render before.
    Same,
    /// No pod of the new side is selected any more.
    Lost,
    /// Pods of the new side are selected, but none that runs until now.
    Later,
    /// Its new selector selects no pod of the new side, its old one selected none of the old.
    Unknown,
}

/// The selections of the Services that both sides have, by namespace and name.
pub(in crate::diff) fn of<'a>(
    pairs: &[Pair<'a>],
    old: &[Object<'a>],
    new: &[Object<'a>],
) -> HashMap<[&'a str; 2], Selection> {
    let mut selections = HashMap::new();
    let services: Vec<_> = pairs.iter().filter_map(selectors).collect();
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

/// A Service that both sides have, with what it selected by before and what it selects by.
fn selectors<'a>(pair: &Pair<'a>) -> Option<(Object<'a>, Option<Selector<'a>>, Selector<'a>)> {
    match (pair.action, pair.old, pair.new) {
        (Action::Changed, Some(old), Some(new)) if new.is("", "Service") => {
            Some((new, selector(&old), selector(&new)?))
        }
        _ => None,
    }
}

type Selector<'a> = &'a Map<String, Value>;

/// What a Service selects by, if it selects at all.
fn selector<'a>(service: &Object<'a>) -> Option<Selector<'a>> {
    let selector = service.at(&["spec", "selector"]).as_object()?;
    (!selector.is_empty() && service.service_type() != "ExternalName").then_some(selector)
}

/// Whether a namespace has pods with some labels.
type Question<'a> = (&'a str, Vec<(&'a String, &'a Value)>);

/// The pod templates of a side, by label.
struct Pods<'a> {
    labels: Vec<Selector<'a>>,
    /// The places in `labels`, by namespace, key and value.
    by_label: HashMap<[&'a str; 3], Vec<usize>>,
    /// What was asked, with its answer.
    known: HashMap<Question<'a>, bool>,
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

    /// Whether a template has all these labels. Only those with the rarest of them are looked at, and equal
    /// selectors once.
    fn has(&mut self, namespace: &'a str, selector: Selector<'a>) -> bool {
        let question = (namespace, selector.iter().collect());
        if let Some(known) = self.known.get(&question) {
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
        self.known.insert(question, found);
        found
    }
}

fn places<'l>(by_label: &'l HashMap<[&'l str; 3], Vec<usize>>, label: [&'l str; 3]) -> &'l [usize] {
    by_label.get(&label).map_or(&[], Vec::as_slice)
}

/// What an operator should know about the pods of a Service.
pub(in crate::diff) fn notice(new: &Object<'_>, selection: Selection) -> Option<Notice> {
    let (what, condition) = match selection {
        Selection::Same => return None,
        Selection::Lost => (
            "its selector matches no pod of the new manifests any more",
            None,
        ),
        Selection::Later => (
            "its selector changes at once and matches none of the pods that run: it leads nowhere until new pods \
             are ready",
            None,
        ),
        Selection::Unknown => (
            "its new selector matches no pod of the manifests",
            Some("no other pods in the namespace have these labels"),
        ),
    };
    let notice = Notice::new(Effect::Outage, new, what)
        .about(&["spec", "selector"])
        .folded();
    Some(match condition {
        None => notice,
        Some(condition) => notice.when(condition),
    })
}
