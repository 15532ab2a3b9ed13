//! Values that are secret because of their keys, as `password` and `secretKey`: in fields, and in texts that are YAML,
//! JSON, properties, XML or shell scripts.

use std::ops::Range;

use crate::yaml::{self, Content, Node};

/// The suffixes of keys of secrets, in lower case and without punctuation.
const ENDINGS: [&str; 5] = [
    "password",
    "secretkey",
    "accesskey",
    "accesskeyid",
    "username",
];

/// Whether a key or the name of a variable is that of a secret: `password`, `PGPASSWORD`, `db.user-name`.
pub fn names_a_secret(key: &str) -> bool {
    let letters = key.bytes().rev().filter(u8::is_ascii_alphanumeric);
    let letters = letters.map(|letter| letter.to_ascii_lowercase());
    let ends_with = |ending: &&str| {
        let mut letters = letters.clone();
        ending.bytes().rev().all(|one| letters.next() == Some(one))
    };
    ENDINGS.iter().any(ends_with)
}

/// Whether a value is no secret although its key is that of one: a reference (`$PASSWORD`, `${PASSWORD}`,
/// `$(PASSWORD)`), a boolean, or an empty value.
pub(super) fn is_reference(value: &str) -> bool {
    let inside = |open, close| value.starts_with(open) && value.ends_with(close);
    let is_name = |name: &str| {
        let all = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        !name.is_empty() && name.chars().all(all)
    };
    matches!(value, "" | "null" | "~" | "true" | "false" | "{}" | "[]")
        || inside("${", '}')
        || inside("$(", ')')
        || value.strip_prefix('$').is_some_and(is_name)
}

/// The ranges of the secret values in a text, without their quotes, in the order of their keys.
pub(super) fn values(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut has_key = false;
    for (at, sign) in text.match_indices([':', '=', '>']) {
        // Values are not searched again, so that the time grows linearly with the length.
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let Some(key) = key(&text[..at], sign) else {
            continue;
        };
        has_key = true;
        let after = at + sign.len();
        let value = match sign {
            ">" => Some(element(text, after)),
            "=" => assigned(text, after, key),
            _ => entry(text, after, key),
        };
        found.extend(value.filter(|value| !is_reference(text[value.clone()].trim())));
    }
    // Values on other lines than their keys are found by reading the text as YAML.
    if has_key && text.contains('\n') {
        for node in yaml::compose(text).unwrap_or_default() {
            add_nodes(text, &node, false, &mut found);
        }
    }
    found
}

/// A key of a secret before a value.
#[derive(Clone, Copy)]
struct Key {
    /// Whether it is in quotes.
    quoted: bool,
    /// Whether it is the first thing on its line.
    first: bool,
}

/// The key of a secret that a text ends with, before a separator; `None` if it ends with something else.
fn key(before: &str, sign: &str) -> Option<Key> {
    let (before, quoted) = if sign == ">" {
        (before, false)
    } else {
        let before = before.trim_end_matches([' ', '\t']);
        let bare = before.trim_end_matches(['"', '\'', '\\']);
        (bare, bare.len() < before.len())
    };
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = before.trim_end_matches(is_part);
    if !names_a_secret(&before[rest.len()..]) || sign == ">" && !rest.ends_with('<') {
        return None;
    }
    let line = rest.trim_end_matches([' ', '\t', '-', '"', '\'']);
    let line = line.strip_suffix("export").unwrap_or(line);
    let first = line.is_empty() || line.ends_with('\n');
    Some(Key { quoted, first })
}

/// The value in `<password>value</password>`.
fn element(text: &str, after: usize) -> Range<usize> {
    let end = text[after..].find("</");
    after..end.map_or(text.len(), |end| after + end)
}

/// The value in `password=value`; `None` for comparisons.
fn assigned(text: &str, after: usize, key: Key) -> Option<Range<usize>> {
    if text[after..].starts_with(['=', '~']) || text[..after].ends_with("!=") {
        return None;
    }
    let start = after + blanks(&text[after..]);
    quoted(text, start).or_else(|| {
        let rest = &text[start..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = if key.first {
            line
        } else {
            let is_end =
                |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | '<' | '>');
            rest.find(is_end).unwrap_or(rest.len())
        };
        Some(start..start + rest[..end].trim_end().len())
    })
}

/// The value in `password: value`; `None` in `user:password@host` and `${PASSWORD:-value}`.
fn entry(text: &str, after: usize, key: Key) -> Option<Range<usize>> {
    let rest = &text[after..];
    if !key.quoted && !rest.starts_with([' ', '\t', '"', '\'']) {
        return None;
    }
    let start = after + blanks(rest);
    quoted(text, start).or_else(|| {
        let rest = &text[start..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let value = if key.first {
            rest[..line].trim_end().trim_end_matches(',')
        } else {
            let end = rest[..line].find([',', '}', ']']).unwrap_or(line);
            rest[..end].trim_end()
        };
        let is_block = value.starts_with(['|', '>', '{', '[']) && !value.ends_with(['}', ']']);
        (!is_block).then(|| start..start + value.len())
    })
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// The range in the quotes that begin at `start`; if they are not closed, it ends with the text.
fn quoted(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let quote = ["\\\"", "\"", "'"]
        .into_iter()
        .find(|quote| rest.starts_with(quote))?;
    let start = start + quote.len();
    let bytes = text.as_bytes();
    let mut at = start;
    while at < text.len() {
        let is_escaped = match quote {
            "\"" => bytes[at] == b'\\',
            "'" => bytes[at..].starts_with(b"''"),
            _ => false,
        };
        if is_escaped {
            at += 2;
        } else if bytes[at..].starts_with(quote.as_bytes()) {
            return Some(start..at);
        } else {
            at += 1;
        }
    }
    Some(start..text.len())
}

/// Finds the scalars under keys of secrets, and those in lists under such keys.
fn add_nodes(text: &str, node: &Node<'_>, secret: bool, found: &mut Vec<Range<usize>>) {
    match &node.target().content {
        Content::Scalar(scalar) if secret && !is_reference(&scalar.text) => {
            let range = node.range.clone();
            let written = text.get(range.clone()).unwrap_or_default();
            let quotes = usize::from(written.len() > 1 && written.starts_with(['"', '\'']));
            found.push(range.start + quotes..range.end - quotes);
        }
        Content::Scalar(_) | Content::Shared(_) => {}
        Content::List(items) => items
            .iter()
            .for_each(|item| add_nodes(text, item, secret, found)),
        Content::Map(pairs) => {
            for (key, value) in pairs {
                let secret = yaml::key(key).is_ok_and(|key| names_a_secret(&key));
                add_nodes(text, value, secret, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut ranges = values(text);
        ranges.sort_by_key(|range| range.start);
        ranges.dedup();
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn values_under_the_keys_of_secrets_are_found_in_every_notation() {
        for (text, wanted) in [
            ("a: 1\npassword: two words, x\nb: 2\n", "two words, x"),
            ("db:\n- secretKey: 'it''s'\n", "it''s"),
            (r#"{"user": {"password": "a,\"b}"}, "x": 1}"#, r#"a,\"b}"#),
            (r#"{"password":1234,"x":1}"#, "1234"),
            (r#"{\"password\": \"abc\", \"x\": 1}"#, "abc"),
            ("{access_key: AK, x: 1}", "AK"),
            ("db.password = a b\nx = 1\n", "a b"),
            ("export PGPASSWORD=x1;y\n", "x1;y"),
            ("curl --password=x1 --fail", "x1"),
            ("host=db password='a b' port=1", "a b"),
            ("<a><password>x&amp;1</password></a>", "x&amp;1"),
            ("password:\n  one\n", "one"),
            ("password: |\n  one\n  two\nb: 1\n", "one\n  two\n"),
            ("password: \"open\n", "open\n"),
        ] {
            assert_eq!(found(text), [wanted], "{text}");
        }
    }

    #[test]
    fn what_only_names_a_secret_is_shown() {
        for text in [
            "password: ${DB_PASSWORD}\n",
            "PGPASSWORD=\"$POSTGRES_PASSWORD\" psql",
            "PASSWORD=$(cat /run/secrets/db)\n",
            "[ \"$PASSWORD\" == x ] && [ $PASSWORD != y ]",
            "${PASSWORD:-none} ${PASSWORD:?not set}",
            "passwordFile: /run/secrets/db\n",
            "secretKeyRef: {name: db, key: password}\n",
            "username:password@host",
            "the password is in the Secret",
            "password:\n",
            "password: ''\n",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
