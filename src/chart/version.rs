//! Versions and ranges of versions, by Helm's rules (Masterminds/semver v3), which are less strict than Cargo's.

use std::cmp::Ordering;
use std::fmt;

/// The Kubernetes version to render for (`--kube-version`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// The text that templates see, with a leading `v` and the suffix: `v1.28.3+k3s1`.
    pub version: String,
    /// `1`
    pub major: u64,
    /// `28`
    pub minor: u64,
    /// The version without its suffix, so that `-gke.1` does not make it a pre-release of 1.28.3.
    comparable: Version,
}

impl KubeVersion {
    /// The version that is used by default.
    pub const DEFAULT: &'static str = "1.35.0";

    /// Reads `1.28`, `v1.28.3` or `v1.28.3-gke.1`. Major and minor are required.
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

    /// Whether the version is in a range, such as the `kubeVersion` of a chart.
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

/// A version, with zero for missing parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    pre: semver::Prerelease,
}

impl Version {
    /// Reads a version by Helm's rules: `1`, `1.2`, `v1.2.3-rc.1+build`.
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
        // The semver crate sorts "no pre-release" last.
        (self.numbers, &self.pre).cmp(&(other.numbers, &other.pre))
    }
}

/// A version as written. Parts that are missing, `x`, `X` or `*` are open.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Partial {
    numbers: [Option<u64>; 3],
    pre: semver::Prerelease,
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

    fn parse(text: &str) -> Option<Self> {
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

    fn floor(&self) -> Version {
        Version {
            numbers: self.numbers.map(Option::unwrap_or_default),
            pre: self.pre.clone(),
        }
    }

    /// The first version after all versions that this one covers, if there is one.
    fn next_of_last(&self) -> Option<[u64; 3]> {
        match self.numbers {
            [None, ..] => None,
            [Some(major), None, _] => next([major, 0, 0], MAJOR),
            [Some(major), Some(minor), None] => next([major, minor, 0], MINOR),
            [Some(major), Some(minor), Some(patch)] => next([major, minor, patch], PATCH),
        }
    }

    fn next_minor(&self) -> Option<[u64; 3]> {
        match self.numbers {
            [Some(major), Some(minor), _] => next([major, minor, 0], MINOR),
            _ => self.next_of_last(),
        }
    }

    /// The first version that `^` excludes: `^0.2.3` allows 0.2.x, `^0.0.3` only itself, `^1.2` all of 1.
    fn next_breaking(&self) -> Option<[u64; 3]> {
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

/// The first version whose number at `place` is higher. The highest number overflows into the number before it; the
/// highest version has no successor.
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

/// A range: alternatives (`||`) of conditions that must all be met (separated by a blank or a comma).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange(Vec<Vec<Condition>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    operator: Operator,
    bound: Partial,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Tilde,
    Caret,
}

/// The operators, longer ones first.
const OPERATORS: [(&str, Operator); 12] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterEqual),
    ("=>", Operator::GreaterEqual),
    ("<=", Operator::LessEqual),
    ("=<", Operator::LessEqual),
    ("~>", Operator::Tilde),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl VersionRange {
    /// Reads a range such as `>=1.22.0-0`, `^1.30`, `1.x || >=2.0 <3`, `1.2 - 1.4`.
    pub fn parse(text: &str) -> Option<Self> {
        text.split("||")
            .map(conditions)
            .collect::<Option<Vec<_>>>()
            .map(Self)
    }

    /// Whether the version is in one of the alternatives. As in Helm, a pre-release is only in a range that names one.
    pub fn contains(&self, version: &Version) -> bool {
        self.0
            .iter()
            .any(|all| all.iter().all(|condition| condition.holds(version)))
    }
}

fn conditions(alternative: &str) -> Option<Vec<Condition>> {
    let words: Vec<&str> = alternative
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut conditions = Vec::new();
    let mut rest = words.as_slice();
    while let [first, tail @ ..] = rest {
        // "1.2 - 1.4": a dash between two versions.
        if let ["-", upper, after @ ..] = tail {
            conditions.push(condition(Operator::GreaterEqual, first)?);
            conditions.push(condition(Operator::LessEqual, upper)?);
            rest = after;
            continue;
        }
        let operator = OPERATORS
            .iter()
            .find(|(written, _)| first.starts_with(written));
        rest = tail;
        match operator {
            // There may be a blank between the operator and the version: ">= 1.22".
            Some((written, operator)) if first.len() == written.len() => {
                let [version, after @ ..] = rest else {
                    return None;
                };
                conditions.push(condition(*operator, version)?);
                rest = after;
            }
            Some((written, operator)) => {
                conditions.push(condition(*operator, &first[written.len()..])?);
            }
            None => conditions.push(condition(Operator::Equal, first)?),
        }
    }
    (!conditions.is_empty()).then_some(conditions)
}

fn condition(operator: Operator, version: &str) -> Option<Condition> {
    let bound = Partial::parse(version.strip_prefix('v').unwrap_or(version))?;
    Some(Condition { operator, bound })
}

impl Condition {
    fn holds(&self, version: &Version) -> bool {
        if !version.pre.is_empty() && self.bound.pre.is_empty() {
            return false;
        }
        let floor = self.bound.floor();
        let within = |next: Option<[u64; 3]>| {
            *version >= floor && next.is_none_or(|next| version.numbers < next)
        };
        match self.operator {
            Operator::Equal => within(self.bound.next_of_last()),
            Operator::NotEqual => !within(self.bound.next_of_last()),
            // ">1.2" is "not 1.2.anything and newer", "<=1.2" includes 1.2.9.
            Operator::Greater => *version > floor && !within(self.bound.next_of_last()),
            Operator::GreaterEqual => *version >= floor,
            Operator::Less => *version < floor,
            Operator::LessEqual => *version <= floor || within(self.bound.next_of_last()),
            Operator::Tilde => within(self.bound.next_minor()),
            Operator::Caret => within(self.bound.next_breaking()),
        }
    }
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
