//! Draws diagnostics as rustc does: the message, the source line with a caret, the help. `excerpt` decides what is shown
//! of a source. Of many diagnostics of one kind, the first are drawn and the rest are counted.

use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::{Excerpts, Line};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Severity, Source, visible};

/// How diagnostics are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// The columns of the terminal.
    pub width: usize,
}

impl Style {
    /// Without colour and 100 columns wide: for files and pipes.
    pub const PLAIN: Self = Self {
        colour: false,
        width: 100,
    };
}

/// Diagnostics as text, separated by empty lines. At most 100 are drawn of those with the same code, or with the same
/// severity and the same words around names; the others are counted at the end.
pub fn draw(diagnostics: &Diagnostics, style: Style) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(style.width);
    let mut excerpts = Excerpts::default();
    let mut kinds = Kinds::default();
    let mut text = String::new();
    for diagnostic in &diagnostics.0 {
        if !kinds.is_drawn(diagnostic) {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&draw_one(diagnostic, &renderer, &mut excerpts));
        text.push('\n');
    }
    kinds.count_others(&mut text);
    text
}

fn draw_one(diagnostic: &Diagnostic, renderer: &Renderer, excerpts: &mut Excerpts) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let snippets = snippets(&diagnostic.labels, excerpts);
    let title = level.primary_title(visible(&diagnostic.message));
    let title = match &diagnostic.code {
        Some(code) => title.id(&**code),
        None => title,
    };
    let mut group: Group<'_> = Group::with_title(title);
    for (index, snippet) in snippets.iter().enumerate() {
        group = group.element(
            Snippet::source(&*snippet.text)
                .line_start(snippet.first_line)
                .path(place_mark(index))
                .annotations(snippet.annotations(index == 0)),
        );
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    with_places(&renderer.render(&[group]), &snippets)
}

/// Lines of one source that are near each other, with their labels.
struct Part<'a> {
    source: &'a Source,
    /// The byte offset that is shown above the excerpt.
    place: usize,
    first_line: usize,
    text: String,
    labels: Vec<(&'a Label, Range<usize>)>,
}

/// Labels with more lines between them are shown in separate excerpts.
const FAR: usize = 100;

/// The parts of sources with labels. The part with the first label comes first.
fn snippets<'a>(labels: &'a [Label], excerpts: &mut Excerpts) -> Vec<Part<'a>> {
    // For each label the number of its source, and its line.
    let mut sources: Vec<&Source> = Vec::new();
    let mut placed: Vec<(usize, usize, &Label)> = Vec::new();
    for label in labels {
        let known = sources.iter().position(|source| **source == label.source);
        let turn = known.unwrap_or_else(|| {
            sources.push(&label.source);
            sources.len() - 1
        });
        let (line, _) = label.source.line_column(label.range.start);
        placed.push((turn, line, label));
    }
    let first = placed.first().map(|(_, _, label)| *label);
    placed.sort_by_key(|(turn, line, _)| (*turn, *line));
    let mut parts: Vec<Part<'a>> = Vec::new();
    let near =
        |a: &(usize, usize, &Label), b: &(usize, usize, &Label)| a.0 == b.0 && b.1 - a.1 <= FAR;
    for run in placed.chunk_by(near) {
        let part = part(run, first, excerpts);
        if run.iter().any(|(_, _, label)| is_same(first, label)) {
            parts.insert(0, part);
        } else {
            parts.push(part);
        }
    }
    parts
}

fn is_same(first: Option<&Label>, label: &Label) -> bool {
    first.is_some_and(|first| std::ptr::eq(first, label))
}

/// The lines of a run of labels. Lines without a label are not shown, so they are left empty, except for a single one
/// between two others.
fn part<'a>(
    run: &[(usize, usize, &'a Label)],
    first: Option<&Label>,
    excerpts: &mut Excerpts,
) -> Part<'a> {
    let label_of = |line: usize| {
        let at = run.partition_point(|(_, one, _)| *one < line);
        run.get(at).filter(|(_, one, _)| *one == line)
    };
    let (_, first_line, start) = run[0];
    let last_line = run.last().map_or(first_line, |(_, line, _)| *line);
    let source = &start.source;
    let about = run.iter().find(|(_, _, label)| is_same(first, label));
    let mut part = Part {
        source,
        place: about.map_or(start, |(_, _, label)| label).range.start,
        first_line,
        text: String::new(),
        labels: Vec::new(),
    };
    for line in first_line..=last_line {
        if line > first_line {
            part.text.push('\n');
        }
        let offset = part.text.len();
        let between = || label_of(line - 1).is_some() && label_of(line + 1).is_some();
        match label_of(line) {
            Some((_, _, label)) => {
                let shown = excerpts.line(source, line, label.range.start);
                part.text.push_str(&shown.text);
                part.label_line(run, line, &shown, offset);
            }
            None if between() => {
                let start = source.line(line).start;
                part.text.push_str(&excerpts.line(source, line, start).text);
            }
            None => {}
        }
    }
    part
}

impl<'a> Part<'a> {
    fn label_line(
        &mut self,
        run: &[(usize, usize, &'a Label)],
        line: usize,
        shown: &Line,
        offset: usize,
    ) {
        for (_, _, label) in run.iter().filter(|(_, one, _)| *one == line) {
            // A range of several lines is drawn at its first line.
            let range = shown.map(&label.first_line());
            self.labels
                .push((label, offset + range.start..offset + range.end));
        }
    }

    /// The places in the text. The place of the diagnostic itself is the primary one.
    fn annotations(&self, has_first: bool) -> Vec<Annotation<'_>> {
        let annotations = self.labels.iter().map(|(label, range)| {
            let is_first = has_first && label.range.start == self.place;
            let kind = if is_first {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let annotation = kind.span(range.clone());
            if label.text.is_empty() {
                annotation
            } else {
                annotation.label(visible(&label.text))
            }
        });
        annotations.collect()
    }
}

/// Delimits the placeholder for a source's name. The renderer counts columns in the line as shown, where secrets have
/// another length, so the place is inserted afterwards. No shown text has this character.
const MARK: char = '\u{1}';

fn place_mark(index: usize) -> String {
    format!("{MARK}{index}{MARK}")
}

/// The drawing with the name of each source, and the line and character in the source.
fn with_places(drawn: &str, parts: &[Part<'_>]) -> String {
    let mut text = String::with_capacity(drawn.len());
    let mut pieces = drawn.split(MARK);
    text.extend(pieces.next());
    while let (Some(index), Some(after)) = (pieces.next(), pieces.next()) {
        if let Some(part) = index.parse().ok().and_then(|index: usize| parts.get(index)) {
            let (line, column) = part.source.line_column(part.place);
            text.push_str(&format!("{}:{line}:{column}", visible(part.source.name())));
        }
        text.push_str(after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    text
}

/// How many diagnostics of one kind are drawn.
const MOST: usize = 100;

/// The number of diagnostics of each kind, in order of first appearance.
#[derive(Default)]
struct Kinds<'d> {
    places: HashMap<(Severity, Option<&'d str>, String), usize>,
    counted: Vec<(&'d Diagnostic, usize)>,
}

impl<'d> Kinds<'d> {
    /// Counts a diagnostic. True if it is among the first of its kind.
    fn is_drawn(&mut self, diagnostic: &'d Diagnostic) -> bool {
        let code = diagnostic.code.as_deref();
        let words = match code {
            Some(_) => String::new(),
            None => words(&diagnostic.message),
        };
        let key = (diagnostic.severity, code, words);
        let counted = &mut self.counted;
        let place = *self.places.entry(key).or_insert_with(|| {
            counted.push((diagnostic, 0));
            counted.len() - 1
        });
        self.counted[place].1 += 1;
        self.counted[place].1 <= MOST
    }

    /// Writes a line for each kind with diagnostics that were not drawn: `… and 700 more warnings SL001`.
    fn count_others(&self, text: &mut String) {
        let others = self.counted.iter().filter(|(_, count)| *count > MOST);
        for (index, (first, count)) in others.enumerate() {
            if index == 0 {
                text.push('\n');
            }
            let more = count - MOST;
            let plural = if more == 1 { "" } else { "s" };
            let severity = match first.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let kind = match &first.code {
                Some(code) => code.to_string(),
                None => format!("like `{}`", visible(&first.message)),
            };
            text.push_str(&format!("… and {more} more {severity}{plural} {kind}\n"));
        }
    }
}

/// The words of a message without names: without quoted text, paths, files and numbers.
fn words(message: &str) -> String {
    let outside = message.split('`').step_by(2);
    let words = outside.flat_map(str::split_whitespace).filter(|word| {
        let word = word.trim_end_matches([':', ',', ';', '.']);
        word.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
    });
    words.collect::<Vec<_>>().join(" ")
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

    #[test]
    fn columns_are_those_of_the_file_behind_a_secret() {
        let text = "{password: hunter2hunter2, x: \u{1b}, y: bad}\n";
        let source = Source::new("v.yaml", text);
        let at = text.find("bad").unwrap_or_default();
        let error = Diagnostic::error("no").at(Label::new(&source, at..at + 3));
        assert_eq!(
            draw(&error.into(), Style::PLAIN),
            "error: no\n --> v.yaml:1:37\n  |\n1 | ***\n  | ^^^\n"
        );
        let text = text.replace('\u{1b}', "\u{202e}");
        let source = Source::new("v.yaml", text.clone());
        let at = text.find("bad").unwrap_or_default();
        let error = Diagnostic::error("no").at(Label::new(&source, at..at + 3));
        assert_eq!(
            draw(&error.into(), Style::PLAIN),
            "error: no\n --> v.yaml:1:37\n  |\n1 | {password: ***, x: \\u{202e}, y: bad}\n  |                                 ^^^\n"
        );
    }

    #[test]
    fn a_hundred_of_a_kind_are_drawn_and_the_rest_counted() {
        let source = Source::new("v.yaml", "a: 1\n");
        let known = (0..105).map(|index| {
            Diagnostic::warning(format!("a{index}: the chart does not know this key"))
                .with_code("SL001")
                .at(Label::new(&source, 0..1))
        });
        let twice = (0..101).map(|index| Diagnostic::note(format!("the key `k{index}` is twice")));
        let one = Diagnostic::error("something else");
        let all = known.chain(twice).chain([one]).collect();
        let text = draw(&Diagnostics(all), Style::PLAIN);
        assert_eq!(text.matches("SL001]").count(), 100);
        assert_eq!(text.matches("note: the key").count(), 100);
        assert!(
            text.ends_with(
                "error: something else\n\n… and 5 more warnings SL001\n… and 1 more note like `the key `k0` is twice`\n"
            ),
            "{text}"
        );
    }
}
