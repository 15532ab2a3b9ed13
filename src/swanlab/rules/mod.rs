//! The rules on values: what contradicts itself, has no effect, or is dangerous.
//! Wrong types and unknown keys are left to the schema.

mod credentials;
mod dependencies;
mod images;
mod inputs;
mod object_storage;
mod parts;

pub use inputs::Inputs;

use crate::diagnostics::Diagnostic;

/// Everything that the rules find: rule by rule, and within a rule in the chart's order of parts.
pub fn check(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(dependencies::configured_but_replaced(inputs));
    found.extend(dependencies::settings_of_an_existing_claim(inputs));
    found.extend(object_storage::one_bucket_for_both(inputs));
    found.extend(object_storage::endpoints(inputs));
    found.extend(object_storage::domain(inputs));
    found.extend(object_storage::ssl_against_port(inputs));
    found.extend(credentials::well_known(inputs));
    found.extend(credentials::too_short_for_minio(inputs));
    found.extend(credentials::in_plain_text(inputs));
    found.extend(images::latest(inputs));
    found.extend(images::mixed_versions(inputs));
    found.extend(parts::single_replica(inputs));
    found.extend(parts::cut_names(inputs));
    found.extend(dependencies::without_host(inputs));
    found.extend(dependencies::claims_not_kept(inputs));
    found.extend(dependencies::not_enabled(inputs));
    found.extend(parts::selector_labels(inputs));
    found.extend(dependencies::shared_claim(inputs));
    found
}
