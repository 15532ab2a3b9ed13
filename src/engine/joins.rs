//! Makes `~` strict. Jinja's `~` writes none as `None` and true as `True`, and minijinja has no
//! hook for it, so each operand is sent through the filter `joinable` when a template is loaded.
//! It only inserts; every position in the result can be taken back to the text as it was written.

use std::ops::Range;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// What is written behind each operand.
const CHECK: &str = "|joinable";

/// A template's text with checked operands.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// Where the text was inserted, in the original, in order; with the last token of the operand.
    inserted: Vec<(usize, Range<usize>)>,
}

impl Joins {
    /// The text to compile. A text that cannot be read as a template stays as it is: compiling it
    /// will say why.
    pub(super) fn check(source: &str, syntax: &SyntaxConfig) -> (Self, String) {
        let mut joins = Self::default();
        if !source.contains('~') {
            return (joins, source.to_owned());
        }
        let tokens: Result<Vec<_>, _> = tokenize(source, false, syntax.clone()).collect();
        let Ok(tokens) = tokens else {
            return (joins, source.to_owned());
        };
        let tokens: Vec<(Token<'_>, Range<usize>)> = tokens
            .into_iter()
            .map(|(token, span)| {
                let range = span.start_offset as usize..span.end_offset as usize;
                (token, range)
            })
            .collect();
        for (index, (token, _)) in tokens.iter().enumerate() {
            if !matches!(token, Token::Tilde) {
                continue;
            }
            let ends = [index.checked_sub(1), operand_end(&tokens, index + 1)];
            for (_, range) in ends.into_iter().flatten().filter_map(|end| tokens.get(end)) {
                joins.inserted.push((range.end, range.clone()));
            }
        }
        // The middle one of three operands is seen from both sides, one in brackets after the
        // whole that it is in.
        joins.inserted.sort_by_key(|(at, _)| *at);
        joins.inserted.dedup_by_key(|(at, _)| *at);
        let mut text = String::with_capacity(source.len() + joins.inserted.len() * CHECK.len());
        let mut copied = 0;
        for (at, _) in &joins.inserted {
            text.push_str(&source[copied..*at]);
            text.push_str(CHECK);
            copied = *at;
        }
        text.push_str(&source[copied..]);
        (joins, text)
    }

    /// The original place of a range of the compiled text; of an inserted check it is the operand.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let mut shift = 0;
        for (at, operand) in &self.inserted {
            let start = at + shift;
            if range.start < start {
                break;
            }
            if range.start <= start + 1 && range.end <= start + CHECK.len() {
                return operand.clone();
            }
            shift += CHECK.len();
        }
        let start = range.start - shift;
        let inside = self
            .inserted
            .iter()
            .filter(|(at, _)| *at >= start && at + shift < range.end)
            .count();
        start
            ..(range.end - shift)
                .saturating_sub(inside * CHECK.len())
                .max(start)
    }
}

/// The last token of the operand that begins at `first`: a primary expression with its
/// attributes, subscripts, calls and filters.
fn operand_end(tokens: &[(Token<'_>, Range<usize>)], first: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut index = first;
    while matches!(tokens.get(index), Some((Token::Minus, _))) {
        index += 1;
    }
    let mut after_dot_or_pipe = false;
    while let Some((token, _)) = tokens.get(index) {
        match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => depth += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_)
            | Token::Dot
            | Token::Pipe => {}
            // `x.if` is an attribute, `x if` is not.
            Token::Ident(word) if after_dot_or_pipe || !is_operator(word) => {}
            _ => break,
        }
        after_dot_or_pipe = matches!(token, Token::Dot | Token::Pipe);
        index += 1;
    }
    index.checked_sub(1).filter(|last| *last >= first)
}

fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "not" | "in" | "is" | "if" | "else" | "recursive"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(source: &str) -> String {
        Joins::check(source, &SyntaxConfig::default()).1
    }

    #[test]
    fn every_operand_is_checked_once() {
        assert_eq!(
            checked("{{ a.b ~ ':' ~ c[0](1, 2).if }}"),
            "{{ a.b|joinable ~ ':'|joinable ~ c[0](1, 2).if|joinable }}"
        );
        assert_eq!(
            checked("{{ (a or b) ~ -c | f(x ~ y) if d }}"),
            "{{ (a or b)|joinable ~ -c | f(x|joinable ~ y|joinable)|joinable if d }}"
        );
        assert_eq!(
            checked("{% set x = 'a' ~ b %}"),
            "{% set x = 'a'|joinable ~ b|joinable %}"
        );
    }

    #[test]
    fn text_and_strings_are_left_alone() {
        for source in [
            "a ~ b",
            "{{ 'a ~ b' }}",
            "{# a ~ b #}",
            "{% raw %}{{ a ~ b }}{% endraw %}",
        ] {
            assert_eq!(checked(source), source);
        }
    }

    #[test]
    fn positions_lead_back_to_the_text() {
        let source = "{{ a ~ bc }}\n{{ nope }}";
        let (joins, text) = Joins::check(source, &SyntaxConfig::default());
        let at = |needle: &str| {
            let start = text.find(needle).unwrap_or_default();
            let original = joins.original(&(start..start + needle.len()));
            source[original].to_owned()
        };
        assert_eq!(at("nope"), "nope");
        assert_eq!(at("bc"), "bc");
        assert_eq!(at("a|joinable ~ bc|joinable"), "a ~ bc");
        let check = text.rfind(CHECK).unwrap_or_default() + 1;
        assert_eq!(&source[joins.original(&(check..check + 8))], "bc");
    }
}
