//! The embedded chart's templates with the checks that the build script has added to them, so that they are not read
//! twice in every run.

use super::checks::Inserted;

// CHECKED: (path, text to compile, inserted checks) in byte order of the paths.
include!(concat!(env!("OUT_DIR"), "/checked.rs"));

/// A template with its checks.
type Checked = (&'static str, &'static str, &'static [Inserted]);

/// The template at a path.
pub(super) fn checked(path: &str) -> Option<Checked> {
    let at = CHECKED
        .binary_search_by_key(&path, |(path, ..)| path)
        .ok()?;
    CHECKED.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::super::checks::Checks;
    use super::super::tokens::{Tokens, syntax};
    use super::*;

    #[test]
    fn the_embedded_templates_are_within_bounds_and_have_their_checks() {
        let chart = crate::chart::embedded().unwrap();
        for template in &chart.templates {
            let source = template.source.text();
            let tokens = Tokens::of(source, &syntax().unwrap());
            assert!(tokens.is_whole && tokens.check_depth().is_ok());
            assert!(!source.contains(super::super::MARK));
            let (checks, text) = Checks::add(source, &tokens);
            let (_, built, inserted) = checked(&template.path).unwrap();
            assert_eq!(text, built);
            assert_eq!(*checks.0, *inserted);
        }
    }
}
