//! Objects that are in the cluster without being rendered, as the user declares them.
//! Nothing is known of them but kind and name: their keys are never missed.

use std::collections::BTreeSet;

use serde_json::Value;

/// A set of `KIND/NAME`. Kinds are compared without regard to case, as kubectl does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External(BTreeSet<(String, String)>);

/// What every namespace has: made by Kubernetes itself.
const EVERYWHERE: [(&str, &str); 2] = [
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
];

impl External {
    /// What values declare by the names that charts give such settings: `existingSecret`,
    /// `existingClaim` and `imagePullSecrets`, wherever they stand.
    pub fn declared_in(values: &Value) -> Self {
        let mut external = Self::default();
        external.look_through(values);
        external
    }

    fn look_through(&mut self, values: &Value) {
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
                _ => self.look_through(value),
            }
        }
    }

    /// Declares an object.
    pub fn declare(&mut self, kind: &str, name: &str) {
        self.0.insert((kind.to_lowercase(), name.to_owned()));
    }

    /// Declares an object by `KIND/NAME`; tells whether the text has that form.
    pub fn declare_text(&mut self, text: &str) -> bool {
        match text.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                self.declare(kind, name);
                true
            }
            _ => false,
        }
    }

    /// Whether an object is there without being rendered.
    pub fn contains(&self, kind: &str, name: &str) -> bool {
        EVERYWHERE.contains(&(kind, name))
            || self.0.contains(&(kind.to_lowercase(), name.to_owned()))
    }
}
