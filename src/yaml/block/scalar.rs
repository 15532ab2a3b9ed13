//! Scalars on one line, plain and quoted, and literal blocks.

use std::borrow::Cow;

use super::{Build, Read, Reader, is_printable};
use crate::yaml::Style;

/// Whether a byte begins a plain scalar, whatever follows it.
const BEGINS_WORD: [bool; 256] = {
    let others = b"/._<($^+=;~\\)";
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        #[expect(clippy::cast_possible_truncation, reason = "a byte")]
        let is_letter = (byte as u8).is_ascii_alphanumeric();
        table[byte] = is_letter || byte >= 0x80;
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a byte in a word means nothing but itself.
const IS_IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = byte != b':' && byte != b'#';
        byte += 1;
    }
    table
};

impl<'t, B: Build<'t>> Reader<'t, '_, B> {
    pub(super) fn plain(&mut self) -> Option<Read<'t>> {
        let start = self.at;
        let first = self.byte()?;
        let begins = BEGINS_WORD[usize::from(first)] || first == b'-' && !self.is_blank(start + 1);
        if !begins {
            return None;
        }
        let bytes = self.text.as_bytes();
        // Behind the last byte that is not a space.
        let mut end = start;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' => self.at += 1,
                b':' if self.is_blank(self.at + 1) => {
                    // `key : value` is left to the parser.
                    if end != self.at {
                        return None;
                    }
                    break;
                }
                b'#' if end != self.at => break,
                b'\n' => break,
                b'!'..=b'~' => {
                    // A word goes on to the next byte that may mean something.
                    self.at += 1;
                    while let Some(byte) = bytes.get(self.at)
                        && IS_IN_WORD[usize::from(*byte)]
                    {
                        self.at += 1;
                    }
                    end = self.at;
                }
                _ => {
                    let char = self.text[self.at..].chars().next()?;
                    if !is_printable(char) {
                        return None;
                    }
                    self.at += char.len_utf8();
                    end = self.at;
                }
            }
        }
        self.at = if self.byte() == Some(b':') {
            self.at
        } else {
            end
        };
        let text = Cow::Borrowed(&self.text[start..end]);
        Some(self.scalar(text, Style::Plain, start..end))
    }

    pub(super) fn single_quoted(&mut self) -> Option<Read<'t>> {
        let start = self.at;
        let mut is_escaped = false;
        self.at += 1;
        loop {
            self.quoted_part(b'\'')?;
            if self.byte_at(self.at + 1) != Some(b'\'') {
                break;
            }
            is_escaped = true;
            self.at += 2;
        }
        self.at += 1;
        let inner = &self.text[start + 1..self.at - 1];
        let text = if is_escaped {
            Cow::Owned(inner.replace("''", "'"))
        } else {
            Cow::Borrowed(inner)
        };
        Some(self.scalar(text, Style::SingleQuoted, start..self.at))
    }

    pub(super) fn double_quoted(&mut self) -> Option<Read<'t>> {
        let start = self.at;
        self.at += 1;
        let mut copied = self.at;
        let mut unescaped = String::new();
        loop {
            self.quoted_part(b'"')?;
            if self.byte() == Some(b'"') {
                break;
            }
            unescaped.push_str(&self.text[copied..self.at]);
            unescaped.push(match self.byte_at(self.at + 1)? {
                b'n' => '\n',
                b't' => '\t',
                b'"' => '"',
                b'\\' => '\\',
                _ => return None,
            });
            self.at += 2;
            copied = self.at;
        }
        let last = &self.text[copied..self.at];
        let text = if copied == start + 1 {
            Cow::Borrowed(last)
        } else {
            Cow::Owned(unescaped + last)
        };
        self.at += 1;
        Some(self.scalar(text, Style::DoubleQuoted, start..self.at))
    }

    /// Goes to the next quote, or backslash between double quotes, on the line.
    fn quoted_part(&mut self, quote: u8) -> Option<()> {
        loop {
            match self.byte()? {
                byte if byte == quote || byte == b'\\' && quote == b'"' => return Some(()),
                b' '..=b'~' => self.at += 1,
                _ => {
                    let char = self.text[self.at..].chars().next()?;
                    if !is_printable(char) {
                        return None;
                    }
                    self.at += char.len_utf8();
                }
            }
        }
    }

    /// `|`, with `-` or `+` or neither.
    pub(super) fn literal(&mut self, parent: Option<usize>) -> Option<B::Node> {
        let chomping = self
            .byte_at(self.at + 1)
            .filter(|byte| b"-+".contains(byte));
        self.at += 1 + usize::from(chomping.is_some());
        // A comment there is left to the parser.
        if self.byte() != Some(b'\n') {
            return None;
        }
        self.at += 1;
        let outer = parent?;
        let mut text = String::new();
        let mut indent = 0;
        // The line breaks of empty lines, which count only if a line of text follows.
        let mut empty = 0;
        let first = self.at;
        while !self.is_at_end() {
            let line = self.at;
            let length = self.text[line..].find('\n')?;
            let next = line + length + 1;
            let is_first = text.is_empty();
            let spaces = self.text[line..next]
                .bytes()
                .take_while(|byte| *byte == b' ');
            let spaces = spaces.count();
            if is_first && empty == 0 {
                // The parser has rules for empty lines before the first one.
                if spaces == length {
                    return None;
                }
                indent = spaces;
                if indent <= outer {
                    return None;
                }
            }
            if spaces == length && spaces <= indent {
                empty += 1;
            } else if spaces < indent {
                break;
            } else {
                let content = &self.text[line + indent..next - 1];
                let is_tab_first = is_first && content.starts_with('\t');
                if is_tab_first || !content.chars().all(|c| c == '\t' || is_printable(c)) {
                    return None;
                }
                text.extend(std::iter::repeat_n('\n', empty));
                text.push_str(content);
                text.push('\n');
                empty = 0;
            }
            self.at = next;
        }
        if text.is_empty() {
            return None;
        }
        match chomping {
            Some(b'-') => {
                text.pop();
            }
            Some(_) => text.extend(std::iter::repeat_n('\n', empty)),
            None => {}
        }
        // To the parser it ends where the next line has its content.
        let end = self.text.len() - self.text[self.at..].trim_start_matches(' ').len();
        let scalar = self.scalar(Cow::Owned(text), Style::Literal, first + indent..end);
        let node = self.build(scalar);
        self.next_line()?;
        (self.column <= outer).then_some(node)
    }
}
