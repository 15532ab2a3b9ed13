//! A plan as data: ordered steps, and the files of manifests that their commands read.

use serde_json::Value;

use super::sides::all_named;
use crate::diff::Effect;
use crate::manifest::Address;

/// What leads from one state of a cluster to another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The verdict of the comparison: what would happen without a plan.
    pub verdict: Effect,
    /// Why there is no safe way, a sentence for each reason; empty if there is one. Then the steps only prepare.
    pub obstacles: Vec<String>,
    /// What an operator should know besides the steps.
    pub notes: Vec<String>,
    /// The steps, in the order in which they are carried out.
    pub steps: Vec<Step>,
    /// The manifests that commands read.
    pub files: Vec<File>,
    /// What has to be true of the cluster before the first step that changes it.
    pub before: Before,
    /// Commands that all end well only where the plan was carried out; none if that cannot be seen.
    pub reached: Vec<Command>,
}

impl Plan {
    /// Whether there is a safe way.
    pub fn is_possible(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Its name, unique in the plan: lower-case letters, digits and `-`.
    pub id: String,
    /// What it is part of.
    pub phase: Phase,
    /// What it does, in a few words.
    pub title: String,
    /// Why it is necessary, and what it means.
    pub why: String,
    /// The objects that it is about: `Deployment/web`.
    pub objects: Vec<String>,
    /// The objects whose pods stop, or are replaced by others.
    pub restarts: Vec<String>,
    /// What carries it out.
    pub commands: Vec<Command>,
    /// What is not available meanwhile.
    pub downtime: Downtime,
    /// Whether [`undo`](Self::undo) leads back without a loss.
    pub reversible: bool,
    /// The way back.
    pub undo: Vec<Command>,
}

impl Step {
    /// A step without commands and downtime.
    pub(super) fn new(id: impl Into<String>, phase: Phase, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            phase,
            title: title.into(),
            why: String::new(),
            objects: Vec::new(),
            restarts: Vec::new(),
            commands: Vec::new(),
            downtime: Downtime::default(),
            reversible: true,
            undo: Vec::new(),
        }
    }
}

/// The parts of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Something is looked at, and nothing is changed.
    Check,
    /// Data are backed up, moved or brought back.
    Backup,
    /// Pods are stopped.
    Stop,
    /// Objects are deleted, because they cannot be changed, and created again by a later step.
    Recreate,
    /// Manifests are applied.
    Apply,
    /// Objects are deleted that are no longer rendered.
    Delete,
    /// Nothing is changed until all is ready.
    Verify,
}

impl Phase {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Backup => "backup",
            Self::Stop => "stop",
            Self::Recreate => "recreate",
            Self::Apply => "apply",
            Self::Delete => "delete",
            Self::Verify => "verify",
        }
    }
}

/// What is not available during a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downtime {
    /// The objects that are not available: `Deployment/web`.
    pub objects: Vec<String>,
    /// For how long.
    pub estimate: Estimate,
}

/// How long something is not available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Estimate {
    /// Not at all.
    #[default]
    None,
    /// As long as a pod needs to start.
    Seconds,
    /// As long as several pods need to stop and to start, one after the other.
    Minutes,
    /// It depends on the amount of data.
    Unknown,
}

impl Estimate {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Unknown => "unknown",
        }
    }
}

/// A command for a POSIX shell; a line that begins with `#` tells a person what to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Command {
    /// The command, all names in it quoted.
    pub text: String,
    /// The name of the [`File`] of manifests that it reads: what follows `-f`, with which the text ends.
    pub file: Option<String>,
}

impl Command {
    /// A command without a file.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            file: None,
        }
    }

    /// Something that a person does.
    pub(super) fn by_hand(text: impl AsRef<str>) -> Self {
        Self::new(format!("# {}", text.as_ref()))
    }

    /// Whether a person does it.
    pub fn is_by_hand(&self) -> bool {
        self.text.starts_with('#')
    }

    /// The command, where the files are in the current folder.
    pub fn line(&self) -> String {
        match &self.file {
            None => self.text.clone(),
            Some(file) => format!("{} {file}", self.text),
        }
    }
}

/// Manifests that commands read.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Its name: letters, digits, `-` and `.`.
    pub name: String,
    /// The objects, which may hold values of Secrets.
    pub objects: Vec<Value>,
}

impl File {
    /// The objects in it: `Deployment/web`.
    pub fn names(&self) -> Vec<String> {
        all_named(&self.objects)
    }
}

/// What has to be true of the cluster before it is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The objects that the plan was made from.
    pub same: Same,
    /// Objects that the plan creates, and that nobody else must have created.
    pub absent: Vec<Address>,
    /// Objects that are in the cluster and in no manifest.
    pub present: Vec<Address>,
    /// Files that are written into the current folder, and that must not be there.
    pub new_files: Vec<String>,
    /// Files that are read from the current folder.
    pub needed_files: Vec<String>,
}

/// How to see whether objects are still those that the plan was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Same {
    /// There are none.
    #[default]
    Nothing,
    /// Applying these files would change nothing; these are the commands that show it.
    Manifests(Vec<Command>),
    /// The objects have these prints.
    Prints(Vec<Print>),
}

/// What shows that an object of a cluster has not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// The object.
    pub address: Address,
    /// Its kind.
    pub kind: String,
    /// `metadata.uid`: another one is another object.
    pub uid: String,
    /// `metadata.generation`, which counts the changes of `spec`; objects without it have `metadata.resourceVersion`.
    pub version: Version,
}

/// The version of an object in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// `metadata.generation`
    Generation(u64),
    /// `metadata.resourceVersion`
    Resource(String),
}
