//! What stands behind an `=`: a value as the flag types it, or the names of files that hold it.
//! It does not know how a file is found or read; the caller brings that as a closure.

use serde_json::Value;

use super::{Action, Assignment, Kind};

/// The right-hand side of an assignment, before files are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// Known from the argument alone.
    Value(Value),
    /// `--set-file key=PATH`: the text of this file.
    File(String),
    /// `--set-file key={PATH,PATH}`: the list of these files' texts.
    Files(Vec<String>),
}

impl Leaf {
    /// What a flag of this kind takes `key=TEXT` for.
    pub(super) fn from_text(kind: Kind, text: String) -> Self {
        match kind {
            Kind::File => Self::File(text),
            Kind::Set => Self::Value(typed(text)),
            Kind::Json | Kind::String | Kind::Literal => Self::Value(Value::String(text)),
        }
    }

    /// What a flag of this kind takes `key={TEXT,TEXT}` for.
    pub(super) fn from_list(kind: Kind, texts: Vec<String>) -> Self {
        match kind {
            Kind::File => Self::Files(texts),
            Kind::Set => Self::Value(texts.into_iter().map(typed).collect()),
            Kind::Json | Kind::String | Kind::Literal => Self::Value(texts.into()),
        }
    }
}

impl Assignment<Leaf> {
    /// Replaces file names by what `read` gives for them; other assignments pass unchanged, without a call.
    ///
    /// The bytes become a string as they are: no parsing, no trimming, a byte order mark and CRLF stay.
    ///
    /// # Errors
    /// The first one of `read`.
    pub fn load<E>(
        self,
        mut read: impl FnMut(&str) -> Result<Vec<u8>, E>,
    ) -> Result<Assignment, E> {
        let action = match self.action {
            Action::Write(Leaf::Value(value)) => Action::Write(value),
            Action::Write(Leaf::File(path)) => Action::Write(text(&read(&path)?)),
            Action::Write(Leaf::Files(paths)) => {
                let texts: Result<Vec<Value>, E> = paths
                    .iter()
                    .map(|path| read(path).map(|bytes| text(&bytes)))
                    .collect();
                Action::Write(Value::Array(texts?))
            }
            Action::Merge(document) => Action::Merge(document),
            Action::WriteEmpty => Action::WriteEmpty,
            Action::Visit => Action::Visit,
        };
        Ok(Assignment {
            path: self.path,
            action,
            range: self.range,
        })
    }
}

/// What `--set` takes a text for: `true`, `false` and `null` in any case, integers of 64 bits that do not begin with a zero (so
/// that `007` stays text), and 0. Fractions and exponents stay text.
fn typed(text: String) -> Value {
    if text.eq_ignore_ascii_case("true") {
        Value::Bool(true)
    } else if text.eq_ignore_ascii_case("false") {
        Value::Bool(false)
    } else if text.eq_ignore_ascii_case("null") {
        Value::Null
    } else if text.starts_with('0') && text != "0" {
        Value::String(text)
    } else {
        match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => Value::String(text),
        }
    }
}

/// Text as Go prints it: each byte that is not UTF-8 becomes one U+FFFD (`String::from_utf8_lossy` makes one of several).
fn text(bytes: &[u8]) -> Value {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Value::String(text)
}
