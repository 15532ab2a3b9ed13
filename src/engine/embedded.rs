//! The embedded chart's templates as the build script has compiled them, with its checks, so that no run reads them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use minijinja::machinery::{self, Instructions};
use minijinja::{AutoEscape, Environment, Error, Value};

use super::holes::Holes;
use super::kept::Kept;
use super::steps::{self, Step, Text};

// TEMPLATES, in byte order of the paths.
include!(concat!(env!("OUT_DIR"), "/compiled.rs"));

/// A template of the embedded chart.
pub(super) struct Embedded {
    pub(super) path: &'static str,
    /// The text that was compiled, with the checks.
    pub(super) text: &'static str,
    /// A JSON list.
    literals: &'static str,
    steps: &'static [Step],
    /// The instructions, if they were made for more than one render.
    kept: OnceLock<Instructions<'static>>,
}

impl Embedded {
    /// The template at a path.
    pub(super) fn at(path: &str) -> Option<&'static Self> {
        let at = TEMPLATES
            .binary_search_by_key(&path, |template| template.path)
            .ok()?;
        TEMPLATES.get(at)
    }

    /// Renders it: its text, and the values of the tokens in it. An error has no place in the template.
    pub(super) fn render(
        &self,
        env: &Environment<'static>,
        kept: &Kept,
        context: Value,
    ) -> Result<(String, Holes), Error> {
        let fresh;
        let instructions = if kept.is_first_run() {
            fresh = self.instructions();
            &fresh
        } else {
            self.kept.get_or_init(|| self.instructions())
        };
        let blocks = BTreeMap::new();
        let mut text = String::with_capacity(self.text.len());
        let mut output = machinery::make_string_output(&mut text);
        let (_, mut state) = machinery::eval(
            env,
            instructions,
            context,
            &blocks,
            &mut output,
            AutoEscape::None,
        )?;
        let holes = std::mem::take(Holes::of(&mut state));
        Ok((text, holes))
    }

    /// Its instructions, without their places in the text.
    fn instructions(&self) -> Instructions<'static> {
        steps::instructions(self.path, self.text, self.steps, self.literals)
    }
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
            let (_, text) = Checks::add(source, &tokens);
            let built = Embedded::at(&template.path).unwrap();
            assert_eq!(text, built.text);
        }
    }

    #[test]
    fn the_instructions_are_those_that_the_text_compiles_to() {
        let printed = |instructions: &Instructions<'_>| -> Vec<String> {
            (0..)
                .map_while(|number| instructions.get(number))
                .map(|instruction| format!("{instruction:?}"))
                .collect()
        };
        assert!(TEMPLATES.len() > 20);
        for template in &TEMPLATES {
            let parsed = machinery::parse(template.text, template.path, syntax().unwrap()).unwrap();
            let mut generator = machinery::CodeGenerator::new(template.path, template.text);
            generator.compile_stmt(&parsed);
            let (compiled, _) = generator.finish();
            assert_eq!(printed(&compiled), printed(&template.instructions()));
        }
    }
}
