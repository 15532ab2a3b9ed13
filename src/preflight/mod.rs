//! What a cluster must have before a render is applied to it: what is needed, read from the render and the values, and
//! what a cluster's answers say about it. It asks no cluster itself; answers come in as data.

mod check;
mod claims;
mod needs;
mod nodes;
mod secrets;
mod storage;

use std::collections::BTreeMap;

use serde_json::Value;

pub use check::{VERBS, checks};
pub use needs::{Claim, Integrated, Needs, Right, Spread, needs};

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// There is no such object.
    NotFound,
    /// The user may not ask.
    Forbidden,
    /// Something else, in words for people.
    Failed(String),
}

/// An answer in Kubernetes' JSON form.
pub type Answer = Result<Value, Silence>;

/// What a cluster has answered. A question that was not asked has no entry.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// `kubectl version`
    pub version: Option<Value>,
    /// `get namespace`
    pub namespace: Option<Answer>,
    /// `auth can-i VERB RESOURCE`, by verb and resource.
    pub rights: BTreeMap<(&'static str, String), Result<bool, Silence>>,
    /// `get storageclasses`
    pub storage_classes: Option<Answer>,
    /// `get nodes`
    pub nodes: Option<Answer>,
    /// `get persistentvolumeclaim NAME`
    pub claims: BTreeMap<String, Answer>,
    /// `get secret NAME`
    pub secrets: BTreeMap<String, Answer>,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Ok,
    /// It works, but perhaps not as it is meant.
    Warning,
    /// It will not work.
    Missing,
    /// The cluster has not told.
    Unknown,
}

impl Status {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at: `Secret/registry`, `create and patch deployments.apps`.
    pub name: String,
    /// How it is.
    pub status: Status,
    /// How it is, in words.
    pub message: String,
    /// What to do; empty if nothing has to be done.
    pub remedy: String,
}

impl Check {
    fn ok(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, message.into(), "")
    }

    fn warning(name: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(name, Status::Warning, message.into(), remedy)
    }

    fn missing(name: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(name, Status::Missing, message.into(), remedy)
    }

    /// What an answer that is none means where a missing object is not the matter.
    fn unknown(name: &str, silence: &Silence) -> Self {
        let (message, remedy) = match silence {
            Silence::NotFound => ("the cluster does not know of it".to_owned(), ""),
            Silence::Forbidden => (
                "you may not look at it".to_owned(),
                "ask somebody who may, or for the right to get and list it",
            ),
            Silence::Failed(why) => (why.clone(), "try again"),
        };
        Self::new(name, Status::Unknown, message, remedy)
    }

    fn new(name: &str, status: Status, message: String, remedy: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            status,
            message,
            remedy: remedy.into(),
        }
    }
}
