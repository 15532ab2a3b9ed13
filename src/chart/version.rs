//! Versions as Helm reads them, loosely (Masterminds/semver v3, not Cargo's rules).
//! It compares; it refuses to know what a version is used for.

use std::cmp::Ordering;
use std::fmt;

use super::range::VersionRange;

/// The Kubernetes version that is rendered for (`--kube-version`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// As templates see it: with a leading `v` and its suffix (`v1.28.3+k3s1`).
    pub version: String,
    /// `1`
    pub major: u64,
    /// `28`
    pub minor: u64,
    /// The version without its suffix: `-gke.1` must not make it a pre-release of 1.28.3.
    comparable: Version,
}

impl KubeVersion {
    /// What is rendered for when nothing is said.
    pub const DEFAULT: &'static str = "1.35.0";

    /// Reads `1.28`, `v1.28.3`, `v1.28.3-gke.1`; at least major and minor are needed.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let parsed = Partial::parse_exact(bare)?;
        let (Some(major), Some(minor)) = (parsed.numbers[0], parsed.numbers[1]) else {
            return None;
        };
        Some(Self {
            version: format!("v{bare}"),
            major,
            minor,
            comparable: Version {
                pre: semver::Prerelease::EMPTY,
                ..parsed.floor()
            },
        })
    }

    /// Whether the version is in a range such as a chart's `kubeVersion`.
    pub fn matches(&self, range: &VersionRange) -> bool {
        range.contains(&self.comparable)
    }
}

impl Default for KubeVersion {
    /// [`KubeVersion::DEFAULT`].
    fn default() -> Self {
        Self {
            version: format!("v{}", Self::DEFAULT),
            major: 1,
            minor: 35,
            comparable: Version {
                numbers: [1, 35, 0],
                pre: semver::Prerelease::EMPTY,
            },
        }
    }
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.version)
    }
}

/// A version with its missing parts taken as zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub(super) numbers: [u64; 3],
    pub(super) pre: semver::Prerelease,
}

impl Version {
    /// Reads a version as loosely as Helm does: `1`, `1.2`, `v1.2.3-rc.1+build`.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = Partial::parse_exact(text.strip_prefix('v').unwrap_or(text))?;
        parsed.numbers[0].map(|_| parsed.floor())
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        // The semver crate's order of pre-releases already puts "none" last.
        (self.numbers, &self.pre).cmp(&(other.numbers, &other.pre))
    }
}

/// A version as written: parts that are missing or `x`, `X`, `*` are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Partial {
    pub(super) numbers: [Option<u64>; 3],
    pub(super) pre: semver::Prerelease,
}

impl Partial {
    /// A version without open parts.
    fn parse_exact(text: &str) -> Option<Self> {
        let core = text.split(['-', '+']).next().unwrap_or_default();
        if core.contains(['x', 'X', '*']) {
            return None;
        }
        Self::parse(text)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (text, build) = text.split_once('+').unwrap_or((text, "0"));
        semver::BuildMetadata::new(build).ok()?;
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, semver::Prerelease::new(pre).ok()?),
            None => (text, semver::Prerelease::EMPTY),
        };
        let mut numbers = [None; 3];
        let mut parts = core.split('.');
        for number in &mut numbers {
            match parts.next() {
                None => break,
                Some("x" | "X" | "*") => {}
                Some(part) if part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    *number = Some(part.parse().ok()?);
                }
                Some(_) => return None,
            }
        }
        parts.next().is_none().then_some(Self { numbers, pre })
    }

    pub(super) fn floor(&self) -> Version {
        Version {
            numbers: self.numbers.map(Option::unwrap_or_default),
            pre: self.pre.clone(),
        }
    }

    /// The first version after all that this one stands for; none if no version comes after them.
    pub(super) fn next_of_last(&self) -> Option<[u64; 3]> {
        match self.numbers {
            [None, ..] => None,
            [Some(major), None, _] => next([major, 0, 0], MAJOR),
            [Some(major), Some(minor), None] => next([major, minor, 0], MINOR),
            [Some(major), Some(minor), Some(patch)] => next([major, minor, patch], PATCH),
        }
    }

    pub(super) fn next_minor(&self) -> Option<[u64; 3]> {
        match self.numbers {
            [Some(major), Some(minor), _] => next([major, minor, 0], MINOR),
            _ => self.next_of_last(),
        }
    }

    /// `^0.2.3` allows 0.2.x, `^0.0.3` only itself, `^1.2` all of 1.
    pub(super) fn next_breaking(&self) -> Option<[u64; 3]> {
        match self.numbers {
            [Some(0), Some(0), Some(patch)] => next([0, 0, patch], PATCH),
            [Some(0), Some(minor), _] => next([0, minor, 0], MINOR),
            [Some(major), ..] => next([major, 0, 0], MAJOR),
            [None, ..] => None,
        }
    }
}

const MAJOR: usize = 0;
const MINOR: usize = 1;
const PATCH: usize = 2;

/// The first version whose number at `place` is higher. Behind the highest number comes zero, and the number before it
/// rises; behind the highest version comes none.
fn next(mut numbers: [u64; 3], place: usize) -> Option<[u64; 3]> {
    for at in (0..=place).rev() {
        numbers[at + 1..].fill(0);
        if let Some(higher) = numbers[at].checked_add(1) {
            numbers[at] = higher;
            return Some(numbers);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(range: &str, version: &str) -> Option<bool> {
        Some(KubeVersion::parse(version)?.matches(&VersionRange::parse(range)?))
    }

    #[test]
    fn the_default_is_what_its_text_says() {
        let parsed = KubeVersion::parse(KubeVersion::DEFAULT);
        assert_eq!(parsed, Some(KubeVersion::default()));
    }

    #[test]
    fn ranges_are_read_as_helm_reads_them() {
        for (range, version, expected) in [
            (">=1.22.0-0", "1.35.0", true),
            (">=1.22.0-0", "1.21.9", false),
            (">= 1.22, < 1.30", "1.29", true),
            (">=1.22 <1.30", "1.30.0", false),
            ("^1.30", "1.99", true),
            ("^1.30", "2.0", false),
            ("~1.35.0", "1.35.7", true),
            ("~1.35.0", "1.36.0", false),
            ("1.x", "1.2.3", true),
            ("1.x", "2.0", false),
            ("1.2 - 1.4", "1.4.0", true),
            ("1.2 - 1.4", "1.5.0", false),
            ("<1.20 || >=1.30", "1.31.2", true),
            ("<1.20 || >=1.30", "1.25.0", false),
            (">1.30", "1.30.5", false),
            (">1.30", "1.31.0", true),
            ("<=1.30", "1.30.5", true),
            ("!=1.30", "1.30.5", false),
            ("*", "1.30", true),
            (">=1.28.3", "v1.28.3-gke.100", true),
            (">=1.28.3", "v1.28.3+k3s1", true),
        ] {
            assert_eq!(matches(range, version), Some(expected), "{range} {version}");
        }
    }

    #[test]
    fn the_highest_numbers_have_versions_after_them() {
        const MAX: u64 = u64::MAX;
        for (range, version, expected) in [
            (format!("=1.{MAX}"), format!("1.{MAX}"), true),
            (format!("=1.{MAX}"), format!("1.{MAX}.7"), true),
            (format!("=1.{MAX}"), "2.0".to_owned(), false),
            (format!("=1.2.{MAX}"), format!("1.2.{MAX}"), true),
            (format!("=1.2.{MAX}"), "1.3".to_owned(), false),
            (format!("<=1.2.{MAX}"), "1.3".to_owned(), false),
            (format!(">1.{MAX}"), format!("1.{MAX}.3"), false),
            (format!(">1.{MAX}"), "2.0".to_owned(), true),
            (format!("~1.{MAX}"), format!("1.{MAX}.{MAX}"), true),
            (format!("~1.{MAX}"), "2.0".to_owned(), false),
            (format!("^0.0.{MAX}"), "0.1".to_owned(), false),
            (format!("^0.{MAX}"), "1.0".to_owned(), false),
            (format!("^{MAX}"), format!("{MAX}.{MAX}.{MAX}"), true),
            (format!("={MAX}"), format!("{MAX}.1"), true),
            (format!(">{MAX}"), format!("{MAX}.1"), false),
        ] {
            let found = matches(&range, &version);
            assert_eq!(found, Some(expected), "{range} {version}");
        }
    }

    #[test]
    fn what_is_no_range_or_version_is_refused() {
        for range in ["", "abc", ">=", "1.2.3.4", ">=1.x.y"] {
            assert_eq!(VersionRange::parse(range), None, "{range}");
        }
        for version in ["1", "abc", "", "v", "1.28.x", "1.-2"] {
            assert_eq!(KubeVersion::parse(version), None, "{version}");
        }
        assert_eq!(
            KubeVersion::parse("1.28").map(|version| version.version),
            Some("v1.28".to_owned())
        );
    }

    #[test]
    fn chart_versions_are_read_loosely() {
        assert!(Version::parse("1.2").is_some());
        assert!(Version::parse("v0.3.0-rc.1+x").is_some());
        assert!(Version::parse("abc").is_none());
        assert!(Version::parse("1.0.0-rc.1") < Version::parse("1.0.0"));
    }
}
