//! The arguments of `explain`.

use clap::{Args, ValueEnum};

use super::Render;

/// `explain`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::EXPLAIN)]
pub(in crate::cli) struct Explain {
    /// A key of the values: `service.server.replicas`.
    #[arg(value_name = "KEY")]
    pub(in crate::cli) key: String,
    /// A chart: a folder, an archive (.tgz), REPO/CHART or a URL [default: SwanLab's chart, which is built in].
    #[arg(value_name = "CHART")]
    pub(in crate::cli) chart: Option<String>,
    /// How to print.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: ExplainFormat,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExplainFormat {
    Text,
    Json,
}
