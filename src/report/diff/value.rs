//! What became of one field: on a line if it is short, else as lines that go and come.
//! It shows values as YAML, so that `"1"` and `1` look different.

use serde_json::Value;

use super::lines;
use crate::diagnostics::{visible, visible_lines};
use crate::diff::{Change, Class, FieldStep, Op};
use crate::yaml;

/// A change as a report shows it.
pub(super) enum View {
    /// `2 -> 3`
    Line(String),
    /// Lines behind their signs.
    Lines(Vec<(char, String)>),
}

/// The sign before the path: `+` if the field comes, `-` if it goes, else a space.
pub(super) fn sign(change: &Change) -> char {
    match change.op {
        Op::Add => '+',
        Op::Remove => '-',
        Op::Replace | Op::Move => ' ',
    }
}

/// The changes to show for one: those in its document, if it holds one that both sides can read.
pub(super) fn parts(change: &Change) -> Vec<&Change> {
    if change.inside.is_empty() {
        vec![change]
    } else {
        change.inside.iter().flat_map(parts).collect()
    }
}

/// What became of the field; a line has at most `width` characters, else it becomes several.
pub(super) fn view(change: &Change, context: usize, width: usize) -> View {
    match (change.class, change.op) {
        (Class::Format, _) => return View::Line("the same, spelled otherwise".to_owned()),
        (_, Op::Move) => return View::Line(moved(change)),
        _ => {}
    }
    let short = match (&change.old, &change.new) {
        (Some(old), Some(new)) => inline(old)
            .zip(inline(new))
            .map(|(old, new)| format!("{old} -> {new}")),
        (Some(one), None) | (None, Some(one)) => inline(one),
        (None, None) => Some(String::new()),
    };
    if let Some(short) = short.filter(|short| short.chars().count() <= width) {
        return View::Line(match change.class {
            Class::Order => format!("{short}  (only the order)"),
            _ => short,
        });
    }
    let [old, new] = [&change.old, &change.new].map(|side| side.as_ref().map(block));
    View::Lines(match (old, new) {
        (Some(old), Some(new)) => lines::lines(&old, &new, context),
        (Some(old), None) => signed('-', &old),
        (None, Some(new)) => signed('+', &new),
        (None, None) => Vec::new(),
    })
}

fn moved(change: &Change) -> String {
    let from = change.from.as_deref().unwrap_or_default();
    let from = from.rsplit('/').next().unwrap_or_default();
    let to = match change.path.0.last() {
        Some(FieldStep::Index(index)) => index.to_string(),
        _ => change
            .pointer
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    format!("moved from place {from} to {to} in its list")
}

fn signed(sign: char, text: &str) -> Vec<(char, String)> {
    text.lines().map(|line| (sign, line.to_owned())).collect()
}

/// A value on one line; none if it has several.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) if !list.is_empty() => Some(visible(&value.to_string()).into_owned()),
        Value::Object(map) if !map.is_empty() => Some(visible(&value.to_string()).into_owned()),
        Value::String(text) if text.contains(['\n', '\r']) => None,
        scalar => Some(visible(yaml::to_string(scalar).trim_end()).into_owned()),
    }
}

/// A value on lines of its own: a text as it is, anything else as YAML.
fn block(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => visible_lines(text).into_owned(),
        other => visible_lines(&yaml::to_string(other)).into_owned(),
    }
}
