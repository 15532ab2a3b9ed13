//! What is true of SwanLab's chart only: its parts, images and integrations as its partials describe them, the rules on
//! its values, the Secrets of its integrations, and keys of its other versions. Nothing is rendered here; partials come in
//! as data. The other rooms work for any chart.

pub mod entry;
mod partials;
pub mod rules;
pub mod secret;
pub mod versions;

pub use partials::{Image, Part, Partials};
pub use versions::advice;

/// The release name of the built-in chart, if none is given.
pub const RELEASE_NAME: &str = "swanlab-self-hosted";
