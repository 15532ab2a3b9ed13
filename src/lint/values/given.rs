//! What the rules look at: the values, what of them the user gave, and where.
//! It answers questions of the rules and finds nothing itself.

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Label};
use crate::values::{Origin, Origins, Values};
use crate::yaml::{Path, Step};

/// The dependencies that the chart brings and an integration can replace, in its order.
pub(super) const DEPENDENCIES: [&str; 4] = ["postgres", "redis", "clickhouse", "s3"];

/// SwanLab's own services, in the chart's order.
pub(super) const SERVICES: [&str; 4] = ["server", "house", "cloud", "next"];

/// What there is to know about the values of one release of the embedded chart.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The values, merged and apart.
    pub values: &'a Values,
    /// Where they come from.
    pub origins: &'a Origins<'a>,
    /// The chart's `appVersion`: what services run unless a tag is set.
    pub app_version: &'a str,
    /// The value of the chart's partial `names`; none if it could not be rendered.
    pub names: Option<&'a Value>,
}

impl Given<'_> {
    /// The merged value at a dotted path; null if there is none.
    pub(super) fn value(&self, path: &str) -> &Value {
        path.split('.')
            .fold(&self.values.tree, |value, key| &value[key])
    }

    /// The text at a path; empty if there is none.
    pub(super) fn text(&self, path: &str) -> &str {
        self.value(path).as_str().unwrap_or_default()
    }

    /// Whether the value at a path is true.
    pub(super) fn is_true(&self, path: &str) -> bool {
        *self.value(path) == Value::Bool(true)
    }

    /// Whether a dependency is the built-in one.
    pub(super) fn is_built_in(&self, dependency: &str) -> bool {
        !self.is_true(&format!("integrations.{dependency}.enabled"))
    }

    /// The built-in dependencies, in the chart's order.
    pub(super) fn built_in(&self) -> impl Iterator<Item = &'static str> {
        let used = *self;
        DEPENDENCIES
            .into_iter()
            .filter(move |dependency| used.is_built_in(dependency))
    }

    /// Where each part that runs is configured: the gateway, the services, the built-in dependencies.
    pub(super) fn parts(&self) -> impl Iterator<Item = String> {
        let services = SERVICES.map(|service| format!("service.{service}"));
        let dependencies = self.built_in().map(|one| format!("dependencies.{one}"));
        std::iter::once("gateway".to_owned())
            .chain(services)
            .chain(dependencies)
    }

    /// Whether the user gave something at a path: not null, and no empty text.
    pub(super) fn is_given(&self, path: &str) -> bool {
        at(&self.values.user, path).is_some_and(|value| !value.is_null() && value != "")
    }

    /// Whether the user gave something at or below a path that is not the chart's default, such as
    /// it is in a copied values.yaml; `except` leaves out a key right below the path.
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

    /// A finding of a rule about the value at a path, shown where the user gave it.
    pub(super) fn found(&self, rule: Diagnostic, code: &'static str, path: &str) -> Diagnostic {
        self.found_at(rule, code, &to_path(path))
    }

    /// The same, for paths with keys that hold dots.
    pub(super) fn found_at(&self, rule: Diagnostic, code: &'static str, path: &Path) -> Diagnostic {
        let mut rule = rule.with_code(code).about(path);
        rule.labels.extend(self.place(path));
        rule
    }

    /// The value at a path, shown with a word, if the user gave it.
    pub(super) fn label(&self, path: &str, word: &str) -> Option<Label> {
        if !self.is_given(path) {
            return None;
        }
        let origin = self.origins.of(&to_path(path))?;
        Some(origin.label().clone().with_text(word))
    }

    /// Where a value stands, or the key in a file below which it would stand; none if no file says
    /// anything of the part that it belongs to. The chart's own text is no place that a user could
    /// change, and a flag that sets something else is none either.
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

/// Whether a value says something else than a default: what is empty says nothing.
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
