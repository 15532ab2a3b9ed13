//! Leaves kinds and fields out of a comparison, before its changes are judged. That an object is added or removed is
//! never left out.
//!
//! Fields are given by [`Pattern`]s: paths as reports write them, in which `*` stands for one step and `**` for any
//! number of steps.

use std::fmt;

use serde_json::Value;

use super::{Action, Change, FieldPath, FieldStep, ObjectDiff};

/// What to leave out of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Fields whose changes are left out, and those of all fields in them.
    pub ignored: Vec<Pattern>,
    /// The kinds to compare, in any case; all kinds if the list is empty.
    pub kinds: Vec<String>,
}

impl Filter {
    /// Removes the changes of ignored fields from an object, and returns whether it still differs. The changes that are
    /// left can then no longer be applied one after the other: their pointers may lead through values of removed ones.
    pub(super) fn apply(&self, object: &mut ObjectDiff<'_>) -> bool {
        if !self.ignored.is_empty() {
            object.changes.retain_mut(|change| !self.is_ignored(change));
        }
        object.action != Action::Changed || !object.changes.is_empty()
    }

    /// Whether objects of a kind are compared.
    pub(super) fn includes_kind(&self, kind: &str) -> bool {
        let is_wanted = |wanted: &String| wanted.eq_ignore_ascii_case(kind);
        self.kinds.is_empty() || self.kinds.iter().any(is_wanted)
    }

    /// Whether a change is left out. Of a change of a document in a string, the parts are removed one by one.
    fn is_ignored(&self, change: &mut Change) -> bool {
        if self.covers(&change.path, change.old.as_ref(), change.new.as_ref()) {
            return true;
        }
        if change.inside.is_empty() {
            return false;
        }
        change.inside.retain_mut(|inner| !self.is_ignored(inner));
        change.inside.is_empty()
    }

    /// Whether a field is ignored, or everything that differs in it.
    fn covers(&self, path: &FieldPath, old: Option<&Value>, new: Option<&Value>) -> bool {
        if self.ignored.iter().any(|pattern| pattern.leads_to(path)) {
            return true;
        }
        let maps = [old, new].map(|side| side.map(Value::as_object));
        if maps.contains(&Some(None)) {
            return false;
        }
        let mut keys = maps
            .iter()
            .flatten()
            .flatten()
            .flat_map(|map| map.keys())
            .peekable();
        keys.peek().is_some()
            && keys.all(|key| {
                let mut below = path.clone();
                below.0.push(FieldStep::Key(key.as_str().into()));
                let side = |side: Option<&'_ Value>| side.and_then(|side| side.get(key)).cloned();
                let (old, new) = (side(old), side(new));
                old == new || self.covers(&below, old.as_ref(), new.as_ref())
            })
    }
}

/// A path in which `*` stands for one step and `**` for any number of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<PatternStep>);

/// Why a text cannot be read as a [`Pattern`]; with the offset in bytes of the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// The text has no steps.
    Empty,
    /// Two dots have no step between them, or a dot is at the end.
    EmptyStep {
        /// Where the step should be.
        at: usize,
    },
    /// A bracket, or the string in it, is not closed.
    UnclosedBracket {
        /// Where the bracket is.
        at: usize,
    },
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the path is empty",
            Self::EmptyStep { .. } => "a step between two dots is empty",
            Self::UnclosedBracket { .. } => "a bracket is not closed",
        })
    }
}

impl std::error::Error for PatternError {}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PatternStep {
    /// `*`
    Any,
    /// `**`
    AnyNumber,
    Key(String),
    /// The key or the index in brackets.
    Element(String),
    /// `»`
    Document,
}

impl PatternStep {
    fn is(&self, step: &FieldStep) -> bool {
        match (self, step) {
            (Self::Any, FieldStep::Key(_) | FieldStep::Element(_) | FieldStep::Index(_))
            | (Self::Document, FieldStep::Document) => true,
            (Self::Key(wanted), FieldStep::Key(key))
            | (Self::Element(wanted), FieldStep::Element(key)) => **wanted == **key,
            (Self::Element(wanted), FieldStep::Index(index)) => *wanted == index.to_string(),
            _ => false,
        }
    }
}

impl Pattern {
    /// Reads a pattern, such as `metadata.labels["helm.sh/chart"]`, `spec.template.spec.containers[*].image` or
    /// `data["dynamic.yaml"] » http.**.priority`.
    ///
    /// # Errors
    /// If the text or a step is empty, or a bracket is not closed.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim_end();
        let offset = |rest: &str| text.len() - rest.len();
        let mut steps = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            if let Some(after) = rest.trim_start().strip_prefix('»') {
                steps.push(PatternStep::Document);
                rest = after.trim_start();
            } else if let Some(inside) = rest.strip_prefix('[') {
                let unclosed = PatternError::UnclosedBracket { at: offset(rest) };
                let (step, after) = bracket(inside).ok_or(unclosed)?;
                steps.push(step);
                rest = after;
            } else {
                let key = match rest.strip_prefix('.') {
                    Some(key)
                        if !steps.is_empty() && steps.last() != Some(&PatternStep::Document) =>
                    {
                        key
                    }
                    _ => rest,
                };
                let end = key.find(['.', '[', '»']).unwrap_or(key.len());
                steps.push(match key[..end].trim_end() {
                    "" => return Err(PatternError::EmptyStep { at: offset(key) }),
                    "*" => PatternStep::Any,
                    "**" => PatternStep::AnyNumber,
                    word => PatternStep::Key(word.to_owned()),
                });
                rest = &key[end..];
            }
        }
        if steps.is_empty() {
            return Err(PatternError::Empty);
        }
        Ok(Self(steps))
    }

    /// Whether the pattern matches a field, or a field that contains it.
    pub fn leads_to(&self, path: &FieldPath) -> bool {
        // The places in the pattern that the steps so far can lead to.
        let mut places = vec![0];
        let arrived = |places: &[usize]| {
            let is_gap = |step| step == &PatternStep::AnyNumber;
            places
                .iter()
                .any(|&place| self.0[place..].iter().all(is_gap))
        };
        for step in &path.0 {
            let mut next = Vec::new();
            for &place in &places {
                let mut at = place;
                while self.0.get(at) == Some(&PatternStep::AnyNumber) {
                    next.push(at);
                    at += 1;
                }
                if self.0.get(at).is_some_and(|wanted| wanted.is(step)) {
                    next.push(at + 1);
                }
            }
            next.sort_unstable();
            next.dedup();
            places = next;
            if arrived(&places) {
                return true;
            }
        }
        false
    }
}

/// The step after a `[`, and the text after its `]`; `None` if it is not closed.
fn bracket(inside: &str) -> Option<(PatternStep, &str)> {
    if inside.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(inside).into_iter::<String>();
        let key = texts.next().and_then(Result::ok)?;
        let after = inside[texts.byte_offset()..].strip_prefix(']')?;
        return Some((PatternStep::Key(key), after));
    }
    let (step, after) = inside.split_once(']')?;
    Some(match step {
        "*" => (PatternStep::Any, after),
        "**" => (PatternStep::AnyNumber, after),
        step => (PatternStep::Element(step.to_owned()), after),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> FieldStep {
        FieldStep::Key(key.into())
    }

    fn image() -> FieldPath {
        let element = FieldStep::Element("name=server".into());
        FieldPath(vec![key("spec"), key("containers"), element, key("image")])
    }

    fn leads(pattern: &str, path: &FieldPath) -> bool {
        Pattern::parse(pattern).is_ok_and(|pattern| pattern.leads_to(path))
    }

    #[test]
    fn a_path_is_found_as_it_is_printed() {
        let router = FieldPath(vec![
            key("data"),
            key("dynamic.yaml"),
            FieldStep::Document,
            key("http"),
            FieldStep::Index(2),
            key("a\"b"),
        ]);
        for path in [image(), router] {
            assert!(leads(&path.to_string(), &path), "{path}");
            assert!(!leads(&format!("{path}.more"), &path), "{path}");
        }
    }

    #[test]
    fn gaps_match_steps() {
        for pattern in [
            "spec",
            "spec.containers[*].image",
            "spec.*.*.image",
            "**.image",
            "spec.**",
            "**",
            "spec.**.containers",
            "**[name=server].**",
        ] {
            assert!(leads(pattern, &image()), "{pattern}");
        }
        for pattern in [
            "image",
            "*.image",
            "spec.*.image",
            "spec.containers[1]",
            "**.name",
        ] {
            assert!(!leads(pattern, &image()), "{pattern}");
        }
    }

    #[test]
    fn mistakes_are_found_with_their_offset() {
        for text in ["", " ", "a..b", "a[b", "a[\"b]", "a[\"b\"", "a."] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
        let error = |text| Pattern::parse(text).unwrap_err();
        assert_eq!(error("a..b"), PatternError::EmptyStep { at: 2 });
        assert_eq!(error("a.b[c"), PatternError::UnclosedBracket { at: 3 });
    }
}
