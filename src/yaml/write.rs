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
use super::{Scalar, Style};

/// Writes a value as one document, without `---`, ending with a line break.
pub fn write(value: &Value, out: &mut String) {
    let start = out.len();
    if Writer::new(out).value(value, Place::Document).is_err() {
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

/// Writes a document node by node.
pub struct Writer<'o> {
    out: &'o mut String,
}

/// Where a node is written.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// At the start of the document.
    Document,
    /// Behind a key in this column.
    Key(usize),
    /// Behind the dash in this column.
    Dash(usize),
}

/// A list or map that is being written.
#[derive(Debug)]
pub struct Collection {
    place: Place,
    is_empty: bool,
}

/// The document has a key that needs more than quotes: the serializer has to write all of it.
#[derive(Debug)]
pub struct NeedsSerializer;

impl Place {
    /// The column of the key or dash.
    fn parent(self) -> usize {
        match self {
            Self::Document => 0,
            Self::Key(column) | Self::Dash(column) => column,
        }
    }

    /// The column of the keys of a map.
    fn of_keys(self) -> usize {
        match self {
            Self::Document => 0,
            Self::Key(column) | Self::Dash(column) => column + 2,
        }
    }

    /// The column of the dashes of a list.
    fn of_dashes(self) -> usize {
        match self {
            Self::Document => 0,
            Self::Key(column) => column,
            Self::Dash(column) => column + 2,
        }
    }
}

impl<'o> Writer<'o> {
    /// Writes at the end of a text.
    pub fn new(out: &'o mut String) -> Self {
        Self { out }
    }

    /// Begins a list or map.
    pub fn begin(place: Place) -> Collection {
        Collection {
            place,
            is_empty: true,
        }
    }

    /// Writes an element of a list. `write` says whether it has written one; if not, nothing is left of it.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn element(
        &mut self,
        list: &mut Collection,
        write: impl FnOnce(&mut Self, Place) -> Result<bool, NeedsSerializer>,
    ) -> Result<(), NeedsSerializer> {
        let start = self.out.len();
        let column = list.place.of_dashes();
        self.begin_line(list, column);
        self.out.push_str("- ");
        let is_written = write(self, Place::Dash(column))?;
        self.end(list, start, is_written);
        Ok(())
    }

    /// Writes a pair of a map. `write` says whether it has written a value; if not, nothing is left of the pair.
    ///
    /// # Errors
    /// A key that needs more than quotes, and those of `write`.
    pub fn pair(
        &mut self,
        map: &mut Collection,
        key: &str,
        write: impl FnOnce(&mut Self, Place) -> Result<bool, NeedsSerializer>,
    ) -> Result<(), NeedsSerializer> {
        let start = self.out.len();
        let column = map.place.of_keys();
        self.begin_line(map, column);
        self.key(key)?;
        let is_written = write(self, Place::Key(column))?;
        self.end(map, start, is_written);
        Ok(())
    }

    /// Ends a list.
    pub fn end_list(&mut self, list: &Collection) {
        if list.is_empty {
            self.word(list.place, "[]");
        }
    }

    /// Ends a map.
    pub fn end_map(&mut self, map: &Collection) {
        if map.is_empty {
            self.word(map.place, "{}");
        }
    }

    /// Writes a text that needs no quotes.
    fn word(&mut self, place: Place, word: &str) {
        self.space(place);
        self.out.push_str(word);
        self.out.push('\n');
    }

    /// Writes a scalar of another document, if it is plain words. Whether it is.
    pub fn words(&mut self, place: Place, scalar: &Scalar<'_>) -> bool {
        let is_plain = scalar.style == Style::Plain && scalar.tag.is_none();
        let are_plain_words = is_plain && are_words(&scalar.text);
        if are_plain_words {
            self.word(place, &scalar.text);
        }
        are_plain_words
    }

    /// Writes null, a boolean, a number or a text.
    pub fn scalar(&mut self, place: Place, value: &Value) {
        match value {
            Value::Null => self.word(place, "null"),
            Value::Bool(true) => self.word(place, "true"),
            Value::Bool(false) => self.word(place, "false"),
            Value::String(text) => self.text(place, text),
            Value::Number(number) if !number.is_f64() => {
                self.space(place);
                // A string takes everything.
                let _ = writeln!(self.out, "{number}");
            }
            _ => self.serialized(place, value),
        }
    }

    /// Writes a text.
    pub fn text(&mut self, place: Place, text: &str) {
        if are_words(text) {
            self.word(place, text);
        } else if is_block(text) {
            self.space(place);
            write_block(text, place.parent(), self.out);
        } else {
            self.serialized(place, &Value::from(text));
        }
    }

    /// Writes a scalar with the serializer.
    fn serialized(&mut self, place: Place, scalar: &Value) {
        self.space(place);
        let mut document = String::new();
        serialize(scalar, &mut document);
        write_lines(&document, place.parent(), self.out);
    }

    /// What is between a key and its value.
    fn space(&mut self, place: Place) {
        if matches!(place, Place::Key(_)) {
            self.out.push(' ');
        }
    }

    fn value(&mut self, value: &Value, place: Place) -> Result<bool, NeedsSerializer> {
        match value {
            Value::Array(items) => {
                let mut list = Self::begin(place);
                for item in items {
                    self.element(&mut list, |writer, place| writer.value(item, place))?;
                }
                self.end_list(&list);
            }
            Value::Object(entries) => {
                let mut map = Self::begin(place);
                for (key, value) in entries {
                    self.pair(&mut map, key, |writer, place| writer.value(value, place))?;
                }
                self.end_map(&map);
            }
            scalar => self.scalar(place, scalar),
        }
        Ok(true)
    }

    /// Begins the line of an element or pair. The first one is in the line of its dash.
    fn begin_line(&mut self, collection: &Collection, column: usize) {
        let is_in_line = collection.is_empty && !matches!(collection.place, Place::Key(_));
        if is_in_line {
            return;
        }
        if collection.is_empty {
            self.out.push('\n');
        }
        indent(column, self.out);
    }

    /// Ends an element or pair that began at `start`.
    fn end(&mut self, collection: &mut Collection, start: usize, is_written: bool) {
        if is_written {
            collection.is_empty = false;
        } else {
            self.out.truncate(start);
        }
    }

    /// Writes a key and its colon.
    fn key(&mut self, key: &str) -> Result<(), NeedsSerializer> {
        if is_word(key) {
            self.out.push_str(key);
        } else {
            let mut entry = String::new();
            serialize(
                &Value::Object(Map::from_iter([(key.to_owned(), Value::Null)])),
                &mut entry,
            );
            let written = entry.strip_suffix(": null\n");
            let written = written.filter(|key| !key.starts_with('?'));
            self.out.push_str(written.ok_or(NeedsSerializer)?);
        }
        self.out.push(':');
        Ok(())
    }
}

fn indent(mut column: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    while column > SPACES.len() {
        out.push_str(SPACES);
        column -= SPACES.len();
    }
    out.push_str(&SPACES[..column]);
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

/// Whether a text is a word that needs no quotes, as a key or as a value: most are. It is read as it is.
pub(super) fn is_word(text: &str) -> bool {
    begins_word(text) && text.bytes().all(is_in_word)
}

/// Whether a text is one or more words that need no quotes as a value. They are read as they are.
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
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let mut is_in_lines = false;
    let mut before = b'\n';
    for byte in lines.bytes() {
        match byte {
            b'\n' if before == b' ' => return false,
            b'\n' => is_in_lines = true,
            b' '..=b'~' => {}
            _ => return false,
        }
        before = byte;
    }
    is_in_lines
        && !lines.starts_with([' ', '\n'])
        && !lines.ends_with([' ', '\n'])
        && !text.starts_with(SEPARATOR)
}

fn write_block(text: &str, parent: usize, out: &mut String) {
    let lines = text.strip_suffix('\n');
    out.push_str(if lines.is_some() { "|\n" } else { "|-\n" });
    let mut rest = lines.unwrap_or(text);
    loop {
        let end = rest.find('\n');
        let line = &rest[..end.unwrap_or(rest.len())];
        if !line.is_empty() {
            indent(parent + 2, out);
            out.push_str(line);
        }
        out.push('\n');
        match end {
            Some(end) => rest = &rest[end + 1..],
            None => return,
        }
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
