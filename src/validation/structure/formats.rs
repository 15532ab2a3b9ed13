//! Scalars compared with their types, and the formats that Kubernetes has for strings: base64, times.
//! What Kubernetes reads passes, even where its documentation is stricter.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Number, Value};

use super::Problem;
use crate::kubernetes::Quantity;
use crate::kubernetes::types::Type;

/// Why a scalar is wrong.
pub(super) enum Wrong {
    /// It should be of this type.
    Type(&'static str),
    /// It has the right type but an invalid value.
    Value(Problem),
}

/// Compares a value with a type that is neither a map nor a list.
pub(super) fn check(value: &Value, expected: &Type) -> Result<(), Wrong> {
    match (expected, value) {
        (Type::Any, _)
        | (Type::String | Type::IntOrString, Value::String(_))
        | (Type::Number | Type::Quantity, Value::Number(_))
        | (Type::Boolean, Value::Bool(_)) => Ok(()),
        (Type::Bytes, Value::String(text)) => require(is_base64(text), || Problem::InvalidBase64),
        (Type::Time, Value::String(text)) => require(is_time(text), || Problem::InvalidTime {
            value: text.clone(),
        }),
        (Type::Quantity, Value::String(text)) => require(Quantity::parse(text).is_some(), || {
            Problem::InvalidQuantity {
                value: text.clone(),
            }
        }),
        (Type::Integer(least, greatest), Value::Number(number)) => {
            whole(number, *least, *greatest, "a whole number")
        }
        (Type::IntOrString, Value::Number(number)) => whole(
            number,
            i32::MIN.into(),
            i32::MAX.into(),
            "a whole number or a string",
        ),
        (Type::Integer(..), _) => Err(Wrong::Type("a whole number")),
        (Type::IntOrString, _) => Err(Wrong::Type("a whole number or a string")),
        (Type::Number, _) => Err(Wrong::Type("a number")),
        (Type::Boolean, _) => Err(Wrong::Type("a boolean")),
        (Type::Quantity, _) => Err(Wrong::Type("a quantity (a string or a number)")),
        (Type::List(_), _) => Err(Wrong::Type("a list")),
        (Type::Map(_) | Type::Object(_), _) => Err(Wrong::Type("a map")),
        (Type::String | Type::Bytes | Type::Time, _) => Err(Wrong::Type("a string")),
    }
}

fn require(good: bool, problem: impl FnOnce() -> Problem) -> Result<(), Wrong> {
    if good {
        Ok(())
    } else {
        Err(Wrong::Value(problem()))
    }
}

/// A whole number within bounds; `3.0` is one, as in JSON Schema.
fn whole(number: &Number, least: i64, greatest: i64, expected: &'static str) -> Result<(), Wrong> {
    let fits = if let Some(number) = number.as_i64() {
        (least..=greatest).contains(&number)
    } else if number.is_u64() {
        false
    } else {
        let number = number.as_f64().unwrap_or(f64::NAN);
        if number.fract() != 0.0 {
            return Err(Wrong::Type(expected));
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "at worst one float beyond 64 bits passes"
        )]
        let bounds = least as f64..=greatest as f64;
        bounds.contains(&number)
    };
    require(fits, || Problem::OutOfRange { least, greatest })
}

/// Go's `base64.StdEncoding`: padded, line breaks ignored, spare bits free.
fn is_base64(text: &str) -> bool {
    let engine = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    let letters = text.replace(['\r', '\n'], "");
    engine.decode(letters).is_ok()
}

/// RFC 3339 as Go's `time.Parse` reads it: `2026-01-31T12:00:00Z`, with a fraction or an offset.
fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    if bytes.len() < FORM.len() || !follows(&bytes[..FORM.len()], FORM) {
        return false;
    }
    let rest = &bytes[FORM.len()..];
    let rest = match rest {
        [b'.' | b',', b'0'..=b'9', ..] => {
            let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit());
            &rest[1 + digits.count()..]
        }
        _ => rest,
    };
    rest == b"Z" || follows(rest, b"+00:00") || follows(rest, b"-00:00")
}

/// Whether a text has digits where the form has `0` and else the form's characters.
fn follows(text: &[u8], form: &[u8]) -> bool {
    text.len() == form.len()
        && text.iter().zip(form).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => byte == wanted,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_what_go_decodes() {
        for good in ["", "c3dhbmxhYg==", "c3dh\nbmxh\r\nYg==\n", "YR=="] {
            assert!(is_base64(good), "{good}");
        }
        for bad in ["swanlab!", "c3dhbmxhYg", "c3dhbmxhYg=", "c3 dh", "_-8="] {
            assert!(!is_base64(bad), "{bad}");
        }
    }

    #[test]
    fn times_are_rfc_3339() {
        for good in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.123456Z",
            "2026-01-31T12:00:00+08:00",
        ] {
            assert!(is_time(good), "{good}");
        }
        for bad in [
            "",
            "2026-01-31",
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00.Z",
        ] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
