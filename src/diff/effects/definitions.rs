//! Custom resource definitions: versions in which objects may be stored. Source: `ValidateUpdate` of
//! apiextensions-apiserver (`status.storedVersions` has to be among `spec.versions`).

use serde_json::Value;

use super::notice::Notice;
use crate::diff::Effect;
use crate::diff::object::Object;
use crate::kubernetes::items;

/// The notice that a definition no longer has a version in which objects are stored.
pub(super) fn dropped_version(old: &Object<'_>, new: &Object<'_>) -> Option<Notice> {
    let versions = |side: &Object<'_>| -> Vec<(String, bool)> {
        let versions = items(side.at(&["spec", "versions"]));
        let named = versions.filter_map(|version| {
            let name = version["name"].as_str()?.to_owned();
            Some((name, version["storage"] == Value::Bool(true)))
        });
        named.collect()
    };
    let kept = versions(new);
    let dropped = versions(old)
        .into_iter()
        .filter(|(name, _)| kept.iter().all(|(other, _)| other != name));
    let (name, was_stored) = dropped.max_by_key(|(_, stored)| *stored)?;
    let message = format!(
        "the version {name} is removed, and objects may be stored in it: keep it with `served: false` until \
         status.storedVersions no longer has it"
    );
    let notice = Notice::new(Effect::Rejected, new, message).about(&["spec", "versions"]);
    Some(if was_stored {
        notice
    } else {
        notice.when("status.storedVersions has it")
    })
}
