//! Fields that one side has and the other leaves out, and that mean the same to a cluster all the same.
//! The notices are `kubernetes`' tables; here they are held against the values.

use serde_json::{Map, Value};

use super::scalar::same_quantity;
use super::{Comparison, Shape};
use crate::diff::tree::same;
use crate::kubernetes::{default_of, is_filled};

/// A field that a side leaves out.
pub(super) struct Absence<'a> {
    pub(super) key: &'a str,
    pub(super) shape: Shape,
    /// What the side has beside it.
    pub(super) beside: &'a Map<String, Value>,
    /// What the map stands in on this side.
    pub(super) around: Option<&'a Map<String, Value>>,
}

impl Comparison<'_> {
    /// Whether the value that a side (0 old, 1 new) has is what the other one means by leaving it out.
    pub(super) fn is_default(&mut self, value: &Value, absence: &Absence<'_>, side: usize) -> bool {
        let Absence {
            key,
            shape,
            beside,
            around,
        } = absence;
        let (of, field) = shape.owner;
        let live = self.live[side];
        if shape.is_entry {
            let limits = around.and_then(|around| around.get("limits"));
            return self.is_pod
                && (of, field) == ("ResourceRequirements", "requests")
                && is_limit(limits, key, value)
                || live && is_filled(of, &format!("{field}/{key}"));
        }
        let nothing = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.keys().all(|entry| {
                of == "Secret" && self.settled.contains(entry)
                    || live && is_filled(of, &format!("{field}/{entry}"))
            }),
            _ => false,
        };
        if nothing && shape.is_emptiable() || live && is_filled(of, field) {
            return true;
        }
        match (of, field, value) {
            // The object's own, not that of a pod template.
            ("ObjectMeta", "namespace", _) if self.path.len() == 2 => {
                value == self.options.namespace
            }
            ("ResourceRequirements", "requests", Value::Object(requests)) if self.is_pod => {
                let limits = beside.get("limits");
                requests
                    .iter()
                    .all(|(name, request)| is_limit(limits, name, request))
            }
            _ => default_of(of, field, beside)
                .is_some_and(|default| self.is_same(&default, value, *shape, side)),
        }
    }

    /// Whether a default means the same as a side's value.
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

/// Whether a request equals the limit of the same name. The API server fills in requests from limits, in Pods and
/// never in pod templates: there a request that is added or removed makes another template, and so new pods
/// (`SetDefaults_Pod`, `pkg/apis/core/v1/defaults.go`).
fn is_limit(limits: Option<&Value>, name: &str, request: &Value) -> bool {
    let limit = limits.and_then(|limits| limits.get(name));
    limit.is_some_and(|limit| same_quantity(limit, request))
}
