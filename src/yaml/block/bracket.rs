//! Lists and maps in brackets, on one line.

use std::borrow::Cow;

use super::{Build, DEEPEST, LONGEST_KEY, Read, Reader, is_printable};
use crate::yaml::Style;

impl<'t, B: Build<'t>> Reader<'t, '_, B> {
    /// A list or map in brackets, with all of its elements on the line.
    pub(super) fn bracket(&mut self, depth: usize) -> Option<B::Node> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        let is_map = self.byte()? == b'{';
        self.at += 1;
        self.skip_spaces();
        if is_map {
            let mut map = self.build.map();
            while self.byte()? != b'}' {
                let key = self.bracketed_scalar()?;
                if self.byte() != Some(b':') || self.byte_at(self.at + 1) != Some(b' ') {
                    return None;
                }
                if key.1.len() > LONGEST_KEY {
                    return None;
                }
                let key = self.build(key);
                self.at += 2;
                self.skip_spaces();
                let value = self.bracketed(depth)?;
                self.build.pair(&mut map, key, value);
                self.end_element(b'}')?;
            }
            self.at += 1;
            let range = self.range(start..self.at);
            return Some(self.build.end_map(map, range));
        }
        let mut list = self.build.list();
        while self.byte()? != b']' {
            let element = self.bracketed(depth)?;
            self.build.element(&mut list, element);
            self.end_element(b']')?;
        }
        self.at += 1;
        let range = self.range(start..self.at);
        Some(self.build.end_list(list, range))
    }

    /// Goes from behind an element to the next one or to the closing bracket.
    fn end_element(&mut self, close: u8) -> Option<()> {
        self.skip_spaces();
        let byte = self.byte()?;
        if byte == b',' {
            self.at += 1;
            self.skip_spaces();
            // The parser knows what a comma before the bracket means.
            return (self.byte()? != close).then_some(());
        }
        (byte == close).then_some(())
    }

    /// An element between brackets.
    fn bracketed(&mut self, depth: usize) -> Option<B::Node> {
        if matches!(self.byte()?, b'[' | b'{') {
            return self.bracket(depth + 1);
        }
        let scalar = self.bracketed_scalar()?;
        Some(self.build(scalar))
    }

    /// A scalar between brackets, perhaps a key.
    fn bracketed_scalar(&mut self) -> Option<Read<'t>> {
        match self.byte()? {
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            _ => self.plain_in_bracket(),
        }
    }

    /// A word between brackets: where its characters mean nothing else.
    fn plain_in_bracket(&mut self) -> Option<Read<'t>> {
        let start = self.at;
        let is_part = |c: char| {
            c.is_ascii_alphanumeric()
                || "/._-<($^+=;)".contains(c)
                || !c.is_ascii() && is_printable(c)
        };
        let rest = &self.text[start..];
        let length = rest.find(|c| !is_part(c))?;
        if length == 0 || rest.starts_with('-') && length == 1 {
            return None;
        }
        self.at += length;
        let text = Cow::Borrowed(&rest[..length]);
        Some(self.scalar(text, Style::Plain, start..self.at))
    }
}
