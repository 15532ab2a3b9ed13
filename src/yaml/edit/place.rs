//! Where an entry is in a text: the way to it, and the lines that it takes, comments included.

use super::lines;
use crate::yaml::{Content, Error, Node, Path, Step, Style, is_merge, key};

/// One step of a way: a map or list, and which of its entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'n, 'a> {
    pub(super) container: &'n Node<'a>,
    pub(super) index: usize,
    /// Whether it is written in brackets.
    pub(super) in_flow: bool,
    /// Nothing before this byte belongs to the entries of the container.
    floor: usize,
}

/// The way from the root to an entry.
pub(super) type Way<'n, 'a> = Vec<Link<'n, 'a>>;

/// The lines of an entry in block style.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Where the comments above it begin.
    pub(super) comments: usize,
    /// Where the line of its key begins.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The column of its key.
    pub(super) column: usize,
}

/// The way to an entry that is there.
pub(super) fn way<'n, 'a>(
    text: &str,
    root: Option<&'n Node<'a>>,
    path: &Path,
) -> Result<Way<'n, 'a>, Error> {
    let Some(mut node) = root else {
        return Err(Error::new("there is no such key", 0..0));
    };
    let mut way: Way<'n, 'a> = Vec::with_capacity(path.0.len());
    for step in &path.0 {
        let container = target(node)?;
        let index = index_of(container, step)?;
        let start = container.range.start;
        let above = way.last();
        way.push(Link {
            container,
            index,
            in_flow: above.is_some_and(|link| link.in_flow)
                || text[start..].starts_with(['{', '[']),
            floor: above.map_or(0, |link| link.key().map_or(start, |key| key.range.end)),
        });
        node = way[way.len() - 1].value();
    }
    Ok(way)
}

/// The node that is written here, not elsewhere.
pub(super) fn target<'n, 'a>(node: &'n Node<'a>) -> Result<&'n Node<'a>, Error> {
    if node.is_alias() {
        let message = "this is an alias: a change would also change what it refers to";
        return Err(Error::new(message, node.range.clone()).help("change it by hand"));
    }
    Ok(node.target())
}

fn index_of(container: &Node<'_>, step: &Step) -> Result<usize, Error> {
    let missing = || Error::new("there is no such key", container.range.clone());
    match (step, &container.content) {
        (Step::Index(index), Content::List(items)) if *index < items.len() => Ok(*index),
        (Step::Key(wanted), Content::Map(pairs)) => {
            let is_it =
                |node: &Node<'_>| !is_merge(node) && key(node).is_ok_and(|key| key == *wanted);
            let mut found = (0..pairs.len()).filter(|index| is_it(&pairs[*index].0));
            let Some(index) = found.next() else {
                let merge = pairs.iter().find(|(name, _)| is_merge(name));
                let (merge, _) = merge.ok_or_else(missing)?;
                let message = "the key comes from a merge key";
                return Err(Error::new(message, merge.range.clone()).help("change it by hand"));
            };
            match found.next() {
                None => Ok(index),
                Some(second) => {
                    let range = pairs[second].0.range.clone();
                    Err(Error::new("duplicate key", range).help("remove one of them"))
                }
            }
        }
        _ => Err(missing()),
    }
}

impl<'n, 'a> Link<'n, 'a> {
    /// The key of an entry of a map.
    pub(super) fn key(&self) -> Option<&'n Node<'a>> {
        match &self.container.content {
            Content::Map(pairs) => pairs.get(self.index).map(|(key, _)| key),
            _ => None,
        }
    }

    pub(super) fn value(&self) -> &'n Node<'a> {
        match &self.container.content {
            Content::Map(pairs) => &pairs[self.index].1,
            Content::List(items) => &items[self.index],
            Content::Scalar(_) | Content::Shared(_) => self.container,
        }
    }

    /// Whether the container has no other entry.
    pub(super) fn is_only_one(&self) -> bool {
        match &self.container.content {
            Content::Map(pairs) => pairs.len() == 1,
            Content::List(items) => items.len() == 1,
            Content::Scalar(_) | Content::Shared(_) => false,
        }
    }

    /// Where the entry's value ends, or its key if there is no value.
    pub(super) fn end(&self) -> usize {
        let value = &self.value().range;
        match self.key() {
            Some(key) if value.is_empty() => key.range.end,
            _ => value.end,
        }
    }

    /// The first entry of a map in block style.
    pub(super) fn first(container: &'n Node<'a>) -> Self {
        Self {
            container,
            index: 0,
            in_flow: false,
            floor: 0,
        }
    }

    /// The other entry of the same container.
    pub(super) fn sibling(&self, index: usize) -> Self {
        Self { index, ..*self }
    }

    /// The lines of an entry of a map in block style.
    pub(super) fn lines(&self, text: &str) -> Result<Lines, Error> {
        let Some(key) = self.key() else {
            let message = "elements of lists are not moved or removed";
            return Err(Error::new(message, self.value().range.clone()));
        };
        let start = lines::start(text, key.range.start);
        if !lines::is_blank(&text[start..key.range.start]) {
            let message = "something else is on the line before this key";
            return Err(Error::new(message, key.range.clone()).help("change it by hand"));
        }
        let column = key.range.start - start;
        let floor = match self.index.checked_sub(1) {
            Some(before) => self.sibling(before).end(),
            None => self.floor,
        };
        Ok(Lines {
            comments: comments_above(text, start, floor, column),
            start,
            end: self.end_below(text, column),
            column,
        })
    }

    /// The end of the lines of an entry, also of one behind a dash.
    pub(super) fn end_of_entry(&self, text: &str) -> usize {
        let column = self.key().map_or(0, |key| {
            key.range.start - lines::start(text, key.range.start)
        });
        self.end_below(text, column)
    }

    /// The end of the lines of an entry whose key is in a column.
    fn end_below(&self, text: &str, column: usize) -> usize {
        let end = with_empty_elements(text, self.end_of_lines(text), column);
        with_comments_below(text, end, column)
    }

    fn end_of_lines(&self, text: &str) -> usize {
        let end = self.end();
        let content = text[..end].trim_end().len();
        let keeps_blank_lines = last_scalar(self.value()).is_some_and(|(style, start)| {
            matches!(style, Style::Literal | Style::Folded) && is_kept(&text[..start])
        });
        if keeps_blank_lines && content < end {
            lines::start(text, end)
        } else {
            lines::end(text, content)
        }
    }
}

/// Whether the header of a block scalar, at the end of a text, has a `+`.
fn is_kept(text: &str) -> bool {
    let header = text.trim_end();
    let header = &header[lines::start(header, header.len())..];
    let header = header.split(" #").next().unwrap_or_default();
    header
        .split_whitespace()
        .next_back()
        .is_some_and(|token| token.contains('+'))
}

/// The style of the last scalar below a node, and where it begins.
fn last_scalar(node: &Node<'_>) -> Option<(Style, usize)> {
    match &node.content {
        Content::Scalar(scalar) => Some((scalar.style, node.range.start)),
        Content::List(items) => last_scalar(items.last()?),
        Content::Map(pairs) => last_scalar(&pairs.last()?.1),
        Content::Shared(inner) if !node.is_alias() => last_scalar(inner),
        Content::Shared(_) => None,
    }
}

/// Where the comments that stand right above a line, in its column, begin.
fn comments_above(text: &str, line: usize, floor: usize, column: usize) -> usize {
    let mut start = line;
    while start > 0 {
        let above = lines::start(text, start - 1);
        let comment = &text[above..start];
        let is_own = lines::is_comment(comment) && lines::indentation(comment) == column;
        if !is_own || above < floor || is_for_programs(text, above, comment) {
            break;
        }
        start = above;
    }
    start
}

/// Whether a comment at the top of a file speaks to editors, not about the first key.
fn is_for_programs(text: &str, at: usize, comment: &str) -> bool {
    const MARKS: [&str; 5] = ["yaml-language-server:", "!", "-*-", "vim:", "vi:"];
    let said = comment.trim_start().trim_start_matches('#');
    let is_mark = MARKS.iter().any(|mark| {
        let said = if *mark == "!" {
            said
        } else {
            said.trim_start()
        };
        said.starts_with(mark)
    });
    is_mark
        && text[..at]
            .lines()
            .all(|line| lines::is_blank(line) || lines::is_comment(line))
}

/// The end of an entry with the lines that belong to it but to no node that has a place: elements without a value.
fn with_empty_elements(text: &str, end: usize, column: usize) -> usize {
    let (mut end, mut at) = (end, end);
    for line in text[end..].split_inclusive('\n') {
        at += line.len();
        if lines::is_blank(line) || lines::is_comment(line) {
            continue;
        }
        let indentation = lines::indentation(line);
        let is_element =
            indentation == column && (line.trim() == "-" || line[column..].starts_with("- "));
        if indentation > column || is_element {
            end = at;
        } else {
            break;
        }
    }
    end
}

/// The end of an entry with the comments below it that are indented more than its key.
fn with_comments_below(text: &str, end: usize, column: usize) -> usize {
    let (mut end, mut at) = (end, end);
    for line in text[end..].split_inclusive('\n') {
        at += line.len();
        if lines::is_comment(line) && lines::indentation(line) > column {
            end = at;
        } else if !lines::is_blank(line) {
            break;
        }
    }
    end
}
