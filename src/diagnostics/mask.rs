//! What is never shown: the values of keys such as `password`, and credentials in URLs. In YAML they are found by the
//! reader's nodes. In texts that are not YAML, everything behind such a key is hidden, to the end of the line or, in
//! templates, of the lines that are indented deeper.

use std::collections::HashSet;
use std::ops::Range;

use super::userinfo::userinfo;
use crate::yaml::{self, Content, Node};

/// In lower case, as they are compared.
const SECRET_KEYS: [&str; 4] = ["password", "secretkey", "accesskey", "username"];
/// Shown in place of a secret.
pub const STARS: &str = "***";

/// Whether values under this key are never shown. A misspelt key holds the secret all the same:
/// `pasword`, `secret_key`.
pub fn is_secret_key(key: &str) -> bool {
    /// Edits.
    const SLIPS: usize = 2;
    let key = key.to_ascii_lowercase().replace(['_', '-'], "");
    SECRET_KEYS.iter().any(|secret| {
        key.len() + SLIPS >= secret.len() && strsim::osa_distance(&key, secret) <= SLIPS
    })
}

/// The secrets of a text that is not YAML and has one line, in order: everything behind its first secret key, and
/// credentials in URLs.
pub fn secrets_in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = userinfo(text);
    found.extend(behind_key(text, |rest| !rest.is_empty()));
    without_overlaps(found)
}

/// The secrets of a template's text, in order: what follows a secret key on its line, lines that are indented deeper
/// than it, and credentials in URLs.
pub fn secrets_in_template(text: &str) -> Vec<Range<usize>> {
    let mut found = userinfo(text);
    // The column of the secret key whose value goes on.
    let mut open: Option<usize> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let column = content.len() - content.trim_start_matches(' ').len();
        let is_part =
            |key: usize| column > key || column == key && content[column..].starts_with('-');
        if content.is_empty() || open.is_some_and(is_part) {
            found.push(start + column.min(content.len())..start + content.len());
        } else {
            let value = behind_key(content, |rest| rest.starts_with([':', '=']));
            let key = content[column..].trim_start_matches(['-', ' ', '"', '\'']);
            open = value.as_ref().map(|_| content.len() - key.len());
            found.extend(value.map(|value| start + value.start..start + value.end));
        }
        start += line.len();
    }
    found.retain(|range| !range.is_empty());
    without_overlaps(found)
}

/// Everything behind the first secret key of a text, without the sign between them. `counts` says whether a word is a
/// key by what follows it, quotes and blanks left out.
fn behind_key(text: &str, counts: impl Fn(&str) -> bool) -> Option<Range<usize>> {
    let is_part = |c: char| !c.is_whitespace() && !"=:,.\"'\\[]{}()".contains(c);
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let rest = text[start..].trim_start_matches(is_part);
        let word = &text[start..text.len() - rest.len()];
        at = text.len() - rest.len();
        let after = rest.trim_start_matches(['"', '\'', '\\', ' ']);
        if is_secret_key(word.trim_start_matches('-')) && counts(after) {
            // `password[0]=`: the index is a part of the key.
            let index = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']');
            let value = after.trim_start_matches(index).strip_prefix(['=', ':']);
            let value = value.map_or(rest, |value| value.trim_start_matches(' '));
            return Some(text.len() - value.len()..text.len());
        }
    }
    None
}

/// Collects the values of secret keys, from the colon to the end of the value, comments included, and the targets of
/// aliases in them.
pub fn values_of_secret_keys(text: &str, root: &Node<'_>, found: &mut Vec<Range<usize>>) {
    let mut open = vec![root];
    let mut targets = HashSet::new();
    while let Some(node) = open.pop() {
        // The target of an alias is walked where it is written.
        if node.is_alias() {
            continue;
        }
        match &node.target().content {
            Content::Map(pairs) => {
                for (key, value) in pairs {
                    let is_secret = yaml::key(key).is_ok_and(|key| is_secret_key(&key));
                    if !is_secret {
                        open.push(value);
                        // A key may be a whole map.
                        open.push(key);
                        continue;
                    }
                    let start = behind_colon(text, key.range.end);
                    found.push(start..value.range.end.max(start));
                    targets_of_aliases(value, &mut targets, found);
                }
            }
            Content::List(items) => open.extend(items),
            Content::Scalar(_) | Content::Shared(_) => {}
        }
    }
}

/// Collects the targets of the aliases in a secret value, at any depth. `seen` has the start of each known target.
fn targets_of_aliases(value: &Node<'_>, seen: &mut HashSet<usize>, found: &mut Vec<Range<usize>>) {
    let mut open = vec![value];
    while let Some(node) = open.pop() {
        let target = node.target();
        if node.is_alias() {
            if !seen.insert(target.range.start) {
                continue;
            }
            found.push(target.range.clone());
        }
        match &target.content {
            Content::Map(pairs) => open.extend(pairs.iter().flat_map(|(key, value)| [key, value])),
            Content::List(items) => open.extend(items),
            Content::Scalar(_) | Content::Shared(_) => {}
        }
    }
}

/// Where the value of a key may begin: after the colon and the blanks on its line.
fn behind_colon(text: &str, key: usize) -> usize {
    let is_blank = [' ', '\t'];
    let rest = text[key..].trim_start_matches(is_blank);
    match rest.strip_prefix(':') {
        Some(value) => text.len() - value.trim_start_matches(is_blank).len(),
        None => key,
    }
}

/// A text with stars in place of some ranges, which are in order.
pub(super) fn with_stars(text: &str, hidden: &[Range<usize>]) -> String {
    let mut shown = text.to_owned();
    for range in hidden.iter().rev() {
        shown.replace_range(range.clone(), STARS);
    }
    shown
}

/// The same ranges in order, those that touch as one.
pub fn without_overlaps(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut found: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match found.last_mut() {
            Some(last) if range.start < last.end || range == *last => {
                last.end = last.end.max(range.end);
            }
            _ => found.push(range),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_behind_a_secret_key_of_a_text_is_hidden() {
        for (text, shown) in [
            ("a.b=1,c=2", "a.b=1,c=2"),
            ("a.password=x,b=1", "a.password=***"),
            ("b=1,a.pasword=x", "b=1,a.pasword=***"),
            ("password[0]=x", "password[0]=***"),
            ("password.hunter2", "password***"),
            ("a={x,password:y}", "a={x,password:***"),
            ("a={\"secretKey\": \"x\"}", "a={\"secretKey\": ***"),
            ("password x=y", "password***"),
            ("a=http://me:pw@h/", "a=http://***@h/"),
        ] {
            assert_eq!(with_stars(text, &secrets_in_text(text)), shown);
        }
    }

    #[test]
    fn a_value_of_several_lines_in_a_template_is_hidden() {
        let text = "a: 1\npassword: |\n  one\n\n  two\nc:\n- username: me\n  x: 1\naccessKey:\n- k\nb: \"password\"\n";
        assert_eq!(
            with_stars(text, &secrets_in_template(text)),
            "a: 1\npassword: ***\n  ***\n\n  ***\nc:\n- username: ***\n  x: 1\naccessKey:\n***\nb: \"password\"\n"
        );
    }
}
