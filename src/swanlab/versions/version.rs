//! Versions of the official chart.

use std::fmt;

/// A version of the official chart: major, minor and patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u8, pub u8, pub u8);

/// The versions up to the one that the built-in chart corresponds to, the oldest first (tags of the charts' repository).
pub const OFFICIAL: [Version; 14] = [
    Version(0, 1, 0),
    Version(0, 1, 1),
    Version(0, 1, 2),
    Version(0, 1, 3),
    Version(0, 1, 4),
    Version(0, 1, 5),
    Version(0, 2, 0),
    Version(0, 2, 1),
    Version(0, 2, 2),
    Version(0, 2, 3),
    Version(0, 2, 4),
    Version(0, 2, 5),
    Version(0, 2, 6),
    CURRENT,
];

/// The version that the built-in chart corresponds to.
pub const CURRENT: Version = Version(0, 3, 0);

impl Version {
    /// One of the [`OFFICIAL`] versions, as it is written: `0.1.5`, or `v0.1.5`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        OFFICIAL
            .into_iter()
            .find(|version| version.to_string() == text)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}
