//! Draws diagnostics as rustc does: the message, the source line with a caret, the help.
//! It refuses to show a secret: every excerpt is masked first.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostics::{Diagnostic, Diagnostics, Label, Masked, Severity, mask, visible};

/// How diagnostics are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Style {
    /// Without colour, 100 columns wide: for files and pipes.
    pub const PLAIN: Self = Self {
        colour: false,
        width: 100,
    };
}

/// All diagnostics as text, an empty line between two of them, with a newline at the end.
pub fn draw(diagnostics: &Diagnostics, style: Style) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(style.width);
    let mut text = String::new();
    for (index, diagnostic) in diagnostics.0.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(&draw_one(diagnostic, &renderer));
        text.push('\n');
    }
    text
}

fn draw_one(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let excerpts = excerpts(&diagnostic.labels);
    let title = level.primary_title(visible(&diagnostic.message));
    let title = match &diagnostic.code {
        Some(code) => title.id(&**code),
        None => title,
    };
    let mut group: Group<'_> = Group::with_title(title);
    for excerpt in &excerpts {
        group = group.element(
            Snippet::source(&*excerpt.masked.text)
                .path(visible(excerpt.name))
                .annotations(
                    excerpt
                        .labels
                        .iter()
                        .map(|label| annotation(excerpt, label)),
                ),
        );
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    renderer.render(&[group])
}

/// The labels that stand in one source. The first label of the first excerpt is the one at fault.
struct Excerpt<'a> {
    name: &'a str,
    masked: Masked,
    primary: bool,
    labels: Vec<&'a Label>,
}

fn excerpts(labels: &[Label]) -> Vec<Excerpt<'_>> {
    let mut excerpts: Vec<(&Label, Excerpt<'_>)> = Vec::new();
    for label in labels {
        match excerpts
            .iter_mut()
            .find(|(first, _)| first.source == label.source)
        {
            Some((_, excerpt)) => excerpt.labels.push(label),
            None => excerpts.push((
                label,
                Excerpt {
                    name: label.source.name(),
                    masked: mask(label.source.text()),
                    primary: excerpts.is_empty(),
                    labels: vec![label],
                },
            )),
        }
    }
    excerpts.into_iter().map(|(_, excerpt)| excerpt).collect()
}

fn annotation<'a>(excerpt: &Excerpt<'a>, label: &'a Label) -> Annotation<'a> {
    let first = excerpt.primary
        && excerpt
            .labels
            .first()
            .is_some_and(|first| std::ptr::eq(*first, label));
    let kind = if first {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    // A range over several lines is drawn at its first one: the caret says where, not how far.
    let annotation = kind.span(excerpt.masked.map(&label.first_line()));
    if label.text.is_empty() {
        annotation
    } else {
        annotation.label(visible(&label.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Source;

    #[test]
    fn the_excerpt_names_file_line_and_character() {
        let source = Source::new("my-values.yaml", "键: 1\nservice:\n  键: x\n");
        let at = source.text().find('x').unwrap_or_default();
        let error = Diagnostic::error("service.键: got string, want integer")
            .at(Label::new(&source, at..at + 1).with_text("a string"))
            .with_help("write a number");
        assert_eq!(
            draw(&error.into(), Style::PLAIN),
            "error: service.键: got string, want integer\n \
             --> my-values.yaml:3:6\n  \
             |\n3 |   键: x\n  \
             |       ^ a string\n  \
             |\n  = help: write a number\n"
        );
    }

    #[test]
    fn a_secret_is_not_shown() {
        let source = Source::new("v.yaml", "password: hunter2\n");
        let error =
            Diagnostic::error("password: got string, want integer").at(Label::new(&source, 10..17));
        let text = draw(&error.into(), Style::PLAIN);
        assert!(!text.contains("hunter2"), "{text}");
        assert!(text.contains("password: ***"), "{text}");
    }

    #[test]
    fn a_place_at_the_end_of_the_text_is_drawn() {
        let source = Source::new("v.yaml", "a: [1\n");
        let error = Diagnostic::error("not closed").at(Label::new(&source, 6..6));
        assert!(draw(&error.into(), Style::PLAIN).contains("v.yaml:"));
    }
}
