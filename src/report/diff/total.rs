//! The end of a report: how many objects there are to add, change and remove, what it comes to, and what changes of the
//! installation's size.

use super::value::Paint;
use super::verdict::verdict;
use crate::diff::{Diff, Effect, Shown};
use crate::report::Style;

/// The lines below a report on a terminal; none if nothing differs. `size` is what is more and what is less.
pub fn total(diff: &Shown<'_>, size: Option<&str>, style: Style, out: &mut String) {
    if diff.objects.is_empty() {
        return;
    }
    let paint = Paint(style.colour);
    out.push_str(&format!("\n{}\n", paint.bold(&sums(diff))));
    if let Some(size) = size {
        out.push_str(&format!("Size: {size}\n"));
    }
    let worst = diff.summary.verdict;
    if worst > Effect::InPlace {
        let hint = format!(
            "`diff --explain {worst}` says what {worst} means, docs/effects.md all effects"
        );
        out.push_str(&format!("{}\n", paint.faint(&hint)));
    }
}

/// `Total: 3 to add, 1 to change, 0 to remove; restarts 1 workload`
pub(super) fn sums(diff: &Diff<'_>) -> String {
    let summary = &diff.summary;
    let mut counts = vec![
        format!("{} to add", summary.added),
        format!("{} to change", summary.changed),
        format!("{} to remove", summary.removed),
    ];
    if summary.renamed > 0 {
        counts.push(format!("{} to rename", summary.renamed));
    }
    format!("Total: {}; {}", counts.join(", "), verdict(diff))
}
