//! Claims, volumes and storage classes. Sources: `ValidatePersistentVolumeClaimSpec`, `ValidatePersistentVolumeSpec`,
//! `ValidateStorageClass`.

use std::collections::HashSet;

use super::constraints::invalid_name;
use super::{Node, Report};
use crate::kubernetes::{NameRule, Quantity};

/// The first minor version that checks the claim templates of a StatefulSet.
const TEMPLATES: u8 = 35;

pub(super) fn claim(at: &Node<'_>, report: &mut Report<'_>) {
    if report.is("apps", "StatefulSet") && report.minor < TEMPLATES {
        return;
    }
    alone(&at.at(&["accessModes"]), report);
    let size = at.at(&["resources", "requests", "storage"]);
    match Quantity::of(size.value) {
        None if size.is_set() => {}
        None => report.refuse(
            at,
            "SV040",
            "a claim needs a size: resources.requests.storage",
        ),
        Some(quantity) if !quantity.is_positive() => {
            report.refuse(&size, "SV040", "the size has to be more than 0");
        }
        Some(_) => {}
    }
    let (source, reference) = (at.at(&["dataSource"]), at.at(&["dataSourceRef"]));
    // A dataSource of another kind is dropped (dataSourceIsPvcOrSnapshot), and then set from dataSourceRef.
    let is_kept = {
        let group = source
            .at(&["apiGroup"])
            .text()
            .unwrap_or_default()
            .to_owned();
        match source.at(&["kind"]).text() {
            Some("PersistentVolumeClaim") => group.is_empty(),
            Some("VolumeSnapshot") => group == "snapshot.storage.k8s.io",
            _ => false,
        }
    };
    if is_kept && reference.is_set() {
        let field =
            |node: &Node<'_>, field: &'static str| node.at(&[field]).text().map(str::to_owned);
        let differs = ["apiGroup", "kind", "name"]
            .iter()
            .any(|name| field(&source, name) != field(&reference, name));
        if reference.at(&["namespace"]).text().is_some() || differs {
            report.refuse(
                &source,
                "SV040",
                "dataSource has to be equal to dataSourceRef",
            );
        }
    }
    if reference.is_set() {
        let node = &reference;
        let group = node.at(&["apiGroup"]).text();
        let kind = node.at(&["kind"]);
        if group.is_none()
            && kind
                .text()
                .is_some_and(|kind| kind != "PersistentVolumeClaim")
        {
            let message = "without apiGroup, only a PersistentVolumeClaim can be the source";
            report.refuse(&kind, "SV040", message);
        }
    }
}

/// ReadWriteOncePod excludes all other modes.
fn alone(modes: &Node<'_>, report: &mut Report<'_>) {
    let list: Vec<&str> = modes
        .value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|mode| mode.as_str())
        .collect();
    if list.contains(&"ReadWriteOncePod") && list.iter().any(|mode| *mode != "ReadWriteOncePod") {
        report.refuse(
            modes,
            "SV040",
            "ReadWriteOncePod may not stand with other access modes",
        );
    }
}

pub(super) fn volume(at: &Node<'_>, report: &mut Report<'_>) {
    if !report.is("", "PersistentVolume") {
        return;
    }
    alone(&at.at(&["accessModes"]), report);
    let capacity = at.at(&["capacity"]);
    if capacity.is_filled()
        && (capacity.value.get("storage").is_none() || capacity.entries().count() > 1)
    {
        report.refuse(
            &capacity,
            "SV041",
            "the capacity is that of storage, and nothing else",
        );
    }
    for (_, amount) in capacity.entries() {
        if Quantity::of(amount.value).is_some_and(|quantity| !quantity.is_positive()) {
            report.refuse(&amount, "SV041", "the capacity has to be more than 0");
        }
    }
    let affinity = at.at(&["nodeAffinity", "required", "nodeSelectorTerms"]);
    if at.at(&["local"]).is_set() && !affinity.is_filled() {
        report.refuse(at, "SV041", "a local volume needs a nodeAffinity");
    }
    if at.at(&["nodeAffinity"]).is_set() && !at.at(&["nodeAffinity", "required"]).is_set() {
        report.refuse(
            &at.at(&["nodeAffinity"]),
            "SV041",
            "nodeAffinity needs `required`",
        );
    }
    let path = at.at(&["hostPath", "path"]);
    let recycles = at.at(&["persistentVolumeReclaimPolicy"]);
    if recycles.text() == Some("Recycle")
        && path
            .text()
            .is_some_and(|path| path.trim_matches('/').is_empty())
    {
        report.refuse(&recycles, "SV041", "a volume of `/` cannot be recycled");
    }
    local_path(&at.at(&["local", "path"]), report);
}

fn local_path(path: &Node<'_>, report: &mut Report<'_>) {
    if path
        .text()
        .is_some_and(|path| path.split('/').any(|part| part == ".."))
    {
        report.refuse(path, "SV041", "the path may not contain `..`");
    }
}

pub(super) fn class(at: &Node<'_>, report: &mut Report<'_>) {
    let provisioner = at.at(&["provisioner"]);
    if let Some(text) = provisioner.text()
        && !NameRule::QualifiedName.allows(&text.to_lowercase())
    {
        let message = invalid_name("provisioner", text, NameRule::QualifiedName);
        report.refuse(&provisioner, "SR030", message);
    }
    for term in at.at(&["allowedTopologies"]).items() {
        let expressions = term.at(&["matchLabelExpressions"]);
        for expression in expressions.items() {
            let mut seen = HashSet::new();
            for value in expression.at(&["values"]).items() {
                if value
                    .text()
                    .is_some_and(|text| !seen.insert(text.to_owned()))
                {
                    report.refuse(&value, "SV041", "duplicate value");
                }
            }
        }
        if !expressions.is_filled() {
            report.refuse(&term, "SV041", "a topology needs matchLabelExpressions");
        }
    }
    let parameters = at.at(&["parameters"]);
    let (mut count, mut size) = (0, 0);
    for (key, value) in parameters.entries() {
        count += 1;
        size += key.len() + value.value.as_str().map_or(0, str::len);
        if key.is_empty() {
            report.refuse(&value.key(), "SV041", "a parameter has no name");
        }
    }
    if count > 512 || size > 256 * 1024 {
        report.refuse(
            &parameters,
            "SV041",
            "there are more than 512 parameters, or they are larger than 256 KiB",
        );
    }
}
