//! Charts in Go templates: Helm renders them, and its output is read as objects. Whoever uses the library supplies the
//! [`Helm`]; nothing is executed here.

mod failure;
mod output;
mod search;

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Release, Rendered};
use crate::chart::{Chart, Role};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::manifest::Manifest;
use crate::values::{Origin, set};
use crate::yaml::{self, Path, leaves};

pub use failure::error_line;
use output::documents;
pub(super) use search::Tried;

/// Runs `helm template`.
pub trait Helm: Send + Sync {
    /// The standard output of `helm template`: manifests and hooks, without CustomResourceDefinitions.
    ///
    /// # Errors
    /// Why there is none; a message of Helm's own as it is.
    fn template(&self, call: &Call<'_>) -> Result<String, Failure>;

    /// The same for a render that is only compared with others: what Helm has printed earlier for an equal call will do.
    ///
    /// # Errors
    /// As [`template`](Self::template).
    fn template_or_known(&self, call: &Call<'_>) -> Result<String, Failure> {
        self.template(call)
    }

    /// Told how many of how many renders of a search are done, from any thread; at its end, however it ends, that all are.
    fn progress(&self, _done: usize, _total: usize) {}
}

/// One call of `helm template`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The chart. It has a [`location`](Chart::location).
    pub chart: &'a Chart,
    /// A template that is rendered beside those of the chart: its path and text.
    pub beside: Option<(&'a str, &'a str)>,
    /// The release's name.
    pub name: &'a str,
    /// The release's namespace.
    pub namespace: &'a str,
    /// Whether it is an upgrade.
    pub is_upgrade: bool,
    /// The cluster's version.
    pub kube_version: String,
    /// API versions beside those that every cluster has.
    pub api_versions: &'a [String],
    /// Whether the chart's schema is skipped.
    pub skip_schema_validation: bool,
    /// All values that the user gave, as one values file.
    pub values: String,
    /// Arguments of `--set` for integers that were given by `--set`. To templates they are integers; every number of a
    /// values file is a float (`pkg/strvals`, `sigs.k8s.io/yaml`).
    pub integers: Vec<String>,
    /// How often the same was rendered before: a chart that makes random passwords gives others each time.
    pub attempt: usize,
}

/// Why Helm has rendered nothing.
#[derive(Debug)]
pub enum Failure {
    /// What Helm has written on standard error.
    Said(String),
    /// It could not be asked.
    Unavailable(Diagnostic),
}

impl fmt::Debug for dyn Helm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Helm")
    }
}

/// What Helm is asked for one release, whatever its values. It holds nothing of the release that only one thread may use.
struct Question<'a> {
    helm: &'a dyn Helm,
    chart: &'a Chart,
    release: &'a super::Request,
    name: &'a str,
    /// The values that were given as integers by `--set`.
    integers: Vec<Path>,
}

impl Question<'_> {
    /// The call with these values in place of what the user gave.
    fn call(&self, user: &Value) -> Call<'_> {
        let integers = self.integers.iter().filter_map(|path| {
            let value = path.get(user).filter(|value| value.is_number())?;
            Some(format!("{}={value}", set::spell(&path.0)))
        });
        Call {
            chart: self.chart,
            beside: None,
            name: self.name,
            namespace: &self.release.namespace,
            is_upgrade: self.release.is_upgrade,
            kube_version: self.release.kube_version.to_string(),
            api_versions: &self.release.api_versions,
            skip_schema_validation: self.release.skip_schema_validation,
            values: yaml::to_string(user),
            integers: integers.collect(),
            attempt: 0,
        }
    }
}

/// The source of the notes among the manifests.
const NOTES: &str = "templates/swanlab-render-notes.yaml";

/// NOTES.txt as a manifest: `helm template` prints manifests only. Templates include each other by their paths.
const NOTES_TEMPLATE: &str = r#"{{ dict "apiVersion" "v1" "kind" "ConfigMap" "metadata" (dict "name" "notes") "data" (dict "notes" (include (print .Template.BasePath "/NOTES.txt") .)) | toJson }}
"#;

impl Release {
    fn question<'a>(&'a self, helm: &'a Arc<dyn Helm>) -> Question<'a> {
        Question {
            helm: &**helm,
            chart: self.chart(),
            release: &self.request,
            name: &self.name,
            integers: self.integers(),
        }
    }

    fn user(&self) -> Value {
        Value::Object(self.values.user.clone())
    }

    /// Renders with Helm, with these values in place of what the user gave.
    pub(super) fn render_with_helm(
        &self,
        helm: &Arc<dyn Helm>,
        user: &Value,
    ) -> Result<Rendered, Diagnostics> {
        let output = helm.template(&self.question(helm).call(user));
        self.read_output(output.map_err(|failure| self.failed(failure, user))?)
    }

    fn failed(&self, failure: Failure, user: &Value) -> Diagnostic {
        match failure {
            Failure::Unavailable(error) => self.unusable(error),
            Failure::Said(said) => self.explained(self.chart(), &said, user),
        }
    }

    /// Remembers an error that says nothing of the chart or its values.
    fn unusable(&self, error: Diagnostic) -> Diagnostic {
        self.helm_failure.get_or_init(|| error.clone());
        error
    }

    /// Why Helm could not be used, if it could not: it is not installed, has taken too long, or has not answered with
    /// manifests. What it says of the chart or its values is no such error.
    pub fn helm_failure(&self) -> Option<&Diagnostic> {
        self.helm_failure.get()
    }

    /// Renders, and renders again where another render could differ: only charts in Go templates that use a function such
    /// as `randAlphaNum`, `genCA` or `now` can. None where every render is the same.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_twice(&self) -> Result<(Rendered, Option<Rendered>), Diagnostics> {
        let Some(helm) = self.chart.helm().filter(|_| self.may_differ()) else {
            return Ok((self.render()?, None));
        };
        self.check_kube_version()?;
        let (user, question) = (self.user(), self.question(helm));
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| question.again(&user));
            let first = question.helm.template(&question.call(&user));
            (first, second.join().ok().and_then(Result::ok))
        });
        let first = first.map_err(|failure| self.failed(failure, &user))?;
        let second = second.and_then(|output| self.read_output(output).ok());
        Ok((self.read_output(first)?, second))
    }

    /// What another render gives, where it could differ.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_again(&self) -> Result<Option<Vec<Manifest>>, Diagnostics> {
        let Some(helm) = self.chart.helm().filter(|_| self.may_differ()) else {
            return Ok(None);
        };
        let user = self.user();
        let output = self.question(helm).again(&user);
        let output = output.map_err(|failure| self.failed(failure, &user))?;
        Ok(Some(self.read_output(output)?.into_all()))
    }

    /// The objects, as an earlier run may have rendered them: to be compared, not to be printed. None if they cannot be
    /// rendered.
    pub fn render_known(&self) -> Option<Vec<Manifest>> {
        let Some(helm) = self.chart.helm() else {
            return self.render().ok().map(Rendered::into_all);
        };
        let output = helm
            .template_or_known(&self.question(helm).call(&self.user()))
            .ok()?;
        self.read_output(output).ok().map(Rendered::into_all)
    }

    fn may_differ(&self) -> bool {
        let user = self.user();
        let texts = leaves(&user).into_iter();
        self.chart()
            .may_differ(texts.filter_map(|(_, value)| value.as_str()))
    }

    /// The rendered NOTES.txt; none if the chart has none.
    pub(super) fn notes_of_helm(
        &self,
        helm: &Arc<dyn Helm>,
    ) -> Result<Option<String>, Diagnostics> {
        let mut templates = self.chart().templates.iter();
        if !templates.any(|one| one.role == Role::Notes && one.path == "templates/NOTES.txt") {
            return Ok(None);
        }
        let (user, question) = (self.user(), self.question(helm));
        let mut call = question.call(&user);
        call.beside = Some((NOTES, NOTES_TEMPLATE));
        let output = helm.template(&call);
        let output = output.map_err(|failure| self.failed(failure, &user))?;
        let source = format!("# Source: {}/{NOTES}", self.chart().metadata.name);
        let notes = documents(&output)
            .into_iter()
            .find(|document| document.lines().any(|line| line == source))
            .and_then(|document| yaml::read(document).ok()?.into_iter().next());
        if let Some(Value::String(notes)) = notes.as_ref().map(|notes| &notes["data"]["notes"]) {
            return Ok(Some(notes.clone()));
        }
        let error = Diagnostic::error("helm has not rendered the notes of the chart");
        Err(self.unusable(error).into())
    }

    /// The values that were given as integers by `--set`.
    fn integers(&self) -> Vec<Path> {
        let user = self.user();
        let is_integer = |value: &Value| value.is_i64() || value.is_u64();
        let is_set = |path: &Path| match self.origins.of(path) {
            Some(Origin::Flag(label)) => label.source.text().starts_with("--set "),
            _ => false,
        };
        let leaves = leaves(&user).into_iter();
        leaves
            .filter(|(path, value)| is_integer(value) && is_set(path))
            .map(|(path, _)| path)
            .collect()
    }
}

impl Question<'_> {
    /// A second render of the same values.
    fn again(&self, user: &Value) -> Result<String, Failure> {
        let mut call = self.call(user);
        call.attempt = 1;
        self.helm.template_or_known(&call)
    }
}

/// The user's values with another value at a path. To Helm, null is a value that is taken away.
pub(super) fn changed(
    user: &Map<String, Value>,
    path: &Path,
    value: Option<Value>,
) -> Option<Value> {
    let mut tree = Value::Object(user.clone());
    path.set(&mut tree, Some(value.unwrap_or_default()))?;
    Some(tree)
}
