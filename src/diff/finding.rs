//! Findings: what an operator should know before an upgrade, and the scale of effects.

use std::fmt;

use serde::Serialize;

use super::{Attribution, FieldPath, ObjectRef};

/// What happens in a cluster because of a change, mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// Nothing.
    #[default]
    None,
    /// The object changes, and no pod restarts.
    InPlace,
    /// Pods are added or removed.
    Scale,
    /// The change is accepted, but running pods do not see it.
    Stale,
    /// A Job runs again.
    Rerun,
    /// Pods are replaced, one after the other.
    Restart,
    /// Something is not available for a while.
    Outage,
    /// The API server refuses the change.
    Rejected,
    /// Data is deleted.
    DataLoss,
}

impl Effect {
    /// All effects, mildest first.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::InPlace,
        Self::Scale,
        Self::Stale,
        Self::Rerun,
        Self::Restart,
        Self::Outage,
        Self::Rejected,
        Self::DataLoss,
    ];

    /// The name on the command line and in JSON, as `data-loss`.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InPlace => "in-place",
            Self::Scale => "scale",
            Self::Stale => "stale",
            Self::Rerun => "rerun",
            Self::Restart => "restart",
            Self::Outage => "outage",
            Self::Rejected => "rejected",
            Self::DataLoss => "data-loss",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a finding is certain from the manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It follows from the manifests.
    Certain,
    /// It depends on the state of the cluster: see [`Finding::condition`].
    Conditional,
}

/// How the first line of a fix begins whose other lines are for after the apply.
pub(in crate::diff) const AFTER_APPLY: &str = "# apply, then";

/// What an operator should know before an upgrade: the effect, the object, the reason, and commands that help. Texts
/// may hold values of Secrets: only those of a [`Shown`](super::Shown) comparison do not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The effect in the cluster.
    pub effect: Effect,
    /// Whether it is certain. Only certain findings count for the verdict.
    pub certainty: Certainty,
    /// The condition under which it holds, if it is conditional.
    pub condition: Option<String>,
    /// The object; the first one if the finding is about several.
    pub object: ObjectRef,
    /// The other objects, if the finding is about several. The message names them.
    pub others: Vec<ObjectRef>,
    /// The field; empty if the finding is about the whole object.
    pub path: FieldPath,
    /// What happens and why, in one line.
    pub message: String,
    /// Shell commands that avoid or repair it, in the order in which to run them. Lines that begin with `#` are
    /// instructions.
    pub fix: Vec<String>,
    /// The value of the user that caused it, where that is known.
    pub attribution: Option<Attribution>,
    /// Whether an operator has accepted it. It is listed, and does not count for the verdict.
    pub accepted: bool,
}

impl Finding {
    /// A certain finding about a whole object.
    pub fn new(effect: Effect, object: ObjectRef, message: impl Into<String>) -> Self {
        Self {
            effect,
            certainty: Certainty::Certain,
            condition: None,
            object,
            others: Vec::new(),
            path: FieldPath::default(),
            message: message.into(),
            fix: Vec::new(),
            attribution: None,
            accepted: false,
        }
    }

    /// All objects that it is about.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef> {
        std::iter::once(&self.object).chain(&self.others)
    }

    /// The commands of [`fix`](Self::fix) that have to be run after the new objects were applied, because running pods or
    /// databases do not follow by themselves.
    pub fn after_apply(&self) -> &[String] {
        match (self.effect, self.fix.split_first()) {
            (_, Some((first, rest))) if first.starts_with(AFTER_APPLY) => rest,
            (Effect::Stale, _) => &self.fix,
            _ => &[],
        }
    }

    /// Whether it counts for the verdict: it is certain and not accepted.
    pub fn counts(&self) -> bool {
        self.certainty == Certainty::Certain && !self.accepted
    }
}
