//! Names alone, for scripts.
//! It says nothing of what changed in an object.

use crate::diagnostics::visible;
use crate::diff::{Action, Shown};

/// `ACTION<TAB>KIND/NAME`, a line for each object that differs.
pub fn names(diff: &Shown<'_>, out: &mut String) {
    for object in &diff.objects {
        let (action, named) = (object.action.name(), &object.object);
        let (kind, name) = (visible(&named.kind), visible(&named.name));
        out.push_str(&format!("{action}\t{kind}/{name}\n"));
    }
}

/// Kinds that hold data, or objects that do.
const DATA: [&str; 4] = [
    "PersistentVolumeClaim",
    "PersistentVolume",
    "Namespace",
    "CustomResourceDefinition",
];

/// `KIND/NAME` of what is no longer there, for `kubectl delete`: removed objects, and renamed ones under their old
/// names. What holds data is left out unless it is asked for, and what Helm was told to keep.
pub fn removed(diff: &Shown<'_>, include_data: bool, out: &mut String) {
    for object in &diff.objects {
        if !matches!(object.action, Action::Removed | Action::Renamed) {
            continue;
        }
        let [Some(old), _] = diff.sides(object) else {
            continue;
        };
        if include_data || !DATA.contains(&old.kind()) && !old.is_kept() {
            let name = old.object["metadata"]["name"].as_str().unwrap_or_default();
            out.push_str(&format!("{}/{}\n", visible(old.kind()), visible(name)));
        }
    }
}
