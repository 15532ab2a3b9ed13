//! The arguments of the commands that describe an installation: `topology` and `summary`.

use clap::{Args, ValueEnum};

use super::upgrade::Manifests;
use super::{Render, Target};

/// `topology`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::TOPOLOGY)]
pub(in crate::cli) struct Topology {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// How to print the map.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: TopologyFormat,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TopologyFormat {
    Text,
    /// A flowchart that GitHub and GitLab draw in Markdown.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// A picture for browsers.
    Svg,
    Json,
}

/// `summary`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::SUMMARY)]
pub(in crate::cli) struct Summary {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// How to print.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: SummaryFormat,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SummaryFormat {
    Text,
    Json,
    Markdown,
}
