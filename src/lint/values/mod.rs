//! The rules on values of the embedded chart: what contradicts itself, has no effect, or is
//! dangerous. Wrong types and unknown keys are the schema's work; here they are passed over.

mod claims;
mod credentials;
mod given;
mod images;
mod integrations;
mod labels;
mod names;
mod object_storage;
mod replicas;

pub use given::Given;

use super::finding::Finding;

/// Everything that the rules find, by rule and then in the chart's order of its parts.
pub fn check(given: &Given<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(integrations::configured_in_vain(given));
    found.extend(claims::beside_an_existing_one(given));
    found.extend(object_storage::one_bucket_for_both(given));
    found.extend(object_storage::endpoints(given));
    found.extend(object_storage::domain(given));
    found.extend(object_storage::ssl_against_port(given));
    found.extend(credentials::well_known(given));
    found.extend(credentials::too_short_for_minio(given));
    found.extend(credentials::in_plain_text(given));
    found.extend(images::latest(given));
    found.extend(images::mixed_versions(given));
    found.extend(replicas::single(given));
    found.extend(names::cut(given));
    found.extend(integrations::without_host(given));
    found.extend(claims::not_kept(given));
    found.extend(integrations::not_enabled(given));
    found.extend(labels::of_selectors(given));
    found.extend(claims::shared(given));
    found.into_iter().map(Finding::from).collect()
}
