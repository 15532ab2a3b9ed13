//! An entry put into a text: into a map that is there, or into one that is made for it.

use serde_json::Value;

use super::cut::Taken;
use super::lines::{self, Form};
use super::place::{Link, target, way};
use super::replace::key_like;
use crate::yaml::{Content, Error, Node, Path, Scalar, Step, Style, compose, key, to_string};

/// What is put in.
pub(super) enum New<'i> {
    /// An entry that was elsewhere.
    Taken(&'i Taken),
    Value(&'i Value),
}

/// The text with a new entry at `path`. `near` is where an entry was taken out of it.
pub(super) fn insert(
    text: &str,
    path: &Path,
    new: &New<'_>,
    near: Option<usize>,
    form: Form,
) -> Result<String, Error> {
    let nodes = compose(text)?;
    let root = nodes.first();
    let writer = Writer { text, new, form };
    let Some(root) = root else {
        let keys = keys(&path.0)?;
        return Ok(writer.put_lines(near.unwrap_or(text.len()), &keys, 0));
    };
    // The deepest part of the path that exists.
    let mut depth = path.0.len().saturating_sub(1);
    let above = loop {
        let above = Path(path.0[..depth].to_vec());
        if depth == 0 || crate::yaml::locate(root, &above).is_some() {
            break above;
        }
        depth -= 1;
    };
    let links = way(text, Some(root), &above)?;
    let node = match links.last() {
        Some(link) => target(link.value())?,
        None => root,
    };
    let in_flow = links.last().is_some_and(|link| link.in_flow);
    match (&node.content, &path.0[depth]) {
        (Content::List(items), Step::Index(_)) if depth + 1 == path.0.len() => {
            writer.append(node, items)
        }
        (Content::Map(pairs), _) if !pairs.is_empty() => {
            let keys = keys(&path.0[depth..])?;
            if in_flow || text[node.range.start..].starts_with('{') {
                writer.in_brackets(&pairs[pairs.len() - 1], &keys)
            } else {
                writer.in_block(node, links.last(), &keys, near)
            }
        }
        _ if is_nothing(node) => {
            let keys = keys(&path.0[depth..])?;
            writer.in_empty(node, links.last(), &keys)
        }
        _ => Err(Error::new("this is no map", node.range.clone())),
    }
}

/// Whether a node is null or an empty map.
fn is_nothing(node: &Node<'_>) -> bool {
    match &node.content {
        Content::Map(pairs) => pairs.is_empty(),
        Content::Scalar(Scalar {
            style: Style::Plain,
            tag: None,
            text,
        }) => {
            matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
        }
        _ => false,
    }
}

fn keys(steps: &[Step]) -> Result<Vec<&str>, Error> {
    let steps = steps.iter();
    let keys = steps.map(|step| match step {
        Step::Key(key) => Ok(key.as_str()),
        Step::Index(_) => Err(Error::new("there is no list to put an element into", 0..0)),
    });
    keys.collect()
}

struct Writer<'i> {
    text: &'i str,
    new: &'i New<'i>,
    form: Form,
}

impl Writer<'_> {
    /// Behind the entry that is nearest before the place of the entry that was taken out, or behind all entries.
    fn in_block(
        &self,
        map: &Node<'_>,
        above: Option<&Link<'_, '_>>,
        keys: &[&str],
        near: Option<usize>,
    ) -> Result<String, Error> {
        let Content::Map(pairs) = &map.content else {
            return Err(Error::new("this is no map", map.range.clone()));
        };
        let text = self.text;
        let first = pairs[0].0.range.start;
        let column = first - lines::start(text, first);
        let entry = |index| Link::first(map).sibling(index);
        // Comments at the end of the map are comments of the map.
        let end = match above {
            Some(above) if above.key().is_some() => above.end_of_entry(text),
            _ => entry(pairs.len() - 1).end_of_entry(text),
        };
        let near = near.filter(|near| above.is_none() || (first..=end).contains(near));
        let before = near.map_or(pairs.len(), |near| {
            let starts = pairs
                .iter()
                .map(|(key, _)| lines::start(text, key.range.start));
            starts.take_while(|start| *start < near).count()
        });
        let at = match before.checked_sub(1) {
            Some(last) if last + 1 == pairs.len() => end,
            Some(last) => entry(last).end_of_entry(text),
            None => {
                let first = entry(0).lines(text)?.comments;
                near.map_or(first, |near| near.min(first))
            }
        };
        let next = match pairs.get(before) {
            Some(_) => entry(before).lines(text)?.comments,
            None => text.len(),
        };
        let at = near.filter(|near| (at..=next).contains(near)).unwrap_or(at);
        Ok(self.put_lines(at, keys, column))
    }

    /// Below a key that has no value yet, or an empty map.
    fn in_empty(
        &self,
        node: &Node<'_>,
        link: Option<&Link<'_, '_>>,
        keys: &[&str],
    ) -> Result<String, Error> {
        let text = self.text;
        let Some((link, key)) = link.and_then(|link| Some((link, link.key()?))) else {
            if node.range.is_empty() || link.is_some() {
                return Err(Error::new(
                    "an entry cannot be put here",
                    node.range.clone(),
                ));
            }
            let without = [&text[..node.range.start], &text[node.range.end..]].concat();
            let writer = Writer {
                text: &without,
                ..*self
            };
            return Ok(writer.put_lines(without.len(), keys, 0));
        };
        if link.in_flow {
            let map = format!("{{{}}}", self.inline(keys)?);
            if node.range.is_empty() {
                return Err(Error::new("an entry cannot be put here", key.range.clone()));
            }
            return Ok([&text[..node.range.start], &map, &text[node.range.end..]].concat());
        }
        let start = lines::start(text, key.range.start);
        if !lines::is_blank(&text[start..key.range.start])
            || text[node.range.clone()].contains('\n')
        {
            return Err(Error::new("an entry cannot be put here", key.range.clone()));
        }
        let column = key.range.start - start + self.form.step;
        if node.range.is_empty() {
            return Ok(self.put_lines(lines::end(text, key.range.end), keys, column));
        }
        let before = text[..node.range.start].trim_end_matches(' ').len();
        let without = [&text[..before], &text[node.range.end..]].concat();
        let writer = Writer {
            text: &without,
            ..*self
        };
        Ok(writer.put_lines(lines::end(&without, before), keys, column))
    }

    /// Behind the last entry of a map in brackets.
    fn in_brackets(
        &self,
        (key, value): &(Node<'_>, Node<'_>),
        keys: &[&str],
    ) -> Result<String, Error> {
        if value.range.is_empty() {
            let message = "a key without a value is before the place of the entry";
            return Err(Error::new(message, key.range.clone()));
        }
        let text = self.text;
        let line = lines::start(text, key.range.start);
        let glue = if lines::is_blank(&text[line..key.range.start]) {
            format!(",{}{}", self.form.line_break, &text[line..key.range.start])
        } else {
            ", ".to_owned()
        };
        let entry = self.inline(keys)?;
        let at = value.range.end;
        Ok([&text[..at], &glue, &entry, &text[at..]].concat())
    }

    /// Behind the last element of a list.
    fn append(&self, list: &Node<'_>, items: &[Node<'_>]) -> Result<String, Error> {
        let New::Value(value) = self.new else {
            return Err(Error::new(
                "an entry cannot be put into a list",
                list.range.clone(),
            ));
        };
        let text = self.text;
        if text[list.range.clone()].starts_with('[') {
            let element = value.to_string();
            let (at, glue) = match items.last() {
                Some(last) => (last.range.end, ", "),
                None => (list.range.start + 1, ""),
            };
            return Ok([&text[..at], glue, &element, &text[at..]].concat());
        }
        let Some(last) = items.last() else {
            return Err(Error::new(
                "an element cannot be put here",
                list.range.clone(),
            ));
        };
        let dash = text[..items[0].range.start]
            .trim_end()
            .len()
            .saturating_sub(1);
        if !text[dash..].starts_with('-') {
            return Err(Error::new(
                "an element cannot be put here",
                list.range.clone(),
            ));
        }
        let column = dash - lines::start(text, dash);
        let spelled = to_string(value).replace('\n', self.form.line_break);
        let mut element = lines::indented(&spelled, 0, column + 2);
        element.replace_range(column..=column, "-");
        let end = text[..last.range.end].trim_end().len();
        Ok(self.put(lines::end(text, end), &element))
    }

    /// The entry on one line, below maps in brackets.
    fn inline(&self, keys: &[&str]) -> Result<String, Error> {
        let (last, above) = keys.split_last().unwrap_or((&"", &[]));
        let spelled = |key: &str| lines::scalar(&Value::from(key), true);
        let mut out: String = above
            .iter()
            .map(|key| format!("{}: {{", spelled(key)))
            .collect();
        match self.new {
            New::Value(value @ (Value::Array(_) | Value::Object(_))) => {
                out.push_str(&format!("{}: {value}", spelled(last)));
            }
            New::Value(value) => {
                out.push_str(&format!(
                    "{}: {}",
                    spelled(last),
                    lines::scalar(value, true)
                ));
            }
            New::Taken(taken) if taken.is_inline && taken.comments.is_empty() => {
                out.push_str(&taken.key_for(last, true));
                out.push_str(taken.rest.trim_end());
            }
            New::Taken(_) => {
                let message =
                    "an entry of several lines or with comments cannot be put into brackets";
                return Err(Error::new(message, 0..0).help("change it by hand"));
            }
        }
        out.push_str(&"}".repeat(above.len()));
        Ok(out)
    }

    /// The text with the entry's lines, below maps that are made for it.
    fn put_lines(&self, at: usize, keys: &[&str], column: usize) -> String {
        let (last, above) = keys.split_last().unwrap_or((&"", &[]));
        let mut column = column;
        let mut out = String::new();
        let spelled = |key: &str| lines::scalar(&Value::from(key), false);
        for key in above {
            out.push_str(&format!(
                "{}{}:{}",
                " ".repeat(column),
                spelled(key),
                self.form.line_break
            ));
            column += self.form.step;
        }
        match self.new {
            New::Value(value) => {
                let map = Value::Object(
                    [((*last).to_owned(), (*value).clone())]
                        .into_iter()
                        .collect(),
                );
                let lines = to_string(&map).replace('\n', self.form.line_break);
                out.push_str(&lines::indented(&lines, 0, column));
            }
            New::Taken(taken) => {
                for comment in taken.comments.split_inclusive('\n') {
                    out.push_str(&" ".repeat(if lines::is_blank(comment) { 0 } else { column }));
                    out.push_str(comment.trim_start_matches(' '));
                }
                let key = taken.key_for(last, false);
                let (first, below) = match taken.rest.find('\n') {
                    Some(end) => taken.rest.split_at(end + 1),
                    None => (&*taken.rest, ""),
                };
                out.push_str(&" ".repeat(column));
                out.push_str(&key);
                out.push_str(first);
                if !first.ends_with('\n') {
                    out.push_str(self.form.line_break);
                }
                out.push_str(&lines::indented(below, taken.column, column));
            }
        }
        self.put(at, &out)
    }

    /// The text with whole lines at the start of a line, or behind the last one.
    fn put(&self, at: usize, lines: &str) -> String {
        let (before, after) = self.text.split_at(at);
        if before.is_empty() || before.ends_with('\n') {
            return [before, lines, after].concat();
        }
        [before, self.form.line_break, lines, after].concat()
    }
}

impl Taken {
    /// The key as it was written if it stays the same.
    fn key_for(&self, new: &str, in_flow: bool) -> String {
        let nodes = compose(&self.key).unwrap_or_default();
        match nodes.first() {
            Some(old) if key(old).is_ok_and(|old| old == new) => self.key.clone(),
            Some(old) => key_like(old, new, in_flow),
            None => lines::scalar(&Value::from(new), in_flow),
        }
    }
}
