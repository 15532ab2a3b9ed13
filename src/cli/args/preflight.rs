//! What can be typed behind `preflight`. Declarations only.

use clap::{Args, ValueEnum};

use super::{Render, Target};

/// `preflight`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(mut_arg("kube_context", |flag| flag.alias("context")))] // its name before
#[command(after_help = super::examples::PREFLIGHT)]
pub(in crate::cli) struct Preflight {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    #[command(flatten)]
    pub(in crate::cli) cluster: Cluster,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: PreflightFormat,
}

/// Which cluster is asked.
#[derive(Debug, Args)]
pub(in crate::cli) struct Cluster {
    /// The context of the kubeconfig [default: its current one].
    #[arg(long, value_name = "CONTEXT")]
    pub(in crate::cli) kube_context: Option<String>,
    /// The kubeconfig that kubectl is to read [default: what kubectl takes].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) kubeconfig: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PreflightFormat {
    Text,
    Json,
}
