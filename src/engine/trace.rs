//! The places in a template that wrote the fields of a rendered object. They are looked up on demand, by rendering the
//! template again, so that a plain render costs nothing for it. Which value an expression has is not known here.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use minijinja::{OutputSpan, OutputSpanKind, Value};

use super::Compiled;
use super::holes::Holes;
use super::tree::{MARK, Tree};
use crate::diagnostics::Label;
use crate::yaml::{self, Content, Node, Path, Step};

/// Which part of which template wrote each range of a rendered text.
pub(super) struct Spans {
    compiled: Arc<Compiled>,
    /// In the order of the text, without overlaps.
    spans: Vec<OutputSpan>,
}

impl Spans {
    /// Renders a template and records its spans. A template that fails has none.
    pub(super) fn of(compiled: &Arc<Compiled>, path: &str, context: Value) -> Self {
        let spans = compiled
            .template(path)
            .and_then(|template| template.render_with_spans(context))
            .map(|(_, spans)| spans)
            .unwrap_or_default();
        Self {
            compiled: Arc::clone(compiled),
            spans,
        }
    }

    /// The place in a template that wrote a range of the rendered text: literal text up to the end of its span, or the
    /// whole expression.
    pub(super) fn label(&self, range: &Range<usize>) -> Option<Label> {
        // The span that covers the start of the range, or the last one before it (at the end of the text).
        let behind = self
            .spans
            .partition_point(|span| span.output_range().start <= range.start);
        let span = self.spans.get(behind.saturating_sub(1))?;
        let source = span.source_range();
        let range = match span.kind() {
            OutputSpanKind::Raw => {
                let start =
                    source.start + (range.start - span.output_range().start.min(range.start));
                let start = start.min(source.end);
                start..(start + range.len()).clamp(start, source.end)
            }
            _ => source,
        };
        self.compiled.templates.label(span.name(), &range)
    }
}

/// The places that wrote the documents of one template.
pub struct Trace {
    spans: Spans,
    /// One for each object that the template makes, in order.
    documents: Vec<Place>,
}

/// The place in a template that wrote a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The key, if the template has one for the field. Elements of lists have none, and neither have the fields of a
    /// value that comes from a single expression.
    pub key: Option<Label>,
    /// The text or expression that is the value. For a map or list that is written out in the template: its key, or
    /// else its first line.
    pub value: Label,
}

/// A part of a document, by byte ranges of the rendered text.
#[derive(Debug)]
struct Place {
    key: Option<Range<usize>>,
    value: Range<usize>,
    below: Below,
}

/// What is below a part of a document, without what is omitted.
#[derive(Debug)]
enum Below {
    /// Nothing: the part is a scalar, or the value of an expression.
    Nothing,
    List(Vec<Place>),
    Map(Vec<(String, Place)>),
}

impl Trace {
    /// The places in a text that rendered without errors.
    pub(super) fn new(text: &str, holes: &Holes, spans: Spans) -> Option<Self> {
        let walk = Walk { text, holes };
        let documents = yaml::compose(text)
            .ok()?
            .iter()
            .filter(|node| !walk.vanishes(node))
            .filter_map(|node| walk.place(node))
            .collect();
        Some(Self { spans, documents })
    }

    /// Where a field was written. `document` is the number of the object among those of the template, counted from 0.
    /// For a field that does not exist, this is the place of its nearest parent that does.
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

/// The walk over a rendered text.
struct Walk<'t> {
    text: &'t str,
    holes: &'t Holes,
}

impl Walk<'_> {
    /// Whether a document is null, which makes no object.
    fn vanishes(&self, node: &Node<'_>) -> bool {
        let Content::Scalar(scalar) = &node.target().content else {
            return false;
        };
        match self.holes.value(&scalar.text) {
            Some(tree) => matches!(tree, Tree::Scalar(scalar) if scalar.is_null()),
            None => yaml::scalar(scalar, &node.range).is_ok_and(|value| value.is_null()),
        }
    }

    /// The place of a node and of what is below it; none if it is omitted.
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
            // `target` has followed these.
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
            return tree.key().map(Cow::into_owned);
        }
        yaml::key(node).ok().map(Cow::into_owned)
    }

    /// The range of a node. For an expression in quotes, without the opening quote.
    fn range(&self, node: &Node<'_>) -> Range<usize> {
        let written = self.text.get(node.range.clone()).unwrap_or_default();
        let is_scalar = matches!(node.content, Content::Scalar(_));
        let skipped = written.find(MARK).filter(|_| is_scalar).unwrap_or(0);
        node.range.start + skipped..node.range.end
    }
}
