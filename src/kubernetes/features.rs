//! Fields that the API server leaves out of what it stores, as if they were not there, because their feature is off in
//! a version unless somebody has turned it on. Sources: `pkg/features/kube_features.go`, `dropDisabledFields` in
//! `pkg/api/pod/util.go` and in the strategies of `pkg/registry`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::pod_template;

/// A field of a feature.
struct Row {
    of: Of,
    /// Its keys from the object, or from the pod template; elements of lists are left out.
    keys: &'static [&'static str],
    feature: &'static str,
    /// The first minor version in which the feature is on.
    since: u8,
}

enum Of {
    /// Pods and pod templates.
    Pods,
    /// A group and a kind.
    Kind(&'static str, &'static str),
}

/// No version has it on.
const NEVER: u8 = u8::MAX;

const fn pods(keys: &'static [&'static str], feature: &'static str, since: u8) -> Row {
    Row {
        of: Of::Pods,
        keys,
        feature,
        since,
    }
}

const fn row(
    kind: [&'static str; 2],
    keys: &'static [&'static str],
    feature: &'static str,
    since: u8,
) -> Row {
    Row {
        of: Of::Kind(kind[0], kind[1]),
        keys,
        feature,
        since,
    }
}

const RESIZING: &str = "InPlacePodVerticalScaling";
const CLAIMS: &str = "DynamicResourceAllocation";

#[rustfmt::skip]
static ROWS: [Row; 18] = [
    pods(&["spec", "hostUsers"], "UserNamespacesSupport", 33),
    pods(&["spec", "hostnameOverride"], "HostnameOverride", 35),
    pods(&["spec", "resources"], "PodLevelResources", 34),
    pods(&["spec", "resourceClaims"], CLAIMS, 34),
    pods(&["spec", "containers", "resources", "claims"], CLAIMS, 34),
    pods(&["spec", "initContainers", "resources", "claims"], CLAIMS, 34),
    pods(&["spec", "containers", "resizePolicy"], RESIZING, 33),
    pods(&["spec", "initContainers", "resizePolicy"], RESIZING, 33),
    pods(&["spec", "containers", "securityContext", "procMount"], "ProcMountType", 33),
    pods(&["spec", "initContainers", "securityContext", "procMount"], "ProcMountType", 33),
    pods(&["spec", "containers", "lifecycle", "stopSignal"], "ContainerStopSignals", NEVER),
    pods(&["spec", "containers", "volumeMounts", "recursiveReadOnly"], "RecursiveReadOnlyMounts", 31),
    pods(&["spec", "initContainers", "volumeMounts", "recursiveReadOnly"], "RecursiveReadOnlyMounts", 31),
    pods(&["spec", "securityContext", "supplementalGroupsPolicy"], "SupplementalGroupsPolicy", 33),
    pods(&["spec", "securityContext", "seLinuxChangePolicy"], "SELinuxChangePolicy", 33),
    row(["apps", "StatefulSet"], &["spec", "updateStrategy", "rollingUpdate", "maxUnavailable"], "MaxUnavailableStatefulSet", 37),
    row(["batch", "Job"], &["spec", "successPolicy"], "JobSuccessPolicy", 31),
    row(["", "Service"], &["spec", "trafficDistribution"], "ServiceTrafficDistribution", 31),
];

/// The fields that a version leaves out of a kind: the keys that lead to the part that has them, those below it, and the
/// feature.
fn rows<'k>(
    group: &'k str,
    kind: &'k str,
    minor: u8,
) -> impl Iterator<Item = (&'static [&'static str], &'static Row)> + use<'k> {
    let template = pod_template(group, kind);
    ROWS.iter().filter_map(move |row| {
        let above = match row.of {
            _ if minor >= row.since => None,
            Of::Pods => template,
            Of::Kind(of, name) => ((group, kind) == (of, name)).then_some(&[][..]),
        };
        Some((above?, row))
    })
}

/// The object without the fields that a version leaves out.
pub fn stored<'o>(group: &str, kind: &str, object: &'o Value, minor: u8) -> Cow<'o, Value> {
    let mut stored = Cow::Borrowed(object);
    for (above, row) in rows(group, kind, minor) {
        let part = above.iter().try_fold(object, |part, key| part.get(key));
        if !part.is_some_and(|part| has(part, row.keys)) {
            continue;
        }
        let mut keys = above.iter();
        if let Some(part) = keys.try_fold(stored.to_mut(), |part, key| part.get_mut(key)) {
            remove(part, row.keys);
        }
    }
    stored
}

/// The feature that has to be on so that a change from `old` to `new` has an effect: all that differs are fields that a
/// version leaves out. `keys` lead to both from the object; elements of lists are left out.
pub fn needed_feature(
    group: &str,
    kind: &str,
    keys: &[&str],
    [old, new]: [Option<&Value>; 2],
    minor: u8,
) -> Option<&'static str> {
    rows(group, kind, minor).find_map(|(above, row)| {
        let keys = keys.strip_prefix(above)?;
        if keys.starts_with(row.keys) {
            return Some(row.feature);
        }
        let below = row.keys.strip_prefix(keys)?;
        if ![old, new].iter().flatten().any(|side| has(side, below)) {
            return None;
        }
        let [old, new] = [old, new].map(|side| {
            let mut side = side.cloned().unwrap_or_default();
            remove(&mut side, below);
            if is_nothing(&side, keys.last()) {
                side = Value::Null;
            }
            side
        });
        (old == new).then_some(row.feature)
    })
}

fn has(value: &Value, keys: &[&str]) -> bool {
    match (value, keys) {
        (_, []) => !value.is_null(),
        (Value::Array(items), _) => items.iter().any(|item| has(item, keys)),
        (Value::Object(map), [key, below @ ..]) => {
            map.get(*key).is_some_and(|value| has(value, below))
        }
        _ => false,
    }
}

fn remove(value: &mut Value, keys: &[&str]) {
    match (value, keys) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| remove(item, keys)),
        (Value::Object(map), [key, below @ ..]) => {
            let is_gone = map.get_mut(*key).is_some_and(|value| {
                remove(value, below);
                below.is_empty() || is_nothing(value, Some(key))
            });
            if is_gone {
                map.shift_remove(*key);
            }
        }
        _ => {}
    }
}

/// Whether a part is stored as if it were not there, because nothing is left in it. That of a container's
/// `securityContext` is stored, even if it is empty.
fn is_nothing(part: &Value, key: Option<&&str>) -> bool {
    part.as_object().is_some_and(Map::is_empty) && key.is_none_or(|key| *key != "securityContext")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_left_out_before_its_feature_is_on() {
        let pod = json!({"spec": {
            "hostUsers": false,
            "containers": [{"name": "c", "securityContext": {"procMount": "x"}}],
        }});
        let without = json!({"spec": {"containers": [{"name": "c", "securityContext": {}}]}});
        assert_eq!(*stored("", "Pod", &pod, 32), without);
        assert!(matches!(stored("", "Pod", &pod, 33), Cow::Borrowed(_)));
        let set = json!({"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}}});
        assert!(matches!(
            stored("apps", "Deployment", &set, 30),
            Cow::Borrowed(_)
        ));
        assert_ne!(*stored("apps", "StatefulSet", &set, 36), set);
    }

    #[test]
    fn a_change_needs_a_feature_if_nothing_else_differs() {
        let container = |field: &'static str| ["spec", "template", "spec", "containers", field];
        let needed = |keys: &[&str], old: &Value, new: &Value| {
            needed_feature("apps", "Deployment", keys, [Some(old), Some(new)], 30)
        };
        let claims = json!({"claims": [{"name": "x"}]});
        assert_eq!(
            needed(&container("resources"), &Value::Null, &claims),
            Some(CLAIMS)
        );
        let more = json!({"claims": [{"name": "x"}], "limits": {"cpu": "1"}});
        assert_eq!(needed(&container("resources"), &Value::Null, &more), None);
        assert_eq!(
            needed(
                &container("resources"),
                &json!({"limits": {"cpu": "1"}}),
                &more
            ),
            Some(CLAIMS)
        );
        let mount = json!({"procMount": "x"});
        assert_eq!(
            needed(&container("securityContext"), &Value::Null, &mount),
            None
        );
        assert_eq!(
            needed(&container("securityContext"), &json!({}), &mount),
            Some("ProcMountType")
        );
        let keys = [&container("securityContext")[..], &["procMount"]].concat();
        assert_eq!(
            needed(&keys, &json!("x"), &json!("y")),
            Some("ProcMountType")
        );
        assert_eq!(needed(&container("image"), &json!("a"), &json!("b")), None);
    }
}
