//! Which pods the changed Services select before and after. Pods that are not in the manifests are not known here.

use foldhash::{HashMap, HashMapExt};
use serde_json::{Map, Value};

use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, Effect};
use crate::kubernetes::{Labels, at};

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
    let (old_pods, new_pods) = (pods(old), pods(new));
    let has = |pods: &Labels<'_>, namespace: &str, selector: Selector<'_>| {
        pods.selected(namespace, selector).next().is_some()
    };
    let selections = services.iter().map(|one| {
        let namespace = one.service.namespace;
        let finds = has(&new_pods, namespace, one.now);
        let found = one.before.is_some_and(|old| has(&old_pods, namespace, old));
        let changed = one.before != Some(one.now);
        let selection = match (finds, found) {
            (false, true) => Selection::Lost,
            (false, false) if changed => Selection::Unknown,
            (true, true) if changed && !has(&old_pods, namespace, one.now) => Selection::Later,
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

/// The labels of the pod templates of a side.
fn pods<'a>(side: &[Object<'a>]) -> Labels<'a> {
    let mut pods = Labels::default();
    for object in side {
        if let Some((_, pod)) = object.pod() {
            pods.add(object.namespace, at(pod, &["metadata", "labels"]));
        }
    }
    pods
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
