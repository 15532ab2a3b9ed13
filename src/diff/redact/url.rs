//! The parts of URLs that are secret: `scheme://user:password@host/database?key=value`.
//! It finds URLs with credentials alone, and decides nothing about the others.

use std::ops::Range;

/// Where the secrets of one URL stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// The whole URL.
    pub(super) whole: Range<usize>,
    /// The name before the `:`; empty if there is none.
    pub(super) user: Range<usize>,
    /// What certainly is secret: the password (or the only word before the `@`), values of the query, and a path
    /// that is more than the name of a database.
    pub(super) secrets: Vec<Range<usize>>,
}

/// Parameters of connections that hold no secrets.
const HARMLESS: [&str; 2] = ["schema", "sslmode"];

/// The URLs with credentials in a text.
pub(super) fn urls(text: &str) -> Vec<Url> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(colon) = text[at..].find("://").map(|colon| at + colon) {
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

/// The URL at `whole`; its authority begins at `start`.
fn parse(text: &str, whole: Range<usize>, start: usize) -> Option<Url> {
    let authority = text[start..whole.end]
        .find(['/', '?', '#'])
        .map_or(whole.end, |end| start + end);
    let host = start + text[start..authority].rfind('@')?;
    let (user, password) = match text[start..host].find(':') {
        Some(colon) => (start..start + colon, start + colon + 1..host),
        None => (start..start, start..host),
    };
    let mut secrets = vec![password];
    let query = text[authority..whole.end]
        .find(['?', '#'])
        .map_or(whole.end, |query| authority + query);
    let path = &text[authority..query];
    if path.matches('/').count() > 1 {
        secrets.push(authority + 1..query);
    }
    let mut place = query;
    for part in text[query..whole.end].split_inclusive(['?', '#', '&']) {
        let end = place + part.trim_end_matches(['?', '#', '&']).len();
        match text[place..end].split_once('=') {
            Some((name, _)) if HARMLESS.contains(&name) => {}
            Some((name, _)) => secrets.push(place + name.len() + 1..end),
            None => secrets.push(place..end),
        }
        place += part.len();
    }
    secrets.retain(|range| !range.is_empty());
    Some(Url {
        whole,
        user,
        secrets,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, Vec<&str>)> {
        let parts = |url: &Url| {
            let secrets = url.secrets.iter().map(|range| &text[range.clone()]);
            (&text[url.user.clone()], secrets.collect())
        };
        urls(text).iter().map(parts).collect()
    }

    #[test]
    fn the_secrets_of_a_url_are_its_password_and_its_parameters() {
        assert_eq!(
            parts("postgresql://me:p%40ss@host:5432/app?schema=public&token=abc"),
            [("me", vec!["p%40ss", "abc"])]
        );
        assert_eq!(parts("redis://:pw@h/0"), [("", vec!["pw"])]);
        assert_eq!(parts("https://token@host/"), [("", vec!["token"])]);
        assert_eq!(
            parts("a=x://u:p@ss@h 'y://v:w@[::1]:1/a/b'"),
            [("u", vec!["p@ss"]), ("v", vec!["w", "a/b"])]
        );
    }

    #[test]
    fn a_url_without_credentials_is_not_looked_at() {
        assert!(
            parts("http://host/a@b ://@ x://")
                .iter()
                .all(|(_, secrets)| secrets.is_empty())
        );
        assert!(parts("http://host:80/path?x=y").is_empty());
    }
}
