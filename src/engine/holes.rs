//! Holes: where a template's `{{ expression }}` stands, its text holds a token and a table holds the
//! value. After the text has been parsed as YAML each scalar that *is* a token becomes its value.
//! Values never become text: a token anywhere else is refused at its place in the template.

use std::ops::Range;

use minijinja::{Error, Output, State, Value};

use super::fill::{Filling, Problem};
use super::limits::MOST_IN_ALL;
use super::tree::{Tree, invalid};
use crate::yaml;

/// Delimits a token: the last private-use character, which no template needs.
pub(super) const MARK: char = '\u{10FFFD}';

/// The values that one rendering has put aside, by number of their tokens.
#[derive(Debug, Default)]
pub(super) struct Holes {
    all: Vec<Hole>,
    /// How many elements their values have.
    elements: usize,
}

/// One value, and whether its token has been seen where it belongs.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) tree: Tree,
    pub(super) used: bool,
}

/// The formatter of manifests and partials: puts the value aside and writes its token.
pub(super) fn put_aside(
    output: &mut Output,
    state: &mut State,
    value: &Value,
) -> Result<(), Error> {
    let (tree, elements) = Tree::counted(value)?;
    let holes = state.get_or_insert_extension(Holes::default());
    holes.elements += elements;
    if holes.elements > MOST_IN_ALL {
        return Err(invalid(format!(
            "the values of the template have more than {MOST_IN_ALL} elements"
        )));
    }
    let number = holes.all.len();
    holes.all.push(Hole { tree, used: false });
    write!(output, "{MARK}{number}{MARK}").map_err(Error::from)
}

/// Whether a value is text that a macro, a call or a set block has captured with tokens in it.
pub(super) fn holds_token(text: &str) -> bool {
    text.split_once(MARK)
        .and_then(|(_, rest)| rest.split_once(MARK))
        .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The number of the hole whose token a scalar is; none if it is anything else.
pub(super) fn token(text: &str) -> Option<usize> {
    text.strip_prefix(MARK)?.strip_suffix(MARK)?.parse().ok()
}

/// The numbers and places of all tokens in a text.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut marks = text
        .match_indices(MARK)
        .map(|(at, mark)| at..at + mark.len());
    std::iter::from_fn(move || {
        let range = marks.next()?.start..marks.next()?.end;
        Some((token(text.get(range.clone())?)?, range))
    })
}

impl Holes {
    /// The value behind a scalar, if the scalar is the token of a hole.
    pub(super) fn value(&self, text: &str) -> Option<&Tree> {
        self.all.get(token(text)?).map(|hole| &hole.tree)
    }

    /// The trees of all documents of a rendered text, its holes filled.
    pub(super) fn documents(self, text: &str) -> Result<Vec<Tree>, Vec<Problem>> {
        let nodes = yaml::compose(text).map_err(|error| vec![explain(text, error)])?;
        Filling::new(text, self.all).documents(&nodes)
    }
}

/// A syntax error of the rendered text. Where a token is what the parser stumbled over, the
/// template's author wants to hear of the expression.
fn explain(text: &str, error: yaml::Error) -> Problem {
    let line_start = text[..error.range.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let mut problem = Problem::from(error);
    problem.message = format!("the template does not make YAML: {}", problem.message);
    if problem.help.is_none() && line.contains(MARK) {
        problem.help = Some("an expression stands for one whole YAML value or key".to_owned());
    }
    problem
}
