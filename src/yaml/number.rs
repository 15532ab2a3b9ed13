//! How Go's YAML reader understands numbers, and how Go spells one that is used as a key.
//! It sees plain text only: which scalars may be numbers at all is decided elsewhere.

use std::borrow::Cow;

/// A number as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Int(i64),
    /// Beyond `i64`, within 64 bits.
    Uint(u64),
    Float(f64),
}

/// The number that `text` spells, or `None` for a string. Never infinite.
pub(super) fn number(text: &str) -> Option<Number> {
    if text.starts_with('.') {
        return float(text);
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
        return None;
    }
    let digits = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    int(&digits).or_else(|| float(&digits))
}

/// Go's `ParseInt` and `ParseUint` with base 0, without underscores.
fn int(text: &str) -> Option<Number> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        sign @ (b'+' | b'-') => (Some(sign), &text[1..]),
        _ => (None, text),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &unsigned[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &unsigned[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    // from_str_radix would take a second sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match sign {
        Some(b'-') => 0i64.checked_sub_unsigned(magnitude).map(Number::Int),
        Some(_) => i64::try_from(magnitude).ok().map(Number::Int),
        None => Some(i64::try_from(magnitude).map_or(Number::Uint(magnitude), Number::Int)),
    }
}

/// A decimal float in the spelling `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn float(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let spelled = unsigned
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    // What is left of Rust's own grammar is Go's; what overflows is a string.
    let number = spelled.then(|| text.parse::<f64>().ok()).flatten()?;
    number.is_finite().then_some(Number::Float(number))
}

/// A float as a key: Go's `FormatFloat(number, 'g', -1, 32)`, single precision included.
pub(super) fn float_key(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "Helm's keys have single precision"
    )]
    let number = number as f32;
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let spelled = format!("{number:e}");
    let (mantissa, exponent) = spelled.split_once('e').unwrap_or((&spelled, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        number.to_string()
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}
