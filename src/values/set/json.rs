//! The JSON inside `--set-json`, read as Go reads it: where a value ends, and what it means.
//! It is strict (no comments, no single quotes, no NaN) and knows nothing of keys and commas around a value.

use std::ops::Range;

use serde_json::{Map, Value};

use super::Error;

/// The object, if the whole argument is one: `--set-json '{…}'`.
pub(super) fn object(argument: &str) -> Result<Option<Map<String, Value>>, Error> {
    let start = argument.len() - argument.trim_start().len();
    let end = argument.trim_end().len();
    if !argument[start..].starts_with('{') {
        return Ok(None);
    }
    match read(argument, start..end)? {
        Value::Object(object) => Ok(Some(object)),
        _ => Ok(None),
    }
}

/// Reads the one JSON value that these bytes of the argument are. Duplicate keys: the last one wins.
pub(super) fn read(argument: &str, range: Range<usize>) -> Result<Value, Error> {
    let text = &argument[range.start..range.end];
    let mut value = serde_json::from_str(&without_lone_surrogates(text))
        .map_err(|error| explain(&error, text, range.start))?;
    make_whole(&mut value);
    Ok(value)
}

/// How many bytes at the start of `text` belong to its first JSON value; all of them if it does not look like one.
pub(super) fn extent(text: &str) -> usize {
    match text.bytes().next() {
        Some(b'"' | b'[' | b'{') => bracketed(text),
        _ => ["true", "false", "null"]
            .into_iter()
            .find(|word| text.starts_with(word))
            .map_or_else(|| number(text), str::len),
    }
}

/// The length of a string, list or object. Which bracket closes which does not matter here: [`read`] is strict.
fn bracketed(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quoted => {
                bytes.next();
            }
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !quoted {
            return at + 1;
        }
    }
    text.len()
}

/// The length of a number. A 0 at the front is the whole integer part, so that of `01` the number is `0`.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut end = usize::from(text.starts_with('-'));
    end += if bytes.get(end) == Some(&b'0') {
        1
    } else {
        digits(end)
    };
    if bytes.get(end) == Some(&b'.') {
        end += 1;
        end += digits(end);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        end += usize::from(matches!(bytes.get(end), Some(b'+' | b'-')));
        end += digits(end);
    }
    if end == 0 { text.len() } else { end }
}

/// Puts `\ufffd` in place of each unpaired half of a surrogate pair, as Go does; `serde_json` would refuse it.
/// The length stays the same, so that positions do.
fn without_lone_surrogates(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let (escape, after) = match (
            code_unit(escape),
            code_unit(escape.get(6..).unwrap_or_default()),
        ) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => escape.split_at(12),
            (Some(0xD800..=0xDFFF), _) => ("\\ufffd", &escape[6..]),
            _ => {
                let escaped = escape.chars().nth(1).map_or(0, char::len_utf8);
                escape.split_at(1 + escaped)
            }
        };
        mended.push_str(escape);
        rest = after;
    }
    mended.push_str(rest);
    mended
}

/// The number of the `\uXXXX` that `text` begins with.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Makes integers of floats without a fraction (`1.0`, `1e3`): Helm has only floats here, and prints such a one as an integer.
/// What does not fit 64 bits stays a float.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the ranges are checked
fn make_whole(value: &mut Value) {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    match value {
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(map) => map.values_mut().for_each(make_whole),
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) if float.fract() != 0.0 => {}
            Some(float) if (-TWO_TO_63..TWO_TO_63).contains(&float) => {
                *value = (float as i64).into();
            }
            Some(float) if (TWO_TO_63..2.0 * TWO_TO_63).contains(&float) => {
                *value = (float as u64).into();
            }
            _ => {}
        },
        _ => {}
    }
}

/// `serde_json`'s reason, which names no values, and its position, moved into the argument.
fn explain(error: &serde_json::Error, text: &str, offset: usize) -> Error {
    let whole = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = whole.strip_suffix(&position).unwrap_or(&whole);
    let lines_before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let byte = lines_before + error.column().saturating_sub(1);
    let range = text
        .char_indices()
        .map(|(at, c)| at..at + c.len_utf8())
        .find(|range| byte < range.end)
        .unwrap_or(text.len()..text.len());
    Error::new(
        format!("this is not JSON ({reason}); text needs double quotes"),
        offset + range.start..offset + range.end,
    )
}
