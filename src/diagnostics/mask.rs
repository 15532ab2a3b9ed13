//! Hides secrets in the excerpts of a user's text: what stands under a key named `password`,
//! `secretKey`, `accessKey` or `username` is shown as `***`.
//! It works on lines, because the text may be too broken to be parsed; in doubt it hides too much.

mod entry;

use std::ops::Range;

use entry::{explicit_key, secret_entry};

/// In lower case, as they are compared.
const SECRET_KEYS: [&str; 4] = ["password", "secretkey", "accesskey", "username"];
const STARS: &str = "***";

/// Whether values under this key are never shown. A misspelt key holds the secret all the same:
/// `pasword`, `secret_key`.
pub fn is_secret_key(key: &str) -> bool {
    /// Slips of the finger.
    const SLIPS: usize = 2;
    let key = key.to_ascii_lowercase().replace(['_', '-'], "");
    SECRET_KEYS.iter().any(|secret| {
        key.len() + SLIPS >= secret.len() && strsim::osa_distance(&key, secret) <= SLIPS
    })
}

/// A text with its secrets replaced, and where its parts have gone.
#[derive(Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text that may be shown.
    pub text: String,
    /// What was replaced, in the original text, in order.
    hidden: Vec<Range<usize>>,
}

impl Masked {
    /// The place in the shown text of a range of the original one; a range that touches a
    /// secret covers all of its stars.
    pub fn map(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start, |hidden, _| hidden);
        let end = self.offset(range.end, |hidden, stars| hidden + stars);
        start..end.max(start)
    }

    fn offset(&self, original: usize, inside: impl Fn(usize, usize) -> usize) -> usize {
        let mut shown = 0;
        let mut copied = 0;
        for hidden in &self.hidden {
            if original <= hidden.start {
                break;
            }
            shown += hidden.start - copied;
            if original < hidden.end {
                return inside(shown, STARS.len());
            }
            shown += STARS.len();
            copied = hidden.end;
        }
        shown + (original - copied)
    }
}

/// Replaces what stands under secret keys, in YAML, JSON and the `--set` grammar.
pub fn mask(text: &str) -> Masked {
    let hidden = secrets(text);
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    for range in &hidden {
        shown.push_str(&text[copied..range.start]);
        shown.push_str(STARS);
        copied = range.end;
    }
    shown.push_str(&text[copied..]);
    Masked {
        text: shown,
        hidden,
    }
}

/// A secret whose value goes on in the following lines.
enum Open {
    /// In lines that are indented deeper than this column, or begin a list's element there.
    Block(usize),
    /// To the line in which a bracket or quote closes.
    Flow,
    /// In lines that begin with a colon in this column, and deeper ones.
    Explicit(usize),
}

impl Open {
    /// Whether a line still belongs to the value.
    fn holds(&self, line: &str, indent: usize) -> bool {
        let content = line.trim();
        match self {
            _ if content.is_empty() => true,
            Self::Block(column) => {
                indent > *column
                    || indent == *column && (content == "-" || content.starts_with("- "))
            }
            Self::Explicit(column) => {
                indent > *column || indent == *column && content.starts_with(':')
            }
            Self::Flow => true,
        }
    }

    /// Whether the value goes on behind a line of it.
    fn goes_on(&self, line: &str) -> bool {
        !matches!(self, Self::Flow) || !line.contains([']', '}', '"', '\''])
    }
}

fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Option<Open> = None;
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let indent = content.len() - content.trim_start_matches(' ').len();
        match open.take() {
            Some(still) if still.holds(content, indent) => {
                if !content.trim().is_empty() {
                    found.push(line_start + indent..line_start + content.len());
                }
                open = still.goes_on(content).then_some(still);
            }
            _ => {
                let mut position = 0;
                while let Some(entry) = secret_entry(content, position) {
                    if !entry.value.is_empty() {
                        found.push(line_start + entry.value.start..line_start + entry.value.end);
                    }
                    if entry.block {
                        open = Some(Open::Block(entry.column));
                    } else if entry.value.end == content.len() {
                        open = Some(Open::Flow);
                    }
                    position = entry.value.end.max(position + 1);
                }
                if open.is_none() {
                    open = explicit_key(content).map(Open::Explicit);
                }
            }
        }
        line_start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        mask(text).text
    }

    #[test]
    fn a_misspelt_key_holds_the_secret_all_the_same() {
        let text = "pasword: a\nsecret_key: b\nname: c\n--set x.acessKey=d\n";
        assert_eq!(
            mask(text).text,
            "pasword: ***\nsecret_key: ***\nname: c\n--set x.acessKey=***\n"
        );
    }

    #[test]
    fn a_block_entry_is_hidden_to_the_end_of_its_line() {
        assert_eq!(
            shown("a:\n  password: p}x, y # c\n  b: 1\n"),
            "a:\n  password: ***\n  b: 1\n"
        );
        assert_eq!(shown("- username: me\n"), "- username: ***\n");
        assert_eq!(shown("\"secretKey\": k\n"), "\"secretKey\": ***\n");
    }

    #[test]
    fn the_lines_that_go_on_are_hidden_too() {
        assert_eq!(
            shown("password: |\n  one\n\n  two\nb: 1\n"),
            "password: ***\n  ***\n\n  ***\nb: 1\n"
        );
        assert_eq!(
            shown("password:\n    one\nb: 1"),
            "password:\n    ***\nb: 1"
        );
    }

    #[test]
    fn flow_entries_keep_their_neighbours() {
        assert_eq!(
            shown("s3: {accessKey: AK, secretKey: \"a, b}\", port: 9}"),
            "s3: {accessKey: ***, secretKey: ***, port: 9}"
        );
    }

    #[test]
    fn set_flags_are_hidden() {
        assert_eq!(
            shown("--set a.password=x\\,y,b=1"),
            "--set a.password=***,b=1"
        );
        assert_eq!(
            shown("--set-json a={\"password\":\"x,y\",\"b\":1}"),
            "--set-json a={\"password\":***,\"b\":1}"
        );
        assert_eq!(
            shown("--set-literal a.password=x,y"),
            "--set-literal a.password=***"
        );
    }

    #[test]
    fn lists_and_brackets_over_several_lines_are_hidden() {
        assert_eq!(
            shown("password:\n- one\n- two\nb: 1\n"),
            "password:\n***\n***\nb: 1\n"
        );
        assert_eq!(
            shown("a: {password:\n  [one,\n  two], b: 1}\nc: 2\n"),
            "a: {password:\n  ***\n  ***\nc: 2\n"
        );
        assert_eq!(
            shown("- username: me\n- username: you\n"),
            "- username: ***\n- username: ***\n"
        );
    }

    #[test]
    fn the_rest_of_a_secret_with_a_comma_is_hidden() {
        assert_eq!(shown("--set a.password=x,hunter2"), "--set a.password=***");
        assert_eq!(
            shown("--set a.password=x,y,b=1,c=2"),
            "--set a.password=***,b=1,c=2"
        );
    }

    #[test]
    fn what_a_flag_puts_below_a_secret_key_is_hidden() {
        assert_eq!(
            shown("--set a.password[x]=y,b=1"),
            "--set a.password[x]=***,b=1"
        );
        assert_eq!(shown("--set password.a=y"), "--set password.a=***");
    }

    #[test]
    fn a_value_that_is_no_json_is_hidden_to_the_end() {
        assert_eq!(
            shown("--set-json a.password=x,y=hunter2"),
            "--set-json a.password=***"
        );
        assert_eq!(
            shown("--set-json a.password=\"x,y\",b=1"),
            "--set-json a.password=***,b=1"
        );
    }

    #[test]
    fn the_value_of_a_key_on_a_line_of_its_own_is_hidden() {
        assert_eq!(
            shown("? password\n: hunter2\nb: 1\n"),
            "? password\n***\nb: 1\n"
        );
        assert_eq!(
            shown("a:\n  ? \"username\" # who\n  :\n    me\n  b: 1\n"),
            "a:\n  ? \"username\" # who\n  ***\n    ***\n  b: 1\n"
        );
        assert_eq!(shown("- ? password\n  : x\n"), "- ? password\n  ***\n");
        assert_eq!(shown("? passwordFile\n: x\n"), "? passwordFile\n: x\n");
    }

    #[test]
    fn a_key_with_escapes_may_be_any() {
        assert_eq!(
            shown("\"pass\\x77ord\": hunter2\nb: 1\n"),
            "\"pass\\x77ord\": ***\nb: 1\n"
        );
        assert_eq!(
            shown(r#"{"b": 1, "\u0070assword": "x", "c": 2}"#),
            r#"{"b": 1, "\u0070assword": ***, "c": 2}"#
        );
        assert_eq!(shown(r#"a: "x\ty: z""#), r#"a: "x\ty: z""#);
    }

    #[test]
    fn keys_that_only_contain_the_word_stay() {
        assert_eq!(shown("passwordFile: x"), "passwordFile: x");
        assert_eq!(shown("defaultPassword: x"), "defaultPassword: x");
    }

    #[test]
    fn positions_follow_the_text() {
        let text = "password: hunter2\nb: x\n";
        let masked = mask(text);
        let b = text.find('x').unwrap_or_default();
        assert_eq!(&masked.text[masked.map(&(b..b + 1))], "x");
        assert_eq!(&masked.text[masked.map(&(12..13))], "***");
    }
}
