//! Version ranges as in Chart.yaml's `kubeVersion`, by the rules of Masterminds/semver v3.
//! It answers whether a version is inside; it refuses to choose one.

use super::version::{Partial, Version};

/// A range: alternatives (`||`) of conditions that all must hold (blank or comma).
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

/// The operators as they are written, the longer ones first.
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

    /// Whether the version is in one of the alternatives. A pre-release is only in a range that
    /// names one, as in Helm.
    pub fn contains(&self, version: &Version) -> bool {
        self.0
            .iter()
            .any(|all| all.iter().all(|condition| condition.holds(version)))
    }
}

fn conditions(alternative: &str) -> Option<Vec<Condition>> {
    let mut words: Vec<&str> = Vec::new();
    for word in alternative
        .split([' ', ',', '\t'])
        .filter(|w| !w.is_empty())
    {
        words.push(word);
    }
    let mut conditions = Vec::new();
    let mut rest = words.as_slice();
    while let [first, tail @ ..] = rest {
        // "1.2 - 1.4": a dash alone between two versions.
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
            // The operator may stand apart from its version: ">= 1.22".
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
