//! What the rules read: the values, which of them the user gave, where, and what the chart's partials say.

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Label};
use crate::swanlab::secret::Integration;
use crate::swanlab::{Part, Partials};
use crate::values::{Origin, Origins, Values};
use crate::yaml::{Path, Step};

/// The values of one release of the chart, and what the chart makes of them.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Inputs<'a> {
    /// The values: merged, as the user gave them, and the chart's defaults.
    pub values: &'a Values,
    /// Where each value comes from.
    pub origins: &'a Origins,
    /// What the chart's partials say with these values.
    pub partials: &'a Partials,
}

impl<'a> Inputs<'a> {
    /// Puts the inputs together.
    pub fn new(values: &'a Values, origins: &'a Origins, partials: &'a Partials) -> Self {
        Self {
            values,
            origins,
            partials,
        }
    }

    /// The merged value at a dotted path; null if there is none.
    pub(super) fn value(&self, path: &str) -> &'a Value {
        path.split('.')
            .fold(&self.values.tree, |value, key| &value[key])
    }

    /// The text at a path; empty if there is none.
    pub(super) fn text(&self, path: &str) -> &'a str {
        self.value(path).as_str().unwrap_or_default()
    }

    /// Whether the value at a path is true.
    pub(super) fn is_true(&self, path: &str) -> bool {
        *self.value(path) == Value::Bool(true)
    }

    /// The dependencies that are built in.
    pub(super) fn built_in(&self) -> impl Iterator<Item = &'a Integration> + use<'a> {
        let integrations = self.partials.integrations.iter();
        integrations.filter(|integration| !integration.is_enabled)
    }

    /// The dependencies that run elsewhere.
    pub(super) fn integrated(&self) -> impl Iterator<Item = &'a Integration> + use<'a> {
        let integrations = self.partials.integrations.iter();
        integrations.filter(|integration| integration.is_enabled)
    }

    /// Whether a dependency runs elsewhere.
    pub(super) fn is_integrated(&self, dependency: &str) -> bool {
        self.integrated().any(|one| one.name == dependency)
    }

    /// The parts that the release has: all but the dependencies that run elsewhere.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'a Part> {
        let parts = self.partials.parts.iter();
        parts.filter(|part| !self.is_integrated(&part.key))
    }

    /// Whether the user gave something at a path: not null, and no empty text.
    pub(super) fn is_given(&self, path: &str) -> bool {
        at(&self.values.user, path).is_some_and(|value| !value.is_null() && value != "")
    }

    /// Whether the user gave something at or below a path that differs from the chart's default. Values that a
    /// copied values.yaml repeats do not count, and neither does the key `except` directly below the path.
    pub(super) fn is_changed(&self, path: &str, except: &str) -> bool {
        let default = at(&self.values.defaults, path);
        match at(&self.values.user, path) {
            Some(Value::Object(user)) => user.iter().any(|(key, value)| {
                key != except && differs(value, default.and_then(|default| default.get(key)))
            }),
            Some(value) => differs(value, default),
            None => false,
        }
    }

    /// Completes a finding about the value at a path: its code, its path, and the place where the user gave it.
    pub(super) fn found(&self, finding: Diagnostic, code: &'static str, path: &str) -> Diagnostic {
        self.found_at(finding, code, &to_path(path))
    }

    /// The same, for paths with keys that contain dots.
    pub(super) fn found_at(
        &self,
        finding: Diagnostic,
        code: &'static str,
        path: &Path,
    ) -> Diagnostic {
        let mut finding = finding.with_code(code).about(path);
        finding.labels.extend(self.place(path));
        finding
    }

    /// The place of the value at a path, with a remark, if the user gave it.
    pub(super) fn label(&self, path: &str, remark: &str) -> Option<Label> {
        if !self.is_given(path) {
            return None;
        }
        let origin = self.origins.of(&to_path(path))?;
        Some(origin.label().clone().with_text(remark))
    }

    /// Where a value is, or the key in a file under which it belongs; none if no file mentions the part that it
    /// belongs to. The chart's own text does not count, since a user cannot change it, and neither does a flag that
    /// sets another value.
    fn place(&self, path: &Path) -> Option<Label> {
        /// A part has a path of two keys.
        const PART: usize = 2;
        if let Some(Origin::File(label) | Origin::Flag(label)) = self.origins.of(path) {
            return Some(label);
        }
        (PART..path.0.len())
            .rev()
            .find_map(|length| self.key_in_file(&Path(path.0[..length].to_vec())))
    }

    /// The key at a path, if a file has it.
    pub(super) fn key_in_file(&self, path: &Path) -> Option<Label> {
        let label = self.origins.key(path)?;
        match self.origins.of(path) {
            Some(Origin::Flag(flag)) if flag.source == label.source => None,
            _ => Some(label),
        }
    }
}

/// The path of dotted keys.
pub(super) fn to_path(dotted: &str) -> Path {
    Path(
        dotted
            .split('.')
            .map(|key| Step::Key(key.to_owned()))
            .collect(),
    )
}

fn at<'v>(map: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let value = map.get(first)?;
    rest.split('.')
        .filter(|key| !key.is_empty())
        .try_fold(value, |value, key| value.get(key))
}

/// Whether a value differs from a default. Empty values never do: they set nothing.
fn differs(value: &Value, default: Option<&Value>) -> bool {
    match value {
        Value::Null => false,
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| differs(value, default.and_then(|default| default.get(key)))),
        Value::String(text) if text.is_empty() => false,
        Value::Array(list) if list.is_empty() => false,
        _ => default != Some(value),
    }
}
