//! A release: a chart with its values, a name, a namespace and a cluster's version, and what they render to.
//!
//! [`Release`] owns all of it and is the one pipeline that every command shares. It is built from a [`Request`], which is
//! data, and reads each text once.

mod cause;
mod collision;
mod feeds;
mod gathered;
mod helm;
mod name;
mod request;
mod reverted;
mod scope;
mod texts;

use std::cell::OnceCell;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use crate::chart::{Chart, Language, Role, Template};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::engine::{Engine, Failure, Run};
use crate::manifest::{Hook, Manifest};
use crate::schema::{self, Converted};
use crate::swanlab;
use crate::values::{Origins, Overrides, ReadFile, Values};
use crate::yaml::{Path, Step};
use gathered::Gathered;

pub use cause::{Cause, Field, Part};
pub use helm::{Call, Failure as HelmFailure, Helm, error_line};
pub use name::{check_name, check_namespace, check_service_name};
pub use request::{Request, Search};
pub use reverted::{ChangedDefault, Reverted, Unknown};

/// The release name of charts other than the built-in one, where none is given (Helm's).
const RELEASE_NAME: &str = "release-name";

/// The name of a release of a chart, where none is given.
pub fn default_name(chart: &Chart) -> &'static str {
    if chart.is_embedded {
        swanlab::RELEASE_NAME
    } else {
        RELEASE_NAME
    }
}

/// A chart, and its templates as soon as the first of them is rendered. Any number of releases share one.
pub struct CompiledChart {
    chart: Chart,
    renderer: Renderer,
}

/// What renders the templates of a chart.
enum Renderer {
    /// Our engine, which is made when it is first needed.
    Engine(OnceLock<Result<Engine, Diagnostics>>),
    /// Helm, for a chart in Go templates that is in a folder or an archive.
    Helm(Arc<dyn Helm>),
}

impl CompiledChart {
    /// A chart whose templates are still to be compiled.
    pub fn new(chart: Chart) -> Self {
        Self {
            chart,
            renderer: Renderer::Engine(OnceLock::new()),
        }
    }

    /// The same chart; if it is written in Go templates, it is rendered by this Helm.
    #[must_use]
    pub fn with_helm(mut self, helm: Arc<dyn Helm>) -> Self {
        if self.chart.language == Language::Go && self.chart.location.is_some() {
            self.renderer = Renderer::Helm(helm);
        }
        self
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The Helm that renders the chart, if our engine does not.
    fn helm(&self) -> Option<&Arc<dyn Helm>> {
        match &self.renderer {
            Renderer::Engine(_) => None,
            Renderer::Helm(helm) => Some(helm),
        }
    }

    /// Compiles the templates, unless Helm renders them.
    ///
    /// # Errors
    /// The syntax errors of all templates.
    pub fn compile(&self) -> Result<(), Diagnostics> {
        match &self.renderer {
            Renderer::Engine(_) => self.engine().map(|_| ()),
            Renderer::Helm(_) => Ok(()),
        }
    }

    fn only_helm(&self) -> Diagnostic {
        let name = &self.chart.metadata.name;
        Diagnostic::error(format!(
            "the chart {name} is written in Go templates, which have no partials"
        ))
    }

    /// Its templates.
    ///
    /// # Errors
    /// The syntax errors of all templates.
    pub fn engine(&self) -> Result<&Engine, Diagnostics> {
        match &self.renderer {
            Renderer::Engine(engine) => {
                let engine = engine.get_or_init(|| Engine::new(&self.chart));
                engine.as_ref().map_err(Clone::clone)
            }
            Renderer::Helm(_) => Err(self.only_helm().into()),
        }
    }
}

impl fmt::Debug for CompiledChart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledChart")
            .field("chart", &self.chart)
            .finish_non_exhaustive()
    }
}

impl From<Chart> for Arc<CompiledChart> {
    fn from(chart: Chart) -> Self {
        Self::new(CompiledChart::new(chart))
    }
}

/// A release with its merged values.
pub struct Release {
    chart: Arc<CompiledChart>,
    request: Request,
    name: String,
    values: Values,
    /// Numbers and booleans that became strings in the values.
    converted: Vec<Converted>,
    origins: Origins,
    run: OnceCell<Run>,
    /// Why Helm could not be used.
    helm_failure: OnceCell<Diagnostic>,
}

/// What a release amounts to, in Helm's order.
#[derive(Clone, Debug)]
pub struct Rendered<T = Manifest> {
    /// The objects.
    pub manifests: Vec<T>,
    /// The objects that Helm applies at events.
    pub hooks: Vec<(T, Hook)>,
    /// What NOTES.txt says, if the chart has one.
    pub notes: Option<String>,
    /// Warnings that came up.
    pub warnings: Vec<Diagnostic>,
}

impl<T> Rendered<T> {
    /// Every object, hooks last.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let hooks = self.hooks.iter().map(|(object, _)| object);
        self.manifests.iter().chain(hooks)
    }

    /// The same, taken out.
    pub fn into_all(self) -> Vec<T> {
        let mut all = self.manifests;
        all.extend(self.hooks.into_iter().map(|(object, _)| object));
        all
    }

    fn map<U>(self, make: impl Fn(T) -> U) -> Rendered<U> {
        let hooks = self.hooks.into_iter();
        Rendered {
            manifests: self.manifests.into_iter().map(&make).collect(),
            hooks: hooks.map(|(object, hook)| (make(object), hook)).collect(),
            notes: self.notes,
            warnings: self.warnings,
        }
    }
}

impl fmt::Debug for Release {
    /// Without the values: there may be secrets among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Release")
            .field("chart", &self.chart)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Release {
    /// Merges the values of a request over those of a chart, and checks the names, in the order in which Helm finds
    /// errors.
    ///
    /// # Errors
    /// Values files, flags and names that cannot be used. Whether the values meet the chart's schema is the question of
    /// [`validate`](Self::validate).
    pub fn new(
        chart: impl Into<Arc<CompiledChart>>,
        request: Request,
        files: &dyn ReadFile,
    ) -> Result<Self, Diagnostics> {
        let compiled = chart.into();
        let chart = compiled.chart();
        let mut values = request.overrides.merge(chart, files)?;
        let converted = schema::convert_to_strings(chart, &mut values);
        let name = request.name.clone();
        let name = name.unwrap_or_else(|| default_name(chart).to_owned());
        check_name(&name)?;
        if chart.is_embedded {
            check_service_name(&name)?;
        }
        check_namespace(&request.namespace)?;
        Ok(Self {
            origins: Origins::new(Arc::new(request.overrides.clone()), chart.values.clone()),
            chart: compiled,
            request,
            name,
            values,
            converted,
            run: OnceCell::new(),
            helm_failure: OnceCell::new(),
        })
    }

    /// The same release with other values files.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_files(
        &self,
        texts: Vec<Source>,
        files: &dyn ReadFile,
    ) -> Result<Self, Diagnostics> {
        let mut request = self.request.clone();
        request.overrides.files = texts;
        Self::new(Arc::clone(&self.chart), request, files)
    }

    /// The release's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The chart, with its templates.
    pub fn compiled(&self) -> &Arc<CompiledChart> {
        &self.chart
    }

    /// What was asked for.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        self.chart.chart()
    }

    /// The texts that the values came from.
    pub fn overrides(&self) -> &Overrides {
        &self.request.overrides
    }

    /// The values that templates see.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The values as Helm merges them: numbers that became strings are numbers here.
    pub fn merged_values(&self) -> Value {
        let mut tree = self.values.tree.clone();
        schema::restore(&self.converted, &mut tree);
        tree
    }

    /// Where each value was given.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// What the values deserve a warning for: duplicate keys, values that changed their shape, numbers that became
    /// strings, keys that the chart does not know.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let chart = self.chart();
        let mut warnings = self.values.duplicates.clone();
        warnings.extend(self.values.reshaped.iter().map(|reshaped| {
            Diagnostic::warning(reshaped.message(&chart.metadata.name))
                .with_code("SL005")
                .about(&reshaped.path)
                .at(self.origins.key(&reshaped.path))
        }));
        let converted = self.converted.iter();
        warnings.extend(converted.map(|one| one.note(&self.values.tree, &self.origins)));
        warnings.extend(self.unknown_keys());
        warnings
    }

    /// A warning for each key of the user that the chart does not know.
    fn unknown_keys(&self) -> Vec<Diagnostic> {
        let chart = self.chart();
        schema::unknown_keys(chart, swanlab::advice(chart), &self.values, &self.origins)
    }

    /// Checks the values against the chart's schema.
    ///
    /// # Errors
    /// All problems, in the order of the texts.
    pub fn validate(&self) -> Result<(), Diagnostics> {
        schema::validate(self.chart(), &self.values, &self.origins)
    }

    /// Renders every template of the chart.
    ///
    /// # Errors
    /// The problems of all templates.
    pub fn render(&self) -> Result<Rendered, Diagnostics> {
        self.render_as(|manifest| manifest)
    }

    /// The same, with what `make` makes of each object as soon as it is rendered, so that not all objects are in memory
    /// at once.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_as<T>(&self, make: impl Fn(Manifest) -> T) -> Result<Rendered<T>, Diagnostics> {
        match self.chart.helm() {
            Some(helm) => {
                self.check_kube_version()?;
                let user = Value::Object(self.values.user.clone());
                Ok(self.render_with_helm(helm, &user)?.map(make))
            }
            None => self.render_run(self.own_run()?, make),
        }
    }

    /// What the release renders to with another value at a path, or with none.
    ///
    /// # Errors
    /// A path that leads into a scalar, and as [`render`](Self::render).
    pub fn with_value(&self, path: &Path, value: Option<Value>) -> Result<Rendered, Diagnostics> {
        let no_place = || Diagnostic::error(format!("{path}: no value can be put there"));
        if let Some(helm) = self.chart.helm() {
            let user = helm::changed(&self.values.user, path, value).ok_or_else(no_place)?;
            return self.render_with_helm(helm, &user);
        }
        let mut tree = self.values.tree.clone();
        path.set(&mut tree, value).ok_or_else(no_place)?;
        self.render_run(&self.run_with(self.chart.engine()?, &tree), |manifest| {
            manifest
        })
    }

    fn render_run<T>(
        &self,
        run: &Run,
        make: impl Fn(Manifest) -> T,
    ) -> Result<Rendered<T>, Diagnostics> {
        self.render_templates(run, |template, gathered| {
            let add = |manifest| gathered.add(manifest, &make);
            self.manifests_of(run, template, add)
        })
    }

    /// Renders all templates. Those of manifests are gathered by `gather`.
    fn render_templates<'s, T>(
        &'s self,
        run: &Run,
        gather: impl Fn(&Template, &mut Gathered<'s, T>) -> Result<(), Vec<Failure>>,
    ) -> Result<Rendered<T>, Diagnostics> {
        self.check_kube_version()?;
        let mut notes = None;
        let mut failures = Failures::default();
        let mut gathered = Gathered::new(self.request.mirror.as_ref());
        for template in &self.chart().templates {
            match template.role {
                Role::Manifests => {
                    if let Err(problems) = gather(template, &mut gathered) {
                        failures.add(problems);
                    }
                }
                Role::Notes => match run.text(template) {
                    Ok(text) => notes = Some(text),
                    Err(problems) => failures.add(problems),
                },
                Role::Partial(_) | Role::Include => {}
            }
        }
        failures.none(self)?;
        let mut rendered = gathered.in_order(self)?;
        rendered.notes = notes;
        Ok(rendered)
    }

    /// The rendered NOTES.txt; none if the chart has none.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn notes(&self) -> Result<Option<String>, Diagnostics> {
        self.check_kube_version()?;
        if let Some(helm) = self.chart.helm() {
            return self.notes_of_helm(helm);
        }
        let run = self.own_run()?;
        let mut templates = self.chart().templates.iter();
        let notes = templates.rfind(|template| template.role == Role::Notes);
        let text = |template| {
            run.text(template)
                .map_err(|failures| self.diagnostics(failures))
        };
        notes.map(text).transpose()
    }

    /// The value of one partial, even where another one fails.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn partial(&self, name: &str) -> Result<Value, Diagnostics> {
        self.own_run()?
            .partial(name)
            .map_err(|failures| self.diagnostics(failures))
    }

    /// The value of every partial, by name.
    ///
    /// # Errors
    /// The problems of all partials.
    pub fn partials(&self) -> Result<Map<String, Value>, Diagnostics> {
        self.check_kube_version()?;
        let run = self.own_run()?;
        let mut failures = Failures::default();
        let mut partials = Map::new();
        for name in self.chart.engine()?.partials() {
            match run.partial(name) {
                Ok(value) => {
                    partials.insert(name.to_owned(), value);
                }
                Err(problems) => failures.add(problems),
            }
        }
        failures.none(self)?;
        Ok(partials)
    }

    fn check_kube_version(&self) -> Result<(), Diagnostics> {
        let (chart, version) = (&self.chart().metadata, &self.request.kube_version);
        if chart.supports(version) {
            return Ok(());
        }
        let range = chart.kube_version.as_deref().unwrap_or_default();
        Err(Diagnostic::error(format!(
            "the chart requires Kubernetes {range}, which {version} is not"
        ))
        .with_help("say with --kube-version what your cluster is")
        .into())
    }

    /// Adds the objects of a template.
    fn manifests_of(
        &self,
        run: &Run,
        template: &Template,
        mut add: impl FnMut(Manifest),
    ) -> Result<(), Vec<Failure>> {
        let source = self.source_of(template);
        let mut is_other = false;
        let mut document = 0;
        run.each_manifest(template, |object| {
            is_other |= !object.is_object();
            add(Manifest {
                source: source.clone(),
                document,
                object,
            });
            document += 1;
        })?;
        if !is_other {
            return Ok(());
        }
        Err(no_object(template))
    }

    /// The name of a template in the comments of a render.
    fn source_of(&self, template: &Template) -> String {
        format!("{}/{}", self.chart().metadata.name, template.path)
    }
}

fn no_object(template: &Template) -> Vec<Failure> {
    let message = format!("`{}` makes a document that is no object", template.path);
    let help = "a manifest is a map with apiVersion, kind and metadata";
    vec![Failure::of(Diagnostic::error(message).with_help(help))]
}

/// What is wrong in templates. A partial that fails, fails for every template that needs it: each failure is kept once.
#[derive(Default)]
struct Failures(Vec<Failure>);

impl Failures {
    fn add(&mut self, problems: Vec<Failure>) {
        for problem in problems {
            if !self.0.contains(&problem) {
                self.0.push(problem);
            }
        }
    }

    /// An error if there are failures.
    fn none(self, release: &Release) -> Result<(), Diagnostics> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(release.diagnostics(self.0))
        }
    }
}

impl Release {
    /// Failures as diagnostics: where a value is named, its place is shown too.
    fn diagnostics(&self, failures: Vec<Failure>) -> Diagnostics {
        let located = |failure: Failure| {
            let mut diagnostic = failure.diagnostic;
            // What the user has to change comes first, then the template that says so.
            let refused = failure.refused.iter();
            let mut labels: Vec<Label> = refused
                .filter_map(|path| self.origins.given(&Path::dotted(path)))
                .collect();
            labels.append(&mut diagnostic.labels);
            diagnostic.labels = labels;
            let Some(keys) = failure.value else {
                return diagnostic;
            };
            let path: Path = keys.into_iter().map(Step::Key).collect();
            let origin = self.origins.of(&path);
            let label = origin.map(|origin| origin.label().clone());
            diagnostic.at(label.map(|label| label.with_text(format!("the value of {path}"))))
        };
        Diagnostics(failures.into_iter().map(located).collect())
    }
}
