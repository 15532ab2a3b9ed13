//! The canonical form: block style, two spaces, lists not indented under their key, lines never folded.
//! It keeps the order of keys, and quotes whatever any reader of YAML 1.1 or 1.2 could misread.
//!
//! The serializer defines the form. Nearly all of a manifest are maps, lists and short plain words, which are written here
//! directly; the serializer is asked for every other text, and for a whole document where a key needs more than quotes. A
//! property test compares them.

use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};
use serde_saphyr::{DoubleQuoted, Tagged};

use super::scalar::integral;

/// Writes a value as one document, without `---`, ending with a line break.
pub fn write(value: &Value, out: &mut String) {
    let start = out.len();
    if node(value, 0, 0, out).is_none() {
        out.truncate(start);
        serialize(value, out);
    }
}

/// The canonical text of a value.
pub fn to_string(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// Writes a node from the current place of a line on. `column` is that place if the node has lines below it, `parent` the
/// column of the key or dash that it belongs to. None if the serializer has to write the document.
fn node(value: &Value, column: usize, parent: usize, out: &mut String) -> Option<()> {
    match value {
        Value::Array(items) if !items.is_empty() => list(items, column, out),
        Value::Object(entries) if !entries.is_empty() => map(entries, column, out),
        scalar => {
            write_scalar(scalar, parent, out);
            Some(())
        }
    }
}

fn list(items: &[Value], column: usize, out: &mut String) -> Option<()> {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent(column, out);
        }
        out.push_str("- ");
        node(item, column + 2, column, out)?;
    }
    Some(())
}

fn map(entries: &Map<String, Value>, column: usize, out: &mut String) -> Option<()> {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            indent(column, out);
        }
        write_key(key, out)?;
        let below = match value {
            Value::Array(items) if !items.is_empty() => column,
            Value::Object(entries) if !entries.is_empty() => column + 2,
            scalar => {
                out.push(' ');
                write_scalar(scalar, column, out);
                continue;
            }
        };
        out.push('\n');
        indent(below, out);
        node(value, below, column, out)?;
    }
    Some(())
}

fn indent(mut column: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    while column > SPACES.len() {
        out.push_str(SPACES);
        column -= SPACES.len();
    }
    out.push_str(&SPACES[..column]);
}

/// Writes a key and its colon.
fn write_key(key: &str, out: &mut String) -> Option<()> {
    if is_word(key) {
        out.push_str(key);
    } else {
        let mut entry = String::new();
        serialize(
            &Value::Object(Map::from_iter([(key.to_owned(), Value::Null)])),
            &mut entry,
        );
        out.push_str(
            entry
                .strip_suffix(": null\n")
                .filter(|key| !key.starts_with('?'))?,
        );
    }
    out.push(':');
    Some(())
}

/// Writes a value that has no lines below it, or is a text.
fn write_scalar(value: &Value, parent: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) if !number.is_f64() => {
            // A string takes everything.
            let _ = write!(out, "{number}");
        }
        Value::String(text) if are_words(text) => out.push_str(text),
        Value::String(text) if is_block(text) => return write_block(text, parent, out),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        Value::Number(_) | Value::String(_) => {
            let mut document = String::new();
            serialize(value, &mut document);
            return write_lines(&document, parent, out);
        }
    }
    out.push('\n');
}

/// Writes the lines of a scalar as the serializer writes it at the left margin.
fn write_lines(document: &str, parent: usize, out: &mut String) {
    for (index, line) in document.split_inclusive('\n').enumerate() {
        if index > 0 && line != "\n" {
            indent(parent, out);
        }
        out.push_str(line);
    }
}

/// Whether a text is a word that needs no quotes, as a key or as a value: most are.
fn is_word(text: &str) -> bool {
    begins_word(text) && text.bytes().all(is_in_word)
}

/// Whether a text is one or more words that need no quotes as a value.
fn are_words(text: &str) -> bool {
    if !begins_word(text) {
        return false;
    }
    let mut before = b' ';
    for byte in text.bytes() {
        let is_fine = is_in_word(byte) || byte == b':' || byte == b' ' && before != b':';
        if !is_fine {
            return false;
        }
        before = byte;
    }
    !matches!(before, b' ' | b':')
}

/// Whether a text begins as a word does, and is none that means something else.
fn begins_word(text: &str) -> bool {
    /// What some reader takes for a boolean, null or number.
    const MEANINGS: [&str; 13] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "t", "f",
    ];
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && !(text.len() <= 5 && MEANINGS.iter().any(|one| text.eq_ignore_ascii_case(one)))
}

/// Whether a byte means nothing but itself, wherever it is in a word.
fn is_in_word(byte: u8) -> bool {
    IS_IN_WORD[usize::from(byte)]
}

const IS_IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "of ASCII")]
        let ascii = byte as u8;
        table[byte] = ascii.is_ascii_alphanumeric() || matches!(ascii, b'/' | b'.' | b'_' | b'-');
        byte += 1;
    }
    table
};

/// Whether a text of several lines is written as a literal block without an indentation indicator: most scripts and
/// configuration files are.
fn is_block(text: &str) -> bool {
    let is_simple =
        |line: &str| !line.ends_with(' ') && line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let lines = text.strip_suffix('\n').unwrap_or(text);
    lines.contains('\n')
        && !lines.starts_with([' ', '\n'])
        && !lines.ends_with('\n')
        && !text.starts_with(SEPARATOR)
        && lines.split('\n').all(is_simple)
}

fn write_block(text: &str, parent: usize, out: &mut String) {
    let lines = text.strip_suffix('\n');
    out.push_str(if lines.is_some() { "|\n" } else { "|-\n" });
    for line in lines.unwrap_or(text).split('\n') {
        if !line.is_empty() {
            indent(parent + 2, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Writes a document with the serializer.
pub(super) fn serialize(value: &Value, out: &mut String) {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    // A string takes everything, and every JSON value has a form.
    let _ = serde_saphyr::to_fmt_writer_with_options(out, &Canonical(value), options);
}
/// A value with its style for the serializer.
struct Canonical<'v>(&'v Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (None, Some(float)) if number.is_f64() => match integral(float) {
                    Some(int) => serializer.serialize_i64(int),
                    None => serializer.serialize_f64(float),
                },
                _ => number.serialize(serializer),
            },
            Value::String(text) if is_misread(text) => DoubleQuoted(text).serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Canonical(item))?;
                }
                list.end()
            }
            Value::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    if key.starts_with(SEPARATOR) {
                        // The serializer has its own rule for quoting keys; only a tagged one is written
                        // like a value, as `? !<…:str> "---"`.
                        let tag = Some("tag:yaml.org,2002:str".to_owned());
                        map.serialize_entry(&Tagged(DoubleQuoted(key), tag), &Canonical(value))?;
                    } else {
                        map.serialize_entry(key, &Canonical(value))?;
                    }
                }
                map.end()
            }
        }
    }
}

/// At the start of a line this cuts documents for Kubernetes' reader, whatever follows it.
const SEPARATOR: &str = "---";

/// Whether the serializer's own choice of style would be misread by one of PyYAML, Helm and kubectl.
fn is_misread(text: &str) -> bool {
    // They refuse a block scalar whose first line of content starts with a tab.
    let tab = text.contains('\n') && text.trim_start_matches('\n').starts_with('\t');
    tab || text.starts_with(SEPARATOR)
}
