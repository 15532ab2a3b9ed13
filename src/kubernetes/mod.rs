//! Facts about Kubernetes, as tables, each with its source, and its notation for amounts. No logic
//! lives here but looking them up.

mod api_versions;
mod quantity;
mod scope;
pub mod types;

pub use api_versions::API_VERSIONS;
pub use quantity::Quantity;
pub use scope::CLUSTER_SCOPED;
