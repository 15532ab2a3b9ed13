//! Keys of other versions of the official chart, and what became of them in this one.
//! A table of facts about SwanLab's charts from 0.1.0 to those after 0.3.0; it knows no values.

/// What to do about a key that another version of the chart had; the key as a dotted path.
pub(super) fn renamed(path: &str) -> Option<String> {
    let (_, advice) = RENAMED.iter().find(|(old, _)| matches(old, path))?;
    Some((*advice).to_owned())
}

/// `*` stands for one key; a pattern that ends in `.` for everything below as well.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('.');
    for wanted in pattern.trim_end_matches('.').split('.') {
        match parts.next() {
            Some(part) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
    pattern.ends_with('.') || parts.next().is_none()
}

/// Old path, advice. Sources: the values.yaml of the tags 0.1.0 to 0.2.6 and of the charts after 0.3.0.
const RENAMED: [(&str, &str); 42] = [
    (
        "imagePullSecrets",
        "since chart 0.2.0 it is `global.imagePullSecrets`",
    ),
    (
        "env.loginHost",
        "since chart 0.2.0 it is `global.settings.loginHost`",
    ),
    (
        "env.apiHost",
        "since chart 0.2.0 it is `global.settings.loginHost`",
    ),
    (
        "env.",
        "chart 0.1 had it; see `global.settings` for what is left of it",
    ),
    (
        "replicaCount",
        "since chart 0.1.5 each service has its own: `service.server.replicas`",
    ),
    (
        "service.*.replicaCount",
        "since chart 0.1.5 it is `replicas`",
    ),
    (
        "ingress.",
        "chart 0.1 had it; since 0.2.0 write your own Ingress to the gateway's Service",
    ),
    (
        "traefik.",
        "chart 0.1 had it; since 0.2.0 the gateway is configured under `gateway`",
    ),
    (
        "service.house.retainPVC",
        "it went away in chart 0.2.1; house's claims are kept",
    ),
    (
        "global.settings.host",
        "newer charts have it; here it is `global.settings.loginHost`",
    ),
    (
        "global.settings.limits.",
        "newer charts have it; this chart (0.3.0) has no such setting",
    ),
    (
        "helper.image.repository",
        "newer charts have it; here it is `helper.repository`",
    ),
    (
        "helper.image.tag",
        "newer charts have it; here it is `helper.tag`",
    ),
    (
        "helper.image.pullPolicy",
        "newer charts have it; here it is `helper.pullPolicy`",
    ),
    (
        "helper.image.",
        "newer charts have it; here repository, tag and pullPolicy stand under `helper`",
    ),
    (
        "gateway.service.",
        "newer charts have it; here the gateway's Service is always a ClusterIP on port 80",
    ),
    (
        "vector.",
        "newer charts have it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "service.vector.",
        "newer charts have it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "dependencies.vector.",
        "newer charts have it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "service.auth.",
        "newer charts have it; this chart (0.3.0) has no single sign-on",
    ),
    (
        "*.monitor.",
        "newer charts have it; this chart (0.3.0) exports no metrics",
    ),
    (
        "*.*.monitor.",
        "newer charts have it; this chart (0.3.0) exports no metrics",
    ),
    (
        "*.customPodLabels.",
        "newer charts have it; here `customLabels` go on the pods too",
    ),
    (
        "*.*.customPodLabels.",
        "newer charts have it; here `customLabels` go on the pods too",
    ),
    (
        "*.customPodAnnotations.",
        "newer charts have it; here `customAnnotations` go on the pods",
    ),
    (
        "*.*.customPodAnnotations.",
        "newer charts have it; here `customAnnotations` go on the pods",
    ),
    (
        "global.securityContext.",
        "newer charts have it; here the containers run as their images say",
    ),
    (
        "*.securityContext.",
        "newer charts have it; here the containers run as their images say",
    ),
    (
        "*.*.securityContext.",
        "newer charts have it; here the containers run as their images say",
    ),
    (
        "*.*.clusterIP",
        "newer charts have it; here Kubernetes chooses the address of a Service",
    ),
    (
        "dependencies.redis.persistence.aof.",
        "newer charts have it; here Redis saves as its image says",
    ),
    (
        "integrations.s3.endpoint",
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.endpoint` and `integrations.s3.private.endpoint`",
    ),
    (
        "integrations.s3.region",
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.region` and `integrations.s3.private.region`",
    ),
    (
        "integrations.s3.port",
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.port` and `integrations.s3.private.port`",
    ),
    (
        "integrations.s3.ssl",
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.ssl` and `integrations.s3.private.ssl`",
    ),
    (
        "integrations.s3.pathStyle",
        "since chart 0.2.0 each bucket has its own: `integrations.s3.public.pathStyle` and `integrations.s3.private.pathStyle`",
    ),
    (
        "integrations.s3.bucket",
        "since chart 0.2.0 there are two: `integrations.s3.public.bucket` and `integrations.s3.private.bucket`",
    ),
    (
        "integrations.s3.domain",
        "since chart 0.2.0 it is `integrations.s3.public.domain`",
    ),
    (
        "integrations.s3.publicBucket",
        "since chart 0.2.0 it is `integrations.s3.public.bucket`",
    ),
    (
        "integrations.s3.privateBucket",
        "since chart 0.2.0 it is `integrations.s3.private.bucket`",
    ),
    (
        "integrations.s3.accessKey",
        "it belongs into the Secret that `integrations.s3.existingSecret` names",
    ),
    (
        "integrations.s3.secretKey",
        "it belongs into the Secret that `integrations.s3.existingSecret` names",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_versions_are_told() {
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
}
