//! The Secrets that integrations need: which keys they have, made from the values and credentials, and held against
//! the values. It reads no files, and no message of it repeats what a Secret holds.

mod build;
mod check;
mod settings;
mod url;

pub use build::{Account, Credentials, flaw, secret};
pub use check::{Difference, check};
pub use settings::{Database, Settings, is_host};
pub use url::{Url, UrlError};

/// What runs outside of the release, with credentials in a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Integration {
    /// PostgreSQL.
    Postgres,
    /// Redis.
    Redis,
    /// ClickHouse.
    Clickhouse,
    /// Object storage.
    S3,
}

/// What a key of a Secret holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The user's name, or the access key.
    Username,
    /// The password, or the secret key.
    Password,
    /// The URL of the database that is written to.
    PrimaryUrl,
    /// The URL of a database that is only read.
    ReplicaUrl,
}

impl Integration {
    /// All of them, in the chart's order.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::Redis, Self::Clickhouse, Self::S3];

    /// Its key below `integrations`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::Clickhouse => "clickhouse",
            Self::S3 => "s3",
        }
    }

    /// The keys of its Secret: what the page "Deploying with Kubernetes" (3.1) and values.yaml ask for.
    pub fn keys(self) -> &'static [(&'static str, Content)] {
        match self {
            Self::Postgres => &[
                ("username", Content::Username),
                ("password", Content::Password),
                ("primaryUrl", Content::PrimaryUrl),
                ("replicaUrl", Content::ReplicaUrl),
            ],
            Self::Redis => &[("url", Content::PrimaryUrl)],
            Self::Clickhouse => &[
                ("username", Content::Username),
                ("password", Content::Password),
            ],
            Self::S3 => &[
                ("accessKey", Content::Username),
                ("secretKey", Content::Password),
            ],
        }
    }

    /// What the scheme of its URL may be: the one that is written, and others that mean the same, `rediss` being
    /// Redis behind TLS.
    pub(crate) fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql", "postgres"],
            Self::Redis => &["redis", "rediss"],
            Self::Clickhouse | Self::S3 => &[],
        }
    }

    /// The port that a URL without one means.
    pub(crate) fn default_port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Redis => 6379,
            Self::Clickhouse => 9000,
            Self::S3 => 443,
        }
    }
}
