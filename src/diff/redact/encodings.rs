//! The forms in which one and the same text can stand inside another: base64, percent-encoded, with escapes.
//! It knows nothing of Secrets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A text with its encoding undone, which still knows where each byte comes from.
pub(super) struct View {
    /// The decoded bytes.
    pub(super) bytes: Vec<u8>,
    /// For each byte, and for the end, where it begins in the text.
    pub(super) starts: Vec<usize>,
}

/// What base64 of any text that holds `bytes` has in common, for the three ways in which they can lie: the
/// characters that depend on these bytes alone. In both alphabets.
pub(super) fn base64_inside(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        for before in 0..3 {
            let mut text = vec![0; before];
            text.extend_from_slice(bytes);
            let encoded = engine.encode(&text);
            // A character has 6 bits; those that hold a bit of a neighbour are left out.
            let first = (before * 8).div_ceil(6);
            let last = text.len() * 8 / 6;
            if let Some(inside) = encoded.get(first..last) {
                forms.push(inside.to_owned());
            }
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The text without the encodings that it may have; none if it has none of them.
pub(super) fn views(text: &str) -> Vec<View> {
    let mut views = Vec::new();
    if !text.contains(['%', '+', '\\', '\'']) {
        return views;
    }
    if text.contains('%') {
        views.push(view(text, percent));
        if text.contains('+') {
            views.push(view(text, |rest| match rest {
                [b'+', ..] => Some((b" ".to_vec(), 1)),
                _ => percent(rest),
            }));
        }
    } else if text.contains('+') {
        views.push(view(text, |rest| {
            (rest.first() == Some(&b'+')).then(|| (b" ".to_vec(), 1))
        }));
    }
    if text.contains('\\') {
        views.push(view(text, escape));
    }
    if text.contains("''") {
        views.push(view(text, |rest| {
            rest.starts_with(b"''").then(|| (b"'".to_vec(), 2))
        }));
    }
    views
}

/// Decodes with a function that gives, where an encoded character begins, its bytes and its length in the text.
fn view(text: &str, decode: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> View {
    let encoded = text.as_bytes();
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut starts = Vec::with_capacity(encoded.len() + 1);
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        if let Some((decoded, length)) = decode(&encoded[at..]) {
            starts.resize(starts.len() + decoded.len(), at);
            bytes.extend(decoded);
            at += length;
        } else {
            starts.push(at);
            bytes.push(byte);
            at += 1;
        }
    }
    starts.push(at);
    View { bytes, starts }
}

/// `%40`
fn percent(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    match rest {
        [b'%', high, low, ..] => Some((vec![u8::try_from(hex(&[*high, *low])?).ok()?], 3)),
        _ => None,
    }
}

/// What JSON and double quotes in YAML write for a character: `\n`, `\"`, `\u0026`, `\x26`.
fn escape(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    let [b'\\', kind, rest @ ..] = rest else {
        return None;
    };
    let plain = match kind {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'"' | b'\\' | b'/' | b'\'' | b'$' | b'`' | b' ' => *kind,
        b'x' => return Some((utf8(hex(rest.get(..2)?)?)?, 4)),
        b'U' => return Some((utf8(hex(rest.get(..8)?)?)?, 10)),
        b'u' => {
            let first = hex(rest.get(..4)?)?;
            let second = match rest.get(4..10) {
                Some([b'\\', b'u', digits @ ..]) => hex(digits),
                _ => None,
            };
            return match (first, second) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    let pair = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                    Some((utf8(pair)?, 12))
                }
                _ => Some((utf8(first)?, 6)),
            };
        }
        _ => return None,
    };
    Some((vec![plain], 2))
}

fn hex(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` would take a sign.
    let all = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|_| all)
}

fn utf8(code: u32) -> Option<Vec<u8>> {
    let mut buffer = [0; 4];
    let c = char::from_u32(code)?;
    Some(c.encode_utf8(&mut buffer).as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(encoded: &str) -> Vec<String> {
        let text = |view: &View| String::from_utf8_lossy(&view.bytes).into_owned();
        views(encoded).iter().map(text).collect()
    }

    #[test]
    fn encodings_are_undone() {
        assert_eq!(decoded("a%40b"), ["a@b"]);
        assert_eq!(decoded("a%2fb+c"), ["a/b+c", "a/b c"]);
        assert_eq!(
            decoded(r#"\"\u00e4\ud83d\ude00\n\q\u12"#),
            ["\"ä😀\n\\q\\u12"]
        );
        assert_eq!(decoded("it''s"), ["it's"]);
        assert!(decoded("plain").is_empty());
        assert_eq!(decoded("%+1"), ["%+1", "% 1"]);
    }

    proptest! {
        #[test]
        fn base64_of_a_text_shows_what_it_holds(
            before in ".{0,9}", inside in ".{6,20}", after in ".{0,9}", url_safe: bool
        ) {
            let text = format!("{before}{inside}{after}");
            let encoded = if url_safe {
                URL_SAFE_NO_PAD.encode(text)
            } else {
                STANDARD_NO_PAD.encode(text)
            };
            let forms = base64_inside(inside.as_bytes());
            prop_assert!(forms.iter().any(|form| encoded.contains(form)));
        }

        #[test]
        fn a_view_knows_where_its_bytes_come_from(text in r#"[a%+'\\"40un]{0,20}"#) {
            for view in views(&text) {
                prop_assert_eq!(view.starts.len(), view.bytes.len() + 1);
                prop_assert!(view.starts.is_sorted());
                prop_assert_eq!(view.starts.last(), Some(&text.len()));
            }
        }
    }
}
