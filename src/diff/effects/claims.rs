//! The size of claims, and of the claims that a StatefulSet makes. That the rest of a claim cannot change stands in
//! the table.

use serde_json::Value;

use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::{Object, at, items};
use crate::kubernetes::Quantity;

const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];

/// Whether the requested size falls.
pub(super) fn shrinks(old: &Object<'_>, new: &Object<'_>) -> bool {
    let [was, is] = [old, new].map(|side| Quantity::of(side.at(&SIZE)));
    is < was
}

/// What an operator should know about another size. Sources: ValidatePersistentVolumeClaimUpdate; the admission
/// plugin PersistentVolumeClaimResize.
pub(super) fn notices(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let [was, is] = [old, new].map(|side| side.at(&SIZE));
    if Quantity::of(was) == Quantity::of(is) {
        return None;
    }
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let (was_text, is_text) = (text(was), text(is));
    let name = kubectl::quote(new.name);
    let namespace = kubectl::quote(new.namespace);
    if shrinks(old, new) {
        // Since 1.34 (RecoverVolumeExpansionFailure) a size may be taken back that was never reached; never the
        // real one.
        let keep = match value_key(new, "storageSize") {
            Some(key) => format!("set {key} to {was_text} again"),
            None => format!("write {was_text} again"),
        };
        let what = format!("a claim cannot shrink: {was_text} to {is_text}; {keep}");
        let look = format!(
            "kubectl get pvc {name} -n {namespace} -o jsonpath='{{.status.capacity.storage}}'"
        );
        return Some(
            Notice::new(Effect::Rejected, new, what)
                .about(&SIZE)
                .fix(look),
        );
    }
    let what =
        format!("a claim grows only where its storage class allows it: {was_text} to {is_text}");
    // The claim has the class that it had, whatever the new manifests say.
    let class = match old.text(&["spec", "storageClassName"]) {
        Some(class) if !class.is_empty() => kubectl::quote(class),
        _ => format!(
            "\"$(kubectl get pvc {name} -n {namespace} -o jsonpath='{{.spec.storageClassName}}')\""
        ),
    };
    let notice = Notice::new(Effect::Rejected, new, what).about(&SIZE);
    let notice =
        notice.when("its storage class has not allowVolumeExpansion, or it is not bound yet");
    Some(notice.fix(format!(
        "kubectl get storageclass {class} -o jsonpath='{{.allowVolumeExpansion}}'"
    )))
}

/// What keeps a claim as it is, where a change of one of its fields is refused.
pub(super) fn advice(old: &Object<'_>, new: &Object<'_>, shown: &[&str]) -> String {
    if shown != ["spec", "storageClassName"] {
        return "; write the old value again, or make a claim of another name and copy the data"
            .to_owned();
    }
    let key = value_key(new, "storageClass");
    let key = key.as_deref().unwrap_or("storageClassName");
    match old.text(shown) {
        // The class of a quoted empty name is none; it is what the old side says.
        Some(class) if !class.is_empty() => format!("; keep it: set {key} to {class}"),
        _ => format!("; keep it: leave {key} empty, or set it to the class that the claim has"),
    }
}

/// What tells the class of a claim whose manifest names none.
pub(super) fn look(old: &Object<'_>, shown: &[&str]) -> Option<String> {
    let unnamed = shown == ["spec", "storageClassName"] && old.at(shown).is_null();
    unnamed.then(|| kubectl::on("get", old, "-o jsonpath='{.spec.storageClassName}'"))
}

/// What the commands do that replace a StatefulSet, and leave.
pub(super) fn advice_on_set(old: &Object<'_>, new: &Object<'_>, shown: &[&str]) -> String {
    if !shown.contains(&"volumeClaimTemplates") {
        return "; delete it without its pods and apply again".to_owned();
    }
    let grown = if grow(old, new).is_empty() {
        ""
    } else {
        ", but for the sizes that are patched here"
    };
    let templates = |side: &Object<'_>| -> Vec<Value> {
        let templates = items(side.at(&["spec", "volumeClaimTemplates"]));
        templates
            .map(|template| at(template, &["spec", "storageClassName"]).clone())
            .collect()
    };
    let keep = match value_key(new, "storageClass").filter(|_| templates(old) != templates(new)) {
        Some(key) => format!(". Or leave {key} as it was"),
        None => String::new(),
    };
    format!(
        "; delete it without its pods and apply again. The claims that exist keep their class and size{grown}{keep}"
    )
}

/// So many claims are named one by one.
const NAMED: i64 = 10;

/// The commands that let the claims of a StatefulSet grow, for after it was deleted without its pods.
pub(super) fn grow(old: &Object<'_>, new: &Object<'_>) -> Vec<String> {
    let templates = |side: &Object<'_>| -> Vec<(String, Value)> {
        let templates = items(side.at(&["spec", "volumeClaimTemplates"]));
        let named = templates.filter_map(|template| {
            let name = template["metadata"]["name"].as_str()?.to_owned();
            Some((name, at(template, &SIZE).clone()))
        });
        named.collect()
    };
    let before = templates(old);
    let mut commands = Vec::new();
    for (name, size) in templates(new) {
        let was = before.iter().find(|(old, _)| *old == name);
        let grows = was.is_some_and(|(_, was)| Quantity::of(was) < Quantity::of(&size));
        let Some(size) = size.as_str().filter(|_| grows) else {
            continue;
        };
        let pods = old.replicas().min(NAMED);
        let names: Vec<String> = (0..pods)
            .map(|pod| kubectl::quote(&format!("{name}-{}-{pod}", old.name)))
            .collect();
        let patch = kubectl::quote(&format!(
            r#"{{"spec":{{"resources":{{"requests":{{"storage":"{size}"}}}}}}}}"#
        ));
        let namespace = kubectl::quote(new.namespace);
        for name in names {
            commands.push(format!(
                "kubectl patch pvc {name} -n {namespace} --type merge -p {patch}"
            ));
        }
    }
    commands
}

/// The value of SwanLab's chart behind a field of one of its objects, for advice that names the key to set: the dotted
/// path of `key` (`existingClaim`, `storageClass`, `storageSize`) of the part that stores the object's data. Objects are
/// known by the labels that the chart gives them; none for others.
pub(in crate::diff) fn value_key(object: &Object<'_>, key: &str) -> Option<String> {
    let label = |name| {
        let name = format!("app.kubernetes.io/{name}");
        object.text(&["metadata", "labels", &name])
    };
    if label("provider") != Some("swanlab") {
        return None;
    }
    let service = label("service").or(label("component").and_then(|one| one.rsplit('-').next()));
    match service? {
        service @ ("postgres" | "redis" | "clickhouse" | "s3") => {
            Some(format!("dependencies.{service}.persistence.{key}"))
        }
        "house" => Some(format!("service.house.persistence.{key}")),
        _ => None,
    }
}
