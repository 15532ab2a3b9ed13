//! The size of claims, and of the claims that a StatefulSet makes. That the rest of a claim cannot change stands in
//! the table.

use serde_json::Value;

use super::fact::Fact;
use super::kubectl;
use crate::diff::Effect;
use crate::diff::subject::{Subject, at, items};
use crate::kubernetes::Quantity;

const SIZE: [&str; 4] = ["spec", "resources", "requests", "storage"];

/// Whether the requested size falls.
pub(super) fn shrinks(old: &Subject<'_>, new: &Subject<'_>) -> bool {
    let [was, is] = [old, new].map(|side| Quantity::of(side.at(&SIZE)));
    is < was
}

/// What an operator should know about another size. Sources: ValidatePersistentVolumeClaimUpdate; the admission
/// plugin PersistentVolumeClaimResize.
pub(super) fn facts(old: &Subject<'_>, new: &Subject<'_>) -> Option<Fact> {
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
        let what = format!("a claim cannot shrink: {was_text} to {is_text}");
        let look = format!(
            "kubectl get pvc {name} -n {namespace} -o jsonpath='{{.status.capacity.storage}}'"
        );
        return Some(
            Fact::new(Effect::Rejected, new, what)
                .about(&SIZE)
                .fix(look),
        );
    }
    let what =
        format!("a claim grows only where its storage class allows it: {was_text} to {is_text}");
    let class = match new.text(&["spec", "storageClassName"]) {
        Some(class) if !class.is_empty() => kubectl::quote(class),
        _ => format!(
            "\"$(kubectl get pvc {name} -n {namespace} -o jsonpath='{{.spec.storageClassName}}')\""
        ),
    };
    let fact = Fact::new(Effect::Rejected, new, what).about(&SIZE);
    let fact = fact.when("its storage class has not allowVolumeExpansion, or it is not bound yet");
    Some(fact.fix(format!(
        "kubectl get storageclass {class} -o jsonpath='{{.allowVolumeExpansion}}'"
    )))
}

/// So many claims are named one by one.
const NAMED: i64 = 10;

/// The commands that let the claims of a StatefulSet grow, for after it was deleted without its pods.
pub(super) fn grow(old: &Subject<'_>, new: &Subject<'_>) -> Vec<String> {
    let templates = |side: &Subject<'_>| -> Vec<(String, Value)> {
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
