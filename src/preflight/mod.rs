//! What a cluster must have before a render is applied to it: what the render and the values need, and whether the
//! cluster's answers meet it. No cluster is asked here; answers come in as data.

mod cluster;
mod dry_run;
mod needs;
mod secrets;
mod storage;

use std::collections::BTreeMap;

use serde_json::Value;

pub use cluster::VERBS;
pub use needs::{Claim, Integrated, Needs, Spread, needs};

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is no such object.
    NotFound,
    /// The user is not allowed to ask.
    Forbidden,
    /// Another reason, as text.
    Failed(String),
}

/// An answer in Kubernetes' JSON form.
pub type Answer = Result<Value, NoAnswer>;

/// The answers of a cluster. A question that was not asked has no entry.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Answers {
    /// `kubectl version`
    pub version: Option<Value>,
    /// `get namespace`
    pub namespace: Option<Answer>,
    /// `auth can-i VERB RESOURCE`, by verb and resource.
    pub rights: BTreeMap<(&'static str, String), Result<bool, NoAnswer>>,
    /// `get storageclasses`
    pub storage_classes: Option<Answer>,
    /// `get nodes`
    pub nodes: Option<Answer>,
    /// `get persistentvolumeclaim NAME`
    pub claims: BTreeMap<String, Answer>,
    /// `get secret NAME`
    pub secrets: BTreeMap<String, Answer>,
    /// What `kubectl apply --dry-run=server` writes to its standard error; `NotFound` if the namespace does not exist.
    pub dry_run: Option<Result<String, NoAnswer>>,
}

/// Compares the needs with a cluster's answers. The checks come in the order of the report.
pub fn checks(needs: &Needs, answers: &Answers) -> Vec<Check> {
    let mut found = vec![cluster::version(answers)];
    found.extend(cluster::namespace(needs, answers));
    found.extend(cluster::rights(needs, answers));
    found.extend(storage::classes(needs, answers));
    found.extend(storage::claims(needs, answers));
    found.extend(secrets::checks(needs, answers));
    found.extend(cluster::nodes(needs, answers));
    found.extend(dry_run::checks(needs, answers));
    found
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is as it should be.
    Ok,
    /// It works, but perhaps not as intended.
    Warning,
    /// It will not work.
    Missing,
    /// The cluster did not answer.
    Unknown,
}

impl Status {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// A check and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What was checked: `Secret/registry`, `Rights on deployments.apps`.
    pub name: String,
    /// The result.
    pub status: Status,
    /// The result in words.
    pub message: String,
    /// What to do; empty if nothing is to be done.
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

    /// The check of something that the cluster did not answer about.
    fn unknown(name: &str, reason: &NoAnswer) -> Self {
        let (message, remedy) = match reason {
            NoAnswer::NotFound => ("the cluster does not know it".to_owned(), ""),
            NoAnswer::Forbidden => (
                "you may not look at it".to_owned(),
                "ask someone who may, or ask for the right to get and list it",
            ),
            NoAnswer::Failed(why) => (why.clone(), "try again"),
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
