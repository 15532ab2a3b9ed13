//! What the values say of an integration: the name of its Secret, and where its database is.
//! It asks nothing of the Secret itself.

use serde_json::Value;

use super::Integration;
use crate::diagnostics::Diagnostic;

/// An integration as the values describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which one.
    pub integration: Integration,
    /// `existingSecret`
    pub secret: String,
    /// What its URLs name; none where the Secret has no URL.
    pub database: Option<Database>,
}

/// A database on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub fn read(integration: Integration, values: &Value) -> Result<Self, Vec<Diagnostic>> {
        let own = &values["integrations"][integration.name()];
        let mut problems = Vec::new();
        let mut missing = |key: &str, help: &str| {
            let path = format!("integrations.{}.{key}", integration.name());
            let error = Diagnostic::error(format!("{path} is empty or unreadable"));
            problems.push(error.about(&path).with_help(help));
        };
        let secret = own["existingSecret"].as_str().unwrap_or_default();
        if secret.is_empty() {
            missing(
                "existingSecret",
                "write the name that the Secret shall have",
            );
        }
        let has_url = !integration.schemes().is_empty();
        let database = has_url.then(|| {
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
                integration,
                secret: secret.to_owned(),
                database,
            })
        } else {
            Err(problems)
        }
    }

    /// Whether the values use the integration.
    pub fn is_enabled(integration: Integration, values: &Value) -> bool {
        values["integrations"][integration.name()]["enabled"] == true
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

/// An IPv6 address without the brackets that URLs want around it.
pub(super) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// Whether a text can stand for a host in a URL: a name, an IPv4 address, or an IPv6 address with or without brackets
/// and zone.
pub fn is_host(host: &str) -> bool {
    let inside = without_brackets(host);
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    if inside.contains(':') {
        let (address, zone) = inside.split_once('%').unwrap_or((inside, "0"));
        return address.parse::<std::net::Ipv6Addr>().is_ok() && is_word(zone);
    }
    inside == host && is_word(host)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        for good in [
            "a",
            "db.example.org",
            "10.0.0.1",
            "::1",
            "[fd00::1]",
            "fe80::1%eth0",
            "my_db",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "a:1",
            "https://a",
            "a/b",
            "u@a",
            "[a]",
            "::g",
            "a b",
            "fe80::1%",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn all_that_is_missing_is_told_at_once() {
        let values = json!({"integrations": {"postgres": {"host": "", "port": 0, "database": ""}}});
        let problems = Settings::read(Integration::Postgres, &values).unwrap_err();
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
        assert!(Settings::read(Integration::S3, &values).is_ok());
    }
}
