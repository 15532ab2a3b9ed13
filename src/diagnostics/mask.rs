//! Hides secrets in flags and templates: values under a key named `password`, `secretKey`, `accessKey` or
//! `username` is shown as `***`. It works on lines, because these texts are no YAML; in doubt it hides too much.
//! Excerpts of YAML do not come here: `report` hides what the parser finds.

mod entry;

use std::ops::Range;

use super::userinfo::userinfo;
use entry::{explicit_key, secret_entry};

/// In lower case, as they are compared.
const SECRET_KEYS: [&str; 4] = ["password", "secretkey", "accesskey", "username"];
/// Shown in place of a secret.
pub const STARS: &str = "***";

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

/// The text with stars for its secrets: a flag of the `--set` family, or lines that may be YAML.
pub fn mask(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut copied = 0;
    for range in secrets(text) {
        shown.push_str(&text[copied..range.start]);
        shown.push_str(STARS);
        copied = range.end;
    }
    shown.push_str(&text[copied..]);
    shown
}

/// Where a flag or a template holds secrets, in order and without overlaps.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = in_lines(text);
    if text.starts_with("--set") {
        found.extend(rest_of_flag(text, &found));
    }
    found.extend(userinfo(text));
    without_overlaps(found)
}

/// The same ranges in order, those that touch as one.
pub fn without_overlaps(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut found: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match found.last_mut() {
            Some(last) if range.start < last.end || range == *last => {
                last.end = last.end.max(range.end);
            }
            _ => found.push(range),
        }
    }
    found
}

/// What follows a secret key in a flag that does not give it a value as it should: all the rest.
fn rest_of_flag(flag: &str, hidden: &[Range<usize>]) -> Option<Range<usize>> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '=' | ',' | '.' | ':' | '"' | '\'');
    let mut start = flag.find(' ')? + 1;
    while start < flag.len() {
        let end = flag[start..]
            .find(is_end)
            .map_or(flag.len(), |end| start + end);
        // `password[0]`: the index is no part of the key.
        let word = flag[start..end].split('[').next().unwrap_or_default();
        let inside = hidden.partition_point(|range| range.end <= start);
        let is_hidden = hidden.get(inside).is_some_and(|range| range.start <= start);
        if !is_hidden && is_secret_key(word) {
            let value = hidden.get(inside).map_or(flag.len(), |range| range.start);
            let between = &flag[start + word.len()..value];
            let has_value = value < flag.len()
                && between.ends_with(['=', ':', ' '])
                && !between.contains(',')
                && !between.trim_end().contains(' ');
            if !has_value && end < flag.len() {
                let rest = start + word.len();
                let shown = usize::from(flag[rest..].starts_with('='));
                return Some(rest + shown..flag.len());
            }
        }
        start = end + flag[end..].chars().next().map_or(0, char::len_utf8);
    }
    None
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

fn in_lines(text: &str) -> Vec<Range<usize>> {
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
        mask(text)
    }

    #[test]
    fn a_misspelt_key_holds_the_secret_all_the_same() {
        let text = "pasword: a\nsecret_key: b\nname: c\n--set x.acessKey=d\n";
        assert_eq!(
            mask(text),
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
    fn a_flag_without_an_equals_sign_hides_what_follows_a_secret_key() {
        for (flag, expected) in [
            ("--set a.password value", "--set a.password***"),
            ("--set a.password\\=value", "--set a.password\\=***"),
            ("--set a.passw%rd value", "--set a.passw%rd***"),
            ("--set a.pass{ord=value", "--set a.pass{ord=***"),
            ("--set a.pass\u{1}ord=value", "--set a.pass\u{1}ord=***"),
            (
                "--set-json {\"password\" \"value\"}",
                "--set-json {\"password***",
            ),
            (
                "--set-json {\"a\":{\"password\":\"val\"u\"e",
                "--set-json {\"a\":{\"password\":***",
            ),
            ("--set-file password=value", "--set-file password=***"),
            ("--set x=password", "--set x=password"),
            ("--set a.passwordFile=x", "--set a.passwordFile=x"),
        ] {
            let shown = mask(flag);
            assert!(
                !shown.contains("value") && !shown.contains("\"val"),
                "{shown}"
            );
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn the_user_of_a_url_is_hidden_under_any_key() {
        assert_eq!(
            shown("--set integrations.postgres.host=postgresql://u:hunter2@h/db"),
            "--set integrations.postgres.host=postgresql://***@h/db"
        );
    }
}
