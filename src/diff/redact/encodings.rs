//! Decodes texts: base64, percent-encoding, escapes of JSON and YAML. The result knows where each byte comes from.

use std::borrow::Cow;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A decoded text that knows where each byte comes from.
pub(super) struct View {
    /// The decoded bytes.
    pub(super) bytes: Vec<u8>,
    /// For each byte, and for the end, its offset in the text; 32 bits to save memory.
    starts: Vec<u32>,
}

impl View {
    /// The range in the text that a range of the decoded bytes comes from.
    pub(super) fn source(&self, decoded: &Range<usize>) -> Range<usize> {
        let start = |place: usize| self.starts.get(place).map_or(0, |start| *start as usize);
        start(decoded.start)..start(decoded.end)
    }
}

/// Decodes the beginning of some bytes: returns the decoded bytes, and the number of bytes that were read. `None` if
/// nothing is encoded there.
type Decode = fn(&[u8]) -> Option<(Vec<u8>, usize)>;

/// The text decoded with each encoding that it may have.
pub(super) fn views(text: &str) -> impl Iterator<Item = View> {
    let encodings: [(&str, Decode); 4] =
        [("%", percent), ("+", form), ("\\", escape), ("''", doubled)];
    let present = move |(sign, _): &(&str, Decode)| text.contains(*sign);
    let present = encodings.into_iter().filter(present);
    present.map(move |(_, decode)| view(text, decode))
}

fn view(text: &str, decode: Decode) -> View {
    let encoded = text.as_bytes();
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut starts = Vec::with_capacity(encoded.len() + 1);
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        if let Some((decoded, length)) = decode(&encoded[at..]) {
            starts.resize(starts.len() + decoded.len(), place(at));
            bytes.extend(decoded);
            at += length;
        } else {
            starts.push(place(at));
            bytes.push(byte);
            at += 1;
        }
    }
    starts.push(place(at));
    View { bytes, starts }
}

/// The length of the shortest base64 that is decoded: that of 6 bytes.
const SHORTEST_BASE64: usize = 8;

/// The ranges of a text that may be base64 of either alphabet, padding included.
pub(super) fn base64_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let first = bytes
                .get(at..)?
                .iter()
                .position(|byte| sextet(*byte).is_some())?;
            let start = at + first;
            let length = |from: usize, is: fn(&u8) -> bool| {
                let rest = bytes[from..].iter();
                rest.take_while(|byte| is(byte)).count()
            };
            let digits = length(start, |byte| sextet(*byte).is_some());
            let end = start + digits;
            at = end + length(end, |byte| *byte == b'=').min(2);
            if digits >= SHORTEST_BASE64 {
                return Some(start..at);
            }
        }
    })
}

/// Decodes base64 from the character `skip` on. Bits at the end that are no whole byte are ignored.
pub(super) fn decode_run(run: &str, skip: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for sextet in run.bytes().skip(skip).map_while(sextet) {
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

/// The six bits of a character of base64.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Decodes base64 in `data` of a Secret; other texts are returned as they are. White space is ignored, as in
/// Kubernetes.
pub(super) fn decode_base64(text: &str) -> Vec<u8> {
    let joined: Cow<'_, str> = if text.contains(char::is_whitespace) {
        text.split_whitespace().collect()
    } else {
        text.into()
    };
    STANDARD
        .decode(joined.as_bytes())
        .unwrap_or_else(|_| text.as_bytes().to_vec())
}

/// Decodes a part of a URL.
pub(super) fn decode_percent(text: &str) -> Vec<u8> {
    view(text, percent).bytes
}

/// `+` for a space, as in HTML forms, and what [`percent`] decodes.
fn form(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    match rest {
        [b'+', ..] => Some((b" ".to_vec(), 1)),
        _ => percent(rest),
    }
}

/// `''` for `'`, as in single-quoted strings of YAML.
fn doubled(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    rest.starts_with(b"''").then(|| (b"'".to_vec(), 2))
}

/// Percent-encoding: `%40`.
fn percent(rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    match rest {
        [b'%', high, low, ..] => Some((vec![u8::try_from(hex(&[*high, *low])?).ok()?], 3)),
        _ => None,
    }
}

/// Escapes of JSON and of double-quoted strings of YAML: `\n`, `\"`, `\u0026`, `\x26`.
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
    // `from_str_radix` accepts a sign too.
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
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;

    fn decoded(encoded: &str) -> Vec<String> {
        let text = |view: &View| String::from_utf8_lossy(&view.bytes).into_owned();
        views(encoded).map(|view| text(&view)).collect()
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
        fn base64_of_a_text_is_decoded_from_any_offset(
            before in ".{0,9}", inside in ".{6,20}", after in ".{0,9}", cut in 0_usize..4, url_safe: bool
        ) {
            let text = format!("{before}{inside}{after}");
            let encoded = if url_safe {
                URL_SAFE_NO_PAD.encode(&text)
            } else {
                STANDARD.encode(&text)
            };
            prop_assert_eq!(decode_run(&encoded, 0), text.as_bytes());
            // Other characters of the alphabet are before it.
            let run = format!("{}{encoded}", &"abc"[cut.min(3)..]);
            let runs = base64_runs(&run).map(|run| (run.start, run.end));
            let runs: Vec<_> = runs.collect();
            prop_assert_eq!(runs, vec![(0, run.len())]);
            let holds = |bytes: &[u8]| bytes.windows(inside.len()).any(|part| part == inside.as_bytes());
            prop_assert!((0..4).any(|skip| holds(&decode_run(&run, skip))));
        }

        #[test]
        fn a_view_knows_where_its_bytes_come_from(text in r#"[a%+'\\"40un]{0,20}"#) {
            for view in views(&text) {
                prop_assert_eq!(view.starts.len(), view.bytes.len() + 1);
                prop_assert!(view.starts.is_sorted());
                prop_assert_eq!(view.source(&(0..view.bytes.len())), 0..text.len());
            }
        }
    }
}
