//! The walk over the tokens of a template that finds where checks belong. It decides nothing about values.

use std::ops::Range;

use minijinja::machinery::Token;

use super::Inserted;
use super::product::{Joint, Product, is_small};
use crate::engine::tokens::{Tokens, is_operator, names_test};

/// The walk over the tokens of a template.
pub(super) struct Scan<'t> {
    tokens: &'t [(Token<'t>, Range<usize>)],
    /// The product that is read, of every bracket that is open.
    products: Vec<Product>,
    set: SetTag,
    inserted: Vec<Inserted>,
}

/// What is known of a tag `{% set … %}`; of any other tag nothing.
#[derive(Default)]
struct SetTag {
    /// Whether what was read so far is the target.
    is_target: bool,
    /// Whether the target has an attribute in it: it is the namespace's.
    has_attribute: bool,
    /// What is inserted at the end of the tag.
    check: Option<&'static str>,
}

impl<'t> Scan<'t> {
    pub(super) fn new(tokens: &'t Tokens<'t>) -> Self {
        Self {
            tokens: &tokens.all,
            products: Vec::new(),
            set: SetTag::default(),
            inserted: Vec::new(),
        }
    }

    pub(super) fn inserted(mut self) -> Vec<Inserted> {
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
            // The word that says what the tag does.
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

    /// Whether a `-` or `+` that comes now is the sign of a number.
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

    /// An operator follows that makes the product longer.
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

    /// The product is complete.
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
        if let Some((first, _)) = first {
            let place = self.tokens[first].1.clone();
            let at = place.start;
            let text = "(";
            self.inserted.push(Inserted { at, text, place });
        }
    }

    /// A mark of a `set` tag: what it assigns to an attribute is checked as a whole.
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
