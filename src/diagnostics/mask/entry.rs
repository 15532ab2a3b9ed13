//! A secret key in a line, and how far its value goes, in YAML, JSON and the `--set` grammar.
//! It looks at one line only.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::is_secret_key;

/// A secret key in a line, with the places of the key and its value.
pub(super) struct Entry {
    pub(super) column: usize,
    pub(super) value: Range<usize>,
    /// A block mapping's entry: the value may go on in the following lines.
    pub(super) block: bool,
}

/// The first secret key of a line that has a value behind it, from a place on.
pub(super) fn secret_entry(line: &str, from: usize) -> Option<Entry> {
    let plain = plain_entry(line, from);
    let escaped = escaped_entry(line, from);
    let start = |entry: &Entry| entry.value.start;
    plain.into_iter().chain(escaped).min_by_key(start)
}

/// A key that is written as it is.
fn plain_entry(line: &str, from: usize) -> Option<Entry> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut at = from;
    while let Some(start) = line[at..].find(is_part).map(|start| at + start) {
        let end = line[start..]
            .find(|c| !is_part(c))
            .map_or(line.len(), |end| start + end);
        // A dash before a key is a list's, or a flag's.
        let word = line[start..end].trim_start_matches('-');
        if is_secret_key(word)
            && let Some(entry) = entry_at(line, end - word.len(), word)
        {
            return Some(entry);
        }
        at = end;
    }
    None
}

/// A key in double quotes that is spelled with escapes: it may be any.
fn escaped_entry(line: &str, from: usize) -> Option<Entry> {
    // Mostly there is none, and a line may be long.
    line[from..].find('\\')?;
    let mut at = from;
    while let Some(start) = line[at..].find('"').map(|start| at + start + 1) {
        let mut escaped = false;
        let end = line[start..].find(|c| {
            let closes = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closes
        });
        let end = start + end?;
        let key = &line[start..end];
        if key.contains('\\')
            && let Some(entry) = entry_at(line, start, key)
        {
            return Some(entry);
        }
        at = end + 1;
    }
    None
}

/// The column of a question mark with only a secret key after it (`? password`): the value follows in lines of
/// their own.
pub(super) fn explicit_key(line: &str) -> Option<usize> {
    let column = line.len() - line.trim_start_matches([' ', '-']).len();
    let key = line[column..].strip_prefix("? ")?;
    let key = key.split(" #").next().unwrap_or_default().trim();
    let key = key.trim_matches(['"', '\'']);
    (is_secret_key(key) || key.contains('\\')).then_some(column)
}

fn entry_at(line: &str, column: usize, key: &str) -> Option<Entry> {
    let before = &line[..column];
    let after = &line[column + key.len()..];
    let after = after
        .strip_prefix(['"', '\''])
        .unwrap_or(after)
        .trim_start();
    let is_flag = line.starts_with("--set");
    // In a flag, a path may go on behind the key: `password[0]=`, `password.a=`.
    let after = match after.find(['=', ',']) {
        Some(end) if is_flag && after.starts_with(['[', '.']) => &after[end..],
        _ => after,
    };
    let value = after.strip_prefix([':', '='])?;
    let assigned = after.starts_with('=');
    let start = line.len() - value.trim_start().len();
    let alone = before
        .trim_start_matches([' ', '-', '"', '\'', '?'])
        .is_empty();
    let length = value_length(&line[start..], assigned);
    let is_json = || serde_json::from_str::<IgnoredAny>(&line[start..start + length]).is_ok();
    let is_last = match line.split(' ').next() {
        _ if !assigned => alone,
        Some("--set-literal") => true,
        // Nobody knows where a broken one ends.
        Some("--set-json") => !is_json(),
        _ => false,
    };
    let mut end = if is_last { line.len() } else { start + length };
    // What follows a comma and assigns nothing is the rest of a value with a comma in it.
    while let Some(rest) = line[end..].strip_prefix(',')
        && assigned
    {
        let length = value_length(rest, assigned);
        if rest[..length].contains('=') {
            break;
        }
        end += 1 + length;
    }
    Some(Entry {
        column,
        value: start..end.max(start),
        block: !assigned && alone,
    })
}

/// How far a value inside a flow mapping or a `--set` argument goes.
fn value_length(value: &str, assigned: bool) -> usize {
    let ends: &[char] = if assigned { &[','] } else { &[',', '}', ']'] };
    let mut quote = None;
    let mut depth = 0usize;
    let mut escaped = false;
    for (index, c) in value.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') if index == 0 || depth > 0 => quote = Some(c),
            (None, '{' | '[') if index == 0 || depth > 0 => depth += 1,
            (None, '}' | ']') if depth > 0 => depth -= 1,
            (None, _) if depth == 0 && ends.contains(&c) => return index,
            _ => {}
        }
    }
    value.len()
}
