//! Takes away what only a server writes into an object, so that a live object reads like a render of it.
//! It leaves defaults alone: comparing knows them.

use serde_json::Value;

use crate::kubernetes::{SERVER_ANNOTATIONS, SERVER_METADATA};

/// Strips an object that comes from a cluster, which its `uid` or `resourceVersion` tells; `uid` stays.
pub(super) fn strip(object: &mut Value) {
    let Some(root) = object.as_object_mut() else {
        return;
    };
    let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    if !metadata.contains_key("uid") && !metadata.contains_key("resourceVersion") {
        return;
    }
    for field in SERVER_METADATA {
        metadata.shift_remove(field);
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| !SERVER_ANNOTATIONS.contains(&key.as_str()));
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
    root.shift_remove("status");
}
