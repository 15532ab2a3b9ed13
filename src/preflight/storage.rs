//! Checks of storage: the classes of claims that the render creates, and the claims that exist already.

use serde_json::Value;

use super::needs::list;
use super::{Answers, Check, Claim, Needs, NoAnswer};
use crate::kubernetes::Quantity;

/// The annotation of the default class, and its name before Kubernetes 1.6.
const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

pub(super) fn classes(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let Some(answer) = &answers.storage_classes else {
        return Vec::new();
    };
    let classes = answer.as_ref().map(|answer| list(&answer["items"]));
    needs
        .storage_classes
        .iter()
        .map(|(class, claims)| {
            let name = match class {
                Some(class) => format!("StorageClass/{class}"),
                None => "Default storage class".to_owned(),
            };
            match (classes, class.as_deref()) {
                (_, Some("")) => Check::warning(
                    "No storage class",
                    format!("nothing provisions volumes for {}", claims.join(", ")),
                    "create a PersistentVolume for each",
                ),
                (Err(reason), _) => Check::unknown(&name, reason),
                (Ok(classes), Some(class)) => named(&name, class, classes, claims),
                (Ok(classes), None) => default(&name, classes, claims),
            }
        })
        .collect()
}

fn named(name: &str, wanted: &str, classes: &[Value], claims: &[String]) -> Check {
    match classes
        .iter()
        .find(|class| class["metadata"]["name"] == wanted)
    {
        Some(class) => Check::ok(name, format!("it exists{}", expansion(class))),
        None => Check::missing(
            name,
            format!(
                "it does not exist, and {} would stay pending",
                claims.join(", ")
            ),
            format!("set storageClass to one of these: {}", names(classes)),
        ),
    }
}

fn default(name: &str, classes: &[Value], claims: &[String]) -> Check {
    let is_default = |class: &&Value| {
        let annotations = &class["metadata"]["annotations"];
        DEFAULT.iter().any(|name| annotations[*name] == "true")
    };
    let defaults: Vec<&Value> = classes.iter().filter(is_default).collect();
    match defaults[..] {
        [class] => {
            let called = class["metadata"]["name"].as_str().unwrap_or_default();
            Check::ok(name, format!("it is {called}{}", expansion(class)))
        }
        [] => Check::missing(
            name,
            format!(
                "there is none, and {} would stay pending",
                claims.join(", ")
            ),
            format!("set storageClass to one of these: {}", names(classes)),
        ),
        _ => Check::warning(
            name,
            "there are several; the newest is used",
            "set the intended class as storageClass",
        ),
    }
}

fn expansion(class: &Value) -> &'static str {
    if class["allowVolumeExpansion"] == true {
        ""
    } else {
        "; it cannot expand claims, so storageSize cannot grow later"
    }
}

fn names(classes: &[Value]) -> String {
    let names = classes
        .iter()
        .filter_map(|class| class["metadata"]["name"].as_str());
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "the cluster has none, so install a provisioner first".to_owned()
    } else {
        names.join(", ")
    }
}

pub(super) fn claims(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let asked = needs.claims.iter();
    asked
        .filter_map(|claim| {
            let name = format!("PersistentVolumeClaim/{}", claim.name);
            Some(match answers.claims.get(&claim.name)? {
                Ok(found) => of_claim(&name, claim, found),
                Err(NoAnswer::NotFound) => Check::missing(
                    &name,
                    format!("it does not exist in {}", needs.namespace),
                    "create it, or correct existingClaim",
                ),
                Err(reason) => Check::unknown(&name, reason),
            })
        })
        .collect()
}

fn of_claim(name: &str, claim: &Claim, found: &Value) -> Check {
    if !found["metadata"]["deletionTimestamp"].is_null() {
        return Check::missing(
            name,
            "it is being deleted",
            "save its data now, because it is gone as soon as no pod uses it; then use another claim",
        );
    }
    let modes: Vec<&str> = list(&found["spec"]["accessModes"])
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if !modes.iter().any(|mode| mode.starts_with("ReadWrite")) {
        return Check::missing(
            name,
            format!(
                "its access mode is {}, but databases have to write",
                modes.join(", ")
            ),
            "use a claim with ReadWriteOnce",
        );
    }
    match found["status"]["phase"].as_str().unwrap_or_default() {
        "Bound" => {}
        "Lost" => {
            return Check::missing(
                name,
                "its volume is gone",
                "restore the PersistentVolume, or use another claim",
            );
        }
        _ => {
            return Check::warning(
                name,
                "it is not bound yet",
                format!(
                    "normal if its class waits for the first pod (WaitForFirstConsumer); otherwise: kubectl describe pvc {}",
                    claim.name
                ),
            );
        }
    }
    let capacity = &found["status"]["capacity"]["storage"];
    let wanted = claim.size.as_deref();
    match (
        wanted,
        wanted.and_then(Quantity::parse),
        Quantity::of(capacity),
    ) {
        (Some(size), Some(wanted), Some(has)) if has < wanted => Check::warning(
            name,
            format!(
                "it has {}, less than storageSize, {size}",
                capacity.as_str().unwrap_or_default()
            ),
            "expand the claim, or lower storageSize to what it has",
        ),
        _ => Check::ok(name, format!("it is bound, {}", modes.join(", "))),
    }
}
