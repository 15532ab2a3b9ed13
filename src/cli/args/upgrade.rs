//! The arguments of the commands that go along with an upgrade: `backup`, `plan` and `status`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use swanlab_render::{backup, diff, stores::Program};

use super::diff::Applier;
use super::tools::Cluster;
use super::{Render, Target};

/// Manifests instead of a render.
#[derive(Debug, Args)]
pub(in crate::cli) struct Manifests {
    /// Take these manifests instead of rendering: a file, a folder, or `-` for standard input.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "values", "set", "set_string", "set_json", "set_file", "set_literal",
    ])]
    pub(in crate::cli) manifests: Option<String>,
}

/// `backup`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::BACKUP)]
pub(in crate::cli) struct Backup {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// How backups are made.
    #[arg(long, value_name = "METHOD")]
    pub(in crate::cli) method: Method,
    /// The stores [default: all but house].
    #[arg(long, value_name = "STORE", value_delimiter = ',')]
    pub(in crate::cli) stores: Vec<Store>,
    /// Print what brings the data back from the backup with this --suffix.
    #[arg(long, requires = "suffix")]
    pub(in crate::cli) restore: bool,
    /// The class of the snapshots, or with --method copy or --restore the storage class of the new claims.
    #[arg(long, value_name = "CLASS")]
    pub(in crate::cli) class: Option<String>,
    /// The size of the new claims [default: that of the present ones].
    #[arg(long, value_name = "SIZE")]
    pub(in crate::cli) size: Option<String>,
    /// The end of all names of objects and files [default: date and time in UTC, such as 20261124-1530].
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(in crate::cli) suffix: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    #[command(flatten)]
    pub(in crate::cli) cluster: Cluster,
}

/// `plan`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::PLAN)]
pub(in crate::cli) struct Plan {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// What is applied: a file of manifests, a folder of them, `-` for standard input; `cluster` for the objects in the
    /// cluster, or `helm:RELEASE` for what Helm has deployed, through kubectl.
    #[arg(long, value_name = "PREVIOUS", allow_hyphen_values = true)]
    pub(in crate::cli) against: Option<String>,
    /// What is applied is a render of these older values files; several are merged.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["against", "manifests"])]
    pub(in crate::cli) from_values: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    #[command(flatten)]
    pub(in crate::cli) cluster: Cluster,
    /// What applies the new manifests [default: kubectl; helm with --against helm:RELEASE].
    #[arg(long, value_name = "APPLIER")]
    pub(in crate::cli) applier: Option<Applier>,
    /// How the stores that the upgrade touches are backed up.
    #[arg(long, value_name = "METHOD", default_value = "dump")]
    pub(in crate::cli) backup: PlanBackup,
    /// The end of the names of backups [default: one that the way forth and the way back share].
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(in crate::cli) suffix: Option<String>,
    /// Plan the way back, from what the values give to what was applied before.
    #[arg(long)]
    pub(in crate::cli) reverse: bool,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: PlanFormat,
}

impl Plan {
    /// What applies the new side: as given, or Helm if the old side is Helm's own record.
    pub(in crate::cli) fn applier(&self) -> diff::Applier {
        Applier::or_default(self.applier, self.against.as_deref())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanFormat {
    Text,
    /// A shell script that carries the plan out. It holds the values of Secrets.
    Script,
    /// A change request.
    Markdown,
    /// A page to look at, in one file.
    Html,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PlanBackup {
    /// VolumeSnapshot objects, made by the storage while the stores run.
    Snapshot,
    /// Jobs that copy each claim into a new one while the store is stopped.
    Copy,
    /// Dumps by the stores' own programs, into files in the folder in which the script runs.
    Dump,
    /// No backups: somebody has made them.
    None,
}

impl PlanBackup {
    pub(in crate::cli) fn method(self) -> Option<backup::Method> {
        match self {
            Self::Snapshot => Some(backup::Method::Snapshot),
            Self::Copy => Some(backup::Method::Copy),
            Self::Dump => Some(backup::Method::Dump),
            Self::None => None,
        }
    }
}

/// `status`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = super::examples::STATUS)]
pub(in crate::cli) struct Status {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Wait as long until all is ready, or until nothing changes any more without somebody's doing: 10m, 90s, 1h30m.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(in crate::cli) wait: Option<Duration>,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: StatusFormat,
    #[command(flatten)]
    pub(in crate::cli) manifests: Manifests,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    #[command(flatten)]
    pub(in crate::cli) cluster: Cluster,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum StatusFormat {
    Text,
    Json,
}

/// Hours, minutes and seconds, as kubectl writes them.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a duration such as 10m, 90s or 1h30m".to_owned();
    let mut seconds: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = match rest.as_bytes().get(digits) {
            Some(b'h') => 3600,
            Some(b'm') => 60,
            Some(b's') => 1,
            _ => return Err(wrong()),
        };
        let more = number.checked_mul(unit).ok_or_else(wrong)?;
        seconds = seconds.checked_add(more).ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    // A year is more than anybody waits.
    let is_given = !text.is_empty() && seconds <= 366 * 86_400;
    is_given
        .then(|| Duration::from_secs(seconds))
        .ok_or_else(wrong)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Method {
    /// VolumeSnapshot objects, made by the storage while the stores run.
    Snapshot,
    /// Jobs that copy each claim into a new one while the store is stopped.
    Copy,
    /// A script that dumps each store into a file.
    Dump,
}

impl Method {
    pub(in crate::cli) fn method(self) -> backup::Method {
        match self {
            Self::Snapshot => backup::Method::Snapshot,
            Self::Copy => backup::Method::Copy,
            Self::Dump => backup::Method::Dump,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Store {
    Postgres,
    Clickhouse,
    Redis,
    S3,
    House,
}

impl Store {
    pub(in crate::cli) fn program(self) -> Program {
        match self {
            Self::Postgres => Program::Postgres,
            Self::Clickhouse => Program::ClickHouse,
            Self::Redis => Program::Redis,
            Self::S3 => Program::Minio,
            Self::House => Program::House,
        }
    }
}
