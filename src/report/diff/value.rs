//! The change of one field: on one line if it is short, else as removed and added lines. Values are shown as YAML, so
//! that `"1"` and `1` look different.

use serde_json::Value;

use super::hunks::hunks;
use crate::diagnostics::{visible, visible_lines};
use crate::diff::{Change, Class, FieldStep, Op};
use crate::yaml;

/// A change as a report shows it.
pub(super) enum View {
    /// `2 -> 3`
    Line(String),
    /// Lines with their signs.
    Lines(Vec<(char, String)>),
}

/// The sign before the path: `+` for an added field, `-` for a removed one, else a space.
pub(super) fn sign(change: &Change) -> char {
    match change.op {
        Op::Add => '+',
        Op::Remove => '-',
        Op::Replace | Op::Move => ' ',
    }
}

/// The changes to show: those inside the value, if both sides are a document, or else the change itself.
pub(super) fn parts(change: &Change) -> Vec<&Change> {
    if change.inside.is_empty() {
        vec![change]
    } else {
        change.inside.iter().flat_map(parts).collect()
    }
}

/// The change of a field: one line of at most `width` characters, or several lines.
pub(super) fn view(change: &Change, context: usize, width: usize) -> View {
    match (change.class, change.op) {
        (Class::Format, _) => return View::Line("the same value, written differently".to_owned()),
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
        (Some(old), Some(new)) => lines(&old, &new, context),
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

/// A value on one line; none if it needs several.
fn inline(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) if !list.is_empty() => Some(visible(&value.to_string()).into_owned()),
        Value::Object(map) if !map.is_empty() => Some(visible(&value.to_string()).into_owned()),
        Value::String(text) if text.contains(['\n', '\r']) => None,
        scalar => Some(visible(yaml::to_string(scalar).trim_end()).into_owned()),
    }
}

/// A value on lines of its own: a text unchanged, anything else as YAML.
fn block(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => visible_lines(text).into_owned(),
        other => visible_lines(&yaml::to_string(other)).into_owned(),
    }
}

/// The default number of unchanged lines around a change.
pub(in crate::report) const CONTEXT: usize = 3;

/// The lines that differ, with the sign `-` or `+`, and lines around them with a space. `@` marks omitted lines.
fn lines(old: &str, new: &str, context: usize) -> Vec<(char, String)> {
    let mut lines = Vec::new();
    let mut next = 0;
    for hunk in hunks(old, new, context) {
        if hunk.old.start > next {
            lines.push(('@', format!("line {}", hunk.old.start + 1)));
        }
        next = hunk.old.end;
        let shown = hunk.lines.into_iter();
        lines.extend(
            shown.map(|(sign, line)| (sign, line.trim_end_matches(['\n', '\r']).to_owned())),
        );
    }
    lines
}

/// The output of `diff -u` for two files with these names.
pub(in crate::report) fn patch(old: &str, new: &str, names: [&str; 2], context: usize) -> String {
    let mut patch = String::new();
    for hunk in hunks(old, new, context) {
        if patch.is_empty() {
            patch = format!("--- {}\n+++ {}\n", names[0], names[1]);
        }
        hunk.write(&mut patch);
    }
    patch
}

/// The colours of git's diffs, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn danger(self, text: &str) -> String {
        self.with("1;31", text)
    }

    pub(super) fn warning(self, text: &str) -> String {
        self.with("1;33", text)
    }

    pub(super) fn fine(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(super) fn place(self, text: &str) -> String {
        self.with("36", text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A line in the colour of its sign: red if it is removed, green if it is added.
    pub(super) fn line(self, sign: char, line: &str) -> String {
        match sign {
            '+' => self.with("32", line),
            '-' => self.with("31", line),
            _ => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_a_change_are_shown() {
        let old = "1\n2\n3\n4\n5\n";
        let new = "1\n2\n3\n4\nfive\n";
        let expected = [('@', "line 4"), (' ', "4"), ('-', "5"), ('+', "five")];
        let expected = expected.map(|(sign, line)| (sign, line.to_owned()));
        assert_eq!(lines(old, new, 1), expected);
        assert!(lines(old, old, 3).is_empty());
    }

    #[test]
    fn a_unified_diff_has_names_and_hunks() {
        assert_eq!(
            patch("a\nb\n", "a\nc\n", ["a/x", "b/x"], 3),
            "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
        assert_eq!(patch("a\n", "a\n", ["a/x", "b/x"], 3), "");
    }
}
