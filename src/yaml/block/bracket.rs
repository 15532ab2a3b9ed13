//! Lists and maps in brackets, on one line.

use std::borrow::Cow;

use super::{DEEPEST, LONGEST_KEY, Reader, is_printable};
use crate::yaml::{Content, Node, Style};

impl<'a> Reader<'_, 'a> {
    /// A list or map in brackets, with all of its elements on the line.
    pub(super) fn bracket(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        let is_map = self.byte()? == b'{';
        let close = if is_map { b'}' } else { b']' };
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
        self.at += 1;
        self.skip_spaces();
        let mut is_open = self.byte()? != close;
        while is_open {
            let item = self.bracketed(depth)?;
            if is_map {
                if self.byte() != Some(b':') || self.byte_at(self.at + 1) != Some(b' ') {
                    return None;
                }
                if item.range.len() > LONGEST_KEY || !matches!(item.content, Content::Scalar(_)) {
                    return None;
                }
                self.at += 2;
                self.skip_spaces();
                pairs.push((item, self.bracketed(depth)?));
            } else {
                items.push(item);
            }
            self.skip_spaces();
            match self.byte()? {
                b',' => {
                    self.at += 1;
                    self.skip_spaces();
                }
                byte if byte == close => is_open = false,
                _ => return None,
            }
        }
        self.at += 1;
        let content = if is_map {
            Content::Map(pairs)
        } else {
            Content::List(items)
        };
        Some(Node {
            range: self.range(start..self.at),
            content,
        })
    }

    /// An element between brackets, or a key.
    fn bracketed(&mut self, depth: usize) -> Option<Node<'a>> {
        match self.byte()? {
            b'[' | b'{' => self.bracket(depth + 1),
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(),
            _ => self.plain_in_bracket(),
        }
    }

    /// A word between brackets: where its characters mean nothing else.
    fn plain_in_bracket(&mut self) -> Option<Node<'a>> {
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
