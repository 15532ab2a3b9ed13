//! An object of one side, with its identity looked up. It is looked up once, because the trees of thousands of objects
//! are far apart in memory.

use serde_json::Value;

use super::ObjectRef;
use super::order::{Beginning, Order};
use crate::kubernetes::{CLUSTER_SCOPED, at, claims, pod_template};
use crate::manifest::{KIND_ORDER, Manifest, kind_order};

/// An object of one side. Fields that it does not have are empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) api_version: &'a str,
    pub(super) group: &'a str,
    pub(super) kind: &'a str,
    /// The place of its kind in Helm's order of kinds.
    rank: usize,
    /// Its namespace; that of the release if its manifest has none, empty for kinds that are not namespaced.
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    beginning: Beginning,
    /// `generateName`, if it has no name.
    generated: &'a str,
    /// The template of its pods (the part with their `metadata` and `spec`), and the keys that lead to it.
    pod: Option<(&'static [&'static str], &'a Value)>,
}

/// What two objects must share if one is the other under a new name: kind, namespace, group, and whether the name is
/// generated.
pub(super) type Family<'a> = ([&'a str; 3], bool);

/// The objects of a side in the order of all results: by kind in Helm's order, namespace and name. So results do not
/// depend on the order of the input, except for duplicate objects.
pub(super) fn in_order<'a>(side: &'a [Manifest], namespace: &'a str) -> Vec<Object<'a>> {
    let objects = side.iter().map(|one| Object::of(one, namespace));
    let mut objects: Vec<Object<'a>> = objects.collect();
    objects.sort_by_key(Object::order);
    objects
}

/// Finds an object of the core group on a side that is [in order](in_order).
pub(super) fn find<'s, 'a>(
    side: &'s [Object<'a>],
    [kind, namespace, name]: [&str; 3],
) -> Option<&'s Object<'a>> {
    let wanted = Order {
        rank: kind_order(kind).0,
        common: [kind, namespace],
        beginning: Beginning::of(name),
        own: [name, "", ""],
    };
    let place = side.partition_point(|one| one.order() < wanted);
    side.get(place).filter(|one| one.order() == wanted)
}

impl<'a> Object<'a> {
    /// The object of a manifest; `namespace` is that of the release.
    pub(super) fn of(manifest: &'a Manifest, namespace: &'a str) -> Self {
        let [api_version, kind, metadata] =
            fields(&manifest.object, ["apiVersion", "kind", "metadata"]);
        let [name, generated, written] = fields(metadata, ["name", "generateName", "namespace"]);
        let text = |value: &'a Value| value.as_str().unwrap_or_default();
        let (api_version, kind, name) = (text(api_version), text(kind), text(name));
        let (rank, _) = kind_order(kind);
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        Self {
            manifest,
            api_version,
            group,
            // The text of the table, which is in the cache more often than that of the object.
            kind: KIND_ORDER.get(rank).copied().unwrap_or(kind),
            rank,
            namespace: match text(written) {
                _ if CLUSTER_SCOPED.contains(&kind) => "",
                "" => namespace,
                written => written,
            },
            name,
            beginning: Beginning::of(name),
            generated: if name.is_empty() { text(generated) } else { "" },
            pod: pod_template(group, kind).map(|keys| (keys, at(&manifest.object, keys))),
        }
    }

    pub(super) fn reference(&self) -> ObjectRef {
        ObjectRef::of(&self.manifest.object)
    }

    /// The key by which objects are sorted. Two objects of a side with equal keys are duplicates.
    pub(super) fn order(&self) -> Order<'a> {
        Order {
            rank: self.rank,
            common: [self.kind, self.namespace],
            beginning: self.beginning,
            own: [self.name, self.generated, self.group],
        }
    }

    pub(super) fn family(&self) -> Family<'a> {
        (
            [self.kind, self.namespace, self.group],
            self.name.is_empty(),
        )
    }

    /// Its name, or the prefix of the name that the cluster will generate.
    pub(super) fn name_or_prefix(&self) -> &'a str {
        if self.name.is_empty() {
            self.generated
        } else {
            self.name
        }
    }

    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// The value of a field, null if it has none.
    pub(super) fn at(&self, keys: &[&str]) -> &'a Value {
        at(&self.manifest.object, keys)
    }

    pub(super) fn text(&self, keys: &[&str]) -> Option<&'a str> {
        self.at(keys).as_str()
    }

    /// `spec.replicas` of a workload; the API's default is 1.
    pub(super) fn replicas(&self) -> i64 {
        self.at(&["spec", "replicas"]).as_i64().unwrap_or(1)
    }

    /// `spec.type` of a Service; the API's default is ClusterIP.
    pub(super) fn service_type(&self) -> &'a str {
        self.text(&["spec", "type"]).unwrap_or("ClusterIP")
    }

    /// The template of its pods (the part with their `metadata` and `spec`), and the keys that lead to it.
    pub(super) fn pod(&self) -> Option<(&'static [&'static str], &'a Value)> {
        self.pod
    }

    /// Whether it was read from a cluster: only the API server sets a `uid`.
    pub(super) fn is_live(&self) -> bool {
        self.at(&["metadata", "uid"]).is_string()
    }

    /// Whether it is a Helm hook that runs only for `helm test`.
    pub(super) fn is_test(&self) -> bool {
        let events = self.text(&["metadata", "annotations", "helm.sh/hook"]);
        events.is_some_and(|events| {
            let mut events = events.split(',').map(str::trim);
            events.all(|event| matches!(event, "test" | "test-success" | "test-failure"))
        })
    }

    /// The names of the claims that its pods mount as volumes.
    pub(super) fn claims(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        claims(self.pod().map_or(&Value::Null, |(_, pod)| pod))
    }

    /// Whether it is a Helm hook.
    pub(super) fn is_hook(&self) -> bool {
        !self
            .at(&["metadata", "annotations", "helm.sh/hook"])
            .is_null()
    }
}

/// The values of some keys of a map, found in one walk; null where there is none.
fn fields<'a, const N: usize>(value: &'a Value, keys: [&str; N]) -> [&'a Value; N] {
    let mut found = [&Value::Null; N];
    for (key, value) in value.as_object().into_iter().flatten() {
        if let Some(place) = keys.iter().position(|wanted| wanted == key) {
            found[place] = value;
        }
    }
    found
}
