//! The arguments of `migrate`.

use clap::{Args, ValueEnum};

/// `migrate`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::MIGRATE)]
pub(in crate::cli) struct Migrate {
    /// The values file of the older chart, or `-` for standard input.
    #[arg(long, short = 'f', value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) values: String,
    /// The version of the official chart that the file was written for [default: found out from its keys].
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) from: Option<String>,
    /// Replace the file instead of printing the new one.
    #[arg(long)]
    pub(in crate::cli) write: bool,
    /// What to print: the new values file, or a report of what was changed.
    #[arg(long, short, value_name = "FORMAT", default_value = "yaml")]
    pub(in crate::cli) output: MigrateFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MigrateFormat {
    Yaml,
    Json,
}
