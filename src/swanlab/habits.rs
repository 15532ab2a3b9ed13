//! Keys that other charts have, and what this one calls them. A table; it knows no values.

use super::renamed::matches;

/// Which key is meant by one that other charts have; the key as a dotted path.
pub(super) fn meant(path: &str) -> Option<String> {
    let of = |table: &'static [(&str, &str)]| {
        table
            .iter()
            .find(|(pattern, _)| matches(pattern, path))
            .map(|(_, meant)| *meant)
    };
    if let Some(meant) = of(&PARTS) {
        return Some(format!("did you mean {meant}?"));
    }
    let (above, _) = path.rsplit_once('.')?;
    Some(format!("did you mean `{above}.{}`?", of(&KEYS)?))
}

/// Whole parts.
const PARTS: [(&str, &str); 4] = [
    ("postgresql", POSTGRES),
    ("*.postgresql", POSTGRES),
    ("minio", S3),
    ("*.minio", S3),
];

const POSTGRES: &str =
    "`dependencies.postgres`, or `integrations.postgres` for your own PostgreSQL";
const S3: &str = "`dependencies.s3`, or `integrations.s3` for your own object storage";

/// Keys, which stand beside the one that is meant.
const KEYS: [(&str, &str); 16] = [
    ("*.*.persistence.size", "storageSize"),
    ("*.*.persistence.storage", "storageSize"),
    ("gateway.nodeSelector", "customNodeSelector"),
    ("*.*.nodeSelector", "customNodeSelector"),
    ("gateway.tolerations", "customTolerations"),
    ("*.*.tolerations", "customTolerations"),
    ("gateway.labels", "customLabels"),
    ("*.*.labels", "customLabels"),
    ("gateway.podLabels", "customLabels"),
    ("*.*.podLabels", "customLabels"),
    ("gateway.annotations", "customAnnotations"),
    ("*.*.annotations", "customAnnotations"),
    ("gateway.podAnnotations", "customAnnotations"),
    ("*.*.podAnnotations", "customAnnotations"),
    ("gateway.replicaCount", "replicas"),
    ("*.*.replicaCount", "replicas"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_of_other_charts_are_understood() {
        for (path, expected) in [
            (
                "dependencies.postgres.persistence.size",
                "`dependencies.postgres.persistence.storageSize`",
            ),
            ("gateway.nodeSelector", "`gateway.customNodeSelector`"),
            ("postgresql", "`dependencies.postgres`"),
        ] {
            let found = meant(path).unwrap_or_default();
            assert!(found.contains(expected), "{path}: {found}");
        }
        assert_eq!(meant("persistence.size"), None);
        assert_eq!(meant("size"), None);
    }
}
