//! Image tags: those that move, and services of different versions.
//! It does not know which images a registry has.

use super::given::{Given, SERVICES};
use crate::diagnostics::Diagnostic;

const LATEST: &str = "latest";

/// Where each image of the chart is configured, as in its templates/_images.yaml.
const IMAGES: [&str; 14] = [
    "gateway.image",
    "gateway.identifyImage",
    "helper",
    "service.server.image",
    "service.house.image",
    "service.house.logImage",
    "service.house.fbImage",
    "service.cloud.image",
    "service.next.image",
    "dependencies.postgres.image",
    "dependencies.redis.image",
    "dependencies.clickhouse.image",
    "dependencies.s3.image",
    "dependencies.s3.mcImage",
];

/// SL111: tags that mean another image tomorrow.
pub(super) fn latest(given: &Given<'_>) -> Vec<Diagnostic> {
    IMAGES
        .into_iter()
        .filter(|image| {
            let dependency = image.strip_prefix("dependencies.");
            let dependency = dependency.and_then(|rest| rest.split('.').next());
            dependency.is_none_or(|one| given.is_built_in(one))
        })
        .filter_map(|image| {
            let tag = format!("{image}.tag");
            let repository = format!("{image}.repository");
            let path = if given.text(&tag) == LATEST {
                tag
            } else if given.text(&repository).ends_with(":latest") {
                repository
            } else {
                return None;
            };
            let rule = Diagnostic::warning(format!(
                "{path} is `latest`: it means another image whenever one is published"
            ));
            let help = if is_service(image) {
                "leave the tag empty for the version of this release"
            } else {
                "name a version"
            };
            Some(given.found(rule, "SL111", &path).with_help(help))
        })
        .collect()
}

/// SL112: services of different versions. `latest` is told by SL111 and left out.
pub(super) fn mixed_versions(given: &Given<'_>) -> Option<Diagnostic> {
    let services: Vec<(&str, String, &str)> = SERVICES
        .into_iter()
        .map(|service| {
            let path = format!("service.{service}.image.tag");
            let version = version(given, &path);
            (service, path, version)
        })
        .filter(|(.., version)| *version != LATEST)
        .collect();
    let mut versions: Vec<(&str, Vec<&str>)> = Vec::new();
    for (service, _, version) in &services {
        match versions.iter_mut().find(|(known, _)| known == version) {
            Some((_, same)) => same.push(service),
            None => versions.push((version, vec![service])),
        }
    }
    if versions.len() < 2 {
        return None;
    }
    // What most run is taken for meant, and what the user wrote against it for the fault.
    let mut most = 0;
    let mut meant = "";
    for (version, same) in &versions {
        if same.len() > most {
            (meant, most) = (version, same.len());
        }
    }
    let given_tags = || services.iter().filter(|(_, path, _)| given.is_given(path));
    let (_, at, _) = given_tags()
        .find(|(.., version)| *version != meant)
        .or_else(|| given_tags().next())?;
    let all: Vec<String> = versions
        .iter()
        .map(|(version, same)| format!("{} {version}", same.join(", ")))
        .collect();
    let rule = Diagnostic::warning(format!(
        "the SwanLab services have different versions: {}",
        all.join("; ")
    ));
    let mut rule = given.found(rule, "SL112", at);
    for (service, path, version) in given_tags().filter(|(_, path, _)| path != at) {
        rule.labels
            .extend(given.label(path, &format!("{service} is {version}")));
    }
    Some(rule.with_help(format!(
        "leave all four tags empty: then they are those of this release, {}",
        plain(given.app_version)
    )))
}

/// What a service runs: its tag without `v` and digest, or the release's version.
fn version<'a>(given: &Given<'a>, path: &str) -> &'a str {
    let values: &'a serde_json::Value = &given.values.tree;
    let tag = path
        .split('.')
        .fold(values, |value, key| &value[key])
        .as_str()
        .filter(|tag| !tag.is_empty());
    plain(tag.unwrap_or(given.app_version))
}

fn plain(tag: &str) -> &str {
    let tag = tag.split('@').next().unwrap_or_default();
    tag.strip_prefix('v').unwrap_or(tag)
}

fn is_service(image: &str) -> bool {
    SERVICES
        .iter()
        .any(|service| image == format!("service.{service}.image"))
}
