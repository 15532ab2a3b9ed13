//! Which pods the Services of both sides select: looked up by label, so that many Services and many pods take no
//! product of both. Pods that are not in the manifests are not known here.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::fact::Fact;
use super::services::kind_of;
use super::subject::Subject;
use crate::diff::Effect;

/// What becomes of the pods of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
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
pub(super) fn of<'a>(old: &[Subject<'a>], new: &[Subject<'a>]) -> HashMap<[&'a str; 2], Selection> {
    let services = |side: &[Subject<'a>]| -> Vec<Subject<'a>> {
        side.iter()
            .filter(|one| one.is("", "Service"))
            .copied()
            .collect()
    };
    let before: HashMap<[&str; 2], Subject<'a>> = services(old)
        .into_iter()
        .map(|one| ([one.namespace, one.name], one))
        .collect();
    let (mut old_pods, mut new_pods) = (Pods::of(old), Pods::of(new));
    let mut selections = HashMap::new();
    for service in services(new) {
        let key = [service.namespace, service.name];
        let Some(was) = before.get(&key) else {
            continue;
        };
        let Some(selector) = selector(&service) else {
            continue;
        };
        let old_selector = self::selector(was);
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
        selections.insert(key, selection);
    }
    selections
}

/// What a Service selects by, if it selects at all.
fn selector<'a>(service: &Subject<'a>) -> Option<&'a Map<String, Value>> {
    let selector = service.at(&["spec", "selector"]).as_object()?;
    (!selector.is_empty() && kind_of(service) != "ExternalName").then_some(selector)
}

/// The pod templates of a side, by label.
struct Pods<'a> {
    labels: Vec<&'a Map<String, Value>>,
    /// The places in `labels`, by namespace, key and value.
    by_label: HashMap<[&'a str; 3], Vec<usize>>,
    known: HashMap<(String, String), bool>,
}

impl<'a> Pods<'a> {
    fn of(side: &[Subject<'a>]) -> Self {
        let mut pods = Self {
            labels: Vec::new(),
            by_label: HashMap::new(),
            known: HashMap::new(),
        };
        for subject in side {
            let Some((_, pod)) = subject.pod() else {
                continue;
            };
            let Some(labels) = pod["metadata"]["labels"].as_object() else {
                continue;
            };
            for (key, value) in labels {
                if let Some(value) = value.as_str() {
                    let place = pods.by_label.entry([subject.namespace, key, value]);
                    place.or_default().push(pods.labels.len());
                }
            }
            pods.labels.push(labels);
        }
        pods
    }

    /// Whether a template has all these labels. Only those with the rarest of them are looked at, and equal
    /// selectors once.
    fn has(&mut self, namespace: &str, selector: &Map<String, Value>) -> bool {
        let question = (
            namespace.to_owned(),
            Value::Object(selector.clone()).to_string(),
        );
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
pub(super) fn fact(new: &Subject<'_>, selection: Selection) -> Option<Fact> {
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
    let fact = Fact::new(Effect::Outage, new, what)
        .about(&["spec", "selector"])
        .folded();
    Some(match condition {
        None => fact,
        Some(condition) => fact.when(condition),
    })
}
