//! What all parts have in common: how many replicas, names, labels.
//! Which parts there are, and how their names and selectors are made, the chart's partials say.

use serde_json::Value;

use super::inputs::{Inputs, to_path};
use crate::diagnostics::Diagnostic;
use crate::yaml::Step;

/// SL113: one replica where SwanLab recommends more. Only where the user set it: the chart's own numbers are not theirs.
pub(super) fn single_replica(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    inputs
        .parts()
        .filter_map(|part| {
            let recommended = part.recommended_replicas.filter(|replicas| *replicas > 1)?;
            let path = format!("{}.replicas", part.path);
            if !inputs.is_given(&path) || inputs.value(&path).as_u64() != Some(1) {
                return None;
            }
            let finding = Diagnostic::warning(format!(
                "{path} is 1: the service is unavailable whenever that pod restarts or its node is drained"
            ));
            Some(
                inputs
                    .found(finding, "SL113", &path)
                    .with_help(format!("SwanLab recommends {recommended}")),
            )
        })
        .collect()
}

/// SL116: names that are cut. A `fullnameOverride` that is cut has a finding of its own; the names that one long prefix
/// makes too long share one.
pub(super) fn cut_names(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    const SHORTEN: &str = "before the first installation, choose a shorter one: names have 40 characters at most. Afterwards keep it: another name leaves the data behind";
    let (names, before) = (&inputs.partials.names, &inputs.partials.uncut);
    let mut found = Vec::new();
    let mut by_prefix: Vec<&str> = Vec::new();
    for part in inputs.parts() {
        let (Value::String(name), Value::String(uncut)) = (&names[&part.key], &before[&part.key])
        else {
            continue;
        };
        if name == uncut {
            continue;
        }
        let path = format!("{}.fullnameOverride", part.path);
        if inputs.text(&path).is_empty() {
            by_prefix.push(name);
            continue;
        }
        let finding = Diagnostic::warning(format!("{path} is cut to `{name}`"));
        found.push(inputs.found(finding, "SL116", &path).with_help(SHORTEN));
    }
    if !by_prefix.is_empty() {
        let cause = before["fullnameComesFrom"].as_str().unwrap_or_default();
        let finding = Diagnostic::warning(format!(
            "{cause} is so long that names are cut: {}",
            by_prefix.join(", ")
        ));
        // The release name is not a value.
        let finding = if inputs.text(cause).is_empty() {
            finding.with_code("SL116")
        } else {
            inputs.found(finding, "SL116", cause)
        };
        found.insert(0, finding.with_help(SHORTEN));
    }
    found
}

/// SL120: a custom label that pods do not get, because selectors find them by it.
pub(super) fn selector_labels(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for part in inputs.parts() {
        let labels = format!("{}.customLabels", part.path);
        let selector = &inputs.partials.components[&part.key]["selector"];
        let Some(custom) = inputs.value(&labels).as_object() else {
            continue;
        };
        for label in custom.keys().filter(|label| selector.get(label).is_some()) {
            let mut path = to_path(&labels);
            path.0.push(Step::Key(label.clone()));
            let finding = Diagnostic::warning(format!(
                "{labels}: {label} belongs to the selector, so objects get this value and pods keep the chart's"
            ));
            found.push(
                inputs
                    .found_at(finding, "SL120", &path)
                    .with_help("use a label of your own, with your domain before the `/`"),
            );
        }
    }
    found
}
