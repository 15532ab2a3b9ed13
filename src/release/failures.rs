//! What goes wrong in templates, told with the values that are behind it.

use super::Release;
use crate::diagnostics::{Diagnostics, Label};
use crate::engine::Failure;
use crate::values::Origins;
use crate::yaml::{Path, Step};

impl Release<'_> {
    /// The failures as diagnostics: where values are named, their origins are shown too.
    pub(super) fn diagnostics(&self, failures: Vec<Failure>) -> Diagnostics {
        let origins = Origins::new(self.overrides, &self.chart.values);
        let told = |failure: Failure| {
            let mut diagnostic = failure.diagnostic;
            // What the user has to change comes first, then the template that says so.
            let refused = failure.refused.iter();
            let mut labels: Vec<Label> = refused
                .filter_map(|path| {
                    let keys = path.split('.').map(|key| Step::Key(key.to_owned()));
                    origins.given(&Path(keys.collect()))
                })
                .collect();
            labels.append(&mut diagnostic.labels);
            diagnostic.labels = labels;
            let Some(keys) = failure.value else {
                return diagnostic;
            };
            let path = Path(keys.into_iter().map(Step::Key).collect());
            match origins.of(&path) {
                Some(origin) => diagnostic.at(origin
                    .label()
                    .clone()
                    .with_text(format!("the value of {path}"))),
                None => diagnostic,
            }
        };
        Diagnostics(failures.into_iter().map(told).collect())
    }
}

/// A partial that fails fails for every template that needs it: it is told once.
pub(super) fn add_new(failures: &mut Vec<Failure>, problems: Vec<Failure>) {
    for problem in problems {
        if !failures.contains(&problem) {
            failures.push(problem);
        }
    }
}
