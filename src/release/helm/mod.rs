//! Charts in Go templates: Helm renders them, and its output is read as objects. Whoever uses the library supplies the
//! [`Helm`]; nothing is executed here.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use regex::Regex;
use serde_json::{Map, Value};

use super::{Release, Rendered, Request};
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, Diagnostics, STARS, Source, is_secret_key};
use crate::manifest::{Identity, Manifest};
use crate::previous;
use crate::values::{Origin, set};
use crate::yaml::{self, Path, Step, leaves};

/// Runs `helm template`.
pub trait Helm: Send + Sync {
    /// The standard output of `helm template`: manifests and hooks, without CustomResourceDefinitions.
    ///
    /// # Errors
    /// Why there is none; a message of Helm's own as it is.
    fn template(&self, call: &Call<'_>) -> Result<String, Failure>;
}

/// One call of `helm template`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The chart's folder or archive.
    pub chart: &'a FilePath,
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
}

/// Why Helm has rendered nothing.
#[derive(Debug)]
pub enum Failure {
    /// What Helm has written on standard error.
    Said(String),
    /// It could not be asked.
    Unavailable(Diagnostic),
}

/// Where to find the Helm of a compiled chart.
pub(super) struct Runner<'a> {
    pub(super) helm: &'a dyn Helm,
    pub(super) chart: &'a Chart,
    pub(super) location: &'a FilePath,
}

impl Release {
    /// Renders with Helm, with these values in place of what the user gave.
    pub(super) fn render_with_helm(
        &self,
        runner: &Runner<'_>,
        user: &Value,
    ) -> Result<Rendered, Diagnostics> {
        let integers = self.integers();
        let output = output(runner, &self.request, &self.name, user, &integers);
        let output = output.map_err(|failure| match failure {
            Failure::Unavailable(error) => error,
            Failure::Said(said) => self.explained(runner.chart, &said, user),
        })?;
        self.read_output(output)
    }

    /// The values that were given as integers by `--set`.
    fn integers(&self) -> Vec<Path> {
        let user = Value::Object(self.values.user.clone());
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

    /// The objects that Helm has printed.
    fn read_output(&self, output: String) -> Result<Rendered, Diagnostics> {
        let source = Source::new("helm template", output);
        let found = previous::read(&[source], &self.request.namespace)?;
        let mut manifests = found.manifests;
        // Which of a template's objects each is.
        let mut last: Option<(String, usize)> = None;
        for manifest in &mut manifests {
            manifest.document = match &last {
                Some((source, document)) if *source == manifest.source => document + 1,
                _ => 0,
            };
            last = Some((manifest.source.clone(), manifest.document));
        }
        let mut rendered = self.sorted(manifests)?;
        rendered.warnings.extend(found.notes);
        Ok(rendered)
    }

    /// An error of Helm's at the value that it names, without secrets.
    fn explained(&self, chart: &Chart, said: &str, values: &Value) -> Diagnostic {
        let said = without_secrets(said.trim(), values);
        let line = said.lines().find(|line| line.starts_with("Error:"));
        let line = line.or_else(|| said.lines().last()).unwrap_or_default();
        let message = line.trim_start_matches("Error:").trim();
        let name = &chart.metadata.name;
        let error = if message.is_empty() {
            Diagnostic::error(format!("helm cannot render {name} and does not say why"))
        } else {
            Diagnostic::error(format!("helm cannot render {name}: {message}"))
        };
        match named_value(&said) {
            Some(path) => error.at(self.origins.nearest(&path)).about(&path),
            None => error,
        }
    }
}

/// What Helm prints for a release with these values in place of what the user gave.
fn output(
    runner: &Runner<'_>,
    request: &Request,
    name: &str,
    user: &Value,
    integers: &[Path],
) -> Result<String, Failure> {
    let integers = integers.iter().filter_map(|path| {
        let value = path.get(user).filter(|value| value.is_number())?;
        Some(format!("{}={value}", set::spell(&path.0)))
    });
    runner.helm.template(&Call {
        chart: runner.location,
        name,
        namespace: &request.namespace,
        is_upgrade: request.is_upgrade,
        kube_version: request.kube_version.to_string(),
        api_versions: &request.api_versions,
        skip_schema_validation: request.skip_schema_validation,
        values: yaml::to_string(user),
        integers: integers.collect(),
    })
}

impl fmt::Debug for dyn Helm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Helm")
    }
}

/// The value that an error names: `<.Values.server.host>`.
fn named_value(said: &str) -> Option<Path> {
    static NAMED: LazyLock<Result<Regex, regex::Error>> =
        LazyLock::new(|| Regex::new(r"[.$]Values\.([A-Za-z_][A-Za-z0-9_.-]*)"));
    let named = NAMED.as_ref().ok()?.captures(said)?;
    Some(Path::dotted(named[1].trim_end_matches('.')))
}

/// A message with stars for the values of secret keys: Helm's errors repeat values.
fn without_secrets(said: &str, values: &Value) -> String {
    /// Shorter texts occur by chance.
    const SHORTEST: usize = 4;
    let mut said = said.to_owned();
    for (path, value) in leaves(values) {
        let is_secret = |step: &Step| matches!(step, Step::Key(key) if is_secret_key(key));
        if let Value::String(text) = value
            && text.len() >= SHORTEST
            && path.0.iter().any(is_secret)
        {
            said = said.replace(text.as_str(), STARS);
        }
    }
    said
}

/// A field that differs from render to render: a random password, a certificate, the time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RandomField {
    /// The object.
    pub object: Identity,
    /// The field, as a JSON pointer (RFC 6901).
    pub pointer: String,
}

impl RandomField {
    /// The fields in which two renders of one release differ.
    fn all(first: &[Manifest], second: &[Manifest]) -> Vec<Self> {
        let others: HashMap<Identity, &Manifest> = by_identity(second).collect();
        let mut found = Vec::new();
        for (object, manifest) in by_identity(first) {
            if let Some(other) = others.get(&object) {
                let mut pointers = Vec::new();
                differing(&manifest.object, &other.object, "", &mut pointers);
                found.extend(pointers.into_iter().map(|pointer| Self {
                    object: object.clone(),
                    pointer,
                }));
            }
        }
        found
    }

    /// Gives these fields the values that other renders have, where both have one: they do not count as changes then.
    pub fn take_over(fields: &[Self], from: &[Manifest], to: &mut [Manifest]) {
        if fields.is_empty() {
            return;
        }
        let from: HashMap<Identity, &Manifest> = by_identity(from).collect();
        for manifest in to {
            let Some(identity) = manifest.identity() else {
                continue;
            };
            let Some(source) = from.get(&identity) else {
                continue;
            };
            for field in fields.iter().filter(|field| field.object == identity) {
                let value = source.object.pointer(&field.pointer);
                if let (Some(value), Some(place)) =
                    (value, manifest.object.pointer_mut(&field.pointer))
                {
                    place.clone_from(value);
                }
            }
        }
    }
}

fn by_identity(side: &[Manifest]) -> impl Iterator<Item = (Identity, &Manifest)> {
    side.iter()
        .filter_map(|manifest| Some((manifest.identity()?, manifest)))
}

/// The pointers of what differs between two trees of one form.
fn differing(one: &Value, other: &Value, pointer: &str, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                let key_token = key.replace('~', "~0").replace('/', "~1");
                if let Some(other) = other.get(key) {
                    differing(value, other, &format!("{pointer}/{key_token}"), found);
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differing(one, other, &format!("{pointer}/{index}"), found);
            }
        }
        _ if one != other => found.push(pointer.to_owned()),
        _ => {}
    }
}

impl Release {
    /// The fields that another render of this release has otherwise. Only templates of Go can make some: ours have no
    /// random functions.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn random_fields(&self, rendered: &[Manifest]) -> Result<Vec<RandomField>, Diagnostics> {
        if self.chart.runner().is_none() {
            return Ok(Vec::new());
        }
        let again = self.render()?.into_all();
        Ok(RandomField::all(rendered, &again))
    }

    /// What the release renders to with each of some values in turn, in the order of the values; `None` for what fails
    /// or was not tried before the deadline. Helm runs on all processors.
    pub(super) fn with_each_by_helm(
        &self,
        runner: &Runner<'_>,
        changes: &[(Path, Option<Value>)],
        deadline: Option<Instant>,
    ) -> Vec<Option<Rendered>> {
        let next = AtomicUsize::new(0);
        let outputs: Mutex<Vec<(usize, String)>> = Mutex::new(Vec::new());
        let (request, name, user) = (&self.request, &*self.name, &self.values.user);
        let integers = self.integers();
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        thread::scope(|scope| {
            for _ in 0..threads.min(changes.len()) {
                scope.spawn(|| {
                    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some((path, value)) = changes.get(index) else {
                            break;
                        };
                        let Some(tree) = changed(user, path, value.clone()) else {
                            continue;
                        };
                        if let Ok(output) = output(runner, request, name, &tree, &integers) {
                            let mut outputs =
                                outputs.lock().unwrap_or_else(PoisonError::into_inner);
                            outputs.push((index, output));
                        }
                    }
                });
            }
        });
        let outputs = outputs.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Option<Rendered>> = changes.iter().map(|_| None).collect();
        for (index, output) in outputs {
            all[index] = self.read_output(output).ok();
        }
        all
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
