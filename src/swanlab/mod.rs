//! What is true of SwanLab's chart only: its parts, images and integrations as its partials describe them, the rules on
//! its values, and the Secrets of its integrations. It renders nothing; partials come in as data.

mod partials;
pub mod rules;
pub mod secret;

pub use partials::{Image, Part, Partials};
