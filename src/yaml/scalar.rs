//! What a scalar means to Helm: YAML 1.1 as Go's reader has it, passed through JSON.
//! It does not look at the nodes around a scalar.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::{Content, Error, Node, Scalar, Style, Tag};

/// What plain text can spell.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Null,
    Bool(bool),
    Number(Number),
    /// `.inf` and `.nan`, which JSON cannot hold; the text is the spelling of the key.
    NotFinite(&'static str),
    String,
}

/// The value of a scalar at `range`.
///
/// Integers within 64 bits keep all digits (Helm rounds them to doubles); a float without fraction becomes
/// an integer where it fits `i64`.
///
/// # Errors
/// Infinity, not-a-number, and a tag that the text cannot satisfy.
pub fn scalar(scalar: &Scalar<'_>, range: &Range<usize>) -> Result<Value, Error> {
    Ok(match meaning(scalar, range)? {
        Meaning::Null => Value::Null,
        Meaning::Bool(bool) => Value::Bool(bool),
        Meaning::Number(Number::Int(int)) => int.into(),
        Meaning::Number(Number::Uint(uint)) => uint.into(),
        Meaning::Number(Number::Float(float)) => integral(float).map_or(float.into(), Value::from),
        Meaning::NotFinite(spelled) => {
            return Err(Error::new(
                format!("the number {spelled} has no place in JSON"),
                range.clone(),
            )
            .help("quote it if a string is meant"));
        }
        Meaning::String => Value::String(string(scalar, range)?.into_owned()),
    })
}

/// The string that a node means as a key: `yes` is `"true"`, `010` is `"8"`, `1e3` is `"1000"`.
///
/// # Errors
/// A list, a map, null and an integer beyond `i64` are no keys, to Helm either.
pub fn key<'t>(node: &Node<'t>) -> Result<Cow<'t, str>, Error> {
    let refuse = |what: &str| {
        Err(Error::new(
            format!("{what} cannot be a key"),
            node.range.clone(),
        ))
    };
    let scalar = match &node.target().content {
        Content::Scalar(scalar) => scalar,
        Content::List(_) => return refuse("a list"),
        Content::Map(_) | Content::Shared(_) => {
            return refuse("a map")
                .map_err(|error| error.help("quote a value that starts with `{`"));
        }
    };
    Ok(match meaning(scalar, &node.range)? {
        Meaning::String => string(scalar, &node.range)?,
        Meaning::Bool(bool) => Cow::Borrowed(if bool { "true" } else { "false" }),
        Meaning::Number(Number::Int(int)) => Cow::Owned(int.to_string()),
        Meaning::Number(Number::Float(float)) => Cow::Owned(float_key(float)),
        Meaning::NotFinite(spelled) => Cow::Borrowed(spelled),
        Meaning::Number(Number::Uint(_)) => {
            return refuse("an integer beyond 63 bits").map_err(|error| error.help("quote it"));
        }
        Meaning::Null => return refuse("null"),
    })
}

/// Whether a key is the merge key `<<`; quoted it is an ordinary one.
pub fn is_merge(node: &Node<'_>) -> bool {
    match &node.target().content {
        Content::Scalar(scalar) if !node.is_alias() => {
            let implicit = scalar.style == Style::Plain && scalar.tag.is_none();
            scalar.text == "<<" && (implicit || scalar.tag == Some(Tag::Merge))
        }
        _ => false,
    }
}

fn meaning(scalar: &Scalar<'_>, range: &Range<usize>) -> Result<Meaning, Error> {
    let (tag, name) = match scalar.tag {
        None if scalar.style == Style::Plain => return Ok(plain(&scalar.text)),
        Some(tag @ Tag::Int) => (tag, "!!int"),
        Some(tag @ Tag::Float) => (tag, "!!float"),
        Some(tag @ Tag::Bool) => (tag, "!!bool"),
        Some(tag @ Tag::Null) => (tag, "!!null"),
        // All others are strings; so are dates, spelled as written.
        _ => return Ok(Meaning::String),
    };
    // Such a tag looks through quotes.
    let found = plain(&scalar.text);
    match (tag, found) {
        (Tag::Int, Meaning::Number(Number::Int(_) | Number::Uint(_)))
        | (Tag::Float, Meaning::Number(Number::Float(_)) | Meaning::NotFinite(_))
        | (Tag::Bool, Meaning::Bool(_))
        | (Tag::Null, Meaning::Null) => Ok(found),
        #[expect(clippy::cast_precision_loss, reason = "that is what the tag asks for")]
        (Tag::Float, Meaning::Number(Number::Int(int))) => {
            Ok(Meaning::Number(Number::Float(int as f64)))
        }
        _ => {
            // Without the text, which may be a secret: whether it may be seen is decided where the place is shown.
            Err(Error::new(format!("this is no {name}"), range.clone()))
        }
    }
}

fn plain(text: &str) -> Meaning {
    // Most texts are words.
    if let Some(b'a'..=b'e' | b'g'..=b'm' | b'p'..=b's' | b'u'..=b'x' | b'z' | b'/') =
        text.as_bytes().first()
    {
        return Meaning::String;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => {
            Meaning::Bool(true)
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
            Meaning::Bool(false)
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Meaning::NotFinite(".inf"),
        "-.inf" | "-.Inf" | "-.INF" => Meaning::NotFinite("-.inf"),
        ".nan" | ".NaN" | ".NAN" => Meaning::NotFinite(".nan"),
        _ => number(text).map_or(Meaning::String, Meaning::Number),
    }
}

/// The integer that a float without fraction is, where `i64` holds it.
pub(super) fn integral(float: f64) -> Option<i64> {
    // 2^63 itself does not fit, -2^63 does; both are exact as doubles.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "in range and without fraction"
    )]
    (float.fract() == 0.0 && (-LIMIT..LIMIT).contains(&float)).then_some(float as i64)
}

fn string<'t>(scalar: &Scalar<'t>, range: &Range<usize>) -> Result<Cow<'t, str>, Error> {
    if scalar.tag != Some(Tag::Binary) {
        return Ok(scalar.text.clone());
    }
    // As lenient as Go's decoder: line breaks and stray trailing bits are nothing to it.
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&STANDARD, lenient)
        .decode(scalar.text.replace(['\r', '\n'], ""))
        .map_err(|error| Error::new(format!("invalid base64: {error}"), range.clone()))?;
    Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

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
