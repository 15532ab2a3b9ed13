//! Text in Markdown that says what it says, and nothing else: no markup, no mention, no end of a fence.

use crate::diagnostics::visible;

/// Text without any markup, on GitHub and GitLab: no tables, HTML, mentions or fences.
pub(super) fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let text = text.replace(['\n', '\r', '\t'], " ");
    for c in visible(&text).chars() {
        match c {
            // Numeric entities: in tables, backslashes are read twice.
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' | '@' | '!'
            | '$' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text in a fixed-width font.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// A fence that is longer than any run of backticks in the text.
pub(super) fn fence(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            plain("a|b\n<c> `d` @e"),
            "a&#124;b &#60;c&#62; &#96;d&#96; &#64;e"
        );
        assert_eq!(fence("x"), "```");
        assert_eq!(fence("``` ````\n`"), "`````");
    }
}
