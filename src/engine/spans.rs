//! Which words of which template wrote a place of its rendered text. It renders the template once
//! more, so it is made only when somebody asks: for an error, or to trace a field.

use std::ops::Range;
use std::sync::Arc;

use minijinja::{OutputSpan, OutputSpanKind};

use super::context::Shared;
use crate::diagnostics::Label;

/// The positions of one rendering of a template.
pub(super) struct Spans {
    shared: Arc<Shared>,
    /// In the order of the text; they do not overlap.
    spans: Vec<OutputSpan>,
}

impl Spans {
    /// Renders the template at `path` with its positions recorded. Of one that fails there are
    /// none.
    pub(super) fn of(shared: &Arc<Shared>, path: &str) -> Self {
        let spans = shared
            .compiled
            .env
            .get_template(path)
            .and_then(|template| template.render_with_spans(shared.context(path, false)))
            .map(|(_, spans)| spans)
            .unwrap_or_default();
        Self {
            shared: Arc::clone(shared),
            spans,
        }
    }

    /// The place in a template that wrote a range of the rendered text: its own words as far as
    /// they go in one piece, or the whole expression.
    pub(super) fn label(&self, range: &Range<usize>) -> Option<Label> {
        // The span that covers the place, or the last one before it (the end of the text).
        let behind = self
            .spans
            .partition_point(|span| span.output_range().start <= range.start);
        let span = self.spans.get(behind.saturating_sub(1))?;
        let template = self.shared.compiled.templates.get(span.name())?;
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
        Some(Label::new(
            &template.source,
            template.checks.original(&range),
        ))
    }
}
