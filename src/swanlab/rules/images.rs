//! Image tags: `latest`, and services of different versions.
//! Which images a registry has is unknown here.

use super::inputs::Inputs;
use crate::diagnostics::Diagnostic;
use crate::swanlab::Image;

const LATEST: &str = "latest";

/// SL111: a tag that names another image with every release.
pub(super) fn latest(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    images(inputs)
        .filter_map(|(_, image)| {
            let tag = format!("{}.tag", image.path);
            let repository = format!("{}.repository", image.path);
            let path = if inputs.text(&tag) == LATEST {
                tag
            } else if inputs.text(&repository).ends_with(":latest") {
                repository
            } else {
                return None;
            };
            let finding = Diagnostic::warning(format!(
                "{path} is `latest`: it names another image whenever one is published"
            ));
            let help = if image.usual_tag.is_empty() {
                "write a version"
            } else {
                "leave the tag empty for the version of this release"
            };
            Some(inputs.found(finding, "SL111", &path).with_help(help))
        })
        .collect()
}

/// SL112: services of different versions. Those with `latest` are left to SL111.
pub(super) fn mixed_versions(inputs: &Inputs<'_>) -> Option<Diagnostic> {
    let services: Vec<Service<'_>> = images(inputs)
        .filter(|(_, image)| !image.usual_tag.is_empty())
        .map(|(name, image)| {
            let tag_path = format!("{}.tag", image.path);
            let version = match inputs.text(&tag_path) {
                "" => plain(&image.usual_tag),
                tag => plain(tag),
            };
            Service {
                name,
                tag_path,
                version,
            }
        })
        .filter(|service| service.version != LATEST)
        .collect();
    let mut versions: Vec<(&str, Vec<&str>)> = Vec::new();
    for service in &services {
        match versions
            .iter_mut()
            .find(|(known, _)| *known == service.version)
        {
            Some((_, same)) => same.push(service.name),
            None => versions.push((service.version, vec![service.name])),
        }
    }
    if versions.len() < 2 {
        return None;
    }
    // The version that most services have is the intended one; of equally many, the first.
    let mut most = 0;
    let mut intended = "";
    for (version, same) in &versions {
        if same.len() > most {
            (intended, most) = (version, same.len());
        }
    }
    let given = || services.iter().filter(|one| inputs.is_given(&one.tag_path));
    let at_fault = given()
        .find(|service| service.version != intended)
        .or_else(|| given().next())?;
    let all: Vec<String> = versions
        .iter()
        .map(|(version, same)| format!("{} {version}", same.join(", ")))
        .collect();
    let finding = Diagnostic::warning(format!(
        "the SwanLab services have different versions: {}",
        all.join("; ")
    ));
    let mut finding = inputs.found(finding, "SL112", &at_fault.tag_path);
    for other in given().filter(|one| one.tag_path != at_fault.tag_path) {
        let remark = format!("{} is {}", other.name, other.version);
        finding
            .labels
            .extend(inputs.label(&other.tag_path, &remark));
    }
    let release = images(inputs).find(|(_, image)| !image.usual_tag.is_empty());
    let release = release.map_or("", |(_, image)| plain(&image.usual_tag));
    Some(finding.with_help(format!(
        "leave all their tags empty: they then have the version of this release, {release}"
    )))
}

/// One of SwanLab's own images, and the version that it has.
struct Service<'a> {
    name: &'a str,
    tag_path: String,
    version: &'a str,
}

/// The images that the release uses, by name: those of replaced dependencies are left out.
fn images<'a>(inputs: &Inputs<'a>) -> impl Iterator<Item = (&'a str, &'a Image)> {
    let inputs = *inputs;
    let images = inputs.partials.images.iter();
    images
        .filter(move |(_, image)| {
            let dependency = image.path.strip_prefix("dependencies.");
            let dependency = dependency.and_then(|rest| rest.split('.').next());
            dependency.is_none_or(|name| !inputs.is_integrated(name))
        })
        .map(|(name, image)| (name.as_str(), image))
}

/// A tag without `v` and digest.
fn plain(tag: &str) -> &str {
    let tag = tag.split('@').next().unwrap_or_default();
    tag.strip_prefix('v').unwrap_or(tag)
}
