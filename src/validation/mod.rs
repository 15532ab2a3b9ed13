//! What an API server refuses about one object by itself: fields that do not fit the type ([`structure`]), and values
//! that the types allow and its validation functions do not ([`rules`]). `lint` reports it, and `diff` predicts with it
//! which changes are refused.

mod part;
pub mod rules;
pub mod structure;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Severity};
use crate::kubernetes::types::{Types, group_of};
use crate::kubernetes::{self, at, field, pod_template};
use crate::yaml::Path;
use part::Part;

/// A violation of the API by an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field or element at fault; of a missing field the map that lacks it.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with a field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// It does not fit the type.
    Structure(structure::Problem),
    /// It violates a rule.
    Rule(rules::Refusal),
}

/// All violations by an object of the API of a version: those of the types first. What the version reads and does not
/// store ([`kubernetes::stored`]) has to be of its type, and may have any value.
///
/// ```
/// use serde_json::json;
/// use swanlab_render::kubernetes::types::Types;
/// use swanlab_render::validation::check;
///
/// let budget = json!({
///     "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"},
///     "spec": {"minAvailable": 1, "maxUnavailable": 1},
/// });
/// let found = check(Types::of(1, 35), &budget);
/// assert_eq!(found[0].problem.message(), "only one of maxUnavailable and minAvailable may be set");
/// ```
pub fn check(types: Types, object: &Value) -> Vec<Violation> {
    check_part(types, Part::new(&with_specs(types, object), None))
}

/// The violations by an object that replaces another one, without those that the other has too. The API server accepts
/// these, because they are in the cluster.
///
/// Only parts that differ are checked: the violations of a part depend on nothing else.
pub fn check_update(types: Types, before: &Value, object: &Value) -> Vec<Violation> {
    let [before, object] = [before, object].map(|side| with_specs(types, side));
    let (before, object) = (&*before, &*object);
    let is_same = |key: &&str| field(before, key) == field(object, key);
    let is_of_type = ["apiVersion", "kind"].iter().all(is_same);
    let part = |object, other| Part::new(object, is_of_type.then_some(other));
    let mut found = check_part(types, part(object, before));
    if !found.is_empty() {
        let known = check_part(types, part(before, object));
        found.retain(|one| !known.contains(one));
    }
    found
}

/// The object with a `spec`, if its kind has one, and with one in its templates: to the API server, what has no `spec`
/// has an empty one.
fn with_specs(types: Types, object: &Value) -> Cow<'_, Value> {
    let word = |key: &str| field(object, key).as_str().unwrap_or_default();
    let (api_version, kind) = (word("apiVersion"), word("kind"));
    let has_spec = || {
        let id = types.kind(api_version, kind);
        id.is_ok_and(|id| types.field(id, "spec").is_some())
    };
    let lacks_spec = |at: &Value| at.is_object() && field(at, "spec").is_null();
    let pods = pod_template(group_of(api_version), kind).filter(|keys| !keys.is_empty());
    let jobs: &[&str] = &["spec", "jobTemplate"];
    let jobs = pods.and((kind == "CronJob").then_some(jobs));
    let mut filled = Cow::Borrowed(object);
    for keys in [Some([].as_slice()), jobs, pods].into_iter().flatten() {
        if lacks_spec(at(&filled, keys)) && (!keys.is_empty() || has_spec()) {
            let root = Some(filled.to_mut());
            let place = keys.iter().fold(root, |place, key| place?.get_mut(*key));
            if let Some(Value::Object(map)) = place {
                map.insert("spec".to_owned(), Value::Object(Map::new()));
            }
        }
    }
    filled
}

/// The violations by an object, in what is not the same as before.
fn check_part(types: Types, object: Part<'_>) -> Vec<Violation> {
    let word = |key: &str| field(object.value, key).as_str().unwrap_or_default();
    let group = group_of(word("apiVersion"));
    let is_stored = |path: &Path| {
        let keys: Vec<&str> = path.keys().collect();
        kubernetes::needed_feature(group, word("kind"), &keys, [None; 2], types.minor).is_none()
    };
    let structure = structure::check_part(types, object).into_iter();
    let mut found: Vec<Violation> = structure
        .filter(|one| {
            let is_value = matches!(
                one.problem,
                structure::Problem::Unsupported { .. } | structure::Problem::Missing { .. }
            );
            !is_value || is_stored(&one.path)
        })
        .map(|one| Violation {
            path: one.path,
            problem: Problem::Structure(one.problem),
        })
        .collect();
    found.extend(rules::check(types, object));
    found
}

impl Problem {
    /// The code of the rule.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Structure(problem) => problem.code(),
            Self::Rule(refusal) => refusal.code,
        }
    }

    /// An error if the API server refuses it for certain, a warning if that depends on the cluster, a note if it cannot
    /// be checked.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Structure(problem) => problem.severity(),
            Self::Rule(refusal) if refusal.condition.is_some() => Severity::Warning,
            Self::Rule(_) => Severity::Error,
        }
    }

    /// Whether the field's key is wrong, not its value.
    pub fn is_about_key(&self) -> bool {
        match self {
            Self::Structure(problem) => problem.is_about_key(),
            Self::Rule(refusal) => refusal.is_about_key,
        }
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> String {
        match self {
            Self::Structure(problem) => problem.message(),
            Self::Rule(refusal) => refusal.message.clone(),
        }
    }

    /// What to do, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Structure(problem) => problem.help(),
            Self::Rule(refusal) => refusal
                .condition
                .map(|condition| format!("it is refused if {condition}")),
        }
    }

    /// The same as a diagnostic, without a place.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(self.severity(), self.message());
        diagnostic.help = self.help();
        diagnostic.with_code(self.code())
    }
}
