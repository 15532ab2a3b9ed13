//! An object with the names that comparing and judging ask for: looked up once, since trees of thousands of objects
//! lie far apart in memory. It refuses to know any rule.

use serde_json::Value;

use super::ObjectRef;
use crate::kubernetes::{CLUSTER_SCOPED, pod_template};
use crate::manifest::{KIND_ORDER, Manifest, kind_order};

/// An object of one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) api_version: &'a str,
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    /// The place of its kind in Helm's order.
    rank: usize,
    /// The namespace that it lives in; empty for kinds that live in none.
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    /// What its name will begin with, if the cluster makes up the rest; else empty.
    generated: &'a str,
}

/// What a change of the name leaves as it is: kind, namespace, group, and whether the name is generated.
pub(super) type Family<'a> = ([&'a str; 3], bool);

/// A side in the order in which everything is told: by kind in Helm's order, namespace and name. From here on the
/// order of the input means nothing, but for objects that are there more than once.
pub(super) fn in_order<'a>(side: &'a [Manifest], namespace: &'a str) -> Vec<Object<'a>> {
    let subjects = side.iter().map(|one| Object::of(one, namespace));
    let mut subjects: Vec<Object<'a>> = subjects.collect();
    subjects.sort_by_key(Object::order);
    subjects
}

/// An object of the core group on a side [in order](in_order), by its names.
pub(super) fn find<'s, 'a>(
    side: &'s [Object<'a>],
    [kind, namespace, name]: [&str; 3],
) -> Option<&'s Object<'a>> {
    let wanted = (kind_order(kind).0, [kind, namespace, name, "", ""]);
    let place = side.partition_point(|one| one.order() < wanted);
    side.get(place).filter(|one| one.order() == wanted)
}

impl<'a> Object<'a> {
    /// `namespace` is the one of objects that name none.
    pub(super) fn of(manifest: &'a Manifest, namespace: &'a str) -> Self {
        let [api_version, kind, metadata] =
            fields(&manifest.object, ["apiVersion", "kind", "metadata"]);
        let [name, generated, written] = fields(metadata, ["name", "generateName", "namespace"]);
        let text = |value: &'a Value| value.as_str().unwrap_or_default();
        let (api_version, kind, name) = (text(api_version), text(kind), text(name));
        let (rank, _) = kind_order(kind);
        Self {
            manifest,
            api_version,
            group: api_version.split_once('/').map_or("", |(group, _)| group),
            // The same text, which is at hand where this one is not.
            kind: KIND_ORDER.get(rank).copied().unwrap_or(kind),
            rank,
            namespace: match text(written) {
                _ if CLUSTER_SCOPED.contains(&kind) => "",
                "" => namespace,
                written => written,
            },
            name,
            generated: if name.is_empty() { text(generated) } else { "" },
        }
    }

    pub(super) fn reference(&self) -> ObjectRef {
        ObjectRef::of(self.manifest)
    }

    /// What tells objects apart, and what they are sorted by.
    pub(super) fn order(&self) -> (usize, [&'a str; 5]) {
        let Self {
            kind,
            namespace,
            name,
            generated,
            group,
            ..
        } = *self;
        (self.rank, [kind, namespace, name, generated, group])
    }

    pub(super) fn family(&self) -> Family<'a> {
        (
            [self.kind, self.namespace, self.group],
            self.name.is_empty(),
        )
    }

    /// Its name, or what it will begin with.
    pub(super) fn called(&self) -> &'a str {
        if self.name.is_empty() {
            self.generated
        } else {
            self.name
        }
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

    /// The type of a Service; the API's default is ClusterIP.
    pub(super) fn service_type(&self) -> &'a str {
        self.text(&["spec", "type"]).unwrap_or("ClusterIP")
    }

    /// The part with the `metadata` and `spec` of its pods, and the keys that lead there.
    pub(super) fn pod(&self) -> Option<(&'static [&'static str], &'a Value)> {
        let keys = pod_template(self.group, self.kind)?;
        Some((keys, self.at(keys)))
    }

    /// Whether it comes from a cluster as it is there, with no record of what was applied.
    pub(super) fn is_live(&self) -> bool {
        self.at(&["metadata", "uid"]).is_string()
    }

    /// Whether Helm runs it only for `helm test`.
    pub(super) fn is_test(&self) -> bool {
        let events = self.text(&["metadata", "annotations", "helm.sh/hook"]);
        events.is_some_and(|events| {
            let mut events = events.split(',').map(str::trim);
            events.all(|event| matches!(event, "test" | "test-success" | "test-failure"))
        })
    }

    /// The claims that its pods mount as volumes.
    pub(super) fn claims(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let pod = self.pod().map_or(&Value::Null, |(_, pod)| pod);
        let volumes = items(&pod["spec"]["volumes"]);
        volumes.filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
    }

    /// Whether Helm runs it at an event instead of keeping it up to date.
    pub(super) fn is_hook(&self) -> bool {
        !self
            .at(&["metadata", "annotations", "helm.sh/hook"])
            .is_null()
    }
}

/// What stands under some keys, found in one walk; null where nothing does.
fn fields<'a, const N: usize>(value: &'a Value, keys: [&str; N]) -> [&'a Value; N] {
    let mut found = [&Value::Null; N];
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(place) = keys.iter().position(|wanted| wanted == key) {
            found[place] = value;
        }
    }
    found
}

/// What stands below a value; null if nothing does.
pub(super) fn at<'a>(value: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter().fold(value, |value, key| &value[*key])
}

/// The elements of a list; none if it is none.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
