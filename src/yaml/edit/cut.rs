//! An entry taken out of a text.

use super::lines;
use super::place::{Link, Way};
use crate::yaml::Error;

/// A text without an entry.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) rest: String,
    /// Where the entry was.
    pub(super) at: usize,
    pub(super) taken: Taken,
}

/// The entry.
#[derive(Debug)]
pub(super) struct Taken {
    /// The lines of comments above it, in any column.
    pub(super) comments: String,
    /// Its key as it was written.
    pub(super) key: String,
    /// What follows the key: the colon, the value, and the comments behind and below it.
    pub(super) rest: String,
    /// The column of its key.
    pub(super) column: usize,
    /// Whether it is on one line, without a comment.
    pub(super) is_inline: bool,
}

/// Takes an entry of a map out of a text, with the maps that this leaves empty.
pub(super) fn cut(text: &str, way: &Way<'_, '_>) -> Result<Cut, Error> {
    let top = outermost(way)?;
    let link = &way[way.len() - 1];
    let start = |link: &Link<'_, '_>| link.key().map_or(0, |key| key.range.start);
    if link.in_flow {
        let (from, to) = if way[top].in_flow {
            between_brackets(text, &way[top])?
        } else {
            let lines = way[top].lines(text)?;
            (lines.comments, lines.end)
        };
        let (from_key, end) = (start(link), end_in_flow(text, link));
        let key = link.key().map_or(0..0, |key| key.range.clone());
        let rest = &text[key.end..end];
        let comments = if way[top].in_flow {
            ""
        } else {
            &text[from..lines::start(text, start(&way[top]))]
        };
        return Ok(Cut {
            rest: [&text[..from], &text[to..]].concat(),
            at: from,
            taken: Taken {
                comments: comments.to_owned(),
                key: text[key].to_owned(),
                rest: if rest.contains(':') {
                    rest.to_owned()
                } else {
                    format!("{rest}:")
                },
                column: from_key,
                is_inline: !rest.contains('\n'),
            },
        });
    }
    let own = link.lines(text)?;
    let whole = way[top].lines(text)?;
    let key = link.key().map_or(0..0, |key| key.range.clone());
    let mut comments = String::new();
    // Of the maps that go with it, their comments stay.
    let mut copied = whole.comments;
    for above in &way[top..way.len() - 1] {
        let line = lines::start(text, start(above));
        comments.push_str(&text[copied..line]);
        copied = lines::end(text, line);
        let behind = &text[above.key().map_or(line, |key| key.range.end)..copied];
        if let Some(comment) = behind.find(" #") {
            comments.push_str(behind[comment..].trim_start());
        }
    }
    comments.push_str(&text[copied..own.start]);
    let mut rest = text[key.end..own.end].to_owned();
    rest.push_str(&text[own.end..whole.end]);
    let is_inline = is_inline(&rest);
    if !rest.ends_with('\n') {
        rest.push_str(lines::line_break(text));
    }
    Ok(Cut {
        rest: [&text[..whole.comments], &text[whole.end..]].concat(),
        at: whole.comments,
        taken: Taken {
            comments,
            key: text[key].to_owned(),
            rest,
            column: own.column,
            is_inline,
        },
    })
}

/// The text with an entry as a comment; one in brackets goes into a comment above them.
pub(super) fn comment_out(text: &str, way: &Way<'_, '_>) -> Result<String, Error> {
    let top = &way[outermost(way)?];
    if top.in_flow {
        return Ok(above_brackets(text, cut(text, way)?.rest, way, top));
    }
    let entry = top.lines(text)?;
    let mut out = text[..entry.start].to_owned();
    for line in text[entry.start..entry.end].split_inclusive('\n') {
        if lines::is_blank(line) {
            out.push_str(line);
        } else {
            let (indentation, rest) = line.split_at(entry.column.min(lines::indentation(line)));
            out.push_str(indentation);
            out.push_str("# ");
            out.push_str(rest);
        }
    }
    out.push_str(&text[entry.end..]);
    Ok(out)
}

/// A text from which an entry was cut, with the entry as a comment above the line where the outermost brackets begin.
fn above_brackets(text: &str, rest: String, way: &Way<'_, '_>, entry: &Link<'_, '_>) -> String {
    let brackets = way.iter().find(|link| link.in_flow);
    let (Some(key), Some(brackets)) = (entry.key(), brackets) else {
        return rest;
    };
    let begin = brackets.container.range.start;
    let line = lines::start(text, begin);
    // Behind `---`, which is not a part of the text.
    if line == 0 && begin > 0 && lines::is_blank(&text[..begin]) {
        return rest;
    }
    let indentation = " ".repeat(lines::indentation(&text[line..]));
    let taken = &text[key.range.start..end_in_flow(text, entry)];
    let mut out = rest[..line].to_owned();
    for one in taken.lines() {
        out.push_str(&indentation);
        out.push_str("# ");
        out.push_str(one.trim());
        out.push_str(lines::line_break(text));
    }
    out.push_str(&rest[line..]);
    out
}

/// The place on the way from which on every map has no other entry.
fn outermost(way: &Way<'_, '_>) -> Result<usize, Error> {
    let Some(mut top) = way.len().checked_sub(1) else {
        return Err(Error::new("the whole document cannot be edited", 0..0));
    };
    while top > 0 && way[top].is_only_one() {
        top -= 1;
        if way[top].key().is_none() {
            let message = "the only entry of an element of a list is not moved or removed";
            return Err(Error::new(message, way[top].value().range.clone()));
        }
    }
    Ok(top)
}

/// The bytes of an entry in brackets, with one of the commas around it.
fn between_brackets(text: &str, link: &Link<'_, '_>) -> Result<(usize, usize), Error> {
    let (Some(key), end) = (link.key(), end_in_flow(text, link)) else {
        let message = "elements of lists are not moved or removed";
        return Err(Error::new(message, link.value().range.clone()));
    };
    let (from, to) = match link.index.checked_sub(1) {
        Some(before) => (end_in_flow(text, &link.sibling(before)), end),
        None if link.is_only_one() => (key.range.start, end),
        None => {
            let next = link.sibling(1);
            (
                key.range.start,
                next.key().map_or(end, |key| key.range.start),
            )
        }
    };
    let around = [
        &text[from..key.range.start.max(from)],
        &text[end..to.max(end)],
    ];
    if around.iter().any(|part| part.contains('#')) {
        let message = "there is a comment beside this entry";
        return Err(Error::new(message, key.range.clone()).help("change it by hand"));
    }
    Ok((from, to))
}

/// The end of an entry in brackets, the colon of a missing value included.
fn end_in_flow(text: &str, link: &Link<'_, '_>) -> usize {
    let end = link.end();
    let rest = &text[end..];
    let blank = rest.len() - rest.trim_start().len();
    match (link.key(), rest.trim_start().starts_with(':')) {
        (Some(key), true) if key.range.end == end => end + blank + 1,
        _ => end,
    }
}

/// Whether what follows a key is one line without a comment.
fn is_inline(rest: &str) -> bool {
    let line = rest.trim_end();
    !line.contains('\n') && !line.contains(" #") && !line.trim_start_matches(':').trim().is_empty()
}
