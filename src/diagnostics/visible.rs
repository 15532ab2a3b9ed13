//! Text from outside, made safe to print: names, paths and messages may hold characters that a terminal obeys or
//! that turn a line around, and lines that a CI service takes for a command.
//! Every report goes through here; manifests and values in YAML have that format's own quoting.

use std::borrow::Cow;

/// A text as a part of one line. Control characters, line breaks and tabs among them, and the characters that
/// change the direction of text are spelled out: `\n`, `\e`, `\u{202e}`. So is the beginning of what CI services
/// take for a command.
pub fn visible(text: &str) -> Cow<'_, str> {
    let text = replaced(Cow::Borrowed(text), |rest| rest.find(is_obeyed), spelled);
    let text = without_command(text, |_| true);
    replaced(text, command_inside, spelled)
}

/// The same for a text that is printed as lines of its own: its line breaks and tabs stay, and a line is only
/// taken for GitHub's command if it is a whole one.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| is_obeyed(c) && !matches!(c, '\n' | '\t');
    let text = replaced(Cow::Borrowed(text), |rest| rest.find(is_obeyed), spelled);
    let text = if text.contains(MARK) {
        let lines = text.split_inclusive('\n').map(Cow::Borrowed);
        let is_whole = |rest: &str| rest.contains(MARK);
        Cow::Owned(lines.map(|line| without_command(line, is_whole)).collect())
    } else {
        text
    };
    replaced(text, command_inside, spelled)
}

/// The same for finished JSON, which means the same afterwards: what JSON need not escape but a terminal obeys
/// is written `\u202e`. Such characters can only be inside its strings; line breaks are its layout.
pub fn visible_json(text: &str) -> Cow<'_, str> {
    let escaped = |c: char| format!("\\u{:04x}", u32::from(c));
    let is_obeyed = |c: char| is_obeyed(c) && c != '\n';
    let text = replaced(Cow::Borrowed(text), |rest| rest.find(is_obeyed), escaped);
    replaced(text, command_inside, escaped)
}

/// Whether a character is spelled out: a control character, or one that decides how the text around it is laid out.
fn is_obeyed(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c,
            // A byte order mark, and what is no character: YAML does not even allow them in a comment.
            '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            // Line and paragraph separator.
            | '\u{2028}' | '\u{2029}'
            // Bidirectional marks, embeddings, overrides and isolates (Unicode Standard Annex 9, table 1).
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn spelled(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{1b}' => "\\e".to_owned(),
        c => format!("\\u{{{:x}}}", u32::from(c)),
    }
}

/// The text with other words for the characters that `next` finds one after the other.
fn replaced(
    text: Cow<'_, str>,
    next: impl Fn(&str) -> Option<usize>,
    word: impl Fn(char) -> String,
) -> Cow<'_, str> {
    let mut found = next(&text);
    if found.is_none() {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut rest = &*text;
    while let Some(at) = found {
        shown.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        shown.extend(after.next().map(&word));
        rest = after.as_str();
        found = next(rest);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// GitHub's runner takes a line for a command that begins with this behind any blanks, and has it again behind the
/// command's name (`ActionCommand.TryParseV2` in actions/runner).
const MARK: &str = "::";

fn without_command(line: Cow<'_, str>, is_command: impl Fn(&str) -> bool) -> Cow<'_, str> {
    let blanks = line.len() - line.trim_start().len();
    match line[blanks..].strip_prefix(MARK) {
        Some(rest) if is_command(rest) => {
            let colon = spelled(':');
            Cow::Owned(format!("{}{colon}:{rest}", &line[..blanks]))
        }
        _ => line,
    }
}

/// Where a command begins that services find at any place of a line: the second `#` of `##[name]` (GitHub's runner,
/// `ActionCommand.TryParse`), of `##vso[name]` (Azure Pipelines) and the like.
fn command_inside(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find("##").map(|start| at + start) {
        let after = text[start..].trim_start_matches('#');
        let end = text.len() - after.len();
        let name = after.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        if name.starts_with('[') {
            return Some(end - 1);
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_spelled_out() {
        assert_eq!(
            visible("a\u{1b}]0;x\u{7}b\u{9b}c\u{7f}"),
            "a\\e]0;x\\u{7}b\\u{9b}c\\u{7f}"
        );
        assert_eq!(visible("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert!(matches!(visible("键 é 😀 a\\nb"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_turns_or_breaks_a_line_is_spelled_out() {
        for c in
            "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{85}".chars()
        {
            let shown = visible_lines(&format!("a{c}b")).into_owned();
            assert_eq!(shown, format!("a\\u{{{:x}}}b", u32::from(c)));
        }
    }

    #[test]
    fn lines_and_tabs_of_a_text_stay() {
        assert_eq!(visible_lines("a\n\tb\r\n"), "a\n\tb\\r\n");
    }

    #[test]
    fn no_text_begins_a_command_of_a_ci_service() {
        assert_eq!(visible("::error::x"), "\\u{3a}:error::x");
        assert_eq!(visible("  ::error"), "  \\u{3a}:error");
        assert_eq!(visible("a ::error::x"), "a ::error::x");
        assert_eq!(
            visible_lines("a\n \t::error f=1::x\n"),
            "a\n \t\\u{3a}:error f=1::x\n"
        );
        assert_eq!(visible_lines("::1 localhost"), "::1 localhost");
        assert_eq!(
            visible("x ##[error]a ##vso[b]"),
            "x #\\u{23}[error]a #\\u{23}vso[b]"
        );
        assert_eq!(visible("###[x] ## b #"), "##\\u{23}[x] ## b #");
    }

    #[test]
    fn json_says_the_same_without_anything_raw() {
        let value = serde_json::json!({"a\u{202e}": ["\u{9b}\u{7f}\n\t\u{2028}", "键", "##[x]"]});
        let text = value.to_string();
        let shown = visible_json(&text);
        assert_eq!(
            shown,
            "{\"a\\u202e\":[\"\\u009b\\u007f\\n\\t\\u2028\",\"键\",\"#\\u0023[x]\"]}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).ok(),
            Some(value)
        );
    }
}
