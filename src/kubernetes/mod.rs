//! Facts about Kubernetes, as tables, each with its source. No logic lives here.

mod api_versions;
mod scope;

pub use api_versions::API_VERSIONS;
pub use scope::CLUSTER_SCOPED;
