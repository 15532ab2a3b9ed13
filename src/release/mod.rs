//! A release: a name, a namespace, a chart, values and a cluster version, and what they render to.
//! This is the one pipeline that every command shares; it reads no files and prints nothing.

mod cause;
mod collision;
mod effect;
mod failures;
mod feeds;
mod name;
mod reverted;
mod scope;

use serde_json::{Map, Value};

use crate::chart::{Chart, KubeVersion, Role, Template};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::engine::{Engine, Failure, Run};
use crate::manifest::{Hook, HookError, Manifest, Mirror, sort_by_kind};
use crate::values::Overrides;

use failures::add_new;

pub use name::{NameError, check_name, check_namespace};
pub use reverted::{Before, Reverted};

/// The release name when none is given, for the embedded chart and for another one (Helm's).
pub const DEFAULT_NAMES: [&str; 2] = ["swanlab-self-hosted", "release-name"];

/// Everything a rendering depends on.
#[derive(Clone, Debug)]
pub struct Release<'a> {
    /// The release's name.
    pub name: String,
    /// The namespace it is meant for.
    pub namespace: String,
    /// Whether templates are told that it is an upgrade.
    pub is_upgrade: bool,
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// API versions beside the ones every cluster has.
    pub api_versions: Vec<String>,
    /// The chart.
    pub chart: &'a Chart,
    /// The final values.
    pub values: &'a Value,
    /// The texts that the values came from, to point into when something is wrong.
    pub overrides: &'a Overrides,
    /// The mirror that all images are taken from, if not from where the chart says.
    pub mirror: Option<Mirror>,
}

/// What a release amounts to, in Helm's order.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The objects.
    pub manifests: Vec<Manifest>,
    /// The objects that Helm applies at events.
    pub hooks: Vec<(Manifest, Hook)>,
    /// What NOTES.txt says, if the chart has one.
    pub notes: Option<String>,
    /// Warnings that came up.
    pub warnings: Vec<Diagnostic>,
}

impl Rendered {
    /// Every object, hooks last.
    pub fn all(&self) -> impl Iterator<Item = &Manifest> {
        let hooks = self.hooks.iter().map(|(manifest, _)| manifest);
        self.manifests.iter().chain(hooks)
    }

    /// The same, taken out.
    pub fn into_all(self) -> Vec<Manifest> {
        let mut all = self.manifests;
        all.extend(self.hooks.into_iter().map(|(manifest, _)| manifest));
        all
    }
}

impl Release<'_> {
    /// Compiles the chart and renders every template.
    pub fn render(&self) -> Result<Rendered, Diagnostics> {
        self.render_with(&Engine::new(self.chart)?)
    }

    /// Renders every template of the chart, which is compiled already. The error holds the
    /// problems of all templates.
    pub fn render_with(&self, engine: &Engine) -> Result<Rendered, Diagnostics> {
        self.check_kube_version()?;
        let run = self.run(engine);
        let mut rendered = Rendered::default();
        let mut failures: Vec<Failure> = Vec::new();
        let mut manifests = Vec::new();
        for template in &self.chart.templates {
            match template.role {
                Role::Manifests => match self.manifests_of(&run, template) {
                    Ok(made) => manifests.extend(made),
                    Err(problems) => add_new(&mut failures, problems),
                },
                Role::Notes => match run.text(template) {
                    Ok(text) => rendered.notes = Some(text),
                    Err(problems) => add_new(&mut failures, problems),
                },
                Role::Partial(_) | Role::Include => {}
            }
        }
        if !failures.is_empty() {
            return Err(self.diagnostics(failures));
        }
        if let Some(mirror) = &self.mirror {
            mirror
                .check(&manifests)
                .map_err(|clash| Diagnostic::error(clash.to_string()))?;
            mirror.apply(&mut manifests);
        }
        for manifest in manifests {
            match Hook::of(&manifest) {
                Ok(None) => rendered.manifests.push(manifest),
                Ok(Some(hook)) => rendered.hooks.push((manifest, hook)),
                Err(HookError(event)) => rendered.warnings.push(
                    Diagnostic::warning(format!(
                        "{}: left out, because Helm knows no hook `{event}`",
                        manifest.source
                    ))
                    .with_code("SL008"),
                ),
            }
        }
        sort_by_kind(&mut rendered.manifests, Manifest::kind);
        sort_by_kind(&mut rendered.hooks, |(manifest, _)| manifest.kind());
        self.refuse_collisions(&rendered)?;
        Ok(rendered)
    }

    /// The rendered NOTES.txt; none if the chart has none.
    pub fn notes(&self) -> Result<Option<String>, Diagnostics> {
        self.check_kube_version()?;
        let engine = Engine::new(self.chart)?;
        let run = self.run(&engine);
        self.chart
            .templates
            .iter()
            .filter(|template| template.role == Role::Notes)
            .map(|template| {
                run.text(template)
                    .map_err(|failures| self.diagnostics(failures))
            })
            .next_back()
            .transpose()
    }

    /// The value of one partial, even where another one fails.
    pub fn partial(&self, engine: &Engine, name: &str) -> Result<Value, Diagnostics> {
        self.run(engine)
            .partial(name)
            .map_err(|failures| self.diagnostics(failures))
    }

    /// The value of every partial, by name.
    pub fn partials(&self) -> Result<Map<String, Value>, Diagnostics> {
        self.check_kube_version()?;
        let engine = Engine::new(self.chart)?;
        let run = self.run(&engine);
        let mut failures = Vec::new();
        let mut partials = Map::new();
        for name in engine.partials() {
            match run.partial(name) {
                Ok(value) => {
                    partials.insert(name.to_owned(), value);
                }
                Err(problems) => add_new(&mut failures, problems),
            }
        }
        if failures.is_empty() {
            Ok(partials)
        } else {
            Err(self.diagnostics(failures))
        }
    }

    fn check_kube_version(&self) -> Result<(), Diagnostics> {
        let matches = match self.chart.metadata.kube_range() {
            Ok(None) => true,
            Ok(Some(range)) => self.kube_version.matches(&range),
            Err(_) => false,
        };
        if matches {
            return Ok(());
        }
        let range = self
            .chart
            .metadata
            .kube_version
            .as_deref()
            .unwrap_or_default();
        Err(Diagnostic::error(format!(
            "the chart requires Kubernetes {range}, which {} is not",
            self.kube_version
        ))
        .with_help("say with --kube-version what your cluster is")
        .into())
    }

    fn manifests_of(&self, run: &Run, template: &Template) -> Result<Vec<Manifest>, Vec<Failure>> {
        let documents = run.manifests(template)?;
        documents
            .into_iter()
            .enumerate()
            .map(|(document, object)| {
                if object.is_object() {
                    Ok(Manifest {
                        source: format!("{}/{}", self.chart.metadata.name, template.path),
                        document,
                        object,
                    })
                } else {
                    Err(vec![Failure {
                        diagnostic: Diagnostic::error(format!(
                            "`{}` makes a document that is no object",
                            template.path
                        ))
                        .with_help("a manifest is a map with apiVersion, kind and metadata"),
                        value: None,
                        refused: Vec::new(),
                    }])
                }
            })
            .collect()
    }
}
