//! The tokens of a template, with their places in it: what can be seen before a template is compiled.

use std::ops::Range;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// The tokens of a template up to the first place that cannot be read as one; compiling the template will say why.
pub(super) struct Tokens<'t> {
    pub(super) all: Vec<(Token<'t>, Range<usize>)>,
    /// Whether all of the template could be read.
    pub(super) is_whole: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(source: &'t str, syntax: &SyntaxConfig) -> Self {
        let mut all = Vec::new();
        for token in tokenize(source, false, syntax.clone()) {
            let Ok((token, span)) = token else {
                return Self {
                    all,
                    is_whole: false,
                };
            };
            let range = span.start_offset as usize..span.end_offset as usize;
            all.push((token, range));
        }
        Self {
            all,
            is_whole: true,
        }
    }
}

/// Words that are operators of an expression, and no names.
pub(super) fn is_operator(word: &str) -> bool {
    matches!(
        word,
        "and" | "or" | "not" | "in" | "is" | "if" | "else" | "recursive"
    )
}

/// Whether a token is the name of a test: `odd` in `x is odd` and in `x is not odd`.
pub(super) fn names_test(tokens: &[(Token<'_>, Range<usize>)], index: usize) -> bool {
    let token = |back: usize| {
        let index = index.checked_sub(back)?;
        tokens.get(index).map(|(token, _)| token)
    };
    matches!(token(0), Some(Token::Ident(word)) if *word != "not" || !matches!(token(1), Some(Token::Ident("is"))))
        && match token(1) {
            Some(Token::Ident("is")) => !matches!(token(2), Some(Token::Dot | Token::Pipe)),
            Some(Token::Ident("not")) => matches!(token(2), Some(Token::Ident("is"))),
            _ => false,
        }
}
