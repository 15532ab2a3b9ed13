//! ConfigMaps and Secrets. Sources: `ValidateConfigMap`, `ValidateSecret`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::NameRule;

/// The greatest size of all values in bytes: MaxSecretSize.
const LARGEST: usize = 1024 * 1024;

pub(super) fn config_map(at: &Node<'_>, report: &mut Report<'_>) {
    let (texts, binary) = (at.at(&["data"]), at.at(&["binaryData"]));
    keys(&texts, report);
    keys(&binary, report);
    for (key, entry) in texts.entries() {
        if binary.value.get(key).is_some() {
            let message = format!("the key `{key}` is in binaryData too");
            report.refuse(&entry.key(), "SV030", message);
        }
    }
    size(at, &[("data", false), ("binaryData", true)], report);
}

fn keys(map: &Node<'_>, report: &mut Report<'_>) {
    for (key, entry) in map.entries() {
        if !NameRule::DataKey.allows(key) {
            report.refuse(
                &entry.key(),
                "SR030",
                invalid_name("key", key, NameRule::DataKey),
            );
        }
    }
}

fn size(at: &Node<'_>, fields: &[(&str, bool)], report: &mut Report<'_>) {
    let mut size = 0;
    for (field, is_encoded) in fields {
        let keys = [*field];
        for (_, entry) in at.at(&keys).entries() {
            let text = entry.value.as_str().unwrap_or_default();
            size += if *is_encoded {
                decoded_length(text)
            } else {
                text.len()
            };
        }
    }
    if size > LARGEST {
        let message = "its data are larger than 1 MiB: split them into several objects";
        report.refuse(&at.at(&["data"]), "SV030", message);
    }
}

fn decoded_length(text: &str) -> usize {
    let digits = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=');
    digits.count() * 3 / 4
}

/// The types of Secrets with keys that they must have. Of a list with `false`, one is enough.
const TYPES: [(&str, &[&str], bool); 5] = [
    ("kubernetes.io/dockercfg", &[".dockercfg"], true),
    (
        "kubernetes.io/dockerconfigjson",
        &[".dockerconfigjson"],
        true,
    ),
    ("kubernetes.io/basic-auth", &["username", "password"], false),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"], true),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"], true),
];

pub(super) fn secret(at: &Node<'_>, report: &mut Report<'_>) {
    for field in ["data", "stringData"] {
        let fields = [field];
        keys(&at.at(&fields), report);
    }
    size(at, &[("data", true), ("stringData", false)], report);
    let kind = at.at(&["type"]);
    let Some(text) = kind.text() else { return };
    if text == "kubernetes.io/service-account-token" {
        let account = "kubernetes.io/service-account.name";
        if at
            .at(&["metadata", "annotations", account])
            .text()
            .is_none()
        {
            let message = format!("a Secret of type {text} needs the annotation {account}");
            report.refuse(&kind, "SV031", message);
        }
    }
    let Some((_, required, all)) = TYPES.iter().find(|(name, _, _)| *name == text) else {
        return;
    };
    let has = |key: &&&str| {
        let is_set = |field: &str| {
            at.value[field]
                .get(**key)
                .is_some_and(|value| !value.is_null())
        };
        is_set("data") || is_set("stringData")
    };
    let found = required.iter().filter(has).count();
    if found < required.len() && (*all || found == 0) {
        let joined = required.join(if *all { " and " } else { " or " });
        report.refuse(
            &kind,
            "SV031",
            format!("a Secret of type {text} needs the key {joined}"),
        );
    } else if text.starts_with("kubernetes.io/dockerc") {
        let key = required[0];
        if value(at, key).is_some_and(|json| !is_map(&json)) {
            let message = format!("the key {key} is not a JSON object");
            report.refuse(&kind, "SV031", message);
        }
    }
}

/// The value of a key. What is no base64 is reported with the types.
fn value(at: &Node<'_>, key: &str) -> Option<Vec<u8>> {
    if let Some(text) = at.value["stringData"].get(key).and_then(Value::as_str) {
        return Some(text.as_bytes().to_vec());
    }
    let text = at.value["data"].get(key)?.as_str()?;
    STANDARD.decode(text.replace(['\r', '\n'], "")).ok()
}

/// Whether a text is a map in JSON, or null, which Go reads as an empty one.
fn is_map(json: &[u8]) -> bool {
    matches!(
        serde_json::from_slice(json),
        Ok(Value::Object(_) | Value::Null)
    )
}
