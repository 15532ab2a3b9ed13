//! The Secret of an integration, from its settings and credentials.
//! It takes no credentials that could not be used, and makes none up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Content, Settings, Url};

/// A name and the password for it, or an access key and the secret key for it. It cannot be printed by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user's name, or the access key.
    pub username: String,
    /// The password, or the secret key.
    pub password: String,
}

/// Who connects, and where a replica is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who writes.
    pub primary: Account,
    /// Who only reads.
    pub replica: Account,
    /// The host of the replica; none if it is the primary's.
    pub replica_host: Option<String>,
}

/// Why a text can be neither a name nor a password.
pub fn flaw(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("it is empty")
    } else if text.chars().any(char::is_control) {
        Some("it has a control character or more than one line")
    } else {
        None
    }
}

/// The Secret, without a namespace, like every object of a render.
///
/// Its values stand base64-encoded in `data`: `kubectl apply` removes a key from there that is no longer given, and
/// what compares a cluster with Git finds the same field on both sides. `stringData` is only ever written, never read
/// back, so neither works with it. Sealing tools take both.
pub fn secret(settings: &Settings, credentials: &Credentials) -> Value {
    let mut data = Map::new();
    for (key, content) in settings.integration.keys() {
        let value = match content {
            Content::Username => credentials.primary.username.clone(),
            Content::Password => credentials.primary.password.clone(),
            Content::PrimaryUrl => url(settings, &credentials.primary, None),
            Content::ReplicaUrl => {
                let host = credentials.replica_host.as_deref();
                url(settings, &credentials.replica, host)
            }
        };
        data.insert((*key).to_owned(), STANDARD.encode(value).into());
    }
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": settings.secret},
        "type": "Opaque",
        "data": data,
    })
}

fn url(settings: &Settings, account: &Account, host: Option<&str>) -> String {
    // Settings without a database have no key for a URL.
    let Some(database) = &settings.database else {
        return String::new();
    };
    let scheme = settings.integration.schemes().first().copied();
    let scheme = scheme.unwrap_or_default();
    let url = Url {
        scheme: scheme.to_owned(),
        username: account.username.clone(),
        password: account.password.clone(),
        host: super::settings::without_brackets(host.unwrap_or(&database.host)).to_owned(),
        port: Some(database.port),
        database: database.name.clone(),
        query: if scheme == "postgresql" {
            "schema=public".to_owned()
        } else {
            String::new()
        },
    };
    url.to_string()
}
