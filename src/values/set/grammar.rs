//! The grammar: one argument of one flag in, its assignments out.
//! It never looks at values that exist already; whether a path fits them is [`apply`](super::apply)'s to say.

use std::ops::Range;

use serde_json::Value;

use super::{Action, Assignment, Error, Kind, Step, json};

/// The dots that Helm follows in one path (`MaxNestedNameLevel`); dots right behind a `]` are not counted.
const MAX_DOTS: usize = 30;

/// The longest path that is read, so that no argument can overflow the stack: as deep as `serde_json` reads a tree.
const MAX_SEGMENTS: usize = 128;

/// Reads the argument of a flag, character by character as Helm does. Blanks are never trimmed, and a backslash takes the next
/// character as it is (in `--set-literal` it is a character like any other).
///
/// Differs from Helm where nobody should notice: paths of more than 128 segments and JSON nested deeper than 128 are refused, and
/// `falſe` with a long s is not false.
///
/// # Errors
/// The first place that Helm would refuse too.
pub fn parse(kind: Kind, argument: &str) -> Result<Vec<Assignment<Leaf>>, Error> {
    if kind == Kind::Json
        && let Some(document) = json::object(argument)?
    {
        return Ok(vec![Assignment {
            path: Vec::new(),
            action: Action::Merge(document),
            range: 0..argument.len(),
        }]);
    }
    let escape = (kind != Kind::Literal).then_some('\\');
    let mut parser = Parser {
        kind,
        reader: Reader::new(argument, escape),
    };
    std::iter::from_fn(|| parser.assignment().transpose()).collect()
}

struct Parser<'a> {
    kind: Kind,
    reader: Reader<'a>,
}

/// What follows the indices of a path such as `a[0][1]`.
enum AfterIndices {
    /// `=`
    Value,
    /// `.`
    Key,
    /// The argument ended, inside the brackets or behind them.
    End,
}

impl Parser<'_> {
    /// The next assignment, or `None` where the argument ends instead of a key.
    fn assignment(&mut self) -> Result<Option<Assignment<Leaf>>, Error> {
        let start = self.reader.position();
        let mut path = Vec::new();
        let mut dots = 0;
        loop {
            let key = self.reader.until(self.key_ends());
            match key.stop {
                None if key.text.is_empty() && path.is_empty() => return Ok(None),
                None if key.text.is_empty() => {
                    path.push(Step::Key(key.text));
                    return Ok(Some(self.visit(start, path)));
                }
                None | Some(',') => return Err(self.without_value(key)),
                Some('=') => {
                    path.push(Step::Key(key.text));
                    return self.value(start, path).map(Some);
                }
                Some('[') => {
                    path.push(Step::Key(key.text));
                    match self.indices(&mut path)? {
                        AfterIndices::Value => return self.value(start, path).map(Some),
                        AfterIndices::End => return Ok(Some(self.visit(start, path))),
                        AfterIndices::Key => {}
                    }
                }
                Some(_dot) => {
                    path.push(Step::Key(key.text));
                    dots += 1;
                    if dots > MAX_DOTS {
                        return Err(self.too_deep(start));
                    }
                }
            }
        }
    }

    fn visit(&self, start: usize, path: Vec<Step>) -> Assignment<Leaf> {
        Assignment {
            path,
            action: Action::Visit,
            range: start..self.reader.position(),
        }
    }

    fn key_ends(&self) -> &'static [char] {
        match self.kind {
            Kind::Literal => &['=', '[', '.'],
            _ => &['=', '[', '.', ','],
        }
    }

    /// Reads `0]`, `0][1]`, … behind a `[`, and the character that follows. An index that the argument cuts off does not count.
    fn indices(&mut self, path: &mut Vec<Step>) -> Result<AfterIndices, Error> {
        loop {
            let index = self.reader.until(&[']']);
            if index.stop.is_none() {
                return Ok(AfterIndices::End);
            }
            path.push(Step::Index(list_index(&index)?));
            if path.len() > MAX_SEGMENTS {
                let message = format!("a path has at most {MAX_SEGMENTS} keys and indices");
                return Err(Error::new(message, index.range));
            }
            let junk = self.reader.until(&['=', '.', '[']);
            if !junk.text.is_empty() {
                let message = "only `=`, `.` or another `[` can follow a list index";
                return Err(Error::new(message, junk.range));
            }
            match junk.stop {
                None => return Ok(AfterIndices::End),
                Some('=') => return Ok(AfterIndices::Value),
                Some('.') => return Ok(AfterIndices::Key),
                Some(_bracket) => {}
            }
        }
    }

    /// Reads the value after an `=`, and the comma after it.
    fn value(&mut self, start: usize, path: Vec<Step>) -> Result<Assignment<Leaf>, Error> {
        let rest = self.reader.rest();
        let (action, end) = match self.kind {
            Kind::Literal => {
                let end = self.reader.take(rest.len()).end;
                (Action::Write(Leaf::Value(rest.into())), end)
            }
            Kind::Json => {
                let (value, end) = self.json()?;
                (Action::Write(Leaf::Value(value)), end)
            }
            Kind::Set | Kind::String | Kind::File if rest.is_empty() => {
                // The empty string for every kind: not even `--set-file a=` reads a file.
                let action = match path.last() {
                    Some(Step::Index(_)) => Action::Write(Leaf::Value("".into())),
                    _ => Action::WriteEmpty,
                };
                (action, self.reader.position())
            }
            Kind::Set | Kind::String | Kind::File if rest.starts_with('{') => {
                let (texts, end) = self.list()?;
                (Action::Write(Leaf::from_list(self.kind, texts)), end)
            }
            Kind::Set | Kind::String | Kind::File => {
                let Piece { text, range, .. } = self.reader.until(&[',']);
                (Action::Write(Leaf::from_text(self.kind, text)), range.end)
            }
        };
        Ok(Assignment {
            path,
            action,
            range: start..end,
        })
    }

    /// Reads `{x,y}` and a comma behind it; also gives where the brace closed. An empty list cannot be written: `{}` holds one "".
    fn list(&mut self) -> Result<(Vec<String>, usize), Error> {
        let brace = self.reader.take("{".len());
        let mut texts = Vec::new();
        loop {
            let item = self.reader.until(&[',', '}']);
            texts.push(item.text);
            match item.stop {
                Some(',') => {}
                Some(_brace) => {
                    let end = self.reader.position();
                    self.reader.take_prefix(",");
                    return Ok((texts, end));
                }
                None => {
                    let message = "the list that begins here has no `}`; a text that begins with a brace is written `\\{`";
                    return Err(Error::new(message, brace));
                }
            }
        }
    }

    /// Reads one JSON value and the comma after it; also gives where the value ended. No value at all is null.
    ///
    /// Helm reads as far as the value goes and takes the rest as the next key: `a=1b=2` sets both, `a=01=5` sets `a` and `1`.
    fn json(&mut self) -> Result<(Value, usize), Error> {
        let empty = self.reader.position();
        self.reader.skip_blanks();
        if self.reader.take_prefix(",") || self.reader.rest().is_empty() {
            return Ok((Value::Null, empty));
        }
        let range = self.reader.take(json::extent(self.reader.rest()));
        let end = range.end;
        let value = json::read(self.reader.argument(), range)?;
        self.reader.skip_blanks();
        self.reader.take_prefix(",");
        Ok((value, end))
    }

    /// Does not repeat the text: behind an unescaped comma it is the tail of the value before it.
    fn without_value(&self, key: Piece) -> Error {
        let message = match self.kind {
            _ if key.text.is_empty() => "a key is missing before this comma",
            Kind::Json | Kind::Literal => "this key has no value: write KEY=VALUE",
            Kind::Set | Kind::String | Kind::File => {
                "this key has no value: write KEY=VALUE, and `\\,` for a comma inside a value"
            }
        };
        Error::new(message, key.range)
    }

    fn too_deep(&self, start: usize) -> Error {
        let escape = match self.kind {
            Kind::Literal => "",
            _ => "; a dot inside a name is written `\\.`",
        };
        let message =
            format!("this path has more than {MAX_DOTS} dots, which Helm refuses{escape}");
        Error::new(message, start..self.reader.position())
    }
}

/// The number between brackets, as Go's `Atoi` reads it: `01` and `+1` count, blanks do not.
fn list_index(piece: &Piece) -> Result<usize, Error> {
    let message = match piece.text.parse::<i64>() {
        Ok(number) => match usize::try_from(number) {
            Ok(index) => return Ok(index),
            Err(_) => "a list index counts from 0, it cannot be negative",
        },
        Err(_) => "a list index is a whole number, as in `[0]`",
    };
    Err(Error::new(message, piece.range.clone()))
}

/// The current position in the argument. Always between two characters.
pub(super) struct Reader<'a> {
    argument: &'a str,
    /// The character that takes the next one as it is, if the flag has one.
    escape: Option<char>,
    position: usize,
}

/// Text up to a stop character, with its escapes resolved.
pub(super) struct Piece {
    /// What the user meant by it.
    pub text: String,
    /// The bytes it was read from, without the stop character.
    pub range: Range<usize>,
    /// The character that ended it, already passed; `None` at the end of the argument.
    pub stop: Option<char>,
}

impl<'a> Reader<'a> {
    /// At the start of `argument`.
    pub(super) fn new(argument: &'a str, escape: Option<char>) -> Self {
        Self {
            argument,
            escape,
            position: 0,
        }
    }

    /// The whole argument, which all positions count from.
    pub(super) fn argument(&self) -> &'a str {
        self.argument
    }

    /// The bytes passed so far.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// What has not been passed yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.argument[self.position..]
    }

    /// Reads up to the first of `stops` that is not escaped, and passes it. A lone escape at the end of the argument is dropped.
    pub(super) fn until(&mut self, stops: &[char]) -> Piece {
        let start = self.position;
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, c)) = chars.next() {
            if stops.contains(&c) {
                let end = start + offset;
                self.position = end + c.len_utf8();
                return Piece {
                    text,
                    range: start..end,
                    stop: Some(c),
                };
            }
            if Some(c) == self.escape {
                text.extend(chars.next().map(|(_, escaped)| escaped));
            } else {
                text.push(c);
            }
        }
        self.position = self.argument.len();
        Piece {
            text,
            range: start..self.position,
            stop: None,
        }
    }

    /// Passes this many bytes and gives their place. They must end where a character ends.
    pub(super) fn take(&mut self, bytes: usize) -> Range<usize> {
        let start = self.position;
        self.position += bytes;
        start..self.position
    }

    /// Passes `text` if it comes next.
    pub(super) fn take_prefix(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.position += text.len();
        }
        found
    }

    /// Passes blanks (Unicode's, as in Go).
    pub(super) fn skip_blanks(&mut self) {
        self.position = self.argument.len() - self.rest().trim_start().len();
    }
}

/// The right-hand side of an assignment, before files are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// Known from the argument itself.
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
