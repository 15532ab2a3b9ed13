//! The Secrets that integrations need: made from the values and credentials, or compared with the values.
//! Nothing is read from files, and no message repeats what a Secret holds.

mod check;
mod integration;
mod url;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

pub use check::{Difference, check};
pub use integration::{Content, Database, Integration, Settings, UrlForm};
pub use url::{Url, UrlError, is_host};

use url::without_brackets;

/// A user name and its password, or an access key and its secret key. It has no `Debug`, so that it cannot be printed
/// by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user's name, or the access key.
    pub username: String,
    /// The password, or the secret key.
    pub password: String,
}

/// The credentials for an integration, and the host of its replica.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account that writes.
    pub primary: Account,
    /// The account that only reads.
    pub replica: Account,
    /// The host of the replica; none if it is the primary's.
    pub replica_host: Option<String>,
}

/// Why a text can be neither a name nor a password; none if it can.
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
/// Its values are base64-encoded in `data`, because `kubectl apply` removes keys from there that are no longer given, and
/// tools that compare a cluster with Git find the same field on both sides. `stringData` is never read back from a
/// cluster, so neither works with it. Sealing tools accept both.
pub fn secret(settings: &Settings, credentials: &Credentials) -> Value {
    let mut data = Map::new();
    for (key, content) in &settings.integration.keys {
        let value = match content {
            Content::Username => credentials.primary.username.clone(),
            Content::Password => credentials.primary.password.clone(),
            Content::PrimaryUrl => url(settings, &credentials.primary, None),
            Content::ReplicaUrl => {
                let host = credentials.replica_host.as_deref();
                url(settings, &credentials.replica, host)
            }
        };
        data.insert(key.clone(), STANDARD.encode(value).into());
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
    // An integration without URLs has no key for one.
    let (Some(database), Some(form)) = (&settings.database, &settings.integration.url) else {
        return String::new();
    };
    let url = Url {
        scheme: form.scheme().to_owned(),
        username: account.username.clone(),
        password: account.password.clone(),
        host: without_brackets(host.unwrap_or(&database.host)).to_owned(),
        port: Some(database.port),
        database: database.name.clone(),
        query: form.query.clone(),
    };
    url.to_string()
}
