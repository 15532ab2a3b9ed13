//! What a change of the kinds of workloads means, whatever chart they are of: claims that stay without a reader, workloads
//! of two kinds under one name, storage and images that were not needed before, files that belong to another user.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt};
use serde_json::Value;

use super::context::Context;
use super::kubectl;
use super::notice::Notice;
use crate::diff::object::Object;
use crate::diff::pair::Pair;
use crate::diff::{Action, Applier, Effect};
use crate::kubernetes::{Image, Quantity, at, containers, field, items};

/// The greatest number of claims or images that a message names.
const NAMED: usize = 10;

/// The notices about a whole comparison.
pub(in crate::diff) fn notices(pairs: &[Pair<'_>], context: &Context<'_>) -> Vec<Notice> {
    let differing = || pairs.iter().filter(|pair| pair.differing.is_some());
    let of = |action: Action| differing().filter(move |pair| pair.action == action);
    let removed: Vec<Object<'_>> = of(Action::Removed).filter_map(|pair| pair.old).collect();
    let added: Vec<Object<'_>> = of(Action::Added).filter_map(|pair| pair.new).collect();
    let mut notices: Vec<Notice> = removed.iter().filter_map(unread_claims).collect();
    // Whether the set of workloads is another one, not only their settings.
    let mut is_new_set = added.iter().any(|new| !claims_of_set(new).is_empty());
    // The first of several workloads under one name.
    let mut workloads: HashMap<[&str; 2], &Object<'_>> = HashMap::new();
    for old in removed.iter().filter(|old| old.pod().is_some()) {
        workloads.entry([old.namespace, old.name]).or_insert(old);
    }
    for new in &added {
        let is_workload = new.pod().is_some() && new.kind != "Pod";
        let same_name = workloads.get(&[new.namespace, new.name]);
        if let Some(old) = same_name.filter(|_| is_workload) {
            is_new_set = true;
            notices.push(beside(old, new, context.options.applier));
            notices.extend(new_owner(old, new));
        }
    }
    if is_new_set {
        notices.extend(new_storage(&added));
        notices.extend(new_images(context));
    }
    let changed = of(Action::Changed).filter_map(|pair| Some((pair.old?, pair.new?)));
    notices.extend(changed.filter_map(|(old, new)| new_owner(&old, &new)));
    notices
}

/// The claims that a StatefulSet has made from its templates, with their sizes.
fn claims_of_set(set: &Object<'_>) -> Vec<(String, String)> {
    let first = set.at(&["spec", "ordinals", "start"]).as_i64().unwrap_or(0);
    let templates = items(set.at(&["spec", "volumeClaimTemplates"]));
    let mut claims = Vec::new();
    for template in templates {
        let name = at(template, &["metadata", "name"])
            .as_str()
            .unwrap_or_default();
        let size = size_of(field(template, "spec"));
        for pod in first..first + set.replicas().min(100) {
            claims.push((format!("{name}-{}-{pod}", set.name), size.clone()));
        }
    }
    claims
}

fn size_of(claim: &Value) -> String {
    match at(claim, &["resources", "requests", "storage"]) {
        Value::String(size) => size.clone(),
        other => other.to_string(),
    }
}

/// At most [`NAMED`] of them, and the number of the others.
fn named(all: &[String]) -> String {
    match all.get(NAMED..) {
        Some(rest) if !rest.is_empty() => {
            format!("{} and {} more", all[..NAMED].join(", "), rest.len())
        }
        _ => all.join(", "),
    }
}

/// The notice that the claims of a removed StatefulSet stay and have no reader.
fn unread_claims(old: &Object<'_>) -> Option<Notice> {
    let policy = old.at(&[
        "spec",
        "persistentVolumeClaimRetentionPolicy",
        "whenDeleted",
    ]);
    if !old.is("apps", "StatefulSet") || old.manifest.is_kept() || policy == "Delete" {
        return None;
    }
    let claims = claims_of_set(old);
    if claims.is_empty() {
        return None;
    }
    let sized: Vec<String> = claims
        .iter()
        .map(|(name, size)| format!("{name} ({size})"))
        .collect();
    let message = format!(
        "its claims stay in the cluster, and nothing reads them any more: {}",
        named(&sized)
    );
    let names = claims
        .iter()
        .take(NAMED)
        .map(|(name, _)| kubectl::quote(name));
    let names: Vec<String> = names.collect();
    let look = format!(
        "kubectl get pvc {} -n {}",
        names.join(" "),
        kubectl::quote(old.namespace)
    );
    let notice = Notice::new(Effect::DataLoss, old, message);
    let notice = notice.about(&["spec", "volumeClaimTemplates"]).fix(look);
    Some(notice.when("only these claims hold the data"))
}

/// The notice that workloads of two kinds run under one name.
fn beside(old: &Object<'_>, new: &Object<'_>, applier: Applier) -> Notice {
    let kind = old.kind;
    let message = match applier {
        Applier::Helm => format!(
            "it starts before Helm deletes the {kind} of the same name: for a while both have pods"
        ),
        Applier::ArgoCd | Applier::Flux => format!(
            "{} deletes the {kind} of the same name: for a while both may have pods",
            applier.title()
        ),
        Applier::Kubectl | Applier::ServerSide => format!(
            "it runs beside the {kind} of the same name, which stays until somebody deletes it: both have pods, and the \
             Services of that name may select both"
        ),
    };
    let notice = Notice::new(Effect::Outage, new, message);
    let notice = notice.when("only one of them may run, as when both use a volume or a lock");
    notice.fix(kubectl::on("delete", old, ""))
}

/// The notice about storage that the cluster has to have, by class.
fn new_storage(added: &[Object<'_>]) -> Vec<Notice> {
    let mut by_class: BTreeMap<Option<&str>, (Vec<String>, Quantity, Object<'_>)> = BTreeMap::new();
    for object in added {
        let claims: Vec<(String, &Value)> = if object.is("", "PersistentVolumeClaim") {
            vec![(object.name.to_owned(), object.at(&["spec"]))]
        } else if object.is("apps", "StatefulSet") {
            let templates: Vec<&Value> =
                items(object.at(&["spec", "volumeClaimTemplates"])).collect();
            let pods = usize::try_from(object.replicas().clamp(0, 100)).unwrap_or(0);
            let specs = templates
                .iter()
                .flat_map(|one| std::iter::repeat_n(field(one, "spec"), pods));
            let names = claims_of_set(object).into_iter().map(|(name, _)| name);
            names.zip(specs).collect()
        } else {
            continue;
        };
        for (name, spec) in claims {
            let Some(size) = Quantity::of(at(spec, &["resources", "requests", "storage"])) else {
                continue;
            };
            let class = field(spec, "storageClassName")
                .as_str()
                .filter(|class| !class.is_empty());
            let entry = by_class
                .entry(class)
                .or_insert_with(|| (Vec::new(), Quantity::ZERO, *object));
            entry.0.push(format!("{name} ({})", size_of(spec)));
            entry.1 = entry.1 + size;
        }
    }
    let notices = by_class.into_iter().map(|(class, (names, total, first))| {
        let class = class.map_or_else(
            || "the default storage class".to_owned(),
            |class| format!("the storage class {class}"),
        );
        let message = format!(
            "new claims need {} of {class}: {}",
            total.binary(),
            named(&names)
        );
        Notice::new(Effect::InPlace, &first, message)
    });
    notices.collect()
}

/// The notice that files in volumes get another owner, or keep one that the pods no longer are.
fn new_owner(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let has_volumes = new.claims().next().is_some() || !claims_of_set(new).is_empty();
    let ((_, was), (keys, is)) = (old.pod()?, new.pod()?);
    if !has_volumes || matches!(new.kind, "Job" | "CronJob") {
        return None;
    }
    let id = |pod: &Value, field: &str| at(pod, &["spec", "securityContext", field]).as_i64();
    let shown = |id: Option<i64>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let (group, new_group) = (id(was, "fsGroup"), id(is, "fsGroup"));
    let user = |pod: &Value| {
        let first =
            containers(pod).find_map(|one| at(one, &["securityContext", "runAsUser"]).as_i64());
        first.or_else(|| id(pod, "runAsUser"))
    };
    let mut path = keys.to_vec();
    path.extend(["spec", "securityContext"]);
    if new_group.is_some() && group != new_group {
        let message = format!(
            "its first start gives all files in its volumes to the group {} (fsGroup, before: {}): its pods wait for that",
            shown(new_group),
            shown(group)
        );
        let notice = Notice::new(Effect::Outage, new, message).about(&path);
        return Some(notice.when("the volumes hold many files"));
    }
    let (was, is) = (user(was), user(is));
    if is.is_some() && was != is && new_group.is_none() {
        let message = format!(
            "it runs as the user {} (before: {}), and the files in its volumes keep their owner",
            shown(is),
            shown(was)
        );
        let notice = Notice::new(Effect::Outage, new, message).about(&path);
        return Some(notice.when("only their owner can write them"));
    }
    None
}

/// The notice about images of repositories that the old side does not use.
fn new_images(context: &Context<'_>) -> Option<Notice> {
    let images = |side: &[Object<'_>]| -> BTreeMap<String, String> {
        let pods = side.iter().filter_map(Object::pod);
        let images = pods.flat_map(|(_, pod)| containers(pod));
        let texts = images.filter_map(|container| field(container, "image").as_str());
        texts
            .map(|text| (Image::of(text).repository.to_owned(), text.to_owned()))
            .collect()
    };
    let (old, new) = (images(context.old), images(context.new));
    let known: BTreeSet<&String> = old.keys().collect();
    let fresh: Vec<String> = new
        .iter()
        .filter(|(repository, _)| !known.contains(repository))
        .map(|(_, text)| text.clone())
        .collect();
    if old.is_empty() || fresh.is_empty() {
        return None;
    }
    let user = context.new.iter().find(|object| {
        let pod = object.pod().map(|(_, pod)| pod);
        let mut images = pod.into_iter().flat_map(containers);
        images.any(|one| {
            field(one, "image")
                .as_str()
                .is_some_and(|text| fresh.iter().any(|new| new == text))
        })
    })?;
    let message = format!(
        "images that were not used before have to be in the registry or mirror: {}",
        named(&fresh)
    );
    let notice = Notice::new(Effect::Outage, user, message);
    Some(notice.when("the nodes cannot pull them"))
}
