//! Turns results into text for people and machines, into a string or a `Write`.
//! It decides nothing: what is an error and what the exit code is stands before it gets here.

mod diagnostics;
pub mod diff;
mod excerpt;
pub mod golden;
pub mod images;
mod json;
pub mod lint;
pub mod manifests;
pub mod preflight;
pub mod secret;
pub mod values;
mod workflow;

pub use diagnostics::{Style, draw};
