//! Integrations and the dependencies that they replace: what is configured for one that is not
//! used, and what is missing for one that is. It does not know what stands in a Secret.

use super::given::{DEPENDENCIES, Given, to_path};
use crate::diagnostics::Diagnostic;

/// SL101: a dependency that an integration replaces is configured.
pub(super) fn configured_in_vain(given: &Given<'_>) -> Vec<Diagnostic> {
    DEPENDENCIES
        .into_iter()
        .filter(|one| !given.is_built_in(one))
        .filter_map(|one| {
            let path = format!("dependencies.{one}");
            let enabled = format!("integrations.{one}.enabled");
            if !given.is_changed(&path, "") {
                return None;
            }
            let mut rule = Diagnostic::warning(format!(
                "{path} has no effect, because {enabled} is true"
            ))
            .with_code("SL101")
            .about(&path);
            rule.labels.extend(given.origins.key(&to_path(&path)));
            rule.labels
                .extend(given.label(&enabled, &format!("{one} runs elsewhere")));
            Some(rule.with_help(format!(
                "remove {path}; its credentials come from the Secret that integrations.{one}.existingSecret names"
            )))
        })
        .collect()
}

/// SL117: an integration without a host. ClickHouse and object storage are refused without one by
/// the schema.
pub(super) fn without_host(given: &Given<'_>) -> Vec<Diagnostic> {
    ["postgres", "redis"]
        .into_iter()
        .filter(|one| !given.is_built_in(one))
        .filter_map(|one| {
            let path = format!("integrations.{one}.host");
            if !given.value(&path).is_null() && given.value(&path) != "" {
                return None;
            }
            let rule = Diagnostic::warning(format!(
                "{path} is empty, although integrations.{one} is enabled"
            ));
            Some(given.found(rule, "SL117", &path).with_help(format!(
                "write the host that the URLs in the Secret name: SwanLab connects with those alone, {path} is for people and checks"
            )))
        })
        .collect()
}

/// SL119: an integration that is configured and not enabled.
pub(super) fn not_enabled(given: &Given<'_>) -> Vec<Diagnostic> {
    given
        .built_in()
        .filter_map(|one| {
            let path = format!("integrations.{one}");
            if !given.is_changed(&path, "enabled") {
                return None;
            }
            let enabled = format!("{path}.enabled");
            let mut rule = Diagnostic::warning(format!(
                "{path} has no effect, because {enabled} is not true"
            ))
            .with_code("SL119")
            .about(&path);
            rule.labels.extend(given.origins.key(&to_path(&path)));
            rule.labels
                .extend(given.label(&enabled, &format!("{one} is the built-in one")));
            Some(rule.with_help(format!(
                "set {enabled}: true (the built-in {one} is removed then, with its claim), or remove {path}"
            )))
        })
        .collect()
}
