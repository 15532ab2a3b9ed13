//! Integrations: what the chart's partial `integrations` says of each, and what the values say of the database.
//! The Secret itself is not read here.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::url::{is_host, without_brackets};
use crate::diagnostics::Diagnostic;

/// A dependency that may run elsewhere, with its credentials in a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Integration {
    /// Its key below `integrations` and `dependencies`.
    #[serde(skip)]
    pub name: String,
    /// Whether it runs elsewhere; otherwise it is built in.
    pub is_enabled: bool,
    /// The keys of its Secret, and what each holds.
    pub keys: IndexMap<String, Content>,
    /// What the URLs in its Secret look like; none if there are none.
    pub url: Option<UrlForm>,
}

/// What a key of a Secret holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Content {
    /// The user's name, or the access key.
    Username,
    /// The password, or the secret key.
    Password,
    /// The URL of the database that is written to.
    PrimaryUrl,
    /// The URL of a database that is only read.
    ReplicaUrl,
}

/// The URLs of one kind of database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UrlForm {
    /// The scheme to write, and others that mean the same.
    pub schemes: Vec<String>,
    /// The port that a URL without one means.
    pub port: u16,
    /// The database that a URL without one means; empty if it must name one.
    pub database: String,
    /// The query to write.
    pub query: String,
}

impl Integration {
    /// All integrations, in the chart's order, from the value of the partial `integrations`; none if it has another form.
    pub fn all(partial: Value) -> Vec<Self> {
        let all: IndexMap<String, Self> = serde_json::from_value(partial).unwrap_or_default();
        all.into_iter()
            .map(|(name, integration)| Self {
                name,
                ..integration
            })
            .collect()
    }
}

impl UrlForm {
    /// The scheme to write.
    pub(super) fn scheme(&self) -> &str {
        self.schemes.first().map_or("", String::as_str)
    }
}

/// An integration as the values describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Which one.
    pub integration: Integration,
    /// `existingSecret`
    pub secret: String,
    /// The database that its URLs name; none if the Secret has no URL.
    pub database: Option<Database>,
}

/// A database on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Database {
    /// A host name or an address; IPv6 without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The database's name, or number.
    pub name: String,
}

impl Settings {
    /// Reads `integrations.NAME` of merged values.
    ///
    /// # Errors
    /// All values that are empty or of the wrong type, each with its path.
    pub fn read(integration: &Integration, values: &Value) -> Result<Self, Vec<Diagnostic>> {
        let own = &values["integrations"][&integration.name];
        let mut problems = Vec::new();
        let mut missing = |key: &str, help: &str| {
            let path = format!("integrations.{}.{key}", integration.name);
            let error = Diagnostic::error(format!("{path} is empty or unreadable"));
            problems.push(error.about(&path).with_help(help));
        };
        let secret = own["existingSecret"].as_str().unwrap_or_default();
        if secret.is_empty() {
            missing("existingSecret", "write the name of the Secret");
        }
        let database = integration.url.as_ref().map(|_| {
            let host = own["host"].as_str().unwrap_or_default();
            if !is_host(host) {
                missing(
                    "host",
                    "write a host name or an address, without scheme and port",
                );
            }
            let port = own["port"]
                .as_u64()
                .and_then(|port| u16::try_from(port).ok());
            if port.is_none_or(|port| port == 0) {
                missing("port", "write the TCP port of the database");
            }
            let name = text(&own["database"]);
            if name.is_empty() || name.chars().any(char::is_control) {
                missing("database", "write the name of the database");
            }
            Database {
                host: without_brackets(host).to_owned(),
                port: port.unwrap_or_default(),
                name,
            }
        });
        if problems.is_empty() {
            Ok(Self {
                integration: integration.clone(),
                secret: secret.to_owned(),
                database,
            })
        } else {
            Err(problems)
        }
    }
}

/// A text, or a number's digits.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_that_is_missing_is_reported_at_once() {
        let url = json!({"schemes": ["postgresql"], "port": 5432, "database": "", "query": ""});
        let integrations = Integration::all(json!({
            "postgres": {"isEnabled": true, "keys": {}, "url": url},
            "s3": {"isEnabled": true, "keys": {}},
        }));
        let values = json!({"integrations": {"postgres": {"host": "", "port": 0, "database": ""}}});
        let problems = Settings::read(&integrations[0], &values).unwrap_err();
        let paths: Vec<&str> = problems
            .iter()
            .map(|problem| problem.path.as_str())
            .collect();
        let paths: Vec<&str> = paths
            .iter()
            .map(|path| path.trim_start_matches("integrations.postgres."))
            .collect();
        assert_eq!(paths, ["existingSecret", "host", "port", "database"]);
        let values = json!({"integrations": {"s3": {"existingSecret": "x"}}});
        assert!(Settings::read(&integrations[1], &values).is_ok());
    }
}
