//! Adds checks to templates where minijinja has no hook for them. Each is a filter behind an operand:
//!
//! - `~` writes none as `None` and true as `True`: its operands go through `joinable`.
//! - `+` and `*` make text of any length at once: what is added goes through `addend`, what is multiplied through
//!   `factor`.
//! - What is assigned to a namespace lasts from one round of a loop to the next: it goes through `kept`.
//!
//! It only inserts; every position in the result can be taken back to the text as it was written.

mod product;
mod scan;

#[cfg(test)]
mod tests;

use std::ops::Range;

use minijinja::machinery::Token;

use super::tokens::Tokens;
use scan::Scan;

/// A text that is inserted.
#[derive(Clone, Debug)]
struct Inserted {
    /// Where, in the original.
    at: usize,
    text: &'static str,
    /// The last token of what is checked.
    place: Range<usize>,
}

/// What was inserted into a template.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<Inserted>);

impl Checks {
    /// Whether a template may have an operator whose operands are checked.
    pub(super) fn are_in(source: &str) -> bool {
        source.contains(['~', '+', '*'])
    }

    /// The text to compile. A text that cannot be read as a template stays as it is: compiling it will say why.
    pub(super) fn add(source: &str, tokens: &Tokens<'_>) -> (Self, String) {
        let mut checks = Self::default();
        if tokens.is_whole && tokens.all.iter().any(|(token, _)| needs_check(token)) {
            checks.0 = Scan::new(tokens).inserted();
            checks.0.sort_by_key(|inserted| inserted.at);
        }
        let length: usize = checks.0.iter().map(|inserted| inserted.text.len()).sum();
        let mut text = String::with_capacity(source.len() + length);
        let mut copied = 0;
        for inserted in &checks.0 {
            text.push_str(&source[copied..inserted.at]);
            text.push_str(inserted.text);
            copied = inserted.at;
        }
        text.push_str(&source[copied..]);
        (checks, text)
    }

    /// The original place of a range of the compiled text; of an inserted check it is the operand.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let mut shift = 0;
        for inserted in &self.0 {
            let start = inserted.at + shift;
            if range.start < start {
                break;
            }
            if range.end <= start + inserted.text.len() && range.end > start {
                return inserted.place.clone();
            }
            shift += inserted.text.len();
        }
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    /// The original place of an offset of the compiled text.
    fn offset(&self, offset: usize) -> usize {
        let mut shift = 0;
        for inserted in &self.0 {
            let start = inserted.at + shift;
            if offset <= start {
                break;
            }
            if offset < start + inserted.text.len() {
                return inserted.at;
            }
            shift += inserted.text.len();
        }
        offset - shift
    }
}

/// Whether there is anything to check about a template with this token.
fn needs_check(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::Tilde | Token::Plus | Token::Mul | Token::Ident("set")
    )
}
