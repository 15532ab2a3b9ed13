//! Advice about keys that the chart does not know: those of the official chart's other versions, and of charts by others.

use super::matches;
use super::table::{Became, RENAMED, Row};
use crate::schema::{Advice, Renamed};

/// What became of keys of the official chart's other versions, and which keys of this chart are meant by keys of charts by
/// others.
pub(super) const ADVICE: Advice = Advice { renamed, meant };

/// What became of a key of another version of the chart; the key as a dotted path.
fn renamed(path: &str) -> Option<Renamed> {
    let rows = RENAMED.iter().filter(|row| row.became != Became::Same);
    let (row, pattern) = rows
        .flat_map(|row| row.keys.iter().map(move |pattern| (row, *pattern)))
        .find(|(_, pattern)| matches(pattern, path))?;
    Some(Renamed {
        help: row.note_for(path),
        to: row.key_for(pattern, path),
    })
}

impl Row {
    /// What became of the key, and what to do.
    pub fn note_for(&self, path: &str) -> String {
        self.note
            .replace("KEY", path.rsplit('.').next().unwrap_or_default())
    }

    /// The dotted path that the key became, if it became one; `pattern` is the one that matches it.
    pub fn key_for(&self, pattern: &str, path: &str) -> Option<String> {
        let Became::Key(to) = self.became else {
            return None;
        };
        let star = pattern
            .split('.')
            .zip(path.split('.'))
            .find(|(wanted, _)| *wanted == "*");
        let last = path.rsplit('.').next().unwrap_or_default();
        Some(
            to.replace('*', star.map_or("", |(_, key)| key))
                .replace("KEY", last),
        )
    }
}

/// Which key is meant by one of a chart by others; the key as a dotted path.
fn meant(path: &str) -> Option<String> {
    if let Some(part) = look_up(&PARTS, path) {
        return Some(format!("did you mean {part}?"));
    }
    let (above, _) = path.rsplit_once('.')?;
    Some(format!("did you mean `{above}.{}`?", look_up(&KEYS, path)?))
}

/// Patterns of keys, and what is known about them. The first pattern that matches counts.
type Table<const N: usize> = [(&'static [&'static str], &'static str); N];

fn look_up<const N: usize>(table: &Table<N>, path: &str) -> Option<&'static str> {
    let row = table
        .iter()
        .find(|(patterns, _)| patterns.iter().any(|pattern| matches(pattern, path)));
    row.map(|(_, known)| *known)
}

/// The parts that are meant by names in other charts.
#[rustfmt::skip]
const PARTS: Table<2> = [
    (&["postgresql", "*.postgresql"], "`dependencies.postgres`, or `integrations.postgres` for your own PostgreSQL"),
    (&["minio", "*.minio"], "`dependencies.s3`, or `integrations.s3` for your own object storage"),
];

/// The key that is meant, beside the one that is written.
#[rustfmt::skip]
const KEYS: Table<6> = [
    (&["*.*.persistence.size", "*.*.persistence.storage"], "storageSize"),
    (&["gateway.nodeSelector", "*.*.nodeSelector"], "customNodeSelector"),
    (&["gateway.tolerations", "*.*.tolerations"], "customTolerations"),
    (&["gateway.labels", "*.*.labels", "gateway.podLabels", "*.*.podLabels"], "customLabels"),
    (&["gateway.annotations", "*.*.annotations", "gateway.podAnnotations", "*.*.podAnnotations"], "customAnnotations"),
    (&["gateway.replicaCount", "*.*.replicaCount"], "replicas"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_versions_are_known() {
        for path in [
            "ingress",
            "ingress.host",
            "service.server.replicaCount",
            "gateway.customPodLabels",
            "dependencies.redis.monitor",
            "helper.image",
            "global.securityContext",
            "service.server.clusterIP",
            "integrations.s3.endpoint",
        ] {
            assert!(renamed(path).is_some(), "{path}");
        }
        for path in ["service.server.replica", "ingresses", "helper"] {
            assert_eq!(renamed(path), None, "{path}");
        }
    }

    #[test]
    fn a_key_that_only_has_another_name_is_named() {
        for (path, expected) in [
            ("imagePullSecrets", Some("global.imagePullSecrets")),
            ("service.next.replicaCount", Some("service.next.replicas")),
            ("helper.image.tag", Some("helper.tag")),
            ("ingress.host", None),
        ] {
            let to = renamed(path).and_then(|renamed| renamed.to);
            assert_eq!(to.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn keys_of_charts_by_others_are_understood() {
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
        for path in ["persistence.size", "size", "a.b.postgresql"] {
            assert_eq!(meant(path), None, "{path}");
        }
    }
}
