//! What can be typed behind `secret`. Declarations only; no flag takes a password itself.

use clap::{Args, ValueEnum};

use super::Render;

/// `secret`
#[derive(Debug, Args)]
#[command(args_override_self = true)]
#[command(after_help = super::examples::SECRET)]
pub(in crate::cli) struct Secret {
    /// The integration.
    pub(in crate::cli) what: What,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    /// The user's name; for redis `default` if it is left out.
    #[arg(long, value_name = "USER")]
    pub(in crate::cli) username: Option<String>,
    /// A file with the password, or `-` for standard input; asked for on a terminal if it is left out.
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
    /// Tell what differs between this Secret's manifest and the values.
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
