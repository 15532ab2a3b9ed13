//! URLs with credentials in a text, and their secret parts: `scheme://user:password@host/database?key=value`.

use std::ops::Range;

/// The ranges of a URL and of its secret parts in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// The whole URL.
    pub(super) whole: Range<usize>,
    /// The user: the text before the first `:`, or before the `@` if there is no `:`. It may be a token, or empty.
    pub(super) user: Range<usize>,
    /// The password: the text between that `:` and the `@`. It may be empty.
    pub(super) password: Range<usize>,
    /// The values of the query, and a path of several segments (one segment is the name of a database). They are secret
    /// if the URL is a value of a Secret.
    pub(super) rest: Vec<Range<usize>>,
}

/// Parameters of connections that are no secrets.
const HARMLESS: [&str; 2] = ["schema", "sslmode"];

/// The URLs with credentials in a text.
pub(super) fn urls(text: &str) -> Vec<Url> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(colon) = memchr::memchr(b':', &text.as_bytes()[at..]).map(|colon| at + colon) {
        if !text[colon..].starts_with("://") {
            at = colon + 1;
            continue;
        }
        let scheme = text[at..colon]
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .map_or(at, |before| {
                before + text[before..].chars().next().map_or(0, char::len_utf8)
            });
        at = colon + 3;
        let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`');
        let end = text[at..].find(is_end).map_or(text.len(), |end| at + end);
        if let Some(url) = parse(text, scheme..end, at) {
            at = url.whole.end;
            found.push(url);
        }
    }
    found
}

/// Whether a value is one URL with credentials: then its form is shown, and only its secret parts are hidden. A
/// password that happens to contain `://` and `@` is none: it has no scheme (RFC 3986: a letter first), or no
/// credentials.
pub(super) fn is_url(value: &[u8]) -> bool {
    std::str::from_utf8(value.trim_ascii()).is_ok_and(|text| {
        let found = urls(text);
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && matches!(&found[..], [url] if url.whole == (0..text.len())
                && !(url.user.is_empty() && url.password.is_empty()))
    })
}

/// Whether a value is a URL of only a scheme, a host and a port: `http://minio.default.svc:9000/`.
pub(super) fn is_address(value: &[u8]) -> bool {
    std::str::from_utf8(value.trim_ascii()).is_ok_and(|text| {
        let is_part =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        text.split_once("://").is_some_and(|(scheme, authority)| {
            let authority = authority.strip_suffix('/').unwrap_or(authority);
            scheme.chars().all(is_part) && authority.chars().all(is_part)
        })
    })
}

/// Reads the URL in a range; its authority begins at `start`. `None` if it has no credentials.
fn parse(text: &str, whole: Range<usize>, start: usize) -> Option<Url> {
    let mut authority = text[start..whole.end]
        .find(['/', '?', '#'])
        .map_or(whole.end, |end| start + end);
    let host = if let Some(at) = text[start..authority].rfind('@') {
        start + at
    } else {
        // `user:pass/word@host`: the text after the colon is no port, so it is a password that is not percent-encoded.
        let (_, port) = text[start..authority].split_once(':')?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        let host = start + text[start..whole.end].rfind('@').filter(|_| !is_port)?;
        let after = text[host..whole.end].find(['/', '?', '#']);
        authority = after.map_or(whole.end, |end| host + end);
        host
    };
    if text[start..host].starts_with('[') {
        // A description of URLs, as in a comment: `SCHEME://[USER[:PASSWORD]@]HOST`.
        return None;
    }
    let (user, password) = match text[start..host].find(':') {
        Some(colon) => (start..start + colon, start + colon + 1..host),
        None => (start..host, host..host),
    };
    let mut rest = Vec::new();
    let query = text[authority..whole.end]
        .find(['?', '#'])
        .map_or(whole.end, |query| authority + query);
    let path = &text[authority..query];
    if path.matches('/').count() > 1 {
        rest.push(authority + 1..query);
    }
    let mut place = query;
    for part in text[query..whole.end].split_inclusive(['?', '#', '&']) {
        let end = place + part.trim_end_matches(['?', '#', '&']).len();
        match text[place..end].split_once('=') {
            Some((name, _)) if HARMLESS.contains(&name) => {}
            Some((name, _)) => rest.push(place + name.len() + 1..end),
            None => rest.push(place..end),
        }
        place += part.len();
    }
    rest.retain(|range| !range.is_empty());
    Some(Url {
        whole,
        user,
        password,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each URL the user, the password and the rest.
    fn parts(text: &str) -> Vec<(&str, &str, Vec<&str>)> {
        let parts = |url: &Url| {
            let rest = url.rest.iter().map(|range| &text[range.clone()]);
            let [user, password] = [&url.user, &url.password].map(|range| &text[range.clone()]);
            (user, password, rest.collect())
        };
        urls(text).iter().map(parts).collect()
    }

    #[test]
    fn a_password_that_looks_a_little_like_a_url_is_none() {
        for password in ["://@aAa0a0#a#0", "://me:pw@h", "a://@b", "9://x@y"] {
            assert!(!is_url(password.as_bytes()), "{password}");
        }
        for url in ["redis://:pw@h/0", "https://token@host/"] {
            assert!(is_url(url.as_bytes()), "{url}");
        }
    }

    #[test]
    fn the_secrets_of_a_url_are_its_credentials_and_its_parameters() {
        assert_eq!(
            parts("postgresql://me:p%40ss@host:5432/app?schema=public&token=abc"),
            [("me", "p%40ss", vec!["abc"])]
        );
        assert_eq!(parts("redis://:pw@h/0"), [("", "pw", vec![])]);
        assert_eq!(parts("https://token@host/"), [("token", "", vec![])]);
        assert_eq!(
            parts("a=x://u:p@ss@h 'y://v:w@[::1]:1/a/b'"),
            [("u", "p@ss", vec![]), ("v", "w", vec!["a/b"])]
        );
    }

    #[test]
    fn a_password_that_is_not_encoded_is_found() {
        assert_eq!(
            parts("postgres://me:p/w#1?@host:5432/app"),
            [("me", "p/w#1?", vec![])]
        );
    }

    #[test]
    fn a_url_without_credentials_is_not_found() {
        for text in [
            "http://host/a@b",
            "http://host:80/path?x=y@z",
            "://@ x://",
            "http://",
            "SCHEME://[USER[:PASSWORD]@]HOST[:PORT]",
            "http://[::1]:80/a@b",
        ] {
            let secrets = parts(text)
                .into_iter()
                .filter(|(user, password, _)| !user.is_empty() || !password.is_empty());
            assert_eq!(secrets.count(), 0, "{text}");
        }
    }
}
