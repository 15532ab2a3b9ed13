//! The stores: which run elsewhere, and the accounts of all of them.

use serde_json::{Value, json};

use super::Choices;
use super::document::Document;
use crate::diagnostics::Diagnostics;
use crate::release::Release;
use crate::swanlab::secret::{self, Account, Credentials, Integration, Settings};

/// A store that can be built in or run elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // names
pub enum Store {
    Postgres,
    Redis,
    Clickhouse,
    S3,
}

impl Store {
    /// In the order of the chart's values.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::Redis, Self::Clickhouse, Self::S3];

    /// Its key below `dependencies` and `integrations`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::Clickhouse => "clickhouse",
            Self::S3 => "s3",
        }
    }
}

/// A store that runs elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// Which one.
    pub store: Store,
    /// Its host, where it is known.
    pub host: Option<String>,
}

impl External {
    /// What the values file says of it: all that SwanLab needs to know, with the chart's ports.
    pub(super) fn values(&self, document: &mut Document) {
        let name = self.store.name();
        let (host, why) = match &self.host {
            Some(host) => (host.clone(), ""),
            None => (format!("{name}.example.org"), "replace it with your host"),
        };
        let mut value = |key: &str, value: Value, why: &str| {
            document.value(&format!("integrations.{name}.{key}"), &value, why);
        };
        value("enabled", json!(true), "");
        match self.store {
            Store::Postgres => {
                value("host", json!(host), why);
                value("port", json!(5432), "");
                value("database", json!("app"), "");
            }
            Store::Redis => {
                value("host", json!(host), why);
                value("port", json!(6379), "");
                value("database", json!(0), "");
            }
            Store::Clickhouse => {
                value("host", json!(host), why);
                value("httpPort", json!(8123), "");
                value("tcpPort", json!(9000), "");
                value("database", json!("app"), "");
            }
            Store::S3 => {
                let region = "MinIO takes any";
                value("public.ssl", json!(true), "");
                value("public.endpoint", json!(host), why);
                value("public.region", json!("us-east-1"), region);
                value("public.port", json!(443), "");
                let domain = format!("https://{host}/swanlab-public");
                value(
                    "public.domain",
                    json!(domain),
                    "where browsers reach the bucket",
                );
                value(
                    "public.bucket",
                    json!("swanlab-public"),
                    "anyone may read it",
                );
                value("private.ssl", json!(true), "");
                value("private.endpoint", json!(host), why);
                value("private.region", json!("us-east-1"), region);
                value("private.port", json!(443), "");
                value("private.bucket", json!("swanlab-private"), "");
            }
        }
        value("existingSecret", json!(self.secret()), "");
    }

    /// The name of its Secret.
    fn secret(&self) -> String {
        format!("integration-{}", self.store.name())
    }
}

/// The values file with the passwords of the built-in stores, of which the chart's partial `credentials` says which keys
/// hold one; none if all stores run elsewhere. `fresh` gives a new password each time.
pub fn passwords(
    choices: &Choices,
    release: &Release,
    mut fresh: impl FnMut() -> String,
) -> Result<Option<String>, Diagnostics> {
    let credentials = release.partial("credentials")?;
    let mut document = Document::default();
    document.comment("Passwords of the built-in stores, made by `swanlab-render init`. Keep this file out of Git, and keep a copy:");
    document.comment("a store keeps the password that it was created with.");
    let mut is_any = false;
    for store in Store::ALL {
        let usual = credentials["usual"][store.name()].as_object();
        if choices.is_external(store).is_some() {
            continue;
        }
        for key in usual.into_iter().flatten().map(|(key, _)| key) {
            let path = format!("dependencies.{}.{key}", store.name());
            document.value(&path, &json!(fresh()), "");
            is_any = true;
        }
    }
    Ok(is_any.then(|| document.text()))
}

/// The Secrets of the stores that run elsewhere, with accounts that have a new password.
pub fn secrets(
    choices: &Choices,
    release: &Release,
    mut fresh: impl FnMut() -> String,
) -> Result<Vec<Value>, Diagnostics> {
    let integrations = Integration::all(release.partial("integrations")?);
    let mut secrets = Vec::new();
    for integration in &integrations {
        let is_external = |one: &&External| one.store.name() == integration.name;
        let Some(external) = choices.external.iter().find(is_external) else {
            continue;
        };
        let settings = Settings::read(integration, &release.values().tree).map_err(Diagnostics)?;
        let account = Account {
            username: match external.store {
                // The user of a server without users of its own.
                Store::Redis => "default".to_owned(),
                _ => "swanlab".to_owned(),
            },
            password: fresh(),
        };
        let credentials = Credentials {
            replica: account.clone(),
            primary: account,
            replica_host: None,
        };
        secrets.push(secret::secret(&settings, &credentials));
    }
    Ok(secrets)
}
