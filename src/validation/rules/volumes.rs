//! Volumes and their mounts. Sources: `ValidateVolumes`, `ValidateVolumeMounts`, `ValidateVolumeDevices`,
//! `validateProjectionSources`, `validateObjectFieldSelector`.

use std::collections::HashSet;

use serde_json::Value;

use super::{Node, Report};
use crate::kubernetes::{NameRule, Quantity, at, items};
use crate::yaml::StepRef;

/// The templates of the claims that a StatefulSet creates, null for other kinds.
pub(super) fn claim_templates<'v>(object: &'v Value, kind: &str) -> &'v Value {
    match kind {
        "StatefulSet" => at(object, &["spec", "volumeClaimTemplates"]),
        _ => &Value::Null,
    }
}

/// The mounts of a container: the volumes have to be in the pod.
pub(super) fn mounts(container: &Node<'_>, spec: &Node<'_>, report: &mut Report<'_>) {
    let volume = |name: &str| {
        let volumes = spec.value["volumes"].as_array();
        volumes
            .into_iter()
            .flatten()
            .find(|one| one["name"] == name)
    };
    // Volumes that a StatefulSet creates.
    let templates = report.claim_templates;
    let is_template =
        |name: &str| items(templates).any(|one| *at(one, &["metadata", "name"]) == name);
    let (mounts, devices) = (
        container.at(&["volumeMounts"]),
        container.at(&["volumeDevices"]),
    );
    for mount in mounts.items().chain(devices.items()) {
        let name = mount.at(&["name"]);
        if let Some(text) = name.text()
            && volume(text).is_none()
            && !is_template(text)
        {
            report.refuse(&name, "SR012", format!("the pod has no volume `{text}`"));
        }
    }
    for mount in mounts.items() {
        mount_options(&mount, container, report);
        let name = mount.at(&["name"]);
        if name.text().is_some() && devices.items().any(|one| one.value["name"] == *name.value) {
            report.refuse(&name, "SV014", "the volume is also among the volumeDevices");
        }
    }
    for device in devices.items() {
        let name = device.at(&["name"]);
        let Some(found) = name.text().and_then(volume) else {
            continue;
        };
        if !is_block(found) {
            let message = "only a persistentVolumeClaim or an ephemeral volume can be a device";
            report.refuse(&name, "SV014", message);
        }
    }
}

fn is_block(volume: &Value) -> bool {
    !volume["persistentVolumeClaim"].is_null() || !volume["ephemeral"].is_null()
}

fn mount_options(mount: &Node<'_>, container: &Node<'_>, report: &mut Report<'_>) {
    let (path, expression) = (mount.at(&["subPath"]), mount.at(&["subPathExpr"]));
    descending(&path, report);
    descending(&expression, report);
    if path.text().is_some() && expression.text().is_some() {
        report.refuse(
            &expression,
            "SV014",
            "subPath and subPathExpr exclude each other",
        );
    }
    let propagation = mount.at(&["mountPropagation"]);
    let privileged = container.at(&["securityContext", "privileged"]).is_true();
    if propagation.text() == Some("Bidirectional") && !privileged {
        let message = "only privileged containers have the mount propagation Bidirectional";
        report.refuse(&propagation, "SV014", message);
    }
    let recursive = mount.at(&["recursiveReadOnly"]);
    if matches!(recursive.text(), Some("IfPossible" | "Enabled")) {
        if !mount.at(&["readOnly"]).is_true() {
            report.refuse(
                &recursive,
                "SV014",
                "it is only allowed with readOnly: true",
            );
        }
        if !matches!(propagation.text(), None | Some("None")) {
            report.refuse(
                &recursive,
                "SV014",
                "it is only allowed without mount propagation",
            );
        }
    }
}

/// A path inside of a volume.
fn descending(path: &Node<'_>, report: &mut Report<'_>) {
    let Some(text) = path.text() else { return };
    if text.starts_with('/') {
        report.refuse(path, "SV014", "the path has to be relative");
    }
    no_backsteps(path, text, report);
}

fn no_backsteps(path: &Node<'_>, text: &str, report: &mut Report<'_>) {
    if text.split('/').any(|part| part == "..") {
        report.refuse(path, "SV014", "the path may not contain `..`");
    }
}

pub(super) fn host_path(at: &Node<'_>, report: &mut Report<'_>) {
    let path = at.at(&["path"]);
    no_backsteps(&path, path.text().unwrap_or_default(), report);
}

pub(super) fn nfs(at: &Node<'_>, report: &mut Report<'_>) {
    let path = at.at(&["path"]);
    if path.text().is_some_and(|path| !path.starts_with('/')) {
        report.refuse(&path, "SV014", "the path has to be absolute");
    }
}

/// The path of a token.
pub(super) fn token(at: &Node<'_>, report: &mut Report<'_>) {
    descending(&at.at(&["path"]), report);
}

/// Files of several sources in one volume: each has a path of its own.
pub(super) fn projected(at: &Node<'_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for source in at.at(&["sources"]).items() {
        for kind in ["secret", "configMap", "downwardAPI"] {
            let keys = [kind, "items"];
            for file in source.at(&keys).items() {
                let path = file.at(&["path"]);
                if let Some(text) = path.text()
                    && !seen.insert(text.to_owned())
                {
                    let message = format!("two files of the volume have the path `{text}`");
                    report.refuse(&path, "SV014", message);
                }
            }
        }
    }
}

pub(super) fn empty_dir(at: &Node<'_>, report: &mut Report<'_>) {
    let size = at.at(&["sizeLimit"]);
    if Quantity::of(size.value) < Quantity::parse("0") && Quantity::of(size.value).is_some() {
        report.refuse(&size, "SA021", "it is less than 0");
    }
}

/// The first minor version in which ImageVolume is on, and the first one that checks templates of pods too.
const IMAGES: [u8; 2] = [35, 37];

pub(super) fn image(at: &Node<'_>, report: &mut Report<'_>) {
    let [in_pods, everywhere] = IMAGES;
    let is_checked = report.minor >= everywhere || report.minor >= in_pods && report.is("", "Pod");
    if is_checked && at.at(&["reference"]).text().is_none_or(str::is_empty) {
        report.refuse(
            at,
            "SV010",
            "an image volume needs the reference of an image",
        );
    }
}

/// A file in a volume.
pub(super) fn file(at: &Node<'_>, report: &mut Report<'_>) {
    let path = at.at(&["path"]);
    descending(&path, report);
    let text = path.text().unwrap_or_default();
    if text.starts_with("..") && !text.starts_with("../") && text != ".." {
        report.refuse(&path, "SV014", "the path may not begin with `..`");
    }
}

/// The fields of a pod that variables can have, and files too: those marked so.
const FIELDS: [(&str, bool); 9] = [
    ("metadata.name", true),
    ("metadata.namespace", true),
    ("metadata.uid", true),
    ("spec.nodeName", false),
    ("spec.serviceAccountName", false),
    ("status.hostIP", false),
    ("status.hostIPs", false),
    ("status.podIP", false),
    ("status.podIPs", false),
];

/// A field of the pod, in a variable or a file.
pub(super) fn field(at: &Node<'_>, report: &mut Report<'_>) {
    let path = at.at(&["fieldPath"]);
    let Some(text) = path.text() else { return };
    let in_file = !report
        .path
        .iter()
        .any(|step| matches!(step, StepRef::Key("env")));
    let whole = |name: &str| in_file && name == text;
    if whole("metadata.labels") || whole("metadata.annotations") {
        return;
    }
    if let Some((map, rest)) = text.split_once("['") {
        let key = rest.strip_suffix("']").unwrap_or_default();
        let key = if map == "metadata.annotations" {
            key.to_lowercase()
        } else {
            key.to_owned()
        };
        if !matches!(map, "metadata.annotations" | "metadata.labels")
            || !NameRule::QualifiedName.allows(&key)
        {
            report.refuse(
                &path,
                "SV013",
                format!("`{text}` is not a label or annotation of a pod"),
            );
        }
        return;
    }
    // `spec.host` is an old name of `spec.nodeName` (ConvertDownwardAPIFieldLabel).
    let known = FIELDS
        .iter()
        .any(|(field, file)| *field == text && (!in_file || *file));
    if !known && (in_file || text != "spec.host") {
        let what = if in_file { "files" } else { "variables" };
        report.refuse(
            &path,
            "SV013",
            format!("`{text}` is not a field that {what} can have"),
        );
    }
}
