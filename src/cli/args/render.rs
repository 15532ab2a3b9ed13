//! The arguments of every command that renders: the release, the chart, the values.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use swanlab_render::release::Search;

use crate::cli::fetch::Fetch;

/// `[NAME] [CHART]`
#[derive(Debug, Args)]
pub(in crate::cli) struct Target {
    /// The release's name [default: swanlab-self-hosted].
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// A chart: a folder, an archive (.tgz), REPO/CHART or a URL [default: SwanLab's chart, which is built in].
    #[arg(value_name = "CHART")]
    pub(in crate::cli) chart: Option<String>,
}

/// The flags of every command that renders.
#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // switches, each on its own
pub(in crate::cli) struct Render {
    /// A values file, or `-` for standard input; several are merged, the last one wins.
    #[arg(long, short = 'f', value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) values: Vec<String>,
    /// Set a value: `service.server.replicas=3,list[0].key=x`.
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    /// Set a value that is always text.
    #[arg(long, value_name = "KEY=TEXT", allow_hyphen_values = true)]
    pub(in crate::cli) set_string: Vec<String>,
    /// Set a value from JSON, or merge a whole JSON object.
    #[arg(long, value_name = "KEY=JSON", allow_hyphen_values = true)]
    pub(in crate::cli) set_json: Vec<String>,
    /// Set a value to the text of a file.
    #[arg(long, value_name = "KEY=FILE", allow_hyphen_values = true)]
    pub(in crate::cli) set_file: Vec<String>,
    /// Set a value to the argument's text, in which no character is special.
    #[arg(long, value_name = "KEY=TEXT", allow_hyphen_values = true)]
    pub(in crate::cli) set_literal: Vec<String>,
    /// The namespace that the release is meant for.
    #[arg(long, short, value_name = "NAMESPACE", default_value = "default")]
    pub(in crate::cli) namespace: String,
    /// The cluster's Kubernetes version.
    #[arg(long, value_name = "VERSION", default_value = "1.35.0")]
    pub(in crate::cli) kube_version: String,
    /// An additional API version of the cluster.
    #[arg(long, short, value_name = "VERSION", value_delimiter = ',')]
    pub(in crate::cli) api_versions: Vec<String>,
    /// Render as an upgrade: `Release.IsUpgrade` is true.
    #[arg(long)]
    pub(in crate::cli) is_upgrade: bool,
    /// Do not validate the values against the chart's schema.
    #[arg(long)]
    pub(in crate::cli) skip_schema_validation: bool,
    /// Take every image from a mirror: the registry's host is replaced, the path is kept.
    #[arg(long, value_name = "HOST/PREFIX")]
    pub(in crate::cli) image_registry: Option<String>,
    /// Read values files and charts only below this folder, following no link out of it.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) within: Option<std::path::PathBuf>,
    /// The version of a chart that is fetched from a repository or registry.
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) version: Option<String>,
    /// Fetch no chart: use only what was fetched before.
    #[arg(long)]
    pub(in crate::cli) offline: bool,
    /// Find the values behind changes and findings by rendering again: charts in Go templates for at most 10 seconds, for
    /// as long as it takes, or not at all.
    #[arg(long, value_name = "HOW", default_value = "fast")]
    pub(in crate::cli) origins: Origins,
    /// Treat warnings as errors.
    #[arg(long)]
    pub(in crate::cli) strict: bool,
    /// Texts that flags may name like files.
    #[arg(skip)]
    pub(in crate::cli) texts: BTreeMap<String, String>,
}

/// How far the values behind changes and findings are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Origins {
    Full,
    Fast,
    None,
}

impl From<Origins> for Search {
    fn from(origins: Origins) -> Self {
        match origins {
            Origins::Full => Self::Full,
            Origins::Fast => Self::default(),
            Origins::None => Self::None,
        }
    }
}

impl Render {
    /// The same render of these values files and no other values.
    pub(in crate::cli) fn of_values(&self, files: &[String]) -> Self {
        Self {
            values: files.to_vec(),
            set: Vec::new(),
            set_string: Vec::new(),
            set_json: Vec::new(),
            set_file: Vec::new(),
            set_literal: Vec::new(),
            ..self.clone()
        }
    }

    /// Which charts are fetched.
    pub(in crate::cli) fn fetch(&self) -> Fetch<'_> {
        let version = self.version.as_deref();
        if self.offline {
            Fetch::Cached(version)
        } else {
            Fetch::Named(version)
        }
    }
}
