//! Keys of other versions of the official chart, and what became of them in this one.
//! A table of facts about SwanLab's chart 0.1.0 to 0.4; it knows no values.

/// What to do about a key that another version of the chart had; the key as a dotted path.
pub(super) fn renamed(path: &str) -> Option<String> {
    let (_, advice) = RENAMED.iter().find(|(old, _)| matches(old, path))?;
    Some((*advice).to_owned())
}

/// `*` stands for one key; a pattern that ends in `.` for everything below as well.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('.');
    for wanted in pattern.trim_end_matches('.').split('.') {
        match parts.next() {
            Some(part) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
    pattern.ends_with('.') || parts.next().is_none()
}

/// Old path, advice. Sources: the values.yaml of the tags 0.1.0 to 0.2.6 and of 0.4.
const RENAMED: [(&str, &str); 26] = [
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
        "chart 0.4 has it; here it is `global.settings.loginHost`",
    ),
    (
        "global.settings.limits.",
        "chart 0.4 has it; this chart (0.3.0) has no such setting",
    ),
    (
        "helper.image.repository",
        "chart 0.4 has it; here it is `helper.repository`",
    ),
    (
        "helper.image.tag",
        "chart 0.4 has it; here it is `helper.tag`",
    ),
    (
        "helper.image.pullPolicy",
        "chart 0.4 has it; here it is `helper.pullPolicy`",
    ),
    (
        "helper.image.",
        "chart 0.4 has it; here repository, tag and pullPolicy stand under `helper`",
    ),
    (
        "gateway.service.",
        "chart 0.4 has it; here the gateway's Service is always a ClusterIP on port 80",
    ),
    (
        "vector.",
        "chart 0.4 has it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "service.vector.",
        "chart 0.4 has it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "dependencies.vector.",
        "chart 0.4 has it; here house ships its logs itself (`logImage`, `fbImage`)",
    ),
    (
        "service.auth.",
        "chart 0.4 has it; this chart (0.3.0) has no single sign-on",
    ),
    (
        "*.monitor.",
        "chart 0.4 has it; this chart (0.3.0) exports no metrics",
    ),
    (
        "*.*.monitor.",
        "chart 0.4 has it; this chart (0.3.0) exports no metrics",
    ),
    (
        "*.customPodLabels.",
        "chart 0.4 has it; here `customLabels` go on the pods too",
    ),
    (
        "*.*.customPodLabels.",
        "chart 0.4 has it; here `customLabels` go on the pods too",
    ),
    (
        "*.customPodAnnotations.",
        "chart 0.4 has it; here `customAnnotations` go on the pods",
    ),
    (
        "*.*.customPodAnnotations.",
        "chart 0.4 has it; here `customAnnotations` go on the pods",
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
        ] {
            assert!(renamed(path).is_some(), "{path}");
        }
        for path in ["service.server.replica", "ingresses", "helper"] {
            assert_eq!(renamed(path), None, "{path}");
        }
    }
}
