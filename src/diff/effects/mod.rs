//! The rules: what a cluster does about a change of an object, and what an operator should know before, one object a
//! file. `judge` asks them about each object of a comparison.
//!
//! The applier is a client-side one: kubectl, which deletes nothing, or Helm. Hooks are judged as the objects that they
//! are, for kubectl knows no hooks; what is refused to an update is conditional for them, since Helm deletes a hook
//! before it makes it again.

pub(super) mod changed;
mod claims;
mod config;
pub(super) mod context;
mod drift;
mod fields;
pub(super) mod jobs;
pub(super) mod kubectl;
pub(super) mod namespace;
pub(super) mod notice;
mod pods;
mod references;
pub(super) mod removed;
pub(super) mod rollout;
pub(super) mod selections;
mod services;
pub(super) mod validation;
mod workloads;

pub(super) use claims::value_key;
pub use namespace::add_namespace_finding;
