//! The tokens of a template, and how deeply its expressions nest: what can be seen before a template is compiled.

use std::ops::Range;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// How many operators, filters, attributes and brackets of one expression may be nested. Compiling one takes about
/// 500 bytes of stack, and 2 KiB without optimisation.
const OPERATORS: usize = 400;

/// How many `elif` may be open at one place. Compiling one takes about 2 KiB of stack, and 4 KiB without optimisation.
const BRANCHES: usize = 150;

/// The syntax of templates: Jinja's, and tags on their own lines leave no empty lines.
pub(super) fn syntax() -> Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
}

/// The tokens of a template, up to the first error. Compiling the template reports that error.
pub(super) struct Tokens<'t> {
    pub(super) all: Vec<(Token<'t>, Range<usize>)>,
    /// Whether the whole template was read.
    pub(super) is_whole: bool,
}

/// What nests too deeply, and where.
#[derive(Debug)]
pub(super) struct TooDeep {
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) range: Range<usize>,
}

/// An open bracket: the depth at its beginning, and the deepest of its elements so far.
struct Bracket {
    base: usize,
    deepest: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(source: &'t str, syntax: &SyntaxConfig) -> Self {
        let mut all = Vec::new();
        let mut is_whole = true;
        for token in tokenize(source, false, syntax.clone()) {
            let Ok((token, span)) = token else {
                is_whole = false;
                break;
            };
            let range = span.start_offset as usize..span.end_offset as usize;
            all.push((token, range));
        }
        Self { all, is_whole }
    }

    /// Finds the first expression or `if` that nests too deeply. The compiler calls itself for every operator of an
    /// expression and for every `elif`, and a stack overflow cannot be reported: it ends the process.
    pub(super) fn check_depth(&self) -> Result<(), TooDeep> {
        let mut depth = 0;
        let mut brackets: Vec<Bracket> = Vec::new();
        // The number of branches of every open `if`.
        let mut branches: Vec<usize> = Vec::new();
        let mut previous = &Token::BlockEnd;
        for (token, range) in &self.all {
            match token {
                Token::VariableStart | Token::BlockStart => {
                    depth = 0;
                    brackets.clear();
                }
                Token::Ident(word) if matches!(previous, Token::BlockStart) => {
                    count_branches(&mut branches, word, range)?;
                }
                Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                    depth += 1;
                    let (base, deepest) = (depth, depth);
                    brackets.push(Bracket { base, deepest });
                }
                Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                    if let Some(closed) = brackets.pop() {
                        depth = depth.max(closed.deepest);
                    }
                }
                // The elements of a bracket are side by side, not nested.
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
}

/// Counts the branches of the open conditions.
fn count_branches(
    branches: &mut Vec<usize>,
    word: &str,
    range: &Range<usize>,
) -> Result<(), TooDeep> {
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

/// Words that are operators of an expression, not names.
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
