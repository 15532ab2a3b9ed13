//! The lines in which two texts differ, with unchanged lines around them: the hunks of `diff -u`.

use std::fmt::Write as _;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Changed lines that are near each other.
pub(super) struct Hunk<'t> {
    /// The numbers of its lines in the old text, from 0.
    pub(super) old: Range<usize>,
    /// The same in the new text.
    pub(super) new: Range<usize>,
    /// Its lines with their line feeds: removed ones with `-`, added ones with `+`, others with a space.
    pub(super) lines: Vec<(char, &'t str)>,
}

/// All hunks, each with so many unchanged lines around its changes. A line ends with a line feed and nothing else.
pub(super) fn hunks<'t>(old: &'t str, new: &'t str, context: usize) -> Vec<Hunk<'t>> {
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    // Git's algorithm with its limit on the search for the smallest difference, and its rule for changes that could be a
    // few lines further up or down. There is no deadline: the output must not depend on the machine.
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);

    let mut hunks: Vec<Hunk<'t>> = Vec::new();
    for change in diff.hunks() {
        let [removed, added] =
            [change.before, change.after].map(|range| range.start as usize..range.end as usize);
        let near = hunks
            .pop_if(|hunk| removed.start <= hunk.old.end.saturating_add(context.saturating_mul(2)));
        let mut hunk = near.unwrap_or_else(|| {
            let above = context.min(removed.start);
            let [old, new] = [&removed, &added].map(|range| range.start - above);
            Hunk {
                old: old..old,
                new: new..new,
                lines: Vec::new(),
            }
        });
        hunk.keep(&old[hunk.old.end..removed.start]);
        hunk.lines
            .extend(old[removed.clone()].iter().map(|line| ('-', *line)));
        hunk.lines
            .extend(new[added.clone()].iter().map(|line| ('+', *line)));
        hunk.old.end = removed.end;
        hunk.new.end = added.end;
        hunks.push(hunk);
    }
    for hunk in &mut hunks {
        let below = &old[hunk.old.end..];
        hunk.keep(&below[..below.len().min(context)]);
    }
    hunks
}

impl<'t> Hunk<'t> {
    /// Adds unchanged lines.
    fn keep(&mut self, lines: &[&'t str]) {
        self.lines.extend(lines.iter().map(|line| (' ', *line)));
        self.old.end += lines.len();
        self.new.end += lines.len();
    }

    /// Writes it as `diff -u` does.
    pub(super) fn write(&self, out: &mut String) {
        let [old, new] = [&self.old, &self.new].map(spelled);
        // A string takes everything.
        let _ = writeln!(out, "@@ -{old} +{new} @@");
        for (sign, line) in &self.lines {
            out.push(*sign);
            out.push_str(line);
            if !line.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}

/// The number of the first line and of all lines. Of one line the second is left out; of none the first is that of the line
/// before.
fn spelled(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        length => format!("{},{length}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unified(old: &str, new: &str, context: usize) -> String {
        let mut out = String::new();
        for hunk in hunks(old, new, context) {
            hunk.write(&mut out);
        }
        out
    }

    #[test]
    fn changes_with_few_lines_between_them_are_one_hunk() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let near = text.replace("2\n", "two\n").replace("5\n", "five\n");
        assert_eq!(
            unified(text, &near, 1),
            "@@ -1,6 +1,6 @@\n 1\n-2\n+two\n 3\n 4\n-5\n+five\n 6\n"
        );
        let apart = text.replace("2\n", "").replace("8\n", "8\nnew\n");
        assert_eq!(
            unified(text, &apart, 1),
            "@@ -1,3 +1,2 @@\n 1\n-2\n 3\n@@ -8,2 +7,3 @@\n 8\n+new\n 9\n"
        );
    }

    #[test]
    fn one_line_has_no_count_and_none_that_of_the_line_before() {
        assert_eq!(unified("a\n", "b\n", 3), "@@ -1 +1 @@\n-a\n+b\n");
        assert_eq!(unified("", "b\n", 3), "@@ -0,0 +1 @@\n+b\n");
        assert_eq!(unified("a\nb\n", "a\n", 0), "@@ -2 +1,0 @@\n-b\n");
    }

    #[test]
    fn a_missing_line_feed_is_shown() {
        assert_eq!(
            unified("a\nb", "a\nb\n", 3),
            "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
        );
    }

    proptest! {
        #[test]
        fn hunks_applied_to_the_old_text_give_the_new_one(
            old in "([abc]\n){0,12}[ab]?", new in "([abc]\n){0,12}[ab]?", context in 0..4_usize,
        ) {
            let lines: Vec<&str> = old.split_inclusive('\n').collect();
            let (mut next, mut made) = (0, String::new());
            for hunk in hunks(&old, &new, context) {
                made.extend(lines[next..hunk.old.start].iter().copied());
                let count = |signs: [char; 2]| hunk.lines.iter().filter(|line| signs.contains(&line.0)).count();
                prop_assert_eq!([count([' ', '-']), count([' ', '+'])], [hunk.old.len(), hunk.new.len()]);
                prop_assert_eq!(made.split_inclusive('\n').count(), hunk.new.start);
                for (sign, line) in hunk.lines {
                    if sign != '-' {
                        made += line;
                    }
                }
                next = hunk.old.end;
            }
            made.extend(lines[next..].iter().copied());
            prop_assert_eq!(made, new);
        }
    }
}
