//! Adds checks to templates where minijinja has no hook for them. Each check is a filter behind an operand:
//!
//! - `~` writes none as `None` and true as `True`: its operands pass through `joinable`.
//! - `+` and `*` can make a text of any length at once: operands of `+` pass through `addend`, those of `*` through
//!   `factor`.
//! - An attribute of a namespace keeps its value from one round of a loop to the next: what is assigned to it passes
//!   through `kept`.
//!
//! Text is only inserted, so every position in the result can be mapped back to the original.

#[cfg(test)]
mod tests;

use std::ops::Range;

use minijinja::machinery::Token;

use super::tokens::{Tokens, is_operator, names_test};

/// An inserted piece of text.
#[derive(Clone, Debug, PartialEq)]
struct Inserted {
    /// The byte offset in the original.
    at: usize,
    text: &'static str,
    /// The last token of the checked operand.
    place: Range<usize>,
}

/// All pieces inserted into a template.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Checks(Vec<Inserted>);

impl Checks {
    /// The text to compile. A text with a syntax error is returned unchanged: compiling it reports the error.
    pub(super) fn add(source: &str, tokens: &Tokens<'_>) -> (Self, String) {
        let mut inserted = Vec::new();
        if tokens.is_whole && tokens.all.iter().any(|(token, _)| needs_check(token)) {
            inserted = Scan::new(tokens).inserted();
            inserted.sort_by_key(|inserted| inserted.at);
        }
        let checks = Self(inserted);
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

    /// The original place of a range of the compiled text; for an inserted check, the operand.
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

/// Whether a template with this token may need a check.
fn needs_check(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::Tilde | Token::Plus | Token::Mul | Token::Ident("set")
    )
}

/// The walk over the tokens of a template.
struct Scan<'t> {
    tokens: &'t [(Token<'t>, Range<usize>)],
    /// For every open bracket, the product that is being read.
    products: Vec<Product>,
    set: SetTag,
    inserted: Vec<Inserted>,
}

/// What is known about the current tag, if it is `{% set … %}`.
#[derive(Default)]
struct SetTag {
    /// Whether the target is being read.
    is_target: bool,
    /// Whether the target is an attribute of a namespace.
    has_attribute: bool,
    /// The text to insert at the end of the tag.
    check: Option<&'static str>,
}

impl<'t> Scan<'t> {
    fn new(tokens: &'t Tokens<'t>) -> Self {
        Self {
            tokens: &tokens.all,
            products: Vec::new(),
            set: SetTag::default(),
            inserted: Vec::new(),
        }
    }

    fn inserted(mut self) -> Vec<Inserted> {
        for index in 0..self.tokens.len() {
            self.step(index);
        }
        self.inserted
    }

    fn step(&mut self, index: usize) {
        let tokens = self.tokens;
        match &tokens[index].0 {
            Token::VariableStart | Token::BlockStart => {
                self.products = vec![Product::behind(Joint::Other)];
                self.set = SetTag::default();
            }
            Token::TemplateData(_) => {}
            Token::BlockEnd => {
                self.end_product(Joint::Other);
                if let Some(check) = self.set.check {
                    self.check_token(index - 1, check);
                }
            }
            Token::Assign => {
                self.end_product(Joint::Other);
                self.assign(index, ")|kept");
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                self.product(|product| product.take(index));
                self.products.push(Product::behind(Joint::Other));
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                self.end_product(Joint::Other);
                if self.products.len() > 1 {
                    self.products.pop();
                }
                self.product(|product| product.take_last(index));
            }
            Token::Dot => {
                self.set.has_attribute |= self.set.is_target;
                self.product(|product| product.take(index));
            }
            Token::Pipe => {
                self.assign(index, "|kept");
                self.product(|product| product.take(index));
            }
            Token::Minus | Token::Plus if self.is_sign(index) => {
                self.product(|product| {
                    product.take(index);
                    product.has_operand = false;
                });
            }
            Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_) => self.product(|product| product.take_last(index)),
            Token::Ident(word) => self.word(index, word),
            Token::Mul => {
                let is_small = is_small(self.tokens, index);
                if !is_small {
                    self.check_last("|factor");
                }
                self.end_operand();
                self.product(|product| product.is_multiplied = !is_small);
            }
            Token::Div | Token::FloorDiv | Token::Mod | Token::Pow => self.end_operand(),
            Token::Tilde => self.end_product(Joint::Tilde),
            Token::Plus => self.end_product(Joint::Plus),
            _ => self.end_product(Joint::Other),
        }
    }

    /// A name, or an operator that is a word.
    fn word(&mut self, index: usize, word: &str) {
        let before = index.checked_sub(1).map(|before| &self.tokens[before].0);
        match before {
            // The name of the tag.
            Some(Token::BlockStart) => self.set.is_target = word == "set",
            // `x.if` is an attribute, `x if` is not.
            Some(Token::Dot | Token::Pipe) => self.product(|product| product.take_last(index)),
            // A test, its name and an argument without brackets belong to the operand: `x is not sameas y`.
            Some(Token::Ident("is")) if word == "not" => {
                self.product(|product| product.take(index));
            }
            _ if names_test(self.tokens, index) => self.product(|product| product.take_last(index)),
            _ if names_test(self.tokens, index - 1)
                && !matches!(word, "and" | "or" | "else" | "is") =>
            {
                self.product(|product| product.take_last(index));
            }
            _ if word == "is" => self.product(|product| product.take(index)),
            _ if is_operator(word) => self.end_product(Joint::Other),
            _ => {
                let follows = self
                    .products
                    .last()
                    .is_some_and(|product| product.has_operand);
                if follows {
                    self.end_product(Joint::Other);
                }
                self.product(|product| product.take_last(index));
            }
        }
    }

    /// Whether a `-` or `+` at this index is the sign of a number.
    fn is_sign(&self, index: usize) -> bool {
        let has_operand = self
            .products
            .last()
            .is_some_and(|product| product.has_operand);
        !has_operand
            || index
                .checked_sub(1)
                .is_some_and(|before| names_test(self.tokens, before))
    }

    fn product(&mut self, change: impl FnOnce(&mut Product)) {
        if let Some(product) = self.products.last_mut() {
            change(product);
        }
    }

    /// Inserts a check behind the last operand.
    fn check_last(&mut self, check: &'static str) {
        let last = self.products.last().and_then(|product| product.tokens);
        if let Some((_, last)) = last {
            self.check_token(last, check);
        }
    }

    /// Inserts a check behind a token.
    fn check_token(&mut self, index: usize, text: &'static str) {
        let place = self.tokens[index].1.clone();
        let at = place.end;
        self.inserted.push(Inserted { at, text, place });
    }

    /// Ends an operand before an operator that extends the product.
    fn end_operand(&mut self) {
        if self
            .products
            .last()
            .is_some_and(|product| product.is_multiplied)
        {
            self.check_last("|factor");
        }
        self.product(|product| {
            product.has_operand = false;
            product.is_longer = true;
            product.is_multiplied = false;
        });
    }

    /// Ends the product before the operator `ahead`.
    fn end_product(&mut self, ahead: Joint) {
        let Some(product) = self.products.last() else {
            return;
        };
        let (behind, is_longer) = (product.behind, product.is_longer);
        if product.is_multiplied {
            self.check_last("|factor");
        }
        let joints = [behind, ahead];
        if joints.contains(&Joint::Tilde) {
            if is_longer {
                self.open_bracket();
                self.check_last(")|joinable");
            } else {
                self.check_last("|joinable");
            }
        }
        if joints.contains(&Joint::Plus) {
            self.check_last("|addend");
        }
        self.product(|product| *product = Product::behind(ahead));
    }

    fn open_bracket(&mut self) {
        let first = self.products.last().and_then(|product| product.tokens);
        if let Some((first, _)) = first.filter(|(first, _)| !self.is_misplaced_not(*first)) {
            let place = self.tokens[first].1.clone();
            let at = place.start;
            let text = "(";
            self.inserted.push(Inserted { at, text, place });
        }
    }

    /// Whether a `not` that no expression can have stands before a token, as in `a ~ not b`. A bracket behind it would
    /// make it the name of a function, and the error that of another mistake.
    fn is_misplaced_not(&self, index: usize) -> bool {
        let Some([(before, _), (Token::Ident("not"), _)]) = index
            .checked_sub(2)
            .and_then(|start| self.tokens.get(start..index))
        else {
            return false;
        };
        matches!(
            before,
            Token::Tilde
                | Token::Plus
                | Token::Minus
                | Token::Mul
                | Token::Div
                | Token::FloorDiv
                | Token::Mod
                | Token::Pow
        )
    }

    /// Ends the target of a `set` tag. The whole value that is assigned to an attribute is checked.
    fn assign(&mut self, index: usize, check: &'static str) {
        if !self.set.is_target {
            return;
        }
        self.set.is_target = false;
        if self.set.has_attribute {
            self.set.check = Some(check);
            if check.starts_with(')') {
                let place = self.tokens[index].1.clone();
                let at = place.end;
                let text = "(";
                self.inserted.push(Inserted { at, text, place });
            }
        }
    }
}

/// The operator between two products. `Other` is anything else that can come before or after a product.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    Tilde,
    Plus,
    Other,
}

/// A product: operands with `*`, `/`, `//`, `%` and `**` between them. The operands of `~` and `+` are products.
struct Product {
    /// The first token of the first operand, and the last token of the last operand so far.
    tokens: Option<(usize, usize)>,
    /// Whether an operand is complete, so that a following `-` is not a sign.
    has_operand: bool,
    /// Whether it has more than one operand.
    is_longer: bool,
    /// Whether the last operand comes after `*`.
    is_multiplied: bool,
    /// The operator before it.
    behind: Joint,
}

impl Product {
    const fn behind(joint: Joint) -> Self {
        Self {
            tokens: None,
            has_operand: false,
            is_longer: false,
            is_multiplied: false,
            behind: joint,
        }
    }

    /// Adds a token to the last operand.
    fn take(&mut self, index: usize) {
        self.tokens = Some(
            self.tokens
                .map_or((index, index), |(first, _)| (first, index)),
        );
    }

    /// Adds a token that an operand can end with.
    fn take_last(&mut self, index: usize) {
        self.take(index);
        self.has_operand = true;
    }
}

/// Whether `*` multiplies a literal text by a literal number and the result is short.
fn is_small(tokens: &[(Token<'_>, Range<usize>)], index: usize) -> bool {
    const LONGEST: u64 = 10_000;
    let token = |index: usize| tokens.get(index).map(|(token, _)| token);
    let [before, after] = [index.checked_sub(1), Some(index + 1)];
    let beside = [before.and_then(token), after.and_then(token)];
    // The tokens around them must not make them part of a larger expression.
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
