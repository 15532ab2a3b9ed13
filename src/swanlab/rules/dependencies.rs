//! Dependencies: built in, with a claim for their data, or an integration with one that runs elsewhere.
//! What a claim or a Secret in a cluster contains is unknown here.

use super::inputs::{Inputs, to_path};
use crate::diagnostics::Diagnostic;

/// Helm's annotation: with `keep` it never deletes the object.
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// SL101: a dependency is configured although an integration replaces it.
pub(super) fn configured_but_replaced(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    inputs
        .integrated()
        .filter_map(|integration| {
            let name = &integration.name;
            let path = format!("dependencies.{name}");
            let enabled = format!("integrations.{name}.enabled");
            if !inputs.is_changed(&path, "") {
                return None;
            }
            let mut finding = Diagnostic::warning(format!(
                "{path} has no effect, because {enabled} is true"
            ))
            .with_code("SL101")
            .about(&path);
            finding.labels.extend(inputs.origins.key(&to_path(&path)));
            finding
                .labels
                .extend(inputs.label(&enabled, &format!("{name} runs elsewhere")));
            Some(finding.with_help(format!(
                "remove {path}; its credentials come from the Secret that integrations.{name}.existingSecret names"
            )))
        })
        .collect()
}

/// SL119: an integration is configured but not enabled.
pub(super) fn not_enabled(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    inputs
        .built_in()
        .filter_map(|integration| {
            let name = &integration.name;
            let path = format!("integrations.{name}");
            if !inputs.is_changed(&path, "enabled") {
                return None;
            }
            let enabled = format!("{path}.enabled");
            let mut finding = Diagnostic::warning(format!(
                "{path} has no effect, because {enabled} is not true"
            ))
            .with_code("SL119")
            .about(&path);
            finding.labels.extend(inputs.origins.key(&to_path(&path)));
            finding
                .labels
                .extend(inputs.label(&enabled, &format!("the built-in {name} is used")));
            Some(finding.with_help(format!(
                "set {enabled}: true (this removes the built-in {name} with its claim), or remove {path}"
            )))
        })
        .collect()
}

/// SL117: an enabled integration has no host. Only where the Secret contains the URL: the schema requires the
/// others' hosts.
pub(super) fn without_host(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    inputs
        .integrated()
        .filter(|integration| integration.url.is_some())
        .filter_map(|integration| {
            let name = &integration.name;
            let path = format!("integrations.{name}.host");
            let host = inputs.value(&path);
            if !host.is_null() && host != "" {
                return None;
            }
            let finding = Diagnostic::warning(format!(
                "{path} is empty, although integrations.{name} is enabled"
            ));
            Some(inputs.found(finding, "SL117", &path).with_help(format!(
                "write the host of the URLs in the Secret: SwanLab connects with these URLs only, {path} is for people and checks"
            )))
        })
        .collect()
}

/// SL102: class or size of a claim that the chart does not create.
pub(super) fn settings_of_an_existing_claim(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for integration in inputs.built_in() {
        let persistence = format!("dependencies.{}.persistence", integration.name);
        let existing = existing_claim(&integration.name);
        if inputs.text(&existing).is_empty() {
            continue;
        }
        for key in ["storageClass", "storageSize"] {
            let path = format!("{persistence}.{key}");
            if !inputs.is_given(&path) {
                continue;
            }
            let finding = Diagnostic::warning(format!(
                "{path} has no effect with {existing}: no claim is created"
            ));
            let mut finding = inputs.found(finding, "SL102", &path);
            finding
                .labels
                .extend(inputs.label(&existing, "this claim is used"));
            found.push(finding.with_help(format!("remove {key} or existingClaim")));
        }
    }
    found
}

/// SL121: two dependencies use one claim. Two claims of one name are refused by the render.
pub(super) fn shared_claim(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut earlier: Vec<String> = Vec::new();
    for integration in inputs.built_in() {
        let path = existing_claim(&integration.name);
        let claim = inputs.text(&path);
        if claim.is_empty() {
            continue;
        }
        if let Some(first) = earlier.iter().find(|other| inputs.text(other) == claim) {
            let finding = Diagnostic::error(format!(
                "{path} and {first} name the same claim: their data would mix"
            ));
            let mut finding = inputs.found(finding, "SL121", &path);
            finding
                .labels
                .extend(inputs.label(first, "first used here"));
            found.push(finding.with_help("give each dependency its own claim"));
        }
        earlier.push(path);
    }
    found
}

/// SL118: claims that Helm deletes with the release. One note for all of them, since every default installation has
/// them.
pub(super) fn claims_not_kept(inputs: &Inputs<'_>) -> Option<Diagnostic> {
    let names = inputs
        .built_in()
        .map(|integration| integration.name.as_str());
    let lost: Vec<&str> = names
        .filter(|name| inputs.text(&existing_claim(name)).is_empty())
        .filter(|name| {
            let annotations = inputs.value(&format!("dependencies.{name}.customAnnotations"));
            annotations[RESOURCE_POLICY] != "keep"
        })
        .collect();
    let (claims, path) = match lost.as_slice() {
        [] => return None,
        [one] => (
            format!("the claim of {one}"),
            format!("dependencies.{one}.customAnnotations"),
        ),
        [all @ .., last] => (
            format!("the claims of {} and {last}", all.join(", ")),
            "dependencies".to_owned(),
        ),
    };
    let mut finding = Diagnostic::note(format!(
        "Helm deletes {claims}, with the data, on uninstall or when an integration replaces the dependency"
    ))
    .with_code("SL118")
    .about(path);
    for name in lost {
        let place = inputs.key_in_file(&to_path(&format!("dependencies.{name}")));
        finding.labels.extend(place);
    }
    Some(finding.with_help(format!(
        "set customAnnotations: {{{RESOURCE_POLICY}: keep}} (the pod restarts once), or use an existingClaim"
    )))
}

fn existing_claim(dependency: &str) -> String {
    format!("dependencies.{dependency}.persistence.existingClaim")
}
