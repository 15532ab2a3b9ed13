//! A place in an argument that moves right, and the pieces of text it passes.
//! It resolves escapes and counts bytes; what a piece means is the grammar's.

use std::ops::Range;

/// Where in the argument the grammar stands. Always between two characters.
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
