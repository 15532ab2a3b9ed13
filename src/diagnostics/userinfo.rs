//! User names and passwords in URLs, in any text that is shown: `scheme://user:password@host`.
//! It finds everything before the `@`, also where an unescaped `/` in a password hides the host from a parser.

use std::borrow::Cow;
use std::ops::Range;

/// The part between the `//` and the `@` of every URL in a text.
pub fn userinfo(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("://").map(|colon| at + colon + 3) {
        let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>');
        let end = text[start..]
            .find(is_end)
            .map_or(text.len(), |end| start + end);
        let authority = text[start..end]
            .find(['/', '?', '#'])
            .map_or(end, |end| start + end);
        let before = |end: usize| text[start..end].rfind('@').map(|at| start + at);
        // What is no port behind a colon is a password that a `/` cuts off.
        let is_cut = || {
            let (_, port) = text[start..authority].split_once(':').unwrap_or_default();
            !port.bytes().all(|byte| byte.is_ascii_digit())
        };
        if let Some(host) = before(authority).or_else(|| is_cut().then(|| before(end))?) {
            found.push(start..host);
        }
        at = end;
    }
    found
}

/// The same text with stars before the `@` of every URL.
pub fn without_userinfo(text: &str) -> Cow<'_, str> {
    let found = userinfo(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    for range in found {
        shown.push_str(&text[copied..range.start]);
        shown.push_str(super::STARS);
        copied = range.end;
    }
    shown.push_str(&text[copied..]);
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_before_the_at_sign_of_a_url_is_shown() {
        for (text, shown) in [
            ("postgresql://u:hunter2@h/db", "postgresql://***@h/db"),
            ("`redis://:p@ss@h:1`", "`redis://***@h:1`"),
            ("a://u:p/w@h b://token@h", "a://***@h b://***@h"),
            ("http://me:se?cret@proxy", "http://***@proxy"),
            ("https://h:443/a/@b", "https://h:443/a/@b"),
            ("https://h/@scope", "https://h/@scope"),
            ("a@b", "a@b"),
        ] {
            assert_eq!(without_userinfo(text), shown);
        }
    }
}
