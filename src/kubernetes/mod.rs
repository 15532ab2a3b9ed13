//! Facts about Kubernetes, as tables, each with its source. No logic lives here but looking them up.

mod api_versions;
mod scope;
pub mod types;

pub use api_versions::API_VERSIONS;
pub use scope::CLUSTER_SCOPED;
