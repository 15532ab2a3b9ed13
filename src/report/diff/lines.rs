//! Differences between texts, line by line.
//! It refuses to spend more than linear time on big ones: then the difference is right, but not the smallest.

use similar::{ChangeTag, TextDiff};

/// The default number of unchanged lines around changed ones.
pub(super) const CONTEXT: usize = 3;

/// The lines that differ, each behind `-` or `+`, with some around them behind a space; `@` where lines are left
/// out.
pub(super) fn lines(old: &str, new: &str, context: usize) -> Vec<(char, String)> {
    // Myers with git's bound on how long it looks for the smallest difference. No deadline: the output must not
    // depend on the machine.
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    let mut next = 0;
    for group in diff.grouped_ops(context) {
        let first = group.first().map_or(0, |op| op.old_range().start);
        if first > next {
            lines.push(('@', format!("line {}", first + 1)));
        }
        next = group.last().map_or(0, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value();
            lines.push((sign, line.trim_end_matches(['\n', '\r']).to_owned()));
        }
    }
    lines
}

/// A `diff -u` between two files of these names.
pub(super) fn unified(old: &str, new: &str, names: [&str; 2], context: usize) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    unified.context_radius(context);
    let hunks = unified.to_string();
    if hunks.is_empty() {
        return hunks;
    }
    format!("--- {}\n+++ {}\n{hunks}", names[0], names[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_a_change_are_shown() {
        let old = "1\n2\n3\n4\n5\n";
        let new = "1\n2\n3\n4\nfive\n";
        let expected = [('@', "line 4"), (' ', "4"), ('-', "5"), ('+', "five")];
        let expected = expected.map(|(sign, line)| (sign, line.to_owned()));
        assert_eq!(lines(old, new, 1), expected);
        assert!(lines(old, old, 3).is_empty());
    }

    #[test]
    fn a_unified_diff_has_names_and_hunks() {
        assert_eq!(
            unified("a\nb\n", "a\nc\n", ["a/x", "b/x"], 3),
            "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
        assert_eq!(unified("a\n", "a\n", ["a/x", "b/x"], 3), "");
    }
}
