//! What an operator should know before an upgrade, as data, and the scale of effects.
//! It decides nothing and prints nothing.

use std::fmt;

use super::{FieldPath, ObjectRef, Origin};

/// What a cluster does about a change, mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing.
    #[default]
    None,
    /// The object changes; nothing restarts.
    InPlace,
    /// Pods are added or taken away.
    Scale,
    /// Accepted, but running pods do not see it.
    Stale,
    /// A Job runs again.
    Rerun,
    /// Pods are replaced one after the other.
    Restart,
    /// Something is not reachable for a while.
    Outage,
    /// The API server refuses it.
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

    /// Its name on the command line and in JSON: `data-loss`.
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

/// Whether a finding depends on what only the cluster knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It does not.
    Certain,
    /// It does, on its condition.
    Conditional,
}

/// What will happen, to what, why, and what mends or avoids it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What the cluster does.
    pub effect: Effect,
    /// Whether it counts for the verdict.
    pub certainty: Certainty,
    /// What it depends on, if it is conditional.
    pub condition: Option<String>,
    /// The object that it is about; the first one where it is the same for several.
    pub object: ObjectRef,
    /// The other objects of which the same is true; the message names them.
    pub others: Vec<ObjectRef>,
    /// The field that it is about; empty if it is the whole object.
    pub path: FieldPath,
    /// What happens and why, in one line.
    pub message: String,
    /// Commands that mend or avoid it.
    pub fix: Vec<String>,
    /// The value that caused it, where that is known.
    pub origin: Option<Origin>,
    /// Whether an operator has accepted it: it is listed and does not count.
    pub accepted: bool,
}

impl Finding {
    /// All objects that it is about.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef> {
        std::iter::once(&self.object).chain(&self.others)
    }

    /// Whether it counts for the verdict.
    pub fn counts(&self) -> bool {
        self.certainty == Certainty::Certain && !self.accepted
    }
}
