//! Facts about Kubernetes, as tables, each with its source, and its notation for amounts. No logic
//! lives here but looking them up.

mod api_versions;
mod defaults;
mod list_keys;
mod pod_templates;
mod quantity;
mod scope;
mod server;
pub mod types;
mod updates;

pub use api_versions::API_VERSIONS;
pub use defaults::default_of;
pub use list_keys::{ListKeys, key_default, list_keys};
pub use pod_templates::pod_template;
pub use quantity::Quantity;
pub use scope::CLUSTER_SCOPED;
pub use server::{SERVER_ANNOTATIONS, SERVER_METADATA, is_filled};
pub use updates::{Answer, FIELD_UPDATES, FieldUpdate};
