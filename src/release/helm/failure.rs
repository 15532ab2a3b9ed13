//! What Helm says when it cannot render: its last words, led back to the value that they name, without secrets.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::super::Release;
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, STARS, is_secret_key};
use crate::yaml::{Path, Step, leaves};

/// The line of Helm's standard error that says what is wrong, without its `Error:`.
pub fn error_line(said: &str) -> &str {
    let said = said.trim();
    let line = said.lines().find(|line| line.starts_with("Error:"));
    let line = line.or_else(|| said.lines().last()).unwrap_or_default();
    line.trim_start_matches("Error:").trim()
}

impl Release {
    /// An error of Helm's at the value that it names, without secrets.
    pub(super) fn explained(&self, chart: &Chart, said: &str, values: &Value) -> Diagnostic {
        let said = without_secrets(said, values);
        let message = error_line(&said);
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
