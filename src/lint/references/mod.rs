//! All objects of a render compared with each other: what they refer to, what they select, and duplicates that are
//! allowed but useless. Values of a wrong type are skipped: [`validation`](crate::validation) reports them.

mod index;
mod pods;
mod problem;
mod selectors;
#[cfg(test)]
mod tests;
mod uses;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::yaml::Path;

pub use problem::{Duplicate, Problem};

use index::{Cursor, Index};

/// What is checked, and what is assumed.
#[derive(Clone, Copy, Debug)]
pub struct Render<'a> {
    /// All objects that are installed together, hooks included.
    pub objects: &'a [&'a Value],
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// The objects that exist in the cluster already.
    pub external: &'a External,
}

/// A violation of a rule by an object, given all other objects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The object's index in [`Render::objects`].
    pub object: usize,
    /// The field of the object.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// All violations, in the order of the objects.
///
/// ```
/// use serde_json::json;
/// use swanlab_render::lint::references::{External, Render, check};
///
/// let service = json!({
///     "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}},
/// });
/// let violations = check(Render {
///     objects: &[&service],
///     namespace: "default",
///     external: &External::default(),
/// });
/// assert_eq!(violations[0].problem.code(), "SR003");
/// assert_eq!(violations[0].path.to_string(), "spec.selector");
/// ```
pub fn check(render: Render<'_>) -> Vec<Violation> {
    let index = Index::new(render);
    let mut violations = Violations(Vec::new());
    for (place, object) in render.objects.iter().enumerate() {
        let object = Cursor::root(place, object);
        identity(&object, &index, &mut violations);
        selectors::check(&object, &index, &mut violations);
    }
    for template in index.templates() {
        selectors::check_template(template, &index, &mut violations);
        pods::check(template, &mut violations);
        uses::check(template, &index, &mut violations);
    }
    violations.0.sort_by_key(|violation| violation.object);
    violations.0
}

/// Two objects with the same group, kind, namespace and name overwrite each other.
fn identity(object: &Cursor<'_>, index: &Index<'_>, violations: &mut Violations) {
    let first = index
        .identity(object.value)
        .and_then(|identity| index.first(identity));
    if let Some(first) = first
        && first != object.object
    {
        violations.add(
            &object.at("metadata.name"),
            Problem::DuplicateObject { first },
        );
    }
}

struct Violations(Vec<Violation>);

impl Violations {
    fn add(&mut self, at: &Cursor<'_>, problem: Problem) {
        self.0.push(Violation {
            object: at.object,
            path: at.path(),
            problem,
        });
    }
}

/// Objects that exist in the cluster without being rendered, as the user declares them: `KIND/NAME`. Kinds are compared
/// without regard to case, as in kubectl. Their keys are unknown, so none of them counts as missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External(BTreeSet<(String, String)>);

/// What Kubernetes creates in every namespace.
const IN_EVERY_NAMESPACE: [(&str, &str); 2] = [
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
];

impl External {
    /// The objects that values declare by the names that charts give such settings: `existingSecret`, `existingClaim` and
    /// `imagePullSecrets`, at any depth.
    pub fn declared_in(values: &Value) -> Self {
        let mut external = Self::default();
        external.declare_all(values);
        external
    }

    fn declare_all(&mut self, values: &Value) {
        for (key, value) in values.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("existingSecret", Value::String(name)) => self.declare("Secret", name),
                ("existingClaim", Value::String(name)) => {
                    self.declare("PersistentVolumeClaim", name);
                }
                ("imagePullSecrets", Value::Array(secrets)) => {
                    let named = secrets
                        .iter()
                        .map(|secret| secret.get("name").unwrap_or(secret));
                    for name in named.filter_map(Value::as_str) {
                        self.declare("Secret", name);
                    }
                }
                _ => self.declare_all(value),
            }
        }
    }

    /// Declares an object.
    pub fn declare(&mut self, kind: &str, name: &str) {
        self.0.insert((kind.to_lowercase(), name.to_owned()));
    }

    /// Declares an object written as `KIND/NAME`. Returns false if the text has another form.
    pub fn declare_text(&mut self, text: &str) -> bool {
        match text.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                self.declare(kind, name);
                true
            }
            _ => false,
        }
    }

    /// Whether an object exists without being rendered.
    pub fn contains(&self, kind: &str, name: &str) -> bool {
        IN_EVERY_NAMESPACE.contains(&(kind, name))
            || self.0.contains(&(kind.to_lowercase(), name.to_owned()))
    }
}
