//! Syntax: from text to nodes, with every rule of Helm's reader that does not need a scalar's meaning.
//! It bounds what a text can ask for (size, depth, growth through aliases), so that later walks need not.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError};

use super::block::{self, Nodes};
use super::builder::Builder;
use super::dialect::{self, Edit, Edited, Verdict};
use super::{Content, Error, Node, Scalar, Style, Tag};

#[cfg(test)]
thread_local! {
    /// Every text that this thread has read, for tests that nothing is read twice.
    pub(crate) static READ: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The longest text that is read.
pub const MAX_BYTES: usize = 256 << 20;

/// How deeply lists and maps may be nested, aliases followed.
pub const MAX_DEPTH: usize = 512;

/// The documents of a text, one node for each that is not empty.
///
/// As with Helm, a document ends with its root node: what follows it, or `...`, up to the next `---` line is
/// not read.
///
/// # Errors
/// The first thing that is not YAML, or that Helm's parser would refuse, with its byte range.
pub fn compose(text: &str) -> Result<Vec<Node<'_>>, Error> {
    let mut nodes = Vec::new();
    for part in parts(text)? {
        nodes.extend(part.node?);
    }
    Ok(nodes)
}

/// The text between two separator lines.
#[derive(Debug)]
pub struct Part<'a> {
    /// The bytes of the whole text, comments included.
    pub range: Range<usize>,
    /// The document, if there is one, or the first thing that is wrong with it.
    pub node: Result<Option<Node<'a>>, Error>,
}

/// The same one document after the other, each read when it is asked for: for long texts, of which only one tree
/// is to be in memory, and for callers that want the errors of all documents.
///
/// # Errors
/// A text that cannot be cut into documents.
pub fn parts(text: &str) -> Result<impl Iterator<Item = Part<'_>>, Error> {
    parts_keeping(text, |text| text)
}

/// All of them, with nodes that borrow nothing from the text.
///
/// # Errors
/// A text that cannot be cut into documents.
pub fn owned_parts(text: &str) -> Result<Vec<Part<'static>>, Error> {
    Ok(parts_keeping(text, owned)?.collect())
}

fn parts_keeping<'t, 'a>(
    text: &'t str,
    keep: fn(Cow<'t, str>) -> Cow<'a, str>,
) -> Result<impl Iterator<Item = Part<'a>>, Error> {
    Ok(cut(text)?.into_iter().map(move |range| {
        let part = &text[range.clone()];
        let node = match block::document(part, range.start, &mut Nodes(keep)) {
            Some(node) => Ok(node),
            None => parsed(part, range.start, keep),
        };
        Part { range, node }
    }))
}

/// The byte ranges of the documents of a text that is not too long.
pub(super) fn cut(text: &str) -> Result<Vec<Range<usize>>, Error> {
    if text.len() > MAX_BYTES {
        let message = format!("the text is longer than {} MiB", MAX_BYTES >> 20);
        return Err(Error::new(message, 0..0));
    }
    #[cfg(test)]
    READ.with_borrow_mut(|read| read.push(text.to_owned()));
    documents(text)
}

/// The node of a part that begins at `offset` of the whole text, whatever its style.
pub(super) fn parsed<'t, 'a>(
    part: &'t str,
    offset: usize,
    keep: fn(Cow<'t, str>) -> Cow<'a, str>,
) -> Result<Option<Node<'a>>, Error> {
    let mut edits = Vec::new();
    if part.contains(NEXT_LINE) {
        // A line break to Go's reader. In a copy it becomes one of the same length, so positions stay.
        let copy = part.replace(NEXT_LINE, "\r\n");
        let node = document(&copy, &|at| offset + at, owned, &mut edits);
        reread(&copy, offset, node, edits)
    } else {
        let node = document(part, &|at| offset + at, keep, &mut edits);
        reread(part, offset, node, edits)
    }
}

const NEXT_LINE: char = '\u{85}';

/// How often a document is read again; each time finds all that is special up to the first error.
const MOST_ROUNDS: usize = 100;

/// What a document is after all `edits` of its text, and those that they lead to.
fn reread<'a>(
    text: &str,
    offset: usize,
    mut node: Result<Option<Node<'a>>, Error>,
    mut edits: Vec<Edit>,
) -> Result<Option<Node<'a>>, Error> {
    let mut edited = Edited::new(text);
    for _ in 0..MOST_ROUNDS {
        if edits.is_empty() {
            return node;
        }
        edited.edit(std::mem::take(&mut edits));
        let place = |at| offset + edited.origin(at);
        node = document(&edited.text, &place, owned, &mut edits);
    }
    if edits.is_empty() {
        return node;
    }
    let message = format!("more than {MOST_ROUNDS} strings with the escape `\\'`");
    Err(Error::new(message, offset..offset)
        .help("write `'`: between double quotes it needs no escape"))
}

fn owned<'a>(text: Cow<'_, str>) -> Cow<'a, str> {
    Cow::Owned(text.into_owned())
}

/// The first document of `text`. `place` maps a byte offset in it to the whole text; `keep` gives scalars their lifetime.
/// If there are `edits`, the document means what it means after them.
fn document<'t, 'a>(
    text: &'t str,
    place: &dyn Fn(usize) -> usize,
    keep: impl Fn(Cow<'t, str>) -> Cow<'a, str>,
    edits: &mut Vec<Edit>,
) -> Result<Option<Node<'a>>, Error> {
    let place = |range: Range<usize>| place(range.start)..place(range.end);
    let mut builder = Builder::default();
    // Where the last token ended, whether it was a plain scalar, and how many brackets are open.
    let (mut end, mut after_plain, mut flow) = (0, false, 0_usize);
    let has_tabs = text.contains('\t');
    for event in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = syntax(&error, text);
                edits.extend(dialect::at_error(text, at.start, flow > 0));
                return Err(Error::new(error.info(), place(at)));
            }
        };
        let range = span.byte_range().unwrap_or_default();
        if has_tabs
            && flow == 0
            && let Some(tab) = dialect::tab(text, end..range.start, after_plain)
        {
            return Err(Error::new("a tab cannot indent", place(tab)).help("indent with spaces"));
        }
        let anchor = match &event {
            Event::Scalar(_, _, 1.., _)
            | Event::SequenceStart(_, 1.., _)
            | Event::MappingStart(_, 1.., _) => dialect::anchor(text, end..range.start, flow > 0),
            Event::Alias(_) => dialect::name(text, range.start, flow > 0),
            _ => Verdict::Edited(Vec::new()),
        };
        let plain = match &event {
            Event::Scalar(_, ScalarStyle::Plain, ..) if flow > 0 && !range.is_empty() => {
                dialect::plain_in_flow(text, range.clone())
            }
            _ => Verdict::Edited(Vec::new()),
        };
        for verdict in [anchor, plain] {
            match verdict {
                Verdict::Edited(more) => edits.extend(more),
                Verdict::Refused(message, at) => return Err(Error::new(message, place(at))),
            }
        }
        if end < range.end {
            end = range.end;
            after_plain = matches!(event, Event::Scalar(_, ScalarStyle::Plain, ..));
        }
        // Block style has none, and neither has `a: 1` in `[a: 1]`.
        let bracket = matches!(text.get(range.clone()), Some("[" | "]" | "{" | "}"));
        let at = place(range.clone());
        match event {
            Event::Scalar(content, style, anchor, tag) => {
                let style = written(style);
                if style == Style::DoubleQuoted
                    && matches!(content, Cow::Owned(_))
                    && let Some(escape) = dialect::escape(text, range.clone())
                {
                    return Err(Error::new(
                        "unknown escape in a quoted string",
                        place(escape),
                    ));
                }
                // The parser spells a missing value `~`.
                let missing = style == Style::Plain && range.is_empty();
                let text = if missing {
                    Cow::Borrowed("")
                } else {
                    keep(content)
                };
                let tag = tag.map(|tag| known(&tag));
                builder.scalar(Scalar { text, style, tag }, at, anchor);
            }
            Event::SequenceStart(_, anchor, _) => {
                flow += usize::from(bracket);
                builder.start(Content::List(Vec::new()), at, anchor)?;
            }
            Event::MappingStart(_, anchor, _) => {
                flow += usize::from(bracket);
                builder.start(Content::Map(Vec::new()), at, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                flow = flow.saturating_sub(usize::from(bracket));
                builder.end(bracket.then_some(at.end));
            }
            Event::Alias(anchor) => builder.alias(at, anchor)?,
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    Ok(builder.finish())
}

fn options() -> granit_parser::Options {
    let mut options = granit_parser::options! {
        disallow_directives: true,
        bom_inside_document_as_content: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    options
}

fn syntax(error: &ScanError, text: &str) -> Range<usize> {
    let start = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    let rest = &text[start..];
    // The two bytes of a CRLF may stand for one character of the original.
    let width = if rest.starts_with("\r\n") {
        2
    } else {
        rest.chars().next().map_or(0, char::len_utf8)
    };
    start..start + width
}

fn written(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn known(tag: &granit_parser::Tag) -> Tag {
    match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("binary") => Tag::Binary,
        Some("timestamp") => Tag::Timestamp,
        Some("merge") => Tag::Merge,
        _ => Tag::Other,
    }
}

const SEPARATOR: &str = "---";

/// The byte ranges between separator lines; some may be empty.
pub(super) fn documents(text: &str) -> Result<Vec<Range<usize>>, Error> {
    let mut documents = Vec::new();
    let mut start = 0;
    let first = text.starts_with(SEPARATOR).then_some(0);
    // Most texts have one document, which `contains` sees faster than `match_indices` reads it.
    let has_more = text.contains("\n---");
    let later = has_more.then(|| text.match_indices("\n---"));
    let later = later.into_iter().flatten().map(|(newline, _)| newline + 1);
    for line in first.into_iter().chain(later) {
        let end = text[line..].find('\n').map_or(text.len(), |n| line + n + 1);
        let rest = text[line + SEPARATOR.len()..end].trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return Err(Error::new(
                "invalid document separator",
                line..line + text[line..end].trim_end().len(),
            )
            .help("only a comment may follow `---`; the document starts on the next line"));
        }
        documents.push(start..line);
        start = end;
    }
    documents.push(start..text.len());
    Ok(documents)
}
