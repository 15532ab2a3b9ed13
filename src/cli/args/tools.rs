//! The operator's smaller tools.

use clap::{Args, ValueEnum};

use super::{Render, Target};

/// `images`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
pub(in crate::cli) struct Images {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    /// How to print: a line for each image, or JSON with the containers that use it.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: ImagesFormat,
    /// Print SOURCE<TAB>TARGET lines, to copy the images to a mirror.
    #[arg(long, value_name = "HOST/PREFIX", conflicts_with = "output")]
    pub(in crate::cli) mirror: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ImagesFormat {
    Text,
    Json,
}

/// `completions`
#[derive(Debug, Args)]
pub(in crate::cli) struct Completions {
    pub(in crate::cli) shell: clap_complete::Shell,
}
