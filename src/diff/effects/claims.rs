//! Claims and the claim templates of StatefulSets: changes of their size, and advice for changes that are refused.
//! Which fields are immutable is in the table of `kubernetes`.

use serde_json::Value;

use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::{Quantity, at, items};

const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];

/// Whether the requested size becomes smaller.
pub(super) fn shrinks(old: &Object<'_>, new: &Object<'_>) -> bool {
    let [was, is] = [old, new].map(|side| Quantity::of(side.at(&SIZE)));
    is < was
}

/// What an operator should know about a changed size. Sources: ValidatePersistentVolumeClaimUpdate, and the admission
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
        // Since 1.34 (RecoverVolumeExpansionFailure) the requested size can be reduced to the real size, not below it.
        let keep = match value_key(new, "storageSize") {
            Some(key) => format!("set {key} back to {was_text}"),
            None => format!("set it back to {was_text}"),
        };
        let message = format!("a claim cannot shrink: {was_text} to {is_text}; {keep}");
        let look = format!(
            "kubectl get pvc {name} -n {namespace} -o jsonpath='{{.status.capacity.storage}}'"
        );
        return Some(
            Notice::new(Effect::Rejected, new, message)
                .about(&SIZE)
                .fix(look),
        );
    }
    let message =
        format!("a claim grows only if its storage class allows it: {was_text} to {is_text}");
    // The claim keeps its class, whatever the new manifests say.
    let class = match old.text(&["spec", "storageClassName"]) {
        Some(class) if !class.is_empty() => kubectl::quote(class),
        _ => format!(
            "\"$(kubectl get pvc {name} -n {namespace} -o jsonpath='{{.spec.storageClassName}}')\""
        ),
    };
    let notice = Notice::new(Effect::Rejected, new, message).about(&SIZE);
    let notice =
        notice.when("its storage class does not have allowVolumeExpansion, or it is not bound yet");
    Some(notice.fix(format!(
        "kubectl get storageclass {class} -o jsonpath='{{.allowVolumeExpansion}}'"
    )))
}

/// How to undo a refused change of a claim.
pub(super) fn advice(old: &Object<'_>, new: &Object<'_>, shown: &[&str]) -> String {
    if shown != ["spec", "storageClassName"] {
        return "; set the old value again, or create a claim under another name and copy the data"
            .to_owned();
    }
    let key = value_key(new, "storageClass");
    let key = key.as_deref().unwrap_or("storageClassName");
    match old.text(shown) {
        // An empty name means no class, and is not the same as no field.
        Some(class) if !class.is_empty() => format!("; keep it: set {key} to {class}"),
        _ => format!("; keep it: leave {key} empty, or set it to the class that the claim has"),
    }
}

/// The command that prints the class of a claim, if its manifest does not name it.
pub(super) fn print_class(old: &Object<'_>, shown: &[&str]) -> Option<String> {
    let unnamed = shown == ["spec", "storageClassName"] && old.at(shown).is_null();
    unnamed.then(|| kubectl::on("get", old, "-o jsonpath='{.spec.storageClassName}'"))
}

/// What the commands for a refused change of a StatefulSet do.
pub(super) fn advice_on_set(old: &Object<'_>, new: &Object<'_>, shown: &[&str]) -> String {
    if !shown.contains(&"volumeClaimTemplates") {
        return "; delete it without its pods and apply again".to_owned();
    }
    let grown = if grow(old, new).is_empty() {
        ""
    } else {
        ", except for the sizes that are patched here"
    };
    let templates = |side: &Object<'_>| -> Vec<Value> {
        let templates = items(side.at(&["spec", "volumeClaimTemplates"]));
        templates
            .map(|template| at(template, &["spec", "storageClassName"]).clone())
            .collect()
    };
    let keep = match value_key(new, "storageClass").filter(|_| templates(old) != templates(new)) {
        Some(key) => format!(". Or set {key} back to its old value"),
        None => String::new(),
    };
    format!(
        "; delete it without its pods and apply again. Existing claims keep their class and size{grown}{keep}"
    )
}

/// The greatest number of claims for which there are commands.
const NAMED: i64 = 10;

/// The commands that grow the claims of a StatefulSet, to run after it was deleted without its pods.
pub(super) fn grow(old: &Object<'_>, new: &Object<'_>) -> Vec<String> {
    let templates = |side: &Object<'_>| -> Vec<(String, Value)> {
        let templates = items(side.at(&["spec", "volumeClaimTemplates"]));
        let named = templates.filter_map(|template| {
            let name = at(template, &["metadata", "name"]).as_str()?.to_owned();
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

/// The dotted path of a value of SwanLab's chart, for advice that names the value to set: `key` (`existingClaim`,
/// `storageClass` or `storageSize`) of the component that stores data in this object. Objects of the chart are
/// recognized by their labels; `None` for others.
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
