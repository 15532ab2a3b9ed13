//! Why kubectl has not answered, from its last words; they are repeated without what could be a password.

use std::fmt;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Failure {
    /// There is no kubectl on the PATH.
    NotInstalled,
    /// It took longer than it may.
    Timeout,
    /// It wrote more than it may.
    TooMuch,
    /// The server has no such object; kubectl's words.
    NotFound(String),
    /// The user may not ask this; kubectl's words.
    Forbidden(String),
    /// The server does not answer, or not to this user; kubectl's words.
    Unreachable(String),
    /// Anything else; kubectl's words.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "there is no `kubectl` on the PATH; install it (https://kubernetes.io/docs/tasks/tools/)",
            ),
            Self::Timeout => write!(
                f,
                "kubectl has not answered within {} seconds; is the cluster reachable from here?",
                super::LIMITS.time.as_secs()
            ),
            Self::TooMuch => f.write_str(
                "kubectl has written more than any cluster's answer would have, and was ended",
            ),
            Self::NotFound(said) | Self::Forbidden(said) | Self::Other(said) => {
                write!(f, "kubectl: {said}")
            }
            Self::Unreachable(said) => write!(
                f,
                "the cluster cannot be reached; choose another one by its context or kubeconfig. kubectl: {said}"
            ),
        }
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// What kubectl means by its last words (`CheckErr` in `k8s.io/kubectl/pkg/cmd/util/helpers.go`).
    pub(super) fn of(stderr: &str) -> Self {
        let said = last_words(without_secrets(&without_log(stderr)));
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if has(&["(NotFound)"]) {
            Self::NotFound(said)
        } else if has(&["(Forbidden)"]) {
            Self::Forbidden(said)
        } else if has(&["context deadline exceeded", "Client.Timeout", "i/o timeout"]) {
            Self::Timeout
        } else if has(&[
            "Unable to connect to the server",
            "The connection to the server",
            "(Unauthorized)",
            "connect: ",
            "no such host",
        ]) {
            Self::Unreachable(said)
        } else if said.is_empty() {
            Self::Other("it failed without a word".to_owned())
        } else {
            Self::Other(said)
        }
    }
}

/// Whether a server has rejected an object, in the words of kubectl; an unreachable server rejects none.
pub(super) fn is_rejection(stderr: &str) -> bool {
    stderr.lines().any(|line| {
        line.starts_with("The ") && line.contains(" is invalid:")
            || line.starts_with("Error from server") && line.contains("error when ")
            || line.starts_with("error: resource mapping not found")
    })
}

/// So many characters of kubectl's words are repeated; its messages are a line or two.
const LONGEST_WORDS: usize = 2000;

/// kubectl's own words in one line, without what its libraries log (`E0612 10:00:00.000000 …`).
fn without_log(stderr: &str) -> String {
    let is_log = |line: &str| {
        let mut characters = line.chars();
        characters
            .next()
            .is_some_and(|level| "EWIF".contains(level))
            && characters.take(4).filter(char::is_ascii_digit).count() == 4
    };
    let lines = stderr.lines().map(str::trim);
    let words: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !is_log(line) && !line.starts_with("Warning:"))
        .collect();
    words.join("; ")
}

/// The end of a long text: the last words say why kubectl failed.
fn last_words(said: String) -> String {
    match said.char_indices().rev().nth(LONGEST_WORDS) {
        Some((start, _)) => format!("…{}", &said[start..]),
        None => said,
    }
}

/// The same without credentials in URLs (a proxy's password, for example) and without bearer tokens.
fn without_secrets(said: &str) -> String {
    let mut safe = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("://") {
        safe.push_str(before);
        safe.push_str("://");
        let end = after.find(is_end).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(at) => {
                safe.push_str("***");
                &after[at..]
            }
            None => after,
        };
    }
    safe.push_str(rest);
    let mut parts = safe.split("Bearer ");
    let mut hidden = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        hidden.push_str("Bearer ***");
        hidden.push_str(&part[part.find(is_end).unwrap_or(part.len())..]);
    }
    hidden
}

/// Whether a URL or a token has ended before this character.
fn is_end(c: char) -> bool {
    c.is_whitespace() || c == '"' || c == '\''
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn failures_are_told_apart_by_kubectls_words() {
        let kind = |text: &str| match Failure::of(text) {
            Failure::NotInstalled => "not installed",
            Failure::Timeout => "timeout",
            Failure::TooMuch => "too much",
            Failure::NotFound(_) => "not found",
            Failure::Forbidden(_) => "forbidden",
            Failure::Unreachable(_) => "unreachable",
            Failure::Other(_) => "other",
        };
        for (text, expected) in [
            (
                "Error from server (NotFound): secrets \"a\" not found",
                "not found",
            ),
            (
                "Error from server (Forbidden): secrets \"a\" is forbidden: User \"u\" cannot get resource \"secrets\" in API group \"\" in the namespace \"n\"",
                "forbidden",
            ),
            (
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
                "unreachable",
            ),
            (
                "Unable to connect to the server: dial tcp: lookup k.example.org: no such host",
                "unreachable",
            ),
            (
                "error: You must be logged in to the server (Unauthorized)",
                "unreachable",
            ),
            (
                "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
                "timeout",
            ),
            ("error: context \"x\" does not exist", "other"),
            ("", "other"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn logs_and_passwords_are_left_out_of_its_words() {
        let said = Failure::of(
            "E1122 22:20:01.123456    1234 memcache.go:265] couldn't get\nWarning: old\nerror: proxyconnect http://me:se/cret@proxy:3128/ and https://k:6443\n",
        );
        let Failure::Other(said) = said else {
            unreachable!("{said:?}")
        };
        assert!(
            !said.contains("memcache") && !said.contains("old"),
            "{said}"
        );
        assert!(!said.contains("cret"), "{said}");
        for (words, safe) in [
            (
                "http://me:secret@proxy:3128 and https://k:6443 a@b",
                "http://***@proxy:3128 and https://k:6443 a@b",
            ),
            (
                "header \"Authorization: Bearer abc.def\" Bearer x",
                "header \"Authorization: Bearer ***\" Bearer ***",
            ),
        ] {
            assert_eq!(without_secrets(words), safe);
        }
    }

    #[test]
    fn of_long_words_the_last_are_repeated() {
        let said = Failure::of(&format!("{}é: the end", "é\n".repeat(100_000)));
        let Failure::Other(said) = said else {
            unreachable!("{said:?}")
        };
        assert_eq!(said.chars().count(), LONGEST_WORDS + 2);
        assert!(said.ends_with("é: the end"), "{said}");
    }
}
