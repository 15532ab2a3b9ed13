//! One Kubernetes object as a chart renders it: its template, its identity, its tree.

mod address;
mod hook;
mod object_ref;
mod order;
mod select;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::diagnostics::visible;
use crate::kubernetes::{CLUSTER_SCOPED, field, types::group_of};
use crate::yaml;
pub use address::{Address, addresses};
pub use hook::Hook;
pub use object_ref::ObjectRef;
pub use order::{KIND_ORDER, kind_order, sort_by_kind};
pub use select::select;

/// Helm's annotation for objects that it is not to delete.
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// Argo CD's annotation with the options of an object.
const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";

/// Flux's labels or annotations for objects that it is not to prune, or not to touch at all.
const FLUX_MARKS: [&str; 2] = [
    "kustomize.toolkit.fluxcd.io/prune",
    "kustomize.toolkit.fluxcd.io/reconcile",
];

/// An object and the template that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// `CHART/templates/PATH`, as in Helm's `# Source:` lines.
    pub source: String,
    /// Which of the template's objects it is, counted from 0.
    pub document: usize,
    /// The object's tree.
    pub object: Value,
}

/// What makes an object the same object in a cluster. The version of the API is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The API group; empty for the core group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// `metadata.namespace`; empty if the object has none.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

impl Identity {
    /// What an object's tree says that it is; none if it has no kind or no name.
    pub fn of(object: &Value) -> Option<Self> {
        let text = |value, key| field(value, key).as_str();
        let metadata = field(object, "metadata");
        Some(Self {
            group: group_of(text(object, "apiVersion").unwrap_or_default()).to_owned(),
            kind: text(object, "kind")?.to_owned(),
            namespace: text(metadata, "namespace").unwrap_or_default().to_owned(),
            name: text(metadata, "name")?.to_owned(),
        })
    }

    /// The same as a cluster has it: in a namespace if the object names none, in none if its kind has none.
    #[must_use]
    pub fn applied_to(mut self, namespace: &str) -> Self {
        if CLUSTER_SCOPED.contains(&self.kind.as_str()) {
            self.namespace.clear();
        } else if self.namespace.is_empty() {
            namespace.clone_into(&mut self.namespace);
        }
        self
    }
}

impl fmt::Display for Identity {
    /// `Kind/name`, with the namespace where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)?;
        if !self.namespace.is_empty() {
            write!(f, " in namespace {}", self.namespace)?;
        }
        Ok(())
    }
}

impl Manifest {
    /// The object's kind; empty if it has none.
    pub fn kind(&self) -> &str {
        field(&self.object, "kind").as_str().unwrap_or_default()
    }

    /// What the object is in a cluster; none if it has no kind or no name.
    pub fn identity(&self) -> Option<Identity> {
        Identity::of(&self.object)
    }

    /// Whether Helm leaves it where it would delete it (`pkg/kube/client.go`: in the live object, spelled in any case).
    pub fn is_kept(&self) -> bool {
        let policy = &self.object["metadata"]["annotations"][RESOURCE_POLICY];
        let policy = policy.as_str().unwrap_or_default();
        policy.trim().eq_ignore_ascii_case("keep")
    }

    /// Whether Argo CD leaves it where it would prune it: the sync option `Prune=false`, one of a list with commas
    /// (`resourceutil.HasAnnotationOption` in gitops-engine).
    pub fn is_kept_by_argocd(&self) -> bool {
        let options = self.object["metadata"]["annotations"][SYNC_OPTIONS].as_str();
        let mut options = options.unwrap_or_default().split(',').map(str::trim);
        options.any(|option| option == "Prune=false")
    }

    /// Whether Flux leaves it where it would prune it: a label or annotation that turns off pruning, or the annotation
    /// that turns off all of its work on the object.
    pub fn is_kept_by_flux(&self) -> bool {
        let metadata = &self.object["metadata"];
        ["annotations", "labels"].iter().any(|map| {
            FLUX_MARKS
                .iter()
                .any(|mark| metadata[map][mark] == "disabled")
        })
    }

    /// Whether any mark keeps it: Helm's, Argo CD's or Flux's.
    pub fn is_marked(&self) -> bool {
        self.is_kept() || self.is_kept_by_argocd() || self.is_kept_by_flux()
    }

    /// Takes over from the live object whether it is kept, for the mark counts where it is.
    pub fn keep_as(&mut self, live: &Value) {
        let metadata = &mut self.object["metadata"];
        match live["metadata"]["annotations"].get(RESOURCE_POLICY) {
            Some(policy) if metadata.is_object() => {
                if !metadata["annotations"].is_object() {
                    metadata["annotations"] = Value::Object(serde_json::Map::new());
                }
                metadata["annotations"][RESOURCE_POLICY] = policy.clone();
            }
            _ => {
                if let Some(annotations) = metadata["annotations"].as_object_mut() {
                    annotations.shift_remove(RESOURCE_POLICY);
                }
            }
        }
    }

    /// Sets `metadata.namespace` on a namespaced object that has none.
    pub fn put_into_namespace(&mut self, namespace: &str) {
        if CLUSTER_SCOPED.contains(&self.kind()) {
            return;
        }
        if let Some(metadata) = self.object["metadata"].as_object_mut()
            && metadata.get("namespace").is_none_or(Value::is_null)
        {
            // Behind the name, where people look for it.
            let place = metadata
                .keys()
                .position(|key| key == "name")
                .map_or(0, |at| at + 1);
            metadata.shift_insert(place, "namespace".to_owned(), namespace.into());
        }
    }

    /// The Namespace that `--create-namespace` puts first.
    pub fn namespace(source: String, name: &str) -> Self {
        Self {
            source,
            document: 0,
            object: serde_json::json!({
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": name},
            }),
        }
    }
}

/// Documents as canonical YAML, each under `---` and the template it comes from.
pub fn documents(manifests: &[Manifest], out: &mut String) {
    for manifest in manifests {
        begin_document(&manifest.source, out);
        yaml::write(&manifest.object, out);
    }
}

/// One object as [`documents`] writes it.
pub fn document(manifest: &Manifest) -> Arc<str> {
    let mut text = String::new();
    documents(std::slice::from_ref(manifest), &mut text);
    text.into()
}

/// The lines above an object of a template, or above another file of a chart.
pub fn begin_document(source: &str, out: &mut String) {
    out.push_str("---\n# Source: ");
    // A file's name may hold a line break.
    out.push_str(&visible(source));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(object: Value) -> Manifest {
        Manifest {
            source: "c/templates/a.yaml".to_owned(),
            document: 0,
            object,
        }
    }

    #[test]
    fn the_api_version_is_not_part_of_the_identity() {
        let old = manifest(
            json!({"apiVersion": "apps/v1beta1", "kind": "Deployment", "metadata": {"name": "a"}}),
        );
        let new = manifest(
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}),
        );
        assert_eq!(old.identity(), new.identity());
        assert_eq!(manifest(json!({"kind": "X"})).identity(), None);
    }

    #[test]
    fn a_namespace_is_put_only_where_one_belongs() {
        let mut service =
            manifest(json!({"kind": "Service", "metadata": {"name": "a", "labels": {}}}));
        service.put_into_namespace("n");
        assert_eq!(
            service.object.to_string(),
            r#"{"kind":"Service","metadata":{"name":"a","namespace":"n","labels":{}}}"#
        );
        let mut role = manifest(json!({"kind": "ClusterRole", "metadata": {"name": "a"}}));
        role.put_into_namespace("n");
        assert_eq!(role.object["metadata"].get("namespace"), None);
        service.put_into_namespace("other");
        assert_eq!(service.object["metadata"]["namespace"], "n");
    }
}
