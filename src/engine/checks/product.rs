//! What operators of an expression join: products, and what is known of them while their tokens are read.
//! It inserts nothing.

use std::ops::Range;

use minijinja::machinery::Token;

/// An operator that joins two products; `Other` is everything else that a product can stand behind or ahead of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Tilde,
    Plus,
    Other,
}

/// A product: operands with `*`, `/`, `//`, `%` and `**` between them. What `~` joins and `+` adds is one of these.
pub(super) struct Product {
    /// The first token of its first operand, and the last one of its last operand so far.
    pub(super) tokens: Option<(usize, usize)>,
    /// Whether an operand is complete: `-` behind it is no sign.
    pub(super) has_operand: bool,
    /// Whether it has more than one operand.
    pub(super) is_longer: bool,
    /// Whether `*` stands ahead of the last operand.
    pub(super) is_multiplied: bool,
    /// What stands ahead of it.
    pub(super) behind: Joint,
}

impl Product {
    pub(super) const fn behind(joint: Joint) -> Self {
        Self {
            tokens: None,
            has_operand: false,
            is_longer: false,
            is_multiplied: false,
            behind: joint,
        }
    }

    /// Takes a token in as a part of the last operand.
    pub(super) fn take(&mut self, index: usize) {
        self.tokens = Some(
            self.tokens
                .map_or((index, index), |(first, _)| (first, index)),
        );
    }

    /// The same for a token that an operand can end with.
    pub(super) fn take_last(&mut self, index: usize) {
        self.take(index);
        self.has_operand = true;
    }
}

/// Whether the product of the two tokens beside `*` is short whatever they are: a text and a number are both
/// written out.
pub(super) fn is_small(tokens: &[(Token<'_>, Range<usize>)], index: usize) -> bool {
    const LONGEST: u64 = 10_000;
    let token = |index: usize| tokens.get(index).map(|(token, _)| token);
    let [before, after] = [index.checked_sub(1), Some(index + 1)];
    let beside = [before.and_then(token), after.and_then(token)];
    // What is beside them must not make them a part of something else.
    let ends = [index.checked_sub(2), Some(index + 2)];
    let is_end = |token: &Token<'_>| {
        matches!(
            token,
            Token::VariableStart
                | Token::VariableEnd
                | Token::BlockEnd
                | Token::Assign
                | Token::Tilde
                | Token::Comma
                | Token::ParenOpen
                | Token::ParenClose
        )
    };
    if !ends.into_iter().flatten().filter_map(token).all(is_end) {
        return false;
    }
    match beside {
        [Some(Token::Str(text)), Some(Token::Int(count))]
        | [Some(Token::Int(count)), Some(Token::Str(text))] => {
            count.saturating_mul(text.len() as u64) <= LONGEST
        }
        _ => false,
    }
}
