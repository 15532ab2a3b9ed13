//! What an operator does not want to see: fields by path, and all kinds but some.
//! It takes changes out of a comparison before they are judged, and never hides that an object comes or goes.

use std::fmt;

use serde_json::Value;

use super::{Action, Change, FieldPath, FieldStep, ObjectDiff};

/// What to leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Fields whose changes do not count, with all that is in them.
    pub ignored: Vec<Pattern>,
    /// The kinds to look at; all of them if none is named. Case does not matter.
    pub kinds: Vec<String>,
}

impl Filter {
    /// Takes out of an object what is not wanted, and says whether it still differs. What its pointers lead through
    /// may be missing afterwards: the changes no longer make the new object of the old one.
    pub(super) fn keeps(&self, object: &mut ObjectDiff<'_>) -> bool {
        if !self.ignored.is_empty() {
            object.changes.retain_mut(|change| !self.is_ignored(change));
        }
        object.action != Action::Changed || !object.changes.is_empty()
    }

    /// Whether it looks at objects of a kind.
    pub(super) fn wants(&self, kind: &str) -> bool {
        let is_wanted = |wanted: &String| wanted.eq_ignore_ascii_case(kind);
        self.kinds.is_empty() || self.kinds.iter().any(is_wanted)
    }

    /// Whether a change does not count. Of a document inside a string, the parts are taken out one by one.
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

    /// Whether a field is ignored, or everything in it is.
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

/// A path with gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Step>);

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(pub &'static str);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// `*`
    Any,
    /// `**`
    AnyNumber,
    Key(String),
    /// What stands in brackets.
    Element(String),
    /// `»`
    Document,
}

impl Step {
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
    /// Reads `metadata.labels["helm.sh/chart"]`, `spec.template.spec.containers[*].image`,
    /// `data["dynamic.yaml"] » http.**.priority`.
    ///
    /// # Errors
    /// What is missing, or not closed.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut steps = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(after) = rest.trim_start().strip_prefix('»') {
                steps.push(Step::Document);
                rest = after.trim_start();
            } else if let Some(inside) = rest.strip_prefix('[') {
                let (step, after) = bracket(inside)?;
                steps.push(step);
                rest = after;
            } else {
                let key = match rest.strip_prefix('.') {
                    Some(key) if !steps.is_empty() && steps.last() != Some(&Step::Document) => key,
                    _ => rest,
                };
                let end = key.find(['.', '[', '»']).unwrap_or(key.len());
                steps.push(match key[..end].trim_end() {
                    "" => return Err(PatternError("a step between two dots is empty")),
                    "*" => Step::Any,
                    "**" => Step::AnyNumber,
                    word => Step::Key(word.to_owned()),
                });
                rest = &key[end..];
            }
        }
        if steps.is_empty() {
            return Err(PatternError("the path is empty"));
        }
        Ok(Self(steps))
    }

    /// Whether the pattern leads to a field, or to something that the field is in.
    pub fn leads_to(&self, path: &FieldPath) -> bool {
        // The places in the pattern at which the steps so far can have arrived.
        let mut places = vec![0];
        let arrived = |places: &[usize]| {
            let is_gap = |step| step == &Step::AnyNumber;
            places
                .iter()
                .any(|&place| self.0[place..].iter().all(is_gap))
        };
        for step in &path.0 {
            let mut next = Vec::new();
            for &place in &places {
                let mut at = place;
                while self.0.get(at) == Some(&Step::AnyNumber) {
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

/// The step behind `[`, and what comes after its `]`.
fn bracket(inside: &str) -> Result<(Step, &str), PatternError> {
    const OPEN: PatternError = PatternError("a bracket is not closed");
    if inside.starts_with('"') {
        let mut texts = serde_json::Deserializer::from_str(inside).into_iter::<String>();
        let key = texts.next().and_then(Result::ok).ok_or(OPEN)?;
        let after = inside[texts.byte_offset()..]
            .strip_prefix(']')
            .ok_or(OPEN)?;
        return Ok((Step::Key(key), after));
    }
    let (step, after) = inside.split_once(']').ok_or(OPEN)?;
    Ok(match step {
        "*" => (Step::Any, after),
        "**" => (Step::AnyNumber, after),
        step => (Step::Element(step.to_owned()), after),
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
    fn gaps_stand_for_steps() {
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
    fn what_is_no_path_is_refused() {
        for text in ["", " ", "a..b", "a[b", "a[\"b]", "a[\"b\"", "a."] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
