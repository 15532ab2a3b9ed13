//! From a field of a rendered object back to the words of the template that wrote it. It is made on
//! demand and renders the template again; rendering itself carries nothing of it. It refuses to say
//! which value stands behind an expression.

use std::ops::Range;

use super::context::Run;
use super::holes::{Holes, MARK};
use super::spans::Spans;
use super::tree::Tree;
use crate::chart::Template;
use crate::diagnostics::Label;
use crate::yaml::{self, Content, Node, Path, Step};

/// Where everything in the documents of one template was written.
pub struct Trace {
    spans: Spans,
    /// As many as the template makes objects, in their order.
    documents: Vec<Place>,
}

/// The place in a template that wrote a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The key, where the field has one in the template; none for an element of a list, and for
    /// what stands below a value that an expression gives whole.
    pub key: Option<Label>,
    /// The text or expression that is the value; of a map or list that the template spells out
    /// its key, else its first line.
    pub value: Label,
}

/// A part of a document, by byte ranges of the rendered text.
#[derive(Debug)]
struct Place {
    key: Option<Range<usize>>,
    value: Range<usize>,
    below: Below,
}

/// What a part of a document has below it, as in the object: what is omitted is not there.
#[derive(Debug)]
enum Below {
    /// It is a scalar, or the value of an expression.
    Nothing,
    List(Vec<Place>),
    Map(Vec<(String, Place)>),
}

impl Run {
    /// Renders a template once more, to tell where its fields come from; none if it fails.
    pub fn trace(&self, template: &Template) -> Option<Trace> {
        let shared = &self.0;
        let path = &template.path;
        let mut rendered = shared
            .compiled
            .env
            .get_template(path)
            .and_then(|template| template.render_captured(shared.context(path, false)))
            .ok()?;
        let holes = rendered.with_state_mut(|state| {
            std::mem::take(state.get_or_insert_extension(Holes::default()))
        });
        let text = rendered.output();
        let walk = Walk { text, holes };
        let documents = yaml::compose(text)
            .ok()?
            .iter()
            .filter(|node| !walk.vanishes(node))
            .filter_map(|node| walk.place(node))
            .collect();
        Some(Trace {
            spans: Spans::of(shared, path),
            documents,
        })
    }
}

impl Trace {
    /// Where a field of an object was written: of the template's objects the one with this number,
    /// counted from 0. Of a field that is not there it is the nearest thing above it that is.
    pub fn written(&self, document: usize, field: &Path) -> Option<Written> {
        let mut place = self.documents.get(document)?;
        let mut is_whole = true;
        for step in &field.0 {
            let Some(below) = place.below.step(step) else {
                is_whole = false;
                break;
            };
            place = below;
        }
        let key = place.key.as_ref().and_then(|key| self.spans.label(key));
        let value = match (&place.below, &key) {
            (Below::Nothing, _) => self.spans.label(&place.value)?,
            (_, Some(key)) => key.clone(),
            (_, None) => {
                let mut label = self.spans.label(&place.value)?;
                label.range = label.first_line();
                label
            }
        };
        let key = key.filter(|_| is_whole);
        Some(Written { key, value })
    }
}

impl Below {
    fn step(&self, step: &Step) -> Option<&Place> {
        match (self, step) {
            (Self::Map(pairs), Step::Key(wanted)) => {
                let pair = pairs.iter().find(|(key, _)| key == wanted)?;
                Some(&pair.1)
            }
            (Self::List(places), Step::Index(index)) => places.get(*index),
            _ => None,
        }
    }
}

/// The walk over a rendered text that is known to be right.
struct Walk<'t> {
    text: &'t str,
    holes: Holes,
}

impl Walk<'_> {
    /// Whether a document makes no object: it is null.
    fn vanishes(&self, node: &Node<'_>) -> bool {
        let Content::Scalar(scalar) = &node.target().content else {
            return false;
        };
        match self.holes.value(&scalar.text) {
            Some(tree) => *tree == Tree::Scalar(serde_json::Value::Null),
            None => yaml::scalar(scalar, &node.range).is_ok_and(|value| value.is_null()),
        }
    }

    /// The places in a node; none if it is omitted.
    fn place(&self, node: &Node<'_>) -> Option<Place> {
        let below = match &node.target().content {
            Content::Scalar(scalar) => {
                if self.holes.value(&scalar.text) == Some(&Tree::Omit) {
                    return None;
                }
                Below::Nothing
            }
            Content::List(nodes) => {
                Below::List(nodes.iter().filter_map(|node| self.place(node)).collect())
            }
            Content::Map(pairs) => Below::Map(
                pairs
                    .iter()
                    .filter_map(|(key, value)| {
                        let mut place = self.place(value)?;
                        place.key = Some(self.range(key));
                        Some((self.key(key)?, place))
                    })
                    .collect(),
            ),
            // `target` has gone through these.
            Content::Shared(_) => Below::Nothing,
        };
        Some(Place {
            key: None,
            value: self.range(node),
            below,
        })
    }

    /// The text of a key; none if it is omitted.
    fn key(&self, node: &Node<'_>) -> Option<String> {
        if let Content::Scalar(scalar) = &node.target().content
            && let Some(tree) = self.holes.value(&scalar.text)
        {
            return tree.clone().into_key();
        }
        yaml::key(node).ok().map(std::borrow::Cow::into_owned)
    }

    /// Where a node begins to say something: of an expression in quotes the expression.
    fn range(&self, node: &Node<'_>) -> Range<usize> {
        let written = self.text.get(node.range.clone()).unwrap_or_default();
        let is_scalar = matches!(node.content, Content::Scalar(_));
        let skipped = written.find(MARK).filter(|_| is_scalar).unwrap_or(0);
        node.range.start + skipped..node.range.end
    }
}
