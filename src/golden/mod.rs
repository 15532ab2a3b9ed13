//! Golden manifests: values files beside the manifests that they render to, both in git. This room finds the cases,
//! renders each, and compares; it writes and prints nothing.
//!
//! [`find`] makes [`Case`]s from folders; [`check`] renders them on all cores, in the cases' order.

mod case;
mod config;
mod discover;
mod exposed;
mod places;
mod render;
mod run;

pub use case::{Case, Checked, Status};
pub use discover::{Found, Reach, find};
pub use run::{Setup, check};
