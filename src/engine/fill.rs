//! Fills the holes of a template's text after it has been parsed as YAML: each scalar or key that
//! *is* a token becomes its value. A token anywhere else, and a key that stands twice, are refused
//! at their place.

use std::ops::Range;

use super::holes::{Hole, MARK, token, tokens};
use super::tree::Tree;
use crate::yaml::{self, Content, Node, Scalar, Style};

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
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> Self {
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

/// The walk over the documents of one rendered text.
pub(super) struct Filling<'t> {
    /// The rendered text.
    text: &'t str,
    holes: Vec<Hole>,
    /// How many anchored nodes the walk is in: what stands below one may be needed again.
    shared: usize,
    problems: Vec<Problem>,
}

impl<'t> Filling<'t> {
    pub(super) fn new(text: &'t str, holes: Vec<Hole>) -> Self {
        Self {
            text,
            holes,
            shared: 0,
            problems: Vec::new(),
        }
    }

    /// The trees of all documents, or all that is wrong with them, in the order of the text.
    pub(super) fn documents(mut self, nodes: &[Node<'_>]) -> Result<Vec<Tree>, Vec<Problem>> {
        let documents: Vec<Option<Tree>> = nodes.iter().map(|node| self.fill(node)).collect();
        if self.problems.is_empty() {
            self.problems = self.unused();
        }
        if self.problems.is_empty() {
            return Ok(documents.into_iter().flatten().collect());
        }
        self.problems.sort_by_key(|problem| problem.range.start);
        Err(self.problems)
    }

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
                tree => tree.into_key().map(Some).ok_or_else(|| {
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
        let hole = token(&scalar.text).and_then(|number| self.holes.get_mut(number));
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
    fn unused(&self) -> Vec<Problem> {
        tokens(self.text)
            .filter(|(number, _)| self.holes.get(*number).is_some_and(|hole| !hole.used))
            .map(|(_, range)| {
                Problem::new("a value stands in a YAML comment", range)
                    .with_help("use `{# … #}` for comments in templates")
            })
            .collect()
    }
}
