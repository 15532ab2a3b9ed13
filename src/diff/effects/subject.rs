//! An object with the names that rules ask for, and looking up fields in it.
//! It refuses to know any rule.

use serde_json::Value;

use crate::diff::ObjectRef;
use crate::kubernetes::{CLUSTER_SCOPED, pod_template};
use crate::manifest::Manifest;

/// An object of one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    /// The namespace that it lives in; empty for kinds that live in none.
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Subject<'a> {
    /// `namespace` is the one of objects that name none.
    pub(super) fn of(manifest: &'a Manifest, namespace: &'a str) -> Self {
        let object = &manifest.object;
        let text = |value: &'a Value| value.as_str().unwrap_or_default();
        let api_version = text(&object["apiVersion"]);
        let kind = text(&object["kind"]);
        let written = text(&object["metadata"]["namespace"]);
        Self {
            manifest,
            group: api_version.split_once('/').map_or("", |(group, _)| group),
            kind,
            namespace: match written {
                _ if CLUSTER_SCOPED.contains(&kind) => "",
                "" => namespace,
                written => written,
            },
            name: text(&object["metadata"]["name"]),
        }
    }

    pub(super) fn reference(&self) -> ObjectRef {
        ObjectRef::of(self.manifest)
    }

    /// What orders objects of one kind.
    pub(super) fn names(&self) -> [&'a str; 3] {
        [self.namespace, self.name, self.group]
    }

    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// What a field is; null if it is not there.
    pub(super) fn at(&self, keys: &[&str]) -> &'a Value {
        at(&self.manifest.object, keys)
    }

    pub(super) fn text(&self, keys: &[&str]) -> Option<&'a str> {
        self.at(keys).as_str()
    }

    /// The number of pods that a workload has; the API's default is 1.
    pub(super) fn replicas(&self) -> i64 {
        self.at(&["spec", "replicas"]).as_i64().unwrap_or(1)
    }

    /// The part with the `metadata` and `spec` of its pods, and the keys that lead there.
    pub(super) fn pod(&self) -> Option<(Vec<&'static str>, &'a Value)> {
        let path = pod_template(self.group, self.kind)?;
        let keys: Vec<&str> = path.split('.').filter(|key| !key.is_empty()).collect();
        let pod = self.at(&keys);
        Some((keys, pod))
    }

    /// Whether Helm runs it at an event instead of keeping it up to date.
    pub(super) fn is_hook(&self) -> bool {
        !self
            .at(&["metadata", "annotations", "helm.sh/hook"])
            .is_null()
    }
}

/// What stands below a value; null if nothing does.
pub(super) fn at<'a>(value: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter().fold(value, |value, key| &value[*key])
}

/// The elements of a list; none if it is none.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// All containers of a pod.
pub(super) fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists.into_iter().flat_map(|list| items(&pod["spec"][list]))
}
