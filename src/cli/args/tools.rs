//! The operator's smaller tools.

use clap::{Args, ValueEnum};

use super::{Render, Target};

/// `images`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = super::examples::IMAGES)]
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

/// `check`
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // switches, each on its own
#[command(after_help = super::examples::CHECK)]
pub(in crate::cli) struct Check {
    /// Folders, NAME.values.yaml files or swanlab-render.yaml files [default: .].
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<std::path::PathBuf>,
    /// Accept what the values give now: rewrite the golden files that differ.
    #[arg(long)]
    pub(in crate::cli) update: bool,
    /// Let a swanlab-render.yaml name files outside its folder and the folders that are checked.
    #[arg(long)]
    pub(in crate::cli) allow_outside: bool,
    /// Let --update work where CI is set.
    #[arg(long, requires = "update")]
    pub(in crate::cli) force: bool,
    /// Write fingerprints of secrets into golden files, not the secrets.
    #[arg(long)]
    pub(in crate::cli) hide_secrets: bool,
    /// Take every image from a mirror: the registry's host is replaced, the path is kept.
    #[arg(long, value_name = "HOST/PREFIX")]
    pub(in crate::cli) image_registry: Option<String>,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: CheckFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CheckFormat {
    Text,
    /// Workflow commands of GitHub Actions.
    Github,
    Junit,
    Json,
}
