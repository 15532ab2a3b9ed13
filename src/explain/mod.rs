//! What a key of the values is for, in terms of the cluster: the fields that it feeds, and what changing it does to what
//! runs. Nothing is kept in tables: the release is rendered with other values and compared with itself.

mod probes;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::diagnostics::{Diagnostic, Diagnostics, Source, nearest};
use crate::diff::{Certainty, Effect, ObjectRef, Options, ValueField, compare, fields_of, redact};
use crate::init::{self, Choices, External, Store};
use crate::keys::{Key, Keys};
use crate::kubernetes::types::Types;
use crate::manifest::Manifest;
use crate::release::Release;
use crate::values::NoFiles;
use crate::yaml::{self, Path, Step};

/// What there is to say about a key.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What the chart says of it.
    pub key: Key,
    /// The value that a user gives, if it is not the default.
    pub value: Option<Value>,
    /// The fields that it feeds. None: it has keys below it, which feed for themselves.
    pub feeds: Option<Vec<ValueField>>,
    /// Other values, and what each does.
    pub changes: Vec<Change>,
}

/// What another value does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The value before; null if there is none.
    pub from: Value,
    /// The value that was tried.
    pub to: Value,
    /// The worst that certainly happens.
    pub effect: Effect,
    /// What an operator should know, worst first.
    pub findings: Vec<Note>,
}

/// A finding of the comparison, without commands: those are for real values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What happens.
    pub effect: Effect,
    /// Whether that is certain.
    pub certainty: Certainty,
    /// When it happens, if it is not certain.
    pub condition: Option<String>,
    /// The object.
    pub object: ObjectRef,
    /// Why.
    pub message: String,
}

/// Explains a key of a release's chart.
///
/// # Errors
/// A key that the chart does not have, and what is wrong with the chart or the values.
pub fn explain(release: &Release, path: &Path) -> Result<Explanation, Diagnostics> {
    let keys = Keys::of(release.chart())?;
    let Some(key) = found(&keys, path) else {
        return Err(unknown(&keys, path).into());
    };
    let tree = release.merged_values();
    let value = key
        .path
        .get(&tree)
        .filter(|value| Some(*value) != key.default.as_ref())
        .cloned();
    let is_map = |value: &Value| value.as_object().is_some_and(|map| !map.is_empty());
    if key.default.as_ref().is_some_and(is_map) {
        return Ok(Explanation {
            key,
            value,
            feeds: None,
            changes: Vec::new(),
        });
    }
    let external = with_the_integration(release, &key.path)?;
    let release = external.as_ref().unwrap_or(release);
    let (feeds, changes) = tried(release, &key);
    Ok(Explanation {
        key,
        value,
        feeds: Some(feeds),
        changes,
    })
}

/// The key; below a map that takes any keys, the map.
fn found(keys: &Keys<'_>, path: &Path) -> Option<Key> {
    if let Some(key) = keys.find(path) {
        return (!path.0.is_empty()).then_some(key);
    }
    let above = keys.find(&path.parent()?)?;
    let is_free = above.below.is_empty() && above.types.iter().any(|one| one == "object");
    is_free.then_some(above)
}

fn unknown(keys: &Keys<'_>, path: &Path) -> Diagnostic {
    let error = Diagnostic::error(format!("the chart has no key `{path}`"));
    let all: Vec<String> = keys.all().iter().map(Path::to_string).collect();
    let typed = path.to_string();
    let names = || all.iter().map(String::as_str);
    // A part of the path is enough where it says which.
    let ending = format!(".{typed}");
    let ends: Vec<&str> = names()
        .filter(|name| name.ends_with(&ending))
        .take(5)
        .collect();
    if !ends.is_empty() {
        return error.with_help(format!("did you mean `{}`?", ends.join("`, `")));
    }
    match nearest(&typed, names()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help("`swanlab-render show values` lists all keys"),
    }
}

/// The release with the integration that a key belongs to: without it, the key has no effect.
fn with_the_integration(release: &Release, path: &Path) -> Result<Option<Release>, Diagnostics> {
    let mut keys = path.keys();
    let (Some("integrations"), Some(name)) = (keys.next(), keys.next()) else {
        return Ok(None);
    };
    let Some(store) = Store::ALL.into_iter().find(|store| store.name() == name) else {
        return Ok(None);
    };
    if !release.chart().is_embedded {
        return Ok(None);
    }
    let choices = Choices {
        external: vec![External { store, host: None }],
        ..Choices::default()
    };
    let text = init::values(&choices, &release.values().tree);
    let mut request = release.request().clone();
    // Ahead of the user's own: theirs win.
    request
        .overrides
        .files
        .insert(0, Source::new("integration", text));
    let with = Release::new(Arc::clone(release.compiled()), request, &NoFiles)?;
    Ok(Some(with))
}

/// Renders with other values, and compares.
fn tried(release: &Release, key: &Key) -> (Vec<ValueField>, Vec<Change>) {
    let tree = release.merged_values();
    let current = key.path.get(&tree).cloned().unwrap_or(Value::Null);
    let app_version = &release.chart().metadata.app_version.0;
    let mut feeds: Vec<ValueField> = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    for group in probes::of(key, &current, app_version) {
        for probe in group {
            let [from, to] =
                if probe == Value::Bool(false) && current == Value::Bool(true) && is_switch(key) {
                    // What enabling does is what is asked.
                    [Value::Bool(false), Value::Bool(true)]
                } else {
                    [current.clone(), probe]
                };
            let render = |value: &Value| render(release, &key.path, value);
            let (Some(old), Some(new)) = (render(&from), render(&to)) else {
                continue;
            };
            let (fields, change) = compared(release, [&old, &new], [from, to]);
            feeds.extend(fields);
            let is_new = changes
                .iter()
                .all(|one| (one.effect, &one.findings) != (change.effect, &change.findings));
            if is_new {
                changes.push(change);
            }
            break;
        }
    }
    feeds.sort();
    feeds.dedup();
    if feeds.is_empty() {
        changes.clear();
    }
    (feeds, changes)
}

fn is_switch(key: &Key) -> bool {
    matches!(key.path.0.last(), Some(Step::Key(name)) if name == "enabled")
}

/// All objects with another value, if it is valid.
fn render(release: &Release, path: &Path, value: &Value) -> Option<Vec<Manifest>> {
    let mut keys: Vec<&str> = path.keys().collect();
    keys.reverse();
    let nested = keys.into_iter().fold(value.clone(), |below, key| {
        Value::Object([(key.to_owned(), below)].into_iter().collect())
    });
    let mut request = release.request().clone();
    let text = yaml::to_string(&nested);
    request
        .overrides
        .files
        .push(Source::new("another value", text));
    let release = Release::new(Arc::clone(release.compiled()), request, &NoFiles).ok()?;
    release.validate().ok()?;
    Some(release.render().ok()?.into_all())
}

fn compared(
    release: &Release,
    [old, new]: [&[Manifest]; 2],
    [from, to]: [Value; 2],
) -> (Vec<ValueField>, Change) {
    let request = release.request();
    let version = &request.kube_version;
    let options = Options::new(&request.namespace, Types::of(version.major, version.minor));
    let diff = compare(old, new, &options);
    let shown = redact(diff, old, new, &request.namespace);
    let findings = shown.findings.iter().map(|finding| Note {
        effect: finding.effect,
        certainty: finding.certainty,
        condition: finding.condition.clone(),
        object: finding.object.clone(),
        message: finding.message.clone(),
    });
    let effects = shown
        .objects
        .iter()
        .flat_map(|object| object.effects.iter().copied());
    let effect = effects.max().unwrap_or_default().max(shown.summary.verdict);
    let change = Change {
        from,
        to,
        effect,
        findings: findings.collect(),
    };
    (fields_of(&shown), change)
}
