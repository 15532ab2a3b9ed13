//! The arguments of `init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use swanlab_render::init::{External, Size, Store};

/// `init`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::INIT)]
pub(in crate::cli) struct Init {
    /// The values file; files with passwords are written beside it, for nobody else to read.
    #[arg(long, short, value_name = "FILE", default_value = "my-values.yaml")]
    pub(in crate::cli) output: PathBuf,
    /// How large the installation is [default: small].
    #[arg(long, value_name = "SIZE")]
    pub(in crate::cli) size: Option<InitSize>,
    /// The host that users log in to.
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) host: Option<String>,
    /// The storage class of all claims [default: that of the cluster].
    #[arg(long, value_name = "CLASS")]
    pub(in crate::cli) storage_class: Option<String>,
    /// Stores that run elsewhere: postgres, redis, clickhouse, s3, each with its host if it is known.
    #[arg(long, value_name = "STORE[=HOST]", value_delimiter = ',', value_parser = external)]
    pub(in crate::cli) external: Vec<External>,
    /// Take every image from this mirror.
    #[arg(long, value_name = "HOST/PREFIX")]
    pub(in crate::cli) image_registry: Option<String>,
    /// Ask nothing; take the defaults for what no flag says.
    #[arg(long, short)]
    pub(in crate::cli) yes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum InitSize {
    /// The chart's defaults.
    Small,
    /// What SwanLab recommends for most installations.
    Medium,
    /// Many users and long histories.
    Large,
}

impl From<InitSize> for Size {
    fn from(size: InitSize) -> Self {
        match size {
            InitSize::Small => Self::Small,
            InitSize::Medium => Self::Medium,
            InitSize::Large => Self::Large,
        }
    }
}

/// `STORE[=HOST]`.
pub(in crate::cli) fn external(text: &str) -> Result<External, String> {
    let (name, host) = match text.split_once('=') {
        Some((name, host)) => (name, Some(host.to_owned())),
        None => (text, None),
    };
    let store = Store::ALL.into_iter().find(|store| store.name() == name);
    let store = store.ok_or("the stores are postgres, redis, clickhouse and s3")?;
    Ok(External { store, host })
}
