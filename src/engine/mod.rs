//! The template engine: Jinja templates in, trees out. Values fill holes in the rendered YAML and never become text.
//! What the trees are (Kubernetes objects, their order) is not known here.

mod checks;
mod embedded;
mod errors;
mod form;
mod functions;
mod holes;
mod kept;
mod memo;
mod object_text;
mod run;
#[allow(dead_code)] // the build script makes the steps
mod steps;
mod tokens;
mod trace;
mod tree;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Template, UndefinedBehavior, Value};

use crate::chart::{Chart, Language, Role};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use checks::Checks;
use embedded::Embedded;
use holes::Holes;
use kept::Kept;
use tokens::Tokens;
use tree::MARK;

pub use errors::Failure;
pub use object_text::ObjectText;
pub use run::{MakeTree, Run, Scope};
pub use trace::{Trace, Written};

/// The steps that one template may take: about a second of work. A template that needs more is in an endless loop.
const FUEL: u64 = 10_000_000;

/// How deeply macros and includes may nest. Deeper nesting is an endless recursion.
const RECURSION: usize = 100;

/// The names that every template can use. A partial must have another name.
const GLOBALS: [&str; 8] = [
    "Values",
    "Release",
    "Chart",
    "Capabilities",
    "Files",
    "Template",
    "Subcharts",
    "omit",
];

/// What is looked up by its name in every expression.
type ByName<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// An object that templates may ask for, or may not.
type LazyObject = LazyLock<Value, Box<dyn FnOnce() -> Value + Send>>;

/// All templates of a chart, compiled. Rendering does not change it, so one engine serves any number of runs and
/// threads.
#[derive(Clone)]
pub struct Engine(Arc<Compiled>);

struct Compiled {
    /// What all templates use, and the templates of a chart that is not the embedded one.
    env: Environment<'static>,
    is_embedded: bool,
    templates: Templates,
    /// The path of each partial, by name.
    partials: ByName<String, String>,
    kept: Kept,
}

/// The templates as they were written, by path, and the checks that were added to them: those of the embedded chart, which
/// the build script has added, are found when an error has a place.
#[derive(Default)]
struct Templates(ByName<String, (Source, OnceLock<Checks>)>);

impl Templates {
    /// The place of a range of a compiled template.
    fn label(&self, path: &str, range: &Range<usize>) -> Option<Label> {
        let (source, checks) = self.0.get(path)?;
        let checks = checks.get_or_init(|| {
            tokens::syntax().map_or_else(
                |_| Checks::default(),
                |syntax| Checks::add(source.text(), &Tokens::of(source.text(), &syntax)).0,
            )
        });
        Some(Label::new(source, checks.original(range)))
    }
}

impl Engine {
    /// Compiles all templates of a chart. The error has the syntax errors of all of them.
    pub fn new(chart: &Chart) -> Result<Self, Diagnostics> {
        require_jinja(chart)?;
        let syntax = tokens::syntax()
            .map_err(|error| Diagnostics::from(Diagnostic::error(error.to_string())))?;
        let mut env = functions::environment();
        env.set_syntax(syntax.clone());
        env.set_debug(true); // to name undefined values in release builds too
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_formatter(run::format);
        // The embedded templates have no endless loops.
        env.set_fuel((!chart.is_embedded).then_some(FUEL));
        env.set_recursion_limit(RECURSION);

        let mut compiled = Compiled {
            env,
            is_embedded: chart.is_embedded,
            templates: Templates::default(),
            partials: ByName::default(),
            kept: Kept::default(),
        };
        let mut problems = Vec::new();
        for template in &chart.templates {
            let added = if chart.is_embedded {
                compiled.add_embedded(&template.path, &template.source)
            } else {
                compiled.add(&template.path, &template.source, &syntax)
            };
            problems.extend(added.err());
            if let Role::Partial(name) = &template.role {
                let path = template.path.clone();
                let first = compiled.partials.insert(name.clone(), path);
                let problem = if let Some(first) = first {
                    format!(
                        "`{}` and `{first}` are both the partial `{name}`",
                        template.path
                    )
                } else if GLOBALS.contains(&name.as_str()) {
                    format!("a partial cannot be called `{name}`: every template has that name")
                } else {
                    continue;
                };
                let problem = Diagnostic::error(problem)
                    .at(Label::new(&template.source, 0..0))
                    .with_help("rename the file: the partial's name is the file's name without `_` and `.yaml`");
                problems.push(problem);
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

fn require_jinja(chart: &Chart) -> Result<(), Diagnostic> {
    if chart.language == Language::Jinja {
        return Ok(());
    }
    let location = chart.location.as_ref();
    let name = location.map_or(chart.metadata.name.clone(), |path| {
        path.display().to_string()
    });
    let mut problem = Diagnostic::error(format!(
        "`{name}` is written in Go templates, which only Helm can render"
    ))
    .with_help(
        "templates here are Jinja; for SwanLab's own chart leave the CHART argument out: it is built in",
    );
    problem.labels.extend(chart.go_action());
    Err(problem)
}

impl Compiled {
    /// Adds a template of the embedded chart. The build script has compiled it; that it is within bounds, a test ensures.
    fn add_embedded(&mut self, path: &str, source: &Source) -> Result<(), Diagnostic> {
        if Embedded::at(path).is_none() {
            return Err(Diagnostic::error(format!("`{path}` is not embedded")));
        }
        let template = (source.clone(), OnceLock::new());
        self.templates.0.insert(path.to_owned(), template);
        Ok(())
    }

    fn add(
        &mut self,
        path: &str,
        source: &Source,
        syntax: &SyntaxConfig,
    ) -> Result<(), Diagnostic> {
        if let Some(at) = source.text().find(MARK) {
            return Err(Diagnostic::error(
                "the character U+10FFFD cannot be used in templates: it marks the places of values",
            )
            .at(Label::new(source, at..at + MARK.len_utf8())));
        }
        let tokens = Tokens::of(source.text(), syntax);
        tokens.check_depth().map_err(|error| {
            Diagnostic::error(error.message)
                .at(Label::new(source, error.range))
                .with_help(error.help)
        })?;
        let (checks, text) = Checks::add(source.text(), &tokens);
        let added = self.env.add_template_owned(path.to_owned(), text);
        let template = (source.clone(), checks.into());
        self.templates.0.insert(path.to_owned(), template);
        added.map_err(|error| errors::syntax(&self.templates, path, &error))
    }

    /// A template with the places of its instructions, for errors and traces too.
    fn template<'c>(&'c self, path: &'c str) -> Result<Template<'c, 'c>, minijinja::Error> {
        match self.embedded(path) {
            Some(template) => self.env.template_from_named_str(path, template.text),
            None => self.env.get_template(path),
        }
    }

    fn embedded(&self, path: &str) -> Option<&'static Embedded> {
        Embedded::at(path).filter(|_| self.is_embedded)
    }

    /// Renders a template: its text, and the values of the tokens in it.
    fn render(&self, path: &str, context: Value) -> Result<(String, Holes), minijinja::Error> {
        if let Some(template) = self.embedded(path)
            && let Ok(rendered) = template.render(&self.env, &self.kept, context.clone())
        {
            return Ok(rendered);
        }
        // What failed once fails again, and this error has a place.
        let mut rendered = self.template(path)?.render_captured(context)?;
        let holes = rendered.with_state_mut(|state| std::mem::take(Holes::of(state)));
        Ok((rendered.into_output(), holes))
    }
}
