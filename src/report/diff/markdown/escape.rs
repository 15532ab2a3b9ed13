//! Any text inside Markdown, so that it means nothing but itself: no tables, no HTML, no mentions, no fences.
//! It works for GitHub and GitLab alike.

use crate::diagnostics::visible;

/// Text between other text, and in cells of tables.
pub(super) fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let text = text.replace(['\n', '\r', '\t'], " ");
    for c in visible(&text).chars() {
        match c {
            // As numbers: backslashes would be read twice in tables.
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' | '@' | '!'
            | '$' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text in a fixed width.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// A fence that no line of the text closes.
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
