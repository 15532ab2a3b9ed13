//! What an object is called. It says nothing of what the object holds.

use serde_json::Value;

use crate::manifest::{Identity, Manifest};

/// The object that something is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// `apps/v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// `metadata.namespace`; empty if the object names none.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl ObjectRef {
    /// The names that an object has; empty where it has none.
    pub fn of(manifest: &Manifest) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let object = &manifest.object;
        Self {
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
            namespace: text(&object["metadata"]["namespace"]),
            name: text(&object["metadata"]["name"]),
        }
    }

    /// The same without the version of the API.
    pub fn identity(&self) -> Identity {
        let group = self.api_version.split_once('/');
        Identity {
            group: group.map_or("", |(group, _)| group).to_owned(),
            kind: self.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}
