//! The rules: what a cluster does about a change of an object, and what an operator should know before. Each file is
//! about one subject, and names its sources. `judge` applies the rules to the objects of a comparison.
//!
//! Client-side apply is assumed unless a file says otherwise; `server_side` has what server-side apply does differently.
//! Hooks are judged like other objects, because kubectl does not know hooks. Refused changes of hooks are conditional, because Helm deletes a hook before it creates
//! it again.

pub(super) mod changed;
mod claims;
mod config;
mod conflicts;
pub(super) mod context;
mod definitions;
mod drift;
mod fields;
pub(super) mod jobs;
pub(super) mod kubectl;
mod merged;
pub(super) mod namespace;
pub(super) mod notice;
mod pods;
pub(super) mod references;
pub(super) mod removed;
pub(super) mod replaced;
pub(super) mod rollout;
pub(super) mod selections;
pub(super) mod server_side;
mod services;
mod stored;
pub(super) mod validation;
mod workloads;

pub(super) use claims::value_key;
pub use conflicts::add_conflicts;
pub use namespace::add_namespace_finding;
