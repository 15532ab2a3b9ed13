//! What `lint --fix` corrected: as a unified diff of the files, and as sentences.

use crate::diagnostics::{Diagnostic, Source, visible};
use crate::report::diff::value::{CONTEXT, patch as unified};
use crate::yaml::Edit;

/// The output of `diff -u` between a file and its corrected text, for `patch -p1` and `git apply` where the file's name is
/// valid.
pub fn patch(old: &Source, new: &Source, out: &mut String) {
    let name = old.name().trim_start_matches('/');
    // `diff` ends names with blanks in them with a tab, for `patch` to know where they end.
    let end = if name.contains(' ') { "\t" } else { "" };
    let names = ["a", "b"].map(|side| format!("{side}/{name}{end}"));
    out.push_str(&unified(
        old.text(),
        new.text(),
        [&names[0], &names[1]],
        CONTEXT,
    ));
}

/// A line for each correction.
pub fn done(done: &[Diagnostic], is_planned: bool) -> String {
    let verb = if is_planned {
        "would correct"
    } else {
        "corrected"
    };
    let lines = done.iter().map(|diagnostic| {
        let what = match diagnostic.edit() {
            Some(Edit::Rename { path, key }) => {
                let to = path.parent().unwrap_or_default().join(key.as_str());
                format!("{path} is now {to}")
            }
            Some(Edit::Move { from, to }) => format!("{from} is now {to}"),
            Some(Edit::Replace { path, value }) if value.is_string() => {
                format!("{path} is now in quotes")
            }
            Some(edit) => format!("{} is now without quotes", edit.path()),
            None => diagnostic.path.clone(),
        };
        let place = diagnostic.labels.first().map(|label| {
            let (line, column) = label.source.line_column(label.range.start);
            format!("{}:{line}:{column}: ", label.source.name())
        });
        let line = format!("{verb}: {}{what}", place.unwrap_or_default());
        format!("{}\n", visible(&line))
    });
    lines.collect()
}
