//! The one configured Jinja environment: template in, trees out, with values as holes.
//! It refuses to know what the trees are: identity, order and output come later.

mod checks;
mod context;
mod depth;
mod errors;
mod fill;
mod functions;
mod holes;
mod limits;
mod spans;
mod tokens;
mod trace;
mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::chart::{Chart, Role};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use checks::Checks;
use tokens::Tokens;

pub use context::{Run, Scope};
pub use errors::Failure;
pub use trace::{Trace, Written};

/// What one template may do: about ten million steps, a second of work. A chart that needs more
/// is caught in a loop.
const FUEL: u64 = 10_000_000;

/// How deep macros and includes may nest; deeper is an endless recursion.
const RECURSION: usize = 100;

/// All templates of a chart, compiled. Rendering does not change it: one engine serves any number
/// of runs and threads.
#[derive(Clone)]
pub struct Engine(Arc<Compiled>);

struct Compiled {
    env: Environment<'static>,
    templates: HashMap<String, CompiledTemplate>,
    /// Name of a partial, path of its template.
    partials: HashMap<String, String>,
}

struct CompiledTemplate {
    source: Source,
    checks: Checks,
}

impl Engine {
    /// Compiles all templates of a chart; the error holds the syntax errors of all of them.
    pub fn new(chart: &Chart) -> Result<Self, Diagnostics> {
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .map_err(|error| Diagnostics::from(Diagnostic::error(error.to_string())))?;
        let mut env = Environment::new();
        env.set_syntax(syntax.clone());
        env.set_debug(true); // release builds must name undefined values too
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_formatter(context::format);
        env.set_fuel(Some(FUEL));
        env.set_recursion_limit(RECURSION);
        functions::register(&mut env);

        let mut compiled = Compiled {
            env,
            templates: HashMap::new(),
            partials: HashMap::new(),
        };
        let mut problems = Vec::new();
        for template in &chart.templates {
            if let Err(problem) =
                compiled.add(&template.path, &template.source, &syntax, chart.is_embedded)
            {
                problems.push(problem);
            }
            if let Role::Partial(name) = &template.role {
                if let Some(first) = compiled.partials.get(name) {
                    problems.push(
                        Diagnostic::error(format!(
                            "`{}` and `{first}` are both the partial `{name}`",
                            template.path
                        ))
                        .at(Label::new(&template.source, 0..0)),
                    );
                }
                compiled
                    .partials
                    .insert(name.clone(), template.path.clone());
            }
        }
        if problems.is_empty() {
            Ok(Self(Arc::new(compiled)))
        } else {
            Err(Diagnostics(problems))
        }
    }

    /// The names of all partials, in order.
    pub fn partials(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.partials.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

impl Compiled {
    fn add(
        &mut self,
        path: &str,
        source: &Source,
        syntax: &SyntaxConfig,
        is_embedded: bool,
    ) -> Result<(), Diagnostic> {
        if let Some(at) = source.text().find(holes::MARK) {
            return Err(Diagnostic::error(
                "the character U+10FFFD cannot be used in templates: it marks the places of values",
            )
            .at(Label::new(source, at..at + holes::MARK.len_utf8())));
        }
        let mut checks = Checks::default();
        let mut text = source.text().to_owned();
        // The embedded templates are known to be within bounds; a test sees to it.
        if !is_embedded || Checks::are_in(&text) {
            let tokens = Tokens::of(source.text(), syntax);
            depth::check(&tokens).map_err(|error| {
                Diagnostic::error(error.message)
                    .at(Label::new(source, error.range))
                    .with_help(error.help)
            })?;
            (checks, text) = Checks::add(source.text(), &tokens);
        }
        let added = self.env.add_template_owned(path.to_owned(), text);
        let template = CompiledTemplate {
            source: source.clone(),
            checks,
        };
        let result = added.map_err(|error| errors::syntax(&template, &error));
        self.templates.insert(path.to_owned(), template);
        result
    }
}
