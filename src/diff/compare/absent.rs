//! Fields that one side has and the other does not, where both mean the same to a cluster: the field has its default,
//! or the cluster has set it. The tables are in `kubernetes`.

use serde_json::{Map, Value};

use super::scalar::same_quantity;
use super::{Comparison, Shape};
use crate::diff::tree::same;
use crate::kubernetes::{default_of, is_filled};

/// A field that one side does not have.
pub(super) struct Absence<'a> {
    pub(super) key: &'a str,
    pub(super) shape: Shape,
    /// The map in which the side does not have it.
    pub(super) siblings: &'a Map<String, Value>,
    /// The map that contains that map.
    pub(super) parent: Option<&'a Map<String, Value>>,
}

impl Comparison<'_> {
    /// Whether the value on a side (0 old, 1 new) means the same as no value on the other side.
    pub(super) fn is_default(&mut self, value: &Value, absence: &Absence<'_>, side: usize) -> bool {
        let Absence {
            key,
            shape,
            siblings,
            parent,
        } = absence;
        let (of, field) = shape.owner;
        let live = self.live[side];
        if shape.is_entry {
            let limits = parent.and_then(|parent| parent.get("limits"));
            return self.is_pod
                && (of, field) == ("ResourceRequirements", "requests")
                && is_limit(limits, key, value)
                || live && is_filled(of, &format!("{field}/{key}"));
        }
        let nothing = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.keys().all(|entry| {
                of == "Secret" && self.equal_keys.contains(entry)
                    || live && is_filled(of, &format!("{field}/{entry}"))
            }),
            _ => false,
        };
        if nothing && shape.is_emptiable() || live && is_filled(of, field) {
            return true;
        }
        match (of, field, value) {
            // Only that of the object, not that of a pod template.
            ("ObjectMeta", "namespace", _) if self.path.len() == 2 => {
                value == self.options.namespace
            }
            ("ResourceRequirements", "requests", Value::Object(requests)) if self.is_pod => {
                let limits = siblings.get("limits");
                requests
                    .iter()
                    .all(|(name, request)| is_limit(limits, name, request))
            }
            _ => default_of(of, field, siblings)
                .is_some_and(|default| self.is_same(&default, value, *shape, side)),
        }
    }

    /// Whether a default means the same as the value on a side.
    fn is_same(&mut self, default: &Value, value: &Value, shape: Shape, side: usize) -> bool {
        if same(default, value) {
            return true;
        }
        let before = self.changes.len();
        match side {
            0 => self.value(value, default, shape),
            _ => self.value(default, value, shape),
        }
        let same = self.changes.len() == before;
        self.changes.truncate(before);
        same
    }
}

/// Whether a request equals the limit of the same resource. The API server sets requests from limits in Pods, and not
/// in pod templates: there, adding or removing a request changes the template and replaces the pods (`SetDefaults_Pod`
/// in `pkg/apis/core/v1/defaults.go`).
fn is_limit(limits: Option<&Value>, name: &str, request: &Value) -> bool {
    let limit = limits.and_then(|limits| limits.get(name));
    limit.is_some_and(|limit| same_quantity(limit, request))
}
