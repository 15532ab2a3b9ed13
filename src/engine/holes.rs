//! Holes: where a template's `{{ expression }}` stands, its text holds a token and a table holds the
//! value. After the text has been parsed as YAML each scalar that *is* a token becomes its value.
//! Values never become text: a token anywhere else is refused at its place in the template.

use std::ops::Range;

use minijinja::{Error, Output, State, Value};

use super::tree::Tree;
use crate::yaml::{self, Content, Node, Scalar, Style};

/// Delimits a token: the last private-use character, which no template needs.
pub(super) const MARK: char = '\u{10FFFD}';

/// A finding about a rendered text: what is wrong and where in that text.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) message: String,
    /// Bytes of the rendered text.
    pub(super) range: Range<usize>,
    /// An earlier place that the message speaks of.
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
}

impl From<yaml::Error> for Problem {
    fn from(error: yaml::Error) -> Self {
        Self {
            help: error.help,
            ..Self::new(error.message, error.range)
        }
    }
}

/// The values that one rendering has put aside, by number of their tokens.
#[derive(Debug, Default)]
pub(super) struct Holes(Vec<Hole>);

#[derive(Debug)]
struct Hole {
    tree: Tree,
    used: bool,
}

/// The formatter of manifests and partials: puts the value aside and writes its token.
pub(super) fn put_aside(
    output: &mut Output,
    state: &mut State,
    value: &Value,
) -> Result<(), Error> {
    let tree = Tree::of(value)?;
    let Holes(holes) = state.get_or_insert_extension(Holes::default());
    let number = holes.len();
    holes.push(Hole { tree, used: false });
    write!(output, "{MARK}{number}{MARK}").map_err(Error::from)
}

/// Whether a value is text that a macro, a call or a set block has captured with tokens in it.
pub(super) fn holds_token(text: &str) -> bool {
    text.split_once(MARK)
        .and_then(|(_, rest)| rest.split_once(MARK))
        .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

impl Holes {
    /// The trees of all documents of a rendered text, its holes filled.
    pub(super) fn documents(self, text: &str) -> Result<Vec<Tree>, Vec<Problem>> {
        let nodes = yaml::compose(text).map_err(|error| vec![explain(text, error)])?;
        let mut filling = Filling {
            text,
            holes: self.0,
            shared: 0,
            problems: Vec::new(),
        };
        let documents: Vec<Option<Tree>> = nodes.iter().map(|node| filling.fill(node)).collect();
        let mut problems = std::mem::take(&mut filling.problems);
        if problems.is_empty() {
            problems = filling.unused(text);
        }
        if problems.is_empty() {
            return Ok(documents.into_iter().flatten().collect());
        }
        problems.sort_by_key(|problem| problem.range.start);
        Err(problems)
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

struct Filling<'t> {
    /// The rendered text.
    text: &'t str,
    holes: Vec<Hole>,
    /// How many anchored nodes the walk is in: what stands below one may be needed again.
    shared: usize,
    problems: Vec<Problem>,
}

impl Filling<'_> {
    /// The tree of a node; none if something is wrong with it (then it is among the problems).
    fn fill(&mut self, node: &Node<'_>) -> Option<Tree> {
        match &node.content {
            Content::Scalar(scalar) => {
                let filled = match self.value(scalar, &node.range) {
                    Ok(None) => yaml::scalar(scalar, &node.range)
                        .map(|value| Some(Tree::Scalar(value)))
                        .map_err(Problem::from),
                    filled => filled,
                };
                filled.unwrap_or_else(|problem| {
                    self.problems.push(problem);
                    None
                })
            }
            Content::List(elements) => {
                let filled: Vec<_> = elements.iter().map(|element| self.fill(element)).collect();
                filled.into_iter().collect::<Option<_>>().map(Tree::List)
            }
            Content::Map(pairs) => self.map(pairs),
            Content::Shared(node) => {
                self.shared += 1;
                let filled = self.fill(node);
                self.shared -= 1;
                filled
            }
        }
    }

    fn map(&mut self, pairs: &[(Node<'_>, Node<'_>)]) -> Option<Tree> {
        let before = self.problems.len();
        let mut filled: Vec<(String, Tree)> = Vec::with_capacity(pairs.len());
        let mut places: Vec<Range<usize>> = Vec::with_capacity(pairs.len());
        for (key_node, value_node) in pairs {
            let key = self.key(key_node);
            let value = self.fill(value_node);
            match key {
                Ok(None) => {}
                Ok(Some(key)) => {
                    filled.push((key, value.unwrap_or(Tree::Omit)));
                    places.push(key_node.range.clone());
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        self.refuse_repeated(&filled, &places);
        (self.problems.len() == before).then_some(Tree::Map(filled))
    }

    /// Keys that stand twice: beside each other once they are sorted, in the order of the text.
    fn refuse_repeated(&mut self, filled: &[(String, Tree)], places: &[Range<usize>]) {
        let mut order: Vec<usize> = (0..filled.len()).collect();
        order.sort_by_key(|&index| &filled[index].0);
        for pair in order.windows(2) {
            let [first, second] = [pair[0], pair[1]];
            if filled[first].0 == filled[second].0 {
                self.problems.push(Problem {
                    earlier: Some(places[first].clone()),
                    ..Problem::new(
                        format!("the key `{}` stands twice in one mapping", filled[second].0),
                        places[second].clone(),
                    )
                });
            }
        }
    }

    /// The key of a pair; none if it is omitted.
    fn key(&mut self, node: &Node<'_>) -> Result<Option<String>, Problem> {
        if let Content::Scalar(scalar) = &node.target().content
            && let Some(tree) = self.value(scalar, &node.range)?
        {
            return match tree {
                Tree::Omit => Ok(None),
                Tree::Scalar(serde_json::Value::String(key)) => Ok(Some(key)),
                Tree::Scalar(key @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => {
                    Ok(Some(key.to_string()))
                }
                _ => Err(Problem::new(
                    "the value of a key must be text",
                    node.range.clone(),
                )),
            };
        }
        if yaml::is_merge(node) {
            return Err(Problem::new(
                "merge keys (`<<`) cannot be used in templates",
                node.range.clone(),
            )
            .with_help("merge values with the filter `combine`"));
        }
        Ok(Some(yaml::key(node)?.into_owned()))
    }

    /// The value behind a scalar; none if the scalar is the template's own text.
    fn value(
        &mut self,
        scalar: &Scalar<'_>,
        range: &Range<usize>,
    ) -> Result<Option<Tree>, Problem> {
        if !scalar.text.contains(MARK) {
            return Ok(None);
        }
        let hole = scalar
            .text
            .strip_prefix(MARK)
            .and_then(|rest| rest.strip_suffix(MARK))
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| self.holes.get_mut(number));
        // Of a longer scalar the expression is shown, not all of it.
        let written = &self.text[range.clone()];
        let start = range.start + written.find(MARK).unwrap_or_default();
        let range = start..range.end;
        let Some(hole) = hole else {
            return Err(Problem::new(
                "an expression must be a whole YAML value, not a part of one",
                range,
            )
            .with_help("join text inside the expression: `{{ a ~ \":\" ~ b }}`"));
        };
        hole.used = true;
        let is_text = matches!(hole.tree, Tree::Scalar(serde_json::Value::String(_)));
        match scalar.style {
            Style::Plain => {}
            Style::SingleQuoted | Style::DoubleQuoted if is_text => {}
            Style::SingleQuoted | Style::DoubleQuoted => {
                return Err(Problem::new(
                    "an expression in quotes must be text, and this one is not",
                    range,
                )
                .with_help("leave out the quotes; for text use the filter `string`"));
            }
            Style::Literal | Style::Folded => {
                return Err(
                    Problem::new("an expression cannot stand in a block of text", range)
                        .with_help("write the value as `{{ expression }}`, without `|` or `>`"),
                );
            }
        }
        Ok(Some(if self.shared > 0 {
            hole.tree.clone()
        } else {
            std::mem::replace(&mut hole.tree, Tree::Omit)
        }))
    }

    /// Tokens that the parser did not see as nodes: they stand in comments.
    fn unused(&self, text: &str) -> Vec<Problem> {
        self.holes
            .iter()
            .enumerate()
            .filter(|(_, hole)| !hole.used)
            .map(|(number, _)| {
                let token = format!("{MARK}{number}{MARK}");
                let start = text.find(&token).unwrap_or(0);
                Problem::new(
                    "a value stands in a YAML comment",
                    start..start + token.len(),
                )
                .with_help("use `{# … #}` for comments in templates")
            })
            .collect()
    }
}
