//! Server-side apply: what it rejects although client-side apply does not. It removes only fields that the applier has
//! set; fields that the API server has filled in stay beside those that exclude them. And it merges lists by their keys,
//! so a list may not have a key twice.
//!
//! Sources: "Server-Side Apply" in the Kubernetes reference; `patchStrategy:"retainKeys"` in `k8s.io/api` for what
//! client-side apply removes; ValidateDeploymentStrategy in `pkg/apis/apps/validation`.

use serde_json::Value;

use super::context::Context;
use super::kubectl;
use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::applier::OnServer;
use crate::diff::object::Object;
use crate::kubernetes::{at, field, items};

/// The lists of containers whose elements have keys: the list, and the fields that are its key with their defaults.
const KEYED: [(&str, &[(&str, &str)]); 3] = [
    ("env", &[("name", "")]),
    ("ports", &[("containerPort", ""), ("protocol", "TCP")]),
    ("volumeMounts", &[("mountPath", "")]),
];

/// What server-side apply rejects; `old` is the object as it was applied before, if it was.
pub(in crate::diff) fn notices(
    old: Option<&Object<'_>>,
    new: &Object<'_>,
    context: &Context<'_>,
) -> Vec<Notice> {
    let on_server = context.options.applier.on_server();
    if on_server == OnServer::Never {
        return Vec::new();
    }
    let mut notices = repeated(new);
    notices.extend(old.and_then(|old| strategy(old, new)));
    if let OnServer::If(condition) = on_server {
        notices = notices
            .into_iter()
            .map(|notice| notice.when(condition))
            .collect();
    }
    notices
}

/// The notice that the filled-in block of RollingUpdate stays when a Deployment turns to Recreate. If the old manifest
/// has a field of the block, the apply removes the whole block.
fn strategy(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let field = ["spec", "strategy", "rollingUpdate"];
    let recreates = |side: &Object<'_>| side.at(&["spec", "strategy", "type"]) == "Recreate";
    let is_left = new.is("apps", "Deployment")
        && recreates(new)
        && !recreates(old)
        && old.at(&field).is_null()
        && new.at(&field).is_null();
    is_left.then(|| {
        let message = "server-side apply leaves spec.strategy.rollingUpdate, which was filled in, and it may not be set \
                       when the type is Recreate";
        let patch = r#"--type merge -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'"#;
        Notice::new(Effect::Rejected, new, message)
            .about(&field)
            .fix(kubectl::on("patch", old, patch))
    })
}

/// Notices about lists of containers that have a key twice.
fn repeated(new: &Object<'_>) -> Vec<Notice> {
    let Some((template, pod)) = new.pod() else {
        return Vec::new();
    };
    let mut notices = Vec::new();
    for list in ["initContainers", "containers"] {
        for container in items(at(pod, &["spec", list])) {
            for (inner, keys) in KEYED {
                let Some(key) = twice(field(container, inner), keys) else {
                    continue;
                };
                let name = field(container, "name").as_str().unwrap_or_default();
                let message = format!(
                    "container {name} has {key} twice in {inner}, and server-side apply needs each once"
                );
                let path: Vec<&str> = template.iter().copied().chain(["spec", list]).collect();
                notices.push(Notice::new(Effect::Rejected, new, message).about(&path));
            }
        }
    }
    notices
}

/// The first key that two elements of a list have.
fn twice(list: &Value, keys: &[(&str, &str)]) -> Option<String> {
    let mut seen = Vec::new();
    for element in items(list) {
        let key: Vec<String> = keys
            .iter()
            .map(|(part, default)| match field(element, part) {
                Value::Null => (*default).to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
            .collect();
        if seen.contains(&key) {
            return Some(key.join("/"));
        }
        seen.push(key);
    }
    None
}
