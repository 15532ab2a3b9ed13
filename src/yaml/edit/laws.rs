//! Laws of edits, on documents in many spellings: the text means what was asked for, and no other line changes.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::{Edit, edit, expected, is_same};
use crate::yaml::{Path, Step, read};

/// A value with a spelling.
#[derive(Clone, Debug)]
enum Spelled {
    Scalar(&'static str),
    /// A block scalar: its header, its lines.
    Block(&'static str, &'static [&'static str]),
    Flow(&'static str),
    List(Vec<Spelled>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
struct Entry {
    key: usize,
    above: Vec<&'static str>,
    behind: &'static str,
    value: Spelled,
    below: Vec<&'static str>,
}

const KEYS: [&str; 8] = ["a", "b", "'c d'", "\"e\"", "f", "g-h", "键", "on_"];
const NAMES: [&str; 8] = ["a", "b", "c d", "e", "f", "g-h", "键", "on_"];
const SCALARS: [&str; 10] = [
    "1",
    "'it''s'",
    "\"x # y\"",
    "yes",
    "~",
    "",
    "plain text",
    "0x1f",
    "&anchor v",
    "!!str 12",
];
const FLOWS: [&str; 4] = ["{}", "[]", "{x: 1, 'y': [2, 3]}", "[a, {b: c}]"];
const BLOCKS: [(&str, &[&str]); 4] = [
    ("|", &["# no comment", "", "  deeper", "end"]),
    (">-", &["folded", "lines"]),
    ("|+", &["kept", ""]),
    ("|2", &["  spaces", "x"]),
];

fn spelled() -> impl Strategy<Value = Spelled> {
    let leaf = prop_oneof![
        5 => prop::sample::select(&SCALARS[..]).prop_map(Spelled::Scalar),
        1 => prop::sample::select(&BLOCKS[..]).prop_map(|(header, lines)| Spelled::Block(header, lines)),
        1 => prop::sample::select(&FLOWS[..]).prop_map(Spelled::Flow),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Spelled::List),
            4 => map(inner),
        ]
    })
}

fn map(inner: impl Strategy<Value = Spelled> + 'static) -> impl Strategy<Value = Spelled> {
    let comments = prop::collection::vec(prop::sample::select(vec!["# one", "", "# two: 2"]), 0..3);
    let behind = prop::sample::select(vec!["", " # behind", "  #"]);
    let entry = (0..KEYS.len(), comments.clone(), behind, inner, comments);
    let entry = entry.prop_map(|(key, above, behind, value, below)| Entry {
        key,
        above,
        behind,
        value,
        below,
    });
    prop::collection::vec(entry, 1..5).prop_map(|mut entries| {
        let mut seen = Vec::new();
        entries.retain(|entry| {
            !seen.contains(&entry.key) && {
                seen.push(entry.key);
                true
            }
        });
        Spelled::Map(entries)
    })
}

struct Writer {
    step: usize,
    indented_lists: bool,
    /// Whether there are blank lines: those behind a scalar with `+` are a part of it.
    blank_lines: bool,
    anchors: usize,
    out: String,
}

impl Writer {
    fn line(&mut self, column: usize, text: &str) {
        let text = if text.is_empty() {
            String::new()
        } else {
            " ".repeat(column) + text
        };
        let _ = writeln!(self.out, "{text}");
    }

    /// The value behind `key:` or a dash, which are at `column`, with what it is written behind.
    fn value(&mut self, column: usize, value: &Spelled, behind: &str) {
        match value {
            Spelled::Scalar("&anchor v") => {
                self.anchors += 1;
                let _ = writeln!(self.out, " &a{} v{behind}", self.anchors);
            }
            Spelled::Scalar(text) | Spelled::Flow(text) => {
                let space = if text.is_empty() { "" } else { " " };
                let _ = writeln!(self.out, "{space}{text}{behind}");
            }
            Spelled::Block(header, lines) => {
                let _ = writeln!(self.out, " {header}{behind}");
                let column = column + if header.contains('2') { 2 } else { self.step };
                lines.iter().for_each(|line| self.line(column, line));
            }
            Spelled::List(items) => {
                let _ = writeln!(self.out, "{behind}");
                let column = column + if self.indented_lists { self.step } else { 0 };
                for item in items {
                    let _ = write!(self.out, "{}-", " ".repeat(column));
                    // A list right inside of a list has to be indented.
                    match item {
                        Spelled::List(_) => self.value(column, &Spelled::Flow("[x]"), ""),
                        item => self.value(column, item, ""),
                    }
                }
            }
            Spelled::Map(entries) => {
                let _ = writeln!(self.out, "{behind}");
                self.map(column + self.step, entries);
            }
        }
    }

    fn map(&mut self, column: usize, entries: &[Entry]) {
        for entry in entries {
            let blank_lines = self.blank_lines;
            let is_written = |line: &&&str| blank_lines || !line.is_empty();
            entry
                .above
                .iter()
                .filter(is_written)
                .for_each(|line| self.line(column, line));
            let _ = write!(self.out, "{}{}:", " ".repeat(column), KEYS[entry.key]);
            self.value(column, &entry.value, entry.behind);
            let is_block = matches!(entry.value, Spelled::Block(..));
            let below = entry.below.iter().filter(is_written).filter(|_| !is_block);
            below.for_each(|line| self.line(column + self.step, line));
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    let inner = spelled().boxed();
    let style = (2_usize..5, any::<bool>(), any::<bool>(), any::<bool>());
    (map(inner), style).prop_map(|(root, (step, indented_lists, crlf, ends))| {
        let blank_lines = !format!("{root:?}").contains("|+");
        let mut writer = Writer {
            step,
            indented_lists,
            blank_lines,
            anchors: 0,
            out: String::new(),
        };
        if let Spelled::Map(entries) = &root {
            writer.map(0, entries);
        }
        let text = if crlf {
            writer.out.replace('\n', "\r\n")
        } else {
            writer.out
        };
        if ends {
            text
        } else {
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    })
}

/// The paths of all entries of maps that are in no list, those in brackets included.
fn entries(value: &Value, above: &Path, found: &mut Vec<Path>) {
    if let Value::Object(map) = value {
        for (key, value) in map {
            let path = above.join(key.as_str());
            entries(value, &path, found);
            found.push(path);
        }
    }
}

fn tree_of(text: &str) -> Value {
    let trees = read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    trees.into_iter().next().unwrap_or_default()
}

/// Whether `inner` is a part of `outer`, with other lines between its lines.
fn is_subsequence(inner: &[&str], outer: &[&str]) -> bool {
    let mut outer = outer.iter();
    inner.iter().all(|line| outer.any(|other| other == line))
}

/// All edits of one kind for the entries of a text.
fn edits(text: &str, kind: usize) -> Vec<Edit> {
    let mut paths = Vec::new();
    entries(&tree_of(text), &Path::default(), &mut paths);
    let edit = |path: Path| match kind {
        0 => Edit::Rename {
            path,
            key: "new key".to_owned(),
        },
        1 => Edit::Remove { path },
        2 => Edit::CommentOut { path },
        3 => Edit::Move {
            from: path,
            to: Path::dotted("new.place"),
        },
        4 => Edit::Move {
            to: path.parent().unwrap_or_default().join("moved"),
            from: path,
        },
        5 => Edit::Replace {
            path,
            value: "it's: # yes".into(),
        },
        _ => Edit::Insert {
            path: path.join("inserted"),
            value: serde_json::json!({"x": [1, "2"]}),
        },
    };
    paths.into_iter().map(edit).collect()
}

/// Whether an entry is in brackets, so that it need not be possible to move it.
fn is_in_flow(path: &Path) -> bool {
    path.keys().any(|key| matches!(key, "x" | "y"))
}

proptest! {
    #[test]
    fn an_edited_text_means_what_was_asked_for(text in text(), kind in 0_usize..7) {
        let before = tree_of(&text);
        for one in edits(&text, kind) {
            let Ok(after) = edit(&text, 0, &one) else { continue };
            let expected = expected(&before, &one).unwrap_or_else(|(why, _)| panic!("{why}"));
            prop_assert!(is_same(&tree_of(&after), &expected), "{one:?}\n{text}\n{after}");
        }
    }

    #[test]
    fn entries_in_block_style_can_be_edited(text in text(), kind in 0_usize..5) {
        for one in edits(&text, kind).into_iter().filter(|one| !is_in_flow(one.path())) {
            let done = edit(&text, 0, &one);
            prop_assert!(done.is_ok(), "{one:?}: {done:?}\n{text}");
        }
    }

    #[test]
    fn no_other_line_changes(text in text(), kind in 0_usize..4) {
        for one in edits(&text, kind).into_iter().filter(|one| !is_in_flow(one.path())) {
            let Ok(after) = edit(&text, 0, &one) else { continue };
            let [old, new] = [&text, &after].map(|text| text.lines().collect::<Vec<_>>());
            let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
            let end = old[same..].iter().rev().zip(new[same..].iter().rev());
            let end = end.take_while(|(old, new)| old == new).count();
            let (gone, came) = (&old[same..old.len() - end], &new[same..new.len() - end]);
            match one {
                Edit::Rename { .. } => prop_assert!(gone.len() == 1 && came.len() == 1),
                Edit::Remove { .. } => prop_assert!(came.is_empty(), "{one:?}\n{text}\n{after}"),
                Edit::CommentOut { .. } => {
                    let plain: Vec<String> = came.iter().map(|line| line.replacen("# ", "", 1)).collect();
                    let is_same = plain.iter().zip(gone).zip(came).all(|((plain, old), new)| plain == old || new == old);
                    prop_assert!(is_same && gone.len() == came.len(), "{one:?}\n{text}\n{after}");
                }
                _ => {
                    // Moved lines are only indented otherwise; all that stays keeps its order.
                    let trim = |lines: &[&str]| {
                        let mut lines: Vec<String> = lines.iter().map(|line| line.trim().to_owned()).collect();
                        lines.sort_unstable();
                        lines
                    };
                    let (gone, came) = (trim(gone), trim(came));
                    let gone: Vec<&str> = gone.iter().map(String::as_str).filter(|line| line.starts_with('#')).collect();
                    let came: Vec<&str> = came.iter().map(String::as_str).collect();
                    prop_assert!(is_subsequence(&gone, &came), "{one:?}\n{text}\n{after}");
                }
            }
            let [lines, crlf] = ["\n", "\r\n"].map(|end| after.matches(end).count());
            prop_assert_eq!(crlf, if text.contains("\r\n") { lines } else { 0 });
        }
    }

    #[test]
    fn what_is_renamed_and_renamed_back_is_the_same(text in text()) {
        for one in edits(&text, 0) {
            let Edit::Rename { path, key } = &one else { continue };
            let Ok(there) = edit(&text, 0, &one) else { continue };
            let Some(Step::Key(old)) = path.0.last() else { continue };
            if !NAMES.contains(&old.as_str()) { continue }
            let back = path.parent().unwrap_or_default().join(key.as_str());
            let back = edit(&there, 0, &Edit::Rename { path: back, key: old.clone() });
            prop_assert_eq!(back.as_deref(), Ok(&*text));
        }
    }
}
