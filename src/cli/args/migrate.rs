//! The arguments of `migrate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use swanlab_render::init::Store;

/// `migrate`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::MIGRATE)]
pub(in crate::cli) struct Migrate {
    /// The values file of the older chart, or `-` for standard input.
    #[arg(long, short = 'f', value_name = "FILE", allow_hyphen_values = true)]
    #[arg(
        required_unless_present = "from_docker",
        conflicts_with = "from_docker"
    )]
    pub(in crate::cli) values: Option<String>,
    /// The version of the official chart that the file was written for [default: found out from its keys].
    #[arg(long, value_name = "VERSION", conflicts_with = "from_docker")]
    pub(in crate::cli) from: Option<String>,
    /// Replace the file instead of printing the new one; with --from-docker, write files.
    #[arg(long)]
    pub(in crate::cli) write: bool,
    /// What to print: the new values file, or a report of what was changed.
    #[arg(long, short, value_name = "FORMAT", default_value = "yaml")]
    pub(in crate::cli) output: MigrateFormat,
    /// Read a deployment in Docker Compose instead: the folder with its docker-compose.yaml and .env. Values, claims and
    /// Jobs are printed; passwords are written to a file beside the values file, for nobody else to read.
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) from_docker: Option<PathBuf>,
    #[command(flatten, next_help_heading = "With --from-docker")]
    pub(in crate::cli) docker: FromDocker,
}

/// What else `--from-docker` takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct FromDocker {
    /// The values file that --write makes; the other files have its name too [default: my-values.yaml].
    #[arg(long, value_name = "FILE", requires = "from_docker")]
    pub(in crate::cli) save_as: Option<PathBuf>,
    /// The URL of the folder in which the cluster finds the archives of the data.
    #[arg(long, value_name = "URL", requires = "from_docker")]
    pub(in crate::cli) archives: Option<String>,
    /// The checksums of the archives, as `sha256sum` writes them [default: beside each archive, in a file with .sha256
    /// behind its name].
    #[arg(long, value_name = "FILE", requires = "from_docker")]
    pub(in crate::cli) checksums: Option<String>,
    /// The storage class of all claims [default: that of the cluster].
    #[arg(long, value_name = "CLASS", requires = "from_docker")]
    pub(in crate::cli) storage_class: Option<String>,
    /// The sizes of the claims for postgres, redis, clickhouse and s3 [default: twice the data, or the chart's if that is
    /// more].
    #[arg(long, value_name = "STORE=SIZE", requires = "from_docker")]
    #[arg(value_delimiter = ',', value_parser = size)]
    pub(in crate::cli) size: Vec<(Store, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MigrateFormat {
    Yaml,
    Json,
}

/// `STORE=SIZE`.
fn size(text: &str) -> Result<(Store, String), String> {
    let (name, size) = text.split_once('=').ok_or("write STORE=SIZE")?;
    let store = Store::ALL.into_iter().find(|store| store.name() == name);
    let store = store.ok_or("the stores are postgres, redis, clickhouse and s3")?;
    Ok((store, size.to_owned()))
}
