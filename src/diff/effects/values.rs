//! The values of SwanLab's chart behind fields of its objects, for advice that names the key to set.
//! Objects are known by the labels that the chart gives them; of others nothing is said.

use crate::diff::subject::Subject;

/// The dotted path of a key of the part that stores an object's data: `existingClaim`, `storageClass`,
/// `storageSize`.
pub(super) fn of(object: &Subject<'_>, key: &str) -> Option<String> {
    let label = |name| {
        let name = format!("app.kubernetes.io/{name}");
        object.text(&["metadata", "labels", &name])
    };
    if label("provider") != Some("swanlab") {
        return None;
    }
    let service = label("service").or(label("component").and_then(|one| one.rsplit('-').next()));
    match service? {
        service @ ("postgres" | "redis" | "clickhouse" | "s3") => {
            Some(format!("dependencies.{service}.persistence.{key}"))
        }
        "house" => Some(format!("service.house.persistence.{key}")),
        _ => None,
    }
}
