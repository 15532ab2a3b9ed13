//! Comparisons for people and machines. Their secrets are hidden before: the type [`Shown`] ensures it.

mod class;
mod effects;
pub(super) mod html;
mod hunks;
mod markdown;
mod names;
mod text;
mod total;
mod unified;
pub(in crate::report) mod value;
mod verdict;

#[cfg(test)]
mod tests;

pub use effects::explain;
pub use html::html;
pub use markdown::markdown;
pub use names::{Data, names, removed};
pub use text::text;
pub use total::total;
pub use unified::unified;

use super::pretty;
use crate::diagnostics::visible;
use crate::diff::{Action, Attribution, Diff, Effect, ObjectDiff, ObjectRef, Shown, ValueFinding};

/// What a report for people shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// The number of unchanged lines around each change of a text, if it is not the default.
    pub context: Option<usize>,
    /// How much is written out.
    pub extent: Extent,
}

/// How much of the changes is written out. The verdict and the findings are never shortened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// One line for each object.
    Lines,
    /// Every change, but of long texts only how many lines differ.
    #[default]
    Folded,
    /// Everything, also the names of the objects that have a change in common.
    Whole,
}

/// The comparison as indented JSON, described by `docs/diff.schema.json`.
pub fn json(diff: &Shown<'_>, out: &mut String) {
    pretty(diff, out);
}

/// The comparison as a JSON tree.
pub fn tree(diff: &Shown<'_>) -> serde_json::Value {
    serde_json::to_value(diff).unwrap_or_default()
}

/// `Deployment/swanlab-server`, or `Deployment/swanlab-server in NAMESPACE` if the object has a namespace.
fn title(object: &ObjectRef) -> String {
    let ObjectRef {
        kind,
        name,
        namespace,
        ..
    } = object;
    let title = if namespace.is_empty() {
        format!("{kind}/{name}")
    } else {
        format!("{kind}/{name} in {namespace}")
    };
    visible(&title).into_owned()
}

/// The sign before an object.
fn sign(action: Action) -> char {
    match action {
        Action::Added => '+',
        Action::Removed => '-',
        Action::Changed => '~',
        Action::Renamed => '→',
    }
}

/// An object with its sign, and with its old name if it was renamed.
fn headline(object: &ObjectDiff<'_>) -> String {
    let sign = sign(object.action);
    let ObjectRef { kind, name, .. } = &object.object;
    match &object.old_name {
        Some(old) if old != name => {
            let names = format!("{kind}/{old} -> {name}");
            format!("{sign} {}", visible(&names))
        }
        _ => format!("{sign} {}", title(&object.object)),
    }
}

/// The effects on an object, worst first; empty if there are none.
fn effects(object: &ObjectDiff<'_>) -> String {
    let effects = object.effects.iter().rev();
    let effects = effects.filter(|effect| **effect != Effect::None);
    let effects: Vec<String> = effects
        .map(|effect| {
            let accepted = object.accepted.contains(effect);
            format!("{effect}{}", if accepted { " (accepted)" } else { "" })
        })
        .collect();
    effects.join(", ")
}

/// `service.server.image.tag  my-values.yaml:41`
fn attribution(attribution: &Attribution) -> String {
    let Attribution { value, file, line } = attribution;
    let text = match line {
        Some(line) => format!("{value}  {file}:{line}"),
        None => format!("{value}  {file}"),
    };
    visible(&text).into_owned()
}

/// The place and the message of what the new chart does with a value, and the fields that it decides.
fn value_lines(finding: &ValueFinding) -> (String, String, Vec<String>) {
    let ValueFinding {
        value, file, line, ..
    } = finding;
    let place = attribution(&Attribution {
        value: value.clone(),
        file: file.clone(),
        line: *line,
    });
    let fields = finding.fields.iter().flatten().map(|field| {
        let line = format!("{}  {}", title(&field.object), field.path);
        visible(line.trim_end()).into_owned()
    });
    (
        place,
        visible(&finding.message).into_owned(),
        fields.collect(),
    )
}

/// What is said before the fields that differ from render to render.
const RANDOM: &str = "different in every render, and not compared";

/// The objects with fields that differ from render to render, each with these fields.
fn random(diff: &Diff<'_>) -> Vec<(String, Vec<String>)> {
    let mut objects: Vec<(String, Vec<String>)> = Vec::new();
    for field in &diff.random {
        let (title, path) = (title(&field.object), field.path.to_string());
        let path = visible(&path).into_owned();
        match objects.last_mut() {
            Some((last, paths)) if *last == title => paths.push(path),
            _ => objects.push((title, vec![path])),
        }
    }
    objects
}

/// How many objects were compared, and how many differ.
fn coverage(diff: &Diff<'_>) -> String {
    let summary = &diff.summary;
    let counts = [
        (summary.added, "added"),
        (summary.removed, "removed"),
        (summary.changed, "changed"),
        (summary.renamed, "renamed"),
        (summary.unchanged, "unchanged"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!(
        "compared {} with {}: {}",
        counted(diff.compared.old, "object"),
        diff.compared.new,
        if counts.is_empty() {
            "nothing to compare".to_owned()
        } else {
            counts.join(", ")
        }
    )
}

/// `1 object`, `2 objects`
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
