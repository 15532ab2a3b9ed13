//! Holes: for each `{{ expression }}` of a template its text has a token, and a table has the value.
//! After the text has been parsed as YAML, each scalar or key that *is* a token is replaced by its value. Values never
//! become text: a token anywhere else is an error at its place in the template, and so is a duplicate key.

use std::borrow::Cow;
use std::ops::Range;

use minijinja::{Error, Output, State, Value};

use super::form::{Document, Form, FormPairs as _};
use super::kept::Kept;
use super::tree::{MARK, Tree, has_mark, invalid};
use crate::yaml::{self, Content, Next, Node, Outline, Scalar, Style, Walk};

/// The largest number of elements in the values of all expressions of a template together.
const MOST_IN_ALL: usize = 2_000_000;

/// The values of one rendering, by the number of their tokens.
#[derive(Debug, Default)]
pub(super) struct Holes {
    /// Whether values become text here (NOTES.txt); not known before the first one.
    pub(super) are_text: Option<bool>,
    all: Vec<Hole>,
    /// The number of elements in all values.
    elements: usize,
    /// The last token.
    token: String,
}

/// One value, and whether its token was found where a value can be.
#[derive(Debug)]
struct Hole {
    tree: Tree,
    used: bool,
}

/// The number of the hole, if the text is a token and nothing else.
fn token(text: &str) -> Option<usize> {
    text.strip_prefix(MARK)?.strip_suffix(MARK)?.parse().ok()
}

/// The numbers and places of all tokens in a text.
fn tokens(text: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut marks = text
        .match_indices(MARK)
        .map(|(at, mark)| at..at + mark.len());
    std::iter::from_fn(move || {
        let range = marks.next()?.start..marks.next()?.end;
        Some((token(text.get(range.clone())?)?, range))
    })
}

impl Holes {
    /// The formatter of manifests and partials: keeps the value and writes its token.
    pub(super) fn put_aside(&mut self, output: &mut Output, value: &Value) -> Result<(), Error> {
        let (tree, elements) = Tree::counted(value)?;
        self.elements += elements;
        if self.elements > MOST_IN_ALL {
            return Err(invalid(format!(
                "the values of the template have more than {MOST_IN_ALL} elements"
            )));
        }
        let token = self.write_token(self.all.len());
        output.write_str(token)?;
        self.all.push(Hole { tree, used: false });
        Ok(())
    }

    /// Makes the token of a hole. Templates have hundreds of them, and the formatter of numbers costs more than all else here.
    fn write_token(&mut self, number: usize) -> &str {
        self.token.clear();
        self.token.push(MARK);
        let mut digit = 1;
        while number / digit >= 10 {
            digit *= 10;
        }
        while digit > 0 {
            #[expect(clippy::cast_possible_truncation, reason = "a digit")]
            self.token
                .push(char::from(b'0' + (number / digit % 10) as u8));
            digit /= 10;
        }
        self.token.push(MARK);
        &self.token
    }

    /// The holes of a rendering.
    pub(super) fn of<'s>(state: &'s mut State<'_, '_>) -> &'s mut Self {
        state.get_or_insert_extension(Self::default())
    }

    /// The value behind a scalar, if the scalar is the token of a hole.
    pub(super) fn value(&self, text: &str) -> Option<&Tree> {
        self.all.get(token(text)?).map(|hole| &hole.tree)
    }

    /// Takes each document of a rendered text, with its holes filled; not one that is omitted as a whole. One document after
    /// the other is read, so that only one is in memory as written; those before an error are taken too.
    pub(super) fn documents<D: Document>(
        self,
        text: &str,
        kept: &Kept,
        mut take: impl FnMut(D),
    ) -> Result<(), Vec<Problem>> {
        let mut filling = Filling {
            text,
            holes: self.all,
            shared: 0,
            problems: Vec::new(),
        };
        kept.each_outline(text, |outline| {
            if let Some(document) = filling.document(outline) {
                take(document);
            }
        })
        .map_err(|error| vec![syntax(text, error)])?;
        filling.finish()
    }
}

/// A problem in a rendered text, and its place there.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) message: String,
    /// Byte range of the rendered text.
    pub(super) range: Range<usize>,
    /// The place of the first of two duplicate keys.
    pub(super) earlier: Option<Range<usize>>,
    pub(super) help: Option<String>,
}

impl Problem {
    fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self {
            message: message.into(),
            range,
            earlier: None,
            help: None,
        }
    }

    fn with_help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    /// A key that a map has already.
    pub(super) fn duplicate(key: &str, earlier: Range<usize>, range: Range<usize>) -> Self {
        Self {
            earlier: Some(earlier),
            ..Self::new(format!("duplicate key `{key}`"), range)
        }
    }
}

impl From<yaml::Error> for Problem {
    fn from(error: yaml::Error) -> Self {
        Self {
            help: error.help,
            ..Self::new(error.message, error.range)
        }
    }
}

/// The key of a pair; none if it is omitted.
type Key<'o> = Result<Option<Cow<'o, str>>, Problem>;

/// The walk over the documents of one rendered text.
pub(super) struct Filling<'t> {
    /// The rendered text.
    pub(super) text: &'t str,
    holes: Vec<Hole>,
    /// How many anchored nodes are being walked: an alias may use the holes below them again.
    shared: usize,
    pub(super) problems: Vec<Problem>,
}

impl Filling<'_> {
    /// All problems, in the order of the text.
    fn finish(mut self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            self.problems = self.unused();
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by_key(|problem| problem.range.start);
        Err(self.problems)
    }

    /// What a document becomes; none if it is omitted or has problems, which are recorded.
    fn document<D: Document>(&mut self, outline: &Outline) -> Option<D> {
        let before = self.problems.len();
        let made = D::of(self, outline);
        made.filter(|_| self.problems.len() == before)
    }

    /// The tree of a document; none if it is omitted, and perhaps none if it has problems, which are recorded.
    pub(super) fn tree<F: Form>(&mut self, outline: &Outline) -> Option<F> {
        self.fill(&mut outline.walk(self.text))
    }

    /// What the next node becomes; none as for [`tree`](Self::tree).
    pub(super) fn fill<F: Form>(&mut self, walk: &mut Walk<'_>) -> Option<F> {
        let (range, next) = walk.next()?;
        match next {
            Next::Scalar(scalar) => {
                let filled = match self.hole(&scalar, &range) {
                    Ok(Some(hole)) => Ok(F::of(self.take(hole))),
                    Ok(None) => yaml::scalar(&scalar, &range)
                        .map(|value| Some(F::scalar(value)))
                        .map_err(Problem::from),
                    Err(problem) => Err(problem),
                };
                filled.unwrap_or_else(|problem| {
                    self.problems.push(problem);
                    None
                })
            }
            Next::List(elements) => {
                let mut filled = Vec::with_capacity(elements);
                filled.extend((0..elements).filter_map(|_| self.fill(walk)));
                Some(F::list(filled))
            }
            Next::Map(pairs) => Some(self.map(pairs, walk)),
            Next::Shared => {
                self.shared += 1;
                let filled = self.fill(walk);
                self.shared -= 1;
                filled
            }
        }
    }

    fn map<F: Form>(&mut self, pairs: usize, walk: &mut Walk<'_>) -> F {
        let mut filled = F::Pairs::with_capacity(pairs);
        // The place of each key in `filled`, the last one if it is repeated.
        let mut places: Vec<Range<usize>> = Vec::with_capacity(pairs);
        for _ in 0..pairs {
            let Some((key, range)) = self.next_key(walk) else {
                break;
            };
            let value = self.fill(walk);
            match key.map(|key| key.map(|key| filled.add(key, value))) {
                Ok(None) => {}
                Ok(Some(Ok(()))) => places.push(range),
                Ok(Some(Err((key, first)))) => {
                    let earlier = std::mem::replace(&mut places[first], range.clone());
                    self.problems.push(Problem::duplicate(&key, earlier, range));
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        F::map(filled)
    }

    /// The key of the next pair and its place.
    pub(super) fn next_key<'o>(&mut self, walk: &mut Walk<'o>) -> Option<(Key<'o>, Range<usize>)> {
        if let Some((word, range)) = walk.word() {
            return Some((Ok(Some(word.into())), range));
        }
        let node = walk.node()?;
        Some((self.key(&node), node.range))
    }

    fn key<'o>(&mut self, node: &Node<'o>) -> Key<'o> {
        if let Content::Scalar(scalar) = &node.target().content
            && let Some(hole) = self.hole(scalar, &node.range)?
        {
            return match self.value(hole) {
                Tree::Omit => Ok(None),
                tree => tree
                    .key()
                    .map(|key| Some(key.into_owned().into()))
                    .ok_or_else(|| {
                        Problem::new("the value of a key must be text", node.range.clone())
                    }),
            };
        }
        if yaml::is_merge(node) {
            return Err(Problem::new(
                "merge keys (`<<`) cannot be used in templates",
                node.range.clone(),
            )
            .with_help("merge values with the filter `combine`"));
        }
        Ok(Some(yaml::key(node)?))
    }

    /// The value of a hole.
    pub(super) fn value(&self, hole: usize) -> &Tree {
        &self.holes[hole].tree
    }

    /// The value of a hole, for the only place where it is.
    fn take(&mut self, hole: usize) -> Tree {
        let tree = &mut self.holes[hole].tree;
        if self.shared > 0 {
            tree.clone()
        } else {
            std::mem::replace(tree, Tree::Omit)
        }
    }

    /// The number of the hole that a scalar is; none if the scalar has no token in it.
    pub(super) fn hole(
        &mut self,
        scalar: &Scalar<'_>,
        range: &Range<usize>,
    ) -> Result<Option<usize>, Problem> {
        if !has_mark(&scalar.text) {
            return Ok(None);
        }
        // In a longer scalar, the place is the expression and what follows it.
        let place = || {
            let written = &self.text[range.clone()];
            range.start + written.find(MARK).unwrap_or_default()..range.end
        };
        let found =
            token(&scalar.text).and_then(|number| Some((number, self.holes.get_mut(number)?)));
        let Some((number, hole)) = found else {
            return Err(Problem::new(
                "an expression must be a whole YAML value, not a part of one",
                place(),
            )
            .with_help("join text inside the expression: `{{ a ~ \":\" ~ b }}`"));
        };
        hole.used = true;
        let is_text = matches!(&hole.tree, Tree::Scalar(scalar) if scalar.as_str().is_some());
        match scalar.style {
            Style::Plain => {}
            Style::SingleQuoted | Style::DoubleQuoted if is_text => {}
            Style::SingleQuoted | Style::DoubleQuoted => {
                return Err(Problem::new(
                    "an expression in quotes must be text, and this one is not",
                    place(),
                )
                .with_help("leave out the quotes; for text use the filter `string`"));
            }
            Style::Literal | Style::Folded => {
                return Err(Problem::new(
                    "an expression cannot be part of a block of text",
                    place(),
                )
                .with_help("write the value as `{{ expression }}`, without `|` or `>`"));
            }
        }
        Ok(Some(number))
    }

    /// Tokens that are not part of any node: they are in comments.
    fn unused(&self) -> Vec<Problem> {
        if self.holes.iter().all(|hole| hole.used) {
            return Vec::new();
        }
        tokens(self.text)
            .filter(|(number, _)| self.holes.get(*number).is_some_and(|hole| !hole.used))
            .map(|(_, range)| {
                Problem::new("an expression in a YAML comment has no effect", range)
                    .with_help("use `{# … #}` for comments in templates")
            })
            .collect()
    }
}

/// A syntax error of the rendered text. If there is a token on its line, the expression may be the cause.
fn syntax(text: &str, error: yaml::Error) -> Problem {
    let line_start = text[..error.range.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let mut problem = Problem::from(error);
    problem.message = format!("the template does not make YAML: {}", problem.message);
    if problem.help.is_none() && line.contains(MARK) {
        problem.help = Some("an expression is one whole YAML value or key".to_owned());
    }
    problem
}
