//! Filters that make text from values. None and `omit` are errors here, never text.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::ValueKind;
use minijinja::{Error, Value};
use regex::Regex;

use crate::chart::{Version, VersionRange};
use crate::engine::tree::{self, Text, Tree, invalid, unusable};

/// An operand of `~`: text or a number, or a boolean, which becomes `true` or `false`.
pub(super) fn joinable(value: &Value) -> Result<Value, Error> {
    tree::check_text(value)?;
    match value.kind() {
        ValueKind::String => Ok(value.clone()),
        _ => string(value).map(Value::from),
    }
}

/// An operand of `+`: any value except a text that is too long.
pub(super) fn addend(value: &Value) -> Result<Value, Error> {
    tree::check_text(value).map(|()| value.clone())
}

/// An operand of `*`: a number or a boolean. Text and lists would be repeated.
pub(super) fn factor(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::Invalid => Err(unusable(value)),
        ValueKind::Number | ValueKind::Bool => Ok(value.clone()),
        kind => Err(invalid(format!(
            "`*` is for numbers, not for {kind}: text is repeated by the filter `repeat`"
        ))),
    }
}

/// The text, repeated.
pub(super) fn repeat(text: &str, times: usize) -> Result<String, Error> {
    tree::check_length(text.len().saturating_mul(times))?;
    Ok(text.repeat(times))
}

/// The elements' texts with a separator between them.
pub(super) fn join(list: &Value, separator: Option<&str>) -> Result<String, Error> {
    if matches!(list.kind(), ValueKind::Undefined | ValueKind::Invalid) {
        return Err(unusable(list));
    }
    let mut joined = Text::default();
    let mut elements = 0;
    for (index, element) in list.try_iter()?.enumerate() {
        if index > 0 {
            joined.push(separator.unwrap_or_default())?;
        }
        joined.push(&string(&element)?)?;
        tree::count(&mut elements, 1)?;
    }
    Ok(joined.finish())
}

/// The text of a scalar.
pub(in crate::engine) fn string(value: &Value) -> Result<String, Error> {
    match Tree::of(value)? {
        Tree::Scalar(scalar) => scalar.key().map(Cow::into_owned).ok_or_else(|| {
            invalid("none is not text: give a default or leave it out with `optional`")
        }),
        Tree::Omit => Err(invalid("`omit` is not text")),
        Tree::List(_) => Err(invalid("a list is not text: use `join` or `to_json`")),
        Tree::Map(_) => Err(invalid("a map is not text: use `to_json` or `to_yaml`")),
    }
}

/// The first characters of a text (Helm's `trunc`).
pub(super) fn trunc(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

/// The text without a prefix, removed once (Helm's `trimPrefix`).
pub(super) fn trim_prefix(text: &str, prefix: &str) -> String {
    text.strip_prefix(prefix).unwrap_or(text).to_owned()
}

/// The text without a suffix, removed once (Helm's `trimSuffix`).
pub(super) fn trim_suffix(text: &str, suffix: &str) -> String {
    text.strip_suffix(suffix).unwrap_or(text).to_owned()
}

/// Base64 with padding, as in the data of a Secret.
pub(super) fn b64encode(value: &Value) -> Result<String, Error> {
    Ok(STANDARD.encode(string(value)?))
}

/// The text that base64 encodes.
pub(super) fn b64decode(text: &str) -> Result<String, Error> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| invalid("the text is not base64"))?;
    String::from_utf8(bytes).map_err(|_| invalid("the decoded bytes are not UTF-8 text"))
}

/// The text with everything but RFC 3986's unreserved characters as `%XX`: safe in any part of a URL.
pub(super) fn percent_encode(value: &Value) -> Result<String, Error> {
    let text = string(value)?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(encoded)
}

/// The text with all matches replaced; `\1` and `\g<name>` are groups, as in Ansible.
pub(super) fn regex_replace(text: &str, pattern: &str, replacement: &str) -> Result<String, Error> {
    let mut expanded = String::with_capacity(replacement.len());
    let mut rest = replacement.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                expanded.push_str(&format!("${{{digit}}}"));
                rest.next();
            }
            ('\\', Some('g')) => {
                rest.next();
                let name: String = rest.by_ref().skip(1).take_while(|c| *c != '>').collect();
                expanded.push_str(&format!("${{{name}}}"));
            }
            ('\\', Some('\\')) => {
                expanded.push('\\');
                rest.next();
            }
            ('$', _) => expanded.push_str("$$"),
            _ => expanded.push(c),
        }
    }
    let mut replaced = Text::default();
    let mut copied = 0;
    for captures in regex(pattern)?.captures_iter(text) {
        let Some(found) = captures.get(0) else {
            continue;
        };
        replaced.push(&text[copied..found.start()])?;
        let mut new = String::new();
        captures.expand(&expanded, &mut new);
        replaced.push(&new)?;
        copied = found.end();
    }
    replaced.push(&text[copied..])?;
    Ok(replaced.finish())
}

/// Whether the text begins with a match of the pattern (Ansible's test `match`).
pub(super) fn regex_match(text: &str, pattern: &str) -> Result<bool, Error> {
    Ok(regex(pattern)?
        .find(text)
        .is_some_and(|found| found.start() == 0))
}

fn regex(pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| invalid(format!("not a regular expression: {error}")))
}

/// Whether a version is in a range as in Chart.yaml's `kubeVersion`.
pub(super) fn semver_match(version: &str, range: &str) -> Result<bool, Error> {
    let parsed =
        Version::parse(version).ok_or_else(|| invalid(format!("`{version}` is not a version")))?;
    let range = VersionRange::parse(range)
        .ok_or_else(|| invalid(format!("`{range}` is not a range of versions")))?;
    Ok(range.contains(&parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_dollars_are_python_like() {
        assert_eq!(
            regex_replace("a-b", "(a)-(?P<x>b)", r"\g<x>$1\1\\")
                .ok()
                .as_deref(),
            Some(r"b$1a\")
        );
    }

    #[test]
    fn text_that_is_too_long_is_refused_before_it_is_made() {
        let half = "a".repeat(tree::LONGEST_TEXT / 2);
        let twice = Value::from(format!("{half}{half}a"));
        assert!(regex_replace("bbb", "b", &half).is_err());
        assert!(regex_replace("bbb", "", &half).is_err());
        assert!(join(&Value::from(vec!["", "", "", ""]), Some(&half)).is_err());
        assert!(repeat("ab", usize::MAX).is_err());
        assert!(repeat("ab", tree::LONGEST_TEXT / 2).is_ok());
        assert!(joinable(&twice).is_err());
        assert!(addend(&twice).is_err());
    }

    #[test]
    fn only_numbers_are_multiplied() {
        assert!(factor(&Value::from(1.5)).is_ok());
        for value in [Value::from("x"), Value::from(vec![1]), Value::UNDEFINED] {
            assert!(factor(&value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(
            percent_encode(&Value::from("p@ss/w:rd-._~é"))
                .ok()
                .as_deref(),
            Some("p%40ss%2Fw%3Ard-._~%C3%A9")
        );
    }

    #[test]
    fn what_is_not_text_is_refused() {
        for value in [Value::from(()), Value::UNDEFINED, Value::from(vec![1])] {
            assert!(joinable(&value).is_err(), "{value:?}");
        }
        assert_eq!(joinable(&Value::from(true)).ok(), Some(Value::from("true")));
        assert_eq!(joinable(&Value::from(5)).ok(), Some(Value::from("5")));
    }
}
