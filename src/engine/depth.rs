//! Refuses templates whose expressions and conditions nest too deeply. The compiler calls itself for every operator of an
//! expression and for every `elif` of an `if`, and a stack that is used up cannot be reported: it ends the process.

use std::ops::Range;

use minijinja::machinery::Token;

use super::tokens::{Tokens, is_operator};

/// How many operators, filters, attributes and brackets of one expression may stand inside each other. Compiling one
/// takes about 500 bytes of stack, and 2 KiB without optimisation.
const OPERATORS: usize = 400;

/// How many `elif` may be open at a place. Compiling one takes about 2 KiB of stack, and 4 KiB without optimisation.
const BRANCHES: usize = 150;

/// What nests too deeply, and where it does.
#[derive(Debug)]
pub(super) struct TooDeep {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) range: Range<usize>,
}

/// Brackets that are open: the depth at their beginning, and the deepest of their elements so far.
struct Brackets {
    base: usize,
    deepest: usize,
}

/// Refuses the first place that is too deep.
pub(super) fn check(tokens: &Tokens<'_>) -> Result<(), TooDeep> {
    let mut depth = 0;
    let mut brackets: Vec<Brackets> = Vec::new();
    // Of every `if` that is open the number of its branches.
    let mut branches: Vec<usize> = Vec::new();
    let mut previous = &Token::BlockEnd;
    for (token, range) in &tokens.all {
        match token {
            Token::VariableStart | Token::BlockStart => {
                depth = 0;
                brackets.clear();
            }
            Token::Ident(word) if matches!(previous, Token::BlockStart) => {
                branch(&mut branches, word, range)?;
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                depth += 1;
                let (base, deepest) = (depth, depth);
                brackets.push(Brackets { base, deepest });
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                if let Some(closed) = brackets.pop() {
                    depth = depth.max(closed.deepest);
                }
            }
            // Elements stand beside each other.
            Token::Comma | Token::Colon => match brackets.last_mut() {
                Some(open) => {
                    open.deepest = open.deepest.max(depth);
                    depth = open.base;
                }
                None => depth = 0,
            },
            Token::Ident(word) if !is_operator(word) => {}
            Token::TemplateData(_)
            | Token::VariableEnd
            | Token::BlockEnd
            | Token::Assign
            | Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_) => {}
            _ => depth += 1,
        }
        if depth > OPERATORS {
            return Err(TooDeep {
                message: format!("the expression has more than {OPERATORS} operators in a row"),
                help: "give parts of it a name with `{% set name = … %}`",
                range: range.clone(),
            });
        }
        previous = token;
    }
    Ok(())
}

/// Counts the branches of the conditions that are open.
fn branch(branches: &mut Vec<usize>, word: &str, range: &Range<usize>) -> Result<(), TooDeep> {
    match word {
        "if" => branches.push(0),
        "elif" => {
            if let Some(last) = branches.last_mut() {
                *last += 1;
            }
        }
        "endif" => {
            branches.pop();
        }
        _ => {}
    }
    if branches.iter().sum::<usize>() > BRANCHES {
        return Err(TooDeep {
            message: format!("the `if` has more than {BRANCHES} branches"),
            help: "look the value up in a map: `{\"a\": 1, \"b\": 2}[key]`",
            range: range.clone(),
        });
    }
    Ok(())
}
