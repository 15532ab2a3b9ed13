//! Facts about Kubernetes, as tables, each with its source, and its notations for amounts and
//! selectors. No logic lives here but reading them and looking facts up.

mod api_versions;
mod defaults;
mod image;
mod list_keys;
mod merge;
mod names;
mod pod_templates;
mod quantity;
mod resources;
mod scope;
mod selector;
mod server;
pub mod types;
mod updates;

pub use api_versions::API_VERSIONS;
pub use defaults::default_of;
pub use image::Image;
pub use list_keys::{ListKeys, key_default, list_keys};
pub use merge::{merge_key, retains_keys};
pub use names::Rule;
pub use pod_templates::pod_template;
pub use quantity::Quantity;
pub use resources::{huge_page_size, is_extended, is_huge_pages, may_be_overcommitted};
pub use scope::CLUSTER_SCOPED;
pub use selector::requirement_holds;
pub use server::{LAST_APPLIED, SERVER_ANNOTATIONS, SERVER_METADATA, is_filled};
pub use updates::{Answer, FIELD_UPDATES, FieldUpdate};
