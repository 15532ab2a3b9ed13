//! The arguments of `images`, `check`, `preflight`, `secret`, `mcp` and `completions`.

use clap::{Args, ValueEnum};

use super::{Render, Target};

/// `images`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = super::examples::IMAGES)]
pub(in crate::cli) struct Images {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// List the images of these manifests instead of rendering: the output of Helm, kustomize or kubectl.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "values", "set", "set_string", "set_json", "set_file", "set_literal",
    ])]
    pub(in crate::cli) manifests: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    /// How to print: as a list, or for a program that copies the images.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: ImagesFormat,
    /// The registry to copy the images to. As text: SOURCE<TAB>TARGET lines.
    #[arg(long, value_name = "HOST/PREFIX")]
    pub(in crate::cli) mirror: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ImagesFormat {
    /// A line for each image.
    Text,
    /// With the containers that use each image.
    Json,
    /// The file of `skopeo sync`.
    Skopeo,
    /// A shell script that runs crane.
    Crane,
    /// A manifest of hauler.
    Hauler,
    /// The zarf.yaml of a Zarf package.
    Zarf,
}

/// `completions`
#[derive(Debug, Args)]
#[command(after_help = super::examples::COMPLETIONS)]
pub(in crate::cli) struct Completions {
    pub(in crate::cli) shell: clap_complete::Shell,
}

/// `mcp`
#[derive(Debug, Args)]
#[command(after_help = super::examples::MCP)]
pub(in crate::cli) struct Mcp {
    /// The folder whose files a client may name, and where their paths begin [default: the working folder].
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) within: Option<std::path::PathBuf>,
}

/// `check`
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // switches, each on its own
#[command(after_help = super::examples::CHECK)]
pub(in crate::cli) struct Check {
    /// Folders, NAME.values.yaml files or swanlab-render.yaml files [default: .].
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<std::path::PathBuf>,
    /// Rewrite the golden files that differ.
    #[arg(long)]
    pub(in crate::cli) update: bool,
    /// Let a swanlab-render.yaml name files outside its folder and the folders that are checked.
    #[arg(long)]
    pub(in crate::cli) allow_outside: bool,
    /// Allow --update where the variable CI is set.
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
    /// A page to look at, in one file.
    Html,
    Json,
}

/// `preflight`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = super::examples::PREFLIGHT)]
pub(in crate::cli) struct Preflight {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Compare a cluster with these manifests instead of rendering: the output of Helm, kustomize or kubectl.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "values", "set", "set_string", "set_json", "set_file", "set_literal",
    ])]
    pub(in crate::cli) manifests: Option<String>,
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
    /// The kubeconfig file [default: kubectl's].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) kubeconfig: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PreflightFormat {
    Text,
    Json,
}

/// `secret`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = super::examples::SECRET)]
pub(in crate::cli) struct Secret {
    /// The integration.
    pub(in crate::cli) what: What,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    /// The user's name [default for redis: default].
    #[arg(long, value_name = "USER")]
    pub(in crate::cli) username: Option<String>,
    /// A file with the password, or `-` for standard input [default: ask on the terminal].
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) password_file: Option<String>,
    /// A file with the access key of s3, or `-`.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) access_key_file: Option<String>,
    /// A file with the secret key of s3, or `-`.
    #[allow(clippy::struct_field_names)] // the flag is called so
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) secret_key_file: Option<String>,
    /// The host of a read-only replica of postgres [default: the primary's].
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) replica_host: Option<String>,
    /// The user's name on the replica [default: the primary's].
    #[arg(long, value_name = "USER")]
    pub(in crate::cli) replica_username: Option<String>,
    /// A file with the password on the replica, or `-` [default: the primary's].
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub(in crate::cli) replica_password_file: Option<String>,
    /// Compare this Secret's manifest with the values.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "username", "password_file", "access_key_file", "secret_key_file",
        "replica_host", "replica_username", "replica_password_file",
    ])]
    pub(in crate::cli) check: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum What {
    Postgres,
    Redis,
    Clickhouse,
    S3,
}

impl What {
    /// The integration's key in the values.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::Clickhouse => "clickhouse",
            Self::S3 => "s3",
        }
    }
}
