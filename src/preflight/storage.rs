//! Storage classes of the claims that a render makes: whether they exist, and what they cannot do.
//! Claims that exist already are not looked at.

use serde_json::Value;

use super::needs::list;
use super::{Answers, Check, Needs};

/// The mark of the default class, and the one that it had before Kubernetes 1.6.
const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

pub(super) fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
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
                    format!("nothing makes volumes for {}", claims.join(", ")),
                    "make a PersistentVolume for each",
                ),
                (Err(silence), _) => Check::unknown(&name, silence),
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
                "it does not exist, and {} would wait for ever",
                claims.join(", ")
            ),
            format!("write one of these as storageClass: {}", names(classes)),
        ),
    }
}

fn default(name: &str, classes: &[Value], claims: &[String]) -> Check {
    let is_default = |class: &&Value| {
        let annotations = &class["metadata"]["annotations"];
        DEFAULT.iter().any(|mark| annotations[*mark] == "true")
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
                "there is none, and {} would wait for ever",
                claims.join(", ")
            ),
            format!("write one of these as storageClass: {}", names(classes)),
        ),
        _ => Check::warning(
            name,
            "there are several; the newest is taken",
            "name the class that is meant as storageClass",
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
        "the cluster has none at all, so install a provisioner first".to_owned()
    } else {
        names.join(", ")
    }
}
