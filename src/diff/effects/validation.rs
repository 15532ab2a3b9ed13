//! Objects that the API server refuses, whether they are created or updated: invalid fields, and API versions that it
//! does not serve. Types and names are checked by `lint`. Sources: `pkg/apis/apps/validation` (ValidateDeploymentSpec
//! and the like), `pkg/apis/core/validation` (ValidateService, ValidateSecret, ValidateConfigMap).

use std::collections::HashMap;

use serde_json::Value;

use super::context::Context;
use super::notice::Notice;
use super::services;
use crate::diff::Effect;
use crate::diff::object::{Object, items};
use crate::kubernetes::requirement_holds;
use crate::kubernetes::types::{Absent, Types};

/// Notices about invalid fields of an object; `old` is the object that it replaces, if there is one.
pub(in crate::diff) fn notices(new: &Object<'_>, old: Option<&Object<'_>>) -> Vec<Notice> {
    let certain = |wrong: Vec<(&'static str, String)>| -> Vec<_> {
        let wrong = wrong.into_iter();
        wrong
            .map(|(field, message)| (field, message, None))
            .collect()
    };
    let wrong: Vec<(&str, String, Option<&str>)> = match (new.group, new.kind) {
        ("", "Service") => services::invalid(new, old),
        ("", "ConfigMap" | "Secret") => certain(size(new).into_iter().collect()),
        ("apps", "Deployment") => {
            let mut wrong: Vec<_> = selector(new).into_iter().collect();
            wrong.extend(deployment(new));
            certain(wrong)
        }
        ("apps", "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
            certain(selector(new).into_iter().collect())
        }
        _ => Vec::new(),
    };
    wrong
        .into_iter()
        .map(|(field, message, condition)| {
            let mut notice = Notice::new(Effect::Rejected, new, message).grouped();
            notice.condition = condition.map(str::to_owned);
            let spec = !matches!(field, "data");
            if spec {
                notice.about(&["spec", field])
            } else {
                notice.about(&[field])
            }
        })
        .collect()
}

/// The greatest size of all values of a ConfigMap or Secret in bytes: MaxSecretSize.
const LARGEST: usize = 1024 * 1024;

fn size(new: &Object<'_>) -> Option<(&'static str, String)> {
    let encoded = |field: &str| new.kind == "Secret" && field == "data" || field == "binaryData";
    let mut size = 0;
    for field in ["data", "binaryData", "stringData"] {
        for value in new
            .at(&[field])
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, value)| value)
        {
            let text = value.as_str().unwrap_or_default();
            size += if encoded(field) {
                let digits = text
                    .bytes()
                    .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=');
                digits.count() * 3 / 4
            } else {
                text.len()
            };
        }
    }
    (size > LARGEST).then(|| {
        (
            "data",
            "its data are larger than 1 MiB: split them into several objects".to_owned(),
        )
    })
}

fn selector(new: &Object<'_>) -> Option<(&'static str, String)> {
    let selector = new.at(&["spec", "selector"]);
    let labels = new.at(&["spec", "template", "metadata", "labels"]);
    let wanted = selector["matchLabels"].as_object();
    let expressions: Vec<&Value> = items(&selector["matchExpressions"]).collect();
    let wrong = |message: String| Some(("selector", message));
    if wanted.is_none_or(serde_json::Map::is_empty) && expressions.is_empty() {
        return wrong("its selector is empty: set it to labels of its pods".to_owned());
    }
    for (key, value) in wanted.into_iter().flatten() {
        if labels.get(key) != Some(value) {
            return wrong(format!(
                "its selector does not match the labels of its own pods ({key})"
            ));
        }
    }
    for expression in expressions {
        let key = expression["key"].as_str().unwrap_or_default();
        if !requirement_holds(expression, labels.get(key)) {
            return wrong(format!(
                "its selector does not match the labels of its own pods ({key})"
            ));
        }
    }
    None
}

fn deployment(new: &Object<'_>) -> Vec<(&'static str, String)> {
    let spec = new.at(&["spec"]);
    let mut wrong = Vec::new();
    let ready = spec["minReadySeconds"].as_i64().unwrap_or(0);
    let deadline = spec["progressDeadlineSeconds"].as_i64().unwrap_or(600);
    if deadline <= ready {
        let message = format!(
            "progressDeadlineSeconds ({deadline}) must be greater than minReadySeconds ({ready})"
        );
        wrong.push(("progressDeadlineSeconds", message));
    }
    let strategy = &spec["strategy"];
    let rolling = &strategy["rollingUpdate"];
    let is_zero = |value: &Value| *value == 0 || *value == "0%";
    if strategy["type"] == "Recreate" {
        if !rolling.is_null() {
            let message = "rollingUpdate is not allowed with the strategy Recreate: set it to null"
                .to_owned();
            wrong.push(("strategy", message));
        }
    } else if is_zero(&rolling["maxSurge"]) && is_zero(&rolling["maxUnavailable"]) {
        let message = "maxSurge and maxUnavailable may not both be 0: raise one of them".to_owned();
        wrong.push(("strategy", message));
    }
    wrong
}

/// Notices about API versions that the cluster does not serve: objects of the new side are refused, and Helm cannot
/// read those of the old side. Kinds that are not built in are not judged, because only the cluster knows its CRDs.
pub(in crate::diff) fn unserved_notices(context: &Context<'_>) -> Vec<Notice> {
    let types = context.options.types;
    let version = format!("Kubernetes 1.{}", types.minor);
    let mut notices = unserved(context.new, types, |object, instead| {
        let message = format!("{version} does not serve {}{instead}", name(object));
        let notice = Notice::new(Effect::Rejected, object, message)
            .about(&["apiVersion"])
            .grouped();
        if types.exact {
            notice
        } else {
            notice.when("the cluster serves the same APIs as this version")
        }
    });
    notices.extend(unserved(context.old, types, |object, _| {
        let message = format!(
            "{version} does not serve {} of the old manifests: Helm cannot read the previous release, and the \
             upgrade fails",
            name(object)
        );
        let notice = Notice::new(Effect::Rejected, object, message).about(&["apiVersion"]).grouped();
        notice.when("Helm upgrades a release with this object")
    }));
    notices
}

fn name(object: &Object<'_>) -> String {
    format!("{} {}", object.api_version, object.kind)
}

fn unserved<'a>(
    side: &[Object<'a>],
    types: Types,
    notice: impl Fn(&Object<'a>, &str) -> Notice,
) -> Vec<Notice> {
    let mut known: HashMap<[&str; 2], Option<String>> = HashMap::new();
    let mut notices = Vec::new();
    for object in side {
        let api_version = object.api_version;
        let answer = known.entry([api_version, object.kind]);
        let answer = answer.or_insert_with(|| instead(types, api_version, object.kind));
        if let Some(instead) = answer {
            notices.push(notice(object, instead));
        }
    }
    notices
}

/// The advice for a kind that is not served in an API version; `None` if it is served.
fn instead(types: Types, api_version: &str, kind: &str) -> Option<String> {
    let instead = match types.kind(api_version, kind) {
        Ok(_) | Err(Absent::NotBuiltIn) => return None,
        Err(Absent::OtherVersions { instead, .. }) => instead,
        Err(Absent::OtherApiVersion { instead }) => Some(instead),
        Err(Absent::UnknownKind { .. }) => None,
    };
    Some(instead.map_or(String::new(), |instead| {
        format!("; write apiVersion: {instead}")
    }))
}
