//! What the library promises, asked through its public API.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod api_types;
mod architecture;
mod causes;
mod chart;
mod conformance;
mod diff_helm;
mod diff_laws;
mod diff_reports;
mod diff_secrets;
mod documentation;
mod helm_values;
mod keys;
mod links;
mod lint_values;
mod migrate;
mod new_component;
mod object_texts;
mod packaged_charts;
mod repairs;
mod repeated_runs;
mod resources;
mod schema;
mod topology;
mod upgrades;
mod values_origin;
