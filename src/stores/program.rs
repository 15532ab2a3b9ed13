//! The programs of stores, and how they are recognised: by the name of the image, or else by variables that only the
//! server of a program reads.

use serde_json::Value;

use crate::kubernetes::{Image, field, items};

/// The program of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Program {
    /// PostgreSQL.
    Postgres,
    /// ClickHouse.
    ClickHouse,
    /// Redis, or Redis Stack.
    Redis,
    /// MinIO.
    Minio,
    /// SwanLab's house, with log files that it has not written to ClickHouse yet.
    House,
}

/// The last parts of the paths of images, which are the same in all registries and mirrors.
const IMAGES: [(&str, Program); 13] = [
    ("postgres", Program::Postgres),
    ("postgresql", Program::Postgres),
    ("postgis", Program::Postgres),
    ("pgvector", Program::Postgres),
    ("timescaledb", Program::Postgres),
    ("timescaledb-ha", Program::Postgres),
    ("clickhouse-server", Program::ClickHouse),
    ("clickhouse", Program::ClickHouse),
    ("minio", Program::Minio),
    ("redis", Program::Redis),
    ("redis-stack", Program::Redis),
    ("redis-stack-server", Program::Redis),
    ("swanlab-house", Program::House),
];

/// The variables that the official images read.
///
/// Sources: PostgreSQL's `docker-entrypoint.sh` passes them to `initdb`, and ignores them if there is a data directory.
/// ClickHouse's `entrypoint.sh` writes `users.d/default-user.xml` at every start. MinIO reads its root credentials at
/// every start.
pub const VARIABLES: [(&str, Program); 7] = [
    ("POSTGRES_USER", Program::Postgres),
    ("POSTGRES_PASSWORD", Program::Postgres),
    ("POSTGRES_DB", Program::Postgres),
    ("CLICKHOUSE_USER", Program::ClickHouse),
    ("CLICKHOUSE_PASSWORD", Program::ClickHouse),
    ("MINIO_ROOT_USER", Program::Minio),
    ("MINIO_ROOT_PASSWORD", Program::Minio),
];

impl Program {
    /// All programs.
    pub const ALL: [Self; 5] = [
        Self::Postgres,
        Self::ClickHouse,
        Self::Redis,
        Self::Minio,
        Self::House,
    ];

    /// The program of an image.
    pub fn of_image(image: &Image<'_>) -> Option<Self> {
        let known = IMAGES.iter().find(|(name, _)| *name == image.name());
        known.map(|(_, program)| *program)
    }

    /// The program of a container, if its variables show it.
    pub fn of_variables(container: &Value) -> Option<Self> {
        let variables = items(field(container, "env"));
        let mut found = None;
        for name in variables.filter_map(|variable| field(variable, "name").as_str()) {
            // A container with the host of a server is a client.
            if name.ends_with("_HOST") {
                return None;
            }
            let known = VARIABLES.iter().find(|(variable, _)| *variable == name);
            found = found.or(known.map(|(_, program)| *program));
        }
        found
    }

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::ClickHouse => "ClickHouse",
            Self::Minio => "MinIO",
            Self::Redis => "Redis",
            Self::House => "house",
        }
    }

    /// Its key in SwanLab's values and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::ClickHouse => "clickhouse",
            Self::Minio => "s3",
            Self::Redis => "redis",
            Self::House => "house",
        }
    }
}
