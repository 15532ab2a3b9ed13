//! What is wrong with the texts of values files before anything is merged: keys that stand twice.
//! To Helm the last one silently wins, and so it does here.

use super::Finding;
use crate::diagnostics::{Diagnostic, Label, Source};
use crate::yaml;

/// A warning for every key that a values file has more than once, in the order of the texts.
pub fn repeated_keys(files: &[Source]) -> Vec<Finding> {
    files.iter().flat_map(in_file).collect()
}

fn in_file(file: &Source) -> Vec<Finding> {
    let documents = yaml::compose(file.text()).unwrap_or_default();
    let repeated = documents.iter().flat_map(yaml::duplicates);
    repeated
        .map(|repeated| {
            let message = format!("{}: the key stands here twice", repeated.path);
            Finding::from(
                Diagnostic::warning(message)
                    .with_code("SL006")
                    .about(&repeated.path)
                    .at(Label::new(file, repeated.second).with_text("this one counts"))
                    .at(Label::new(file, repeated.first).with_text("this one is lost"))
                    .with_help("put what both hold under one of them"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_of_a_repeated_key_are_shown() {
        let file = Source::new("v.yaml", "a: {x: 1}\nb: 1\na: {y: 1}\n");
        let found = repeated_keys(&[file]);
        assert_eq!(found.len(), 1);
        let places: Vec<usize> = found[0]
            .diagnostic
            .labels
            .iter()
            .map(|label| label.range.start)
            .collect();
        assert_eq!(places, [15, 0]);
    }
}
