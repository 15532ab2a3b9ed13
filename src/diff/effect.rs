//! What a cluster can do about a change: a scale from mild to bad, with the names of the contract.
//! It does not say which change has which effect.

use std::fmt;

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
