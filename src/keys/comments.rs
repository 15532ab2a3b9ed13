//! The comments of a chart's values.yaml: what stands above a key, at its indentation, is about the key.

use indexmap::IndexMap;

use crate::diagnostics::Source;
use crate::yaml::{Content, Node, Path, Step};

/// The comment of each key that has one, in the order of the text, in one line each; and for keys without one, the key
/// above them in lines without a gap that has one.
pub(super) fn comments(source: &Source) -> (IndexMap<Path, String>, IndexMap<Path, Path>) {
    let mut found = Found::default();
    let lines = Lines::of(source.text());
    for document in source.documents().unwrap_or_default().iter().take(1) {
        below(document, &Path::default(), &lines, &mut found);
    }
    (found.comments, found.groups)
}

#[derive(Default)]
struct Found {
    comments: IndexMap<Path, String>,
    groups: IndexMap<Path, Path>,
}

fn below(node: &Node<'_>, path: &Path, lines: &Lines<'_>, found: &mut Found) {
    let Content::Map(pairs) = &node.target().content else {
        return;
    };
    // The key with the comment, and the line of the key before.
    let mut group: Option<(Path, usize)> = None;
    for (key, value) in pairs {
        let Content::Scalar(name) = &key.content else {
            continue;
        };
        let path = path.join(Step::Key(name.text.clone().into_owned()));
        let line = lines.line(key.range.start);
        let is_scalar = matches!(value.target().content, Content::Scalar(_));
        if let Some(comment) = lines.above(key.range.start) {
            found.comments.insert(path.clone(), comment);
            group = is_scalar.then(|| (path.clone(), line));
        } else {
            group = group.filter(|(_, before)| is_scalar && *before + 1 == line);
            if let Some((first, before)) = &mut group {
                found.groups.insert(path.clone(), first.clone());
                *before = line;
            }
        }
        below(value, &path, lines, found);
    }
}

/// A text by its lines.
struct Lines<'t> {
    starts: Vec<usize>,
    lines: Vec<&'t str>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let mut start = 0;
        let mut starts = Vec::new();
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            starts.push(start);
            start += line.len();
            lines.push(line.trim_end());
        }
        Self { starts, lines }
    }

    /// The line of an offset, counted from 0.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The comment directly above the key at an offset.
    fn above(&self, offset: usize) -> Option<String> {
        let line = self.line(offset);
        let indentation = offset - self.starts.get(line)?;
        let about = self.lines[..line].iter().rev().map_while(|line| {
            let text = line.get(indentation..)?.strip_prefix('#')?;
            line[..indentation].trim().is_empty().then_some(text.trim())
        });
        let mut about: Vec<&str> = about.collect();
        about.reverse();
        (!about.is_empty()).then(|| about.join(" ").trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_the_key_below_it() {
        let text = "# A file.\n\n# One,\n# two.\na: 1\nb:\n  # Below b.\n  c: 2\n\n  d: 3 # beside\n# Left.\n  e: 4\n";
        let (found, groups) = comments(&Source::new("values.yaml", text.to_owned()));
        let found: Vec<(String, &str)> = found
            .iter()
            .map(|(path, text)| (path.to_string(), text.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("a".to_owned(), "One, two."),
                ("b.c".to_owned(), "Below b.")
            ]
        );
        assert!(groups.is_empty());
    }

    #[test]
    fn lines_without_a_gap_share_the_comment_above_them() {
        let text = "# User and password.\nuser: a\npassword: b\n\nport: 1\n";
        let (_, groups) = comments(&Source::new("values.yaml", text.to_owned()));
        let groups: Vec<(String, String)> = groups
            .iter()
            .map(|(path, first)| (path.to_string(), first.to_string()))
            .collect();
        assert_eq!(groups, [("password".to_owned(), "user".to_owned())]);
    }
}
