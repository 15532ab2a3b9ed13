//! Which diagnostics are of one kind, and how many of each are drawn. It says nothing of how.

use std::collections::HashMap;

use crate::diagnostics::{Diagnostic, Severity, visible};

/// So many diagnostics of one kind are drawn.
const MOST: usize = 100;

/// How many diagnostics of each kind there are, in the order of their first ones.
#[derive(Default)]
pub(super) struct Kinds<'d> {
    places: HashMap<(Severity, Option<&'d str>, String), usize>,
    counted: Vec<(&'d Diagnostic, usize)>,
}

impl<'d> Kinds<'d> {
    /// Counts one, and tells whether it is among the first of its kind.
    pub(super) fn is_drawn(&mut self, diagnostic: &'d Diagnostic) -> bool {
        let code = diagnostic.code.as_deref();
        let words = match code {
            Some(_) => String::new(),
            None => words(&diagnostic.message),
        };
        let key = (diagnostic.severity, code, words);
        let counted = &mut self.counted;
        let place = *self.places.entry(key).or_insert_with(|| {
            counted.push((diagnostic, 0));
            counted.len() - 1
        });
        self.counted[place].1 += 1;
        self.counted[place].1 <= MOST
    }

    /// A line for each kind that was not drawn whole: `… and 700 more warnings SL001`.
    pub(super) fn count_others(&self, text: &mut String) {
        let others = self.counted.iter().filter(|(_, count)| *count > MOST);
        for (index, (first, count)) in others.enumerate() {
            if index == 0 {
                text.push('\n');
            }
            let more = count - MOST;
            let plural = if more == 1 { "" } else { "s" };
            let severity = match first.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let kind = match &first.code {
                Some(code) => code.to_string(),
                None => format!("like `{}`", visible(&first.message)),
            };
            text.push_str(&format!("… and {more} more {severity}{plural} {kind}\n"));
        }
    }
}

/// The words of a message without what it names: what is quoted, and paths, files and numbers.
fn words(message: &str) -> String {
    let outside = message.split('`').step_by(2);
    let words = outside.flat_map(str::split_whitespace).filter(|word| {
        let word = word.trim_end_matches([':', ',', ';', '.']);
        word.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
    });
    words.collect::<Vec<_>>().join(" ")
}
