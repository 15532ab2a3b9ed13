//! Keys of other charts: of other versions of the official chart, from 0.1.0 to those after 0.3.0, and of charts by others.

use crate::schema::Advice;

/// What became of keys of the official chart's other versions, and which keys of this chart are meant by keys of charts by
/// others.
pub const ADVICE: Advice = Advice { renamed, meant };

/// What to do about a key that another version of the chart has; the key as a dotted path.
fn renamed(path: &str) -> Option<String> {
    let key = path.rsplit('.').next().unwrap_or_default();
    Some(look_up(&RENAMED, path)?.replace("KEY", key))
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

/// `*` matches one key; a pattern that ends in `.` matches everything below as well.
fn matches(pattern: &str, path: &str) -> bool {
    let mut keys = path.split('.');
    for wanted in pattern.trim_end_matches('.').split('.') {
        match keys.next() {
            Some(key) if wanted == "*" || wanted == key => {}
            _ => return false,
        }
    }
    pattern.ends_with('.') || keys.next().is_none()
}

/// What became of keys; KEY is the last one. Sources: the values.yaml of the tags 0.1.0 to 0.2.6 and of the charts after
/// 0.3.0.
#[rustfmt::skip]
const RENAMED: Table<27> = [
    (&["imagePullSecrets"], "since chart 0.2.0 it is `global.imagePullSecrets`"),
    (&["env.loginHost", "env.apiHost"], "since chart 0.2.0 it is `global.settings.loginHost`"),
    (&["env."], "chart 0.1 had it; see `global.settings` for what is left of it"),
    (&["replicaCount"], "since chart 0.1.5 each service has its own: `service.server.replicas`"),
    (&["service.*.replicaCount"], "since chart 0.1.5 it is `replicas`"),
    (&["ingress."], "chart 0.1 had it; since 0.2.0 write your own Ingress to the gateway's Service"),
    (&["traefik."], "chart 0.1 had it; since 0.2.0 the gateway is configured under `gateway`"),
    (&["service.house.retainPVC"], "chart 0.2.1 removed it; house's claims are kept"),
    (&["global.settings.host"], "newer charts have it; here it is `global.settings.loginHost`"),
    (&["global.settings.limits."], "newer charts have it; this chart (0.3.0) has no such setting"),
    (&["helper.image.repository", "helper.image.tag", "helper.image.pullPolicy"], "newer charts have it; here it is `helper.KEY`"),
    (&["helper.image."], "newer charts have it; here repository, tag and pullPolicy are directly under `helper`"),
    (&["gateway.service."], "newer charts have it; here the gateway's Service is always a ClusterIP on port 80"),
    (&["vector.", "service.vector.", "dependencies.vector."], "newer charts have it; here house ships its logs itself (`logImage`, `fbImage`)"),
    (&["service.auth."], "newer charts have it; this chart (0.3.0) has no single sign-on"),
    (&["*.monitor.", "*.*.monitor."], "newer charts have it; this chart (0.3.0) exports no metrics"),
    (&["*.customPodLabels.", "*.*.customPodLabels."], "newer charts have it; here `customLabels` go on the pods too"),
    (&["*.customPodAnnotations.", "*.*.customPodAnnotations."], "newer charts have it; here `customAnnotations` go on the pods"),
    (&["*.securityContext.", "*.*.securityContext."], "newer charts have it; here the containers run as their images say"),
    (&["*.*.clusterIP"], "newer charts have it; here Kubernetes chooses the address of a Service"),
    (&["dependencies.redis.persistence.aof."], "newer charts have it; here Redis saves as its image says"),
    (
        &["integrations.s3.endpoint", "integrations.s3.region", "integrations.s3.port", "integrations.s3.ssl", "integrations.s3.pathStyle"],
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.KEY` and `integrations.s3.private.KEY`",
    ),
    (&["integrations.s3.bucket"], "since chart 0.2.0 there are two: `integrations.s3.public.bucket` and `integrations.s3.private.bucket`"),
    (&["integrations.s3.domain"], "since chart 0.2.0 it is `integrations.s3.public.domain`"),
    (&["integrations.s3.publicBucket"], "since chart 0.2.0 it is `integrations.s3.public.bucket`"),
    (&["integrations.s3.privateBucket"], "since chart 0.2.0 it is `integrations.s3.private.bucket`"),
    (&["integrations.s3.accessKey", "integrations.s3.secretKey"], "it belongs in the Secret that `integrations.s3.existingSecret` names"),
];

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
