//! What is true of SwanLab's chart only: its parts, images and integrations as its partials describe them, the rules on
//! its values, the Secrets of its integrations, and keys of its other versions. It renders nothing; partials come in as
//! data. The other rooms work for any chart.

mod habits;
mod partials;
mod renamed;
pub mod rules;
pub mod secret;

use crate::schema::Advice;

pub use partials::{Image, Part, Partials};

/// The release name of the built-in chart, where none is given.
pub const RELEASE_NAME: &str = "swanlab-self-hosted";

/// What became of keys of the official chart's other versions, and what keys of charts of others mean here.
pub const ADVICE: Advice = Advice {
    renamed: renamed::renamed,
    meant: habits::meant,
};
