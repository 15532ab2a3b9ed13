//! What differs between a Secret and the values of its integration. Messages name keys, and what the values say; what
//! the Secret holds they never repeat.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Content, Database, Integration, Settings, Url, flaw};
use crate::diagnostics::nearest;

/// One thing that is not as the values say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Whether everything works as it is: a key that nothing reads.
    pub is_harmless: bool,
}

fn wrong(message: String, remedy: String) -> Difference {
    Difference {
        message,
        remedy,
        is_harmless: false,
    }
}

/// Everything in which a Secret differs from what the values need; nothing if it fits.
pub fn check(settings: &Settings, secret: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let needed = settings.integration.keys();
    let is_needed = |key: &str| needed.iter().any(|(needed, _)| *needed == key);
    let values = decoded(secret, is_needed, &mut found);
    for (key, _) in needed {
        if !values.contains_key(*key) && !has(secret, key) {
            found.push(wrong(
                format!("the key {key} is missing"),
                again(settings.integration),
            ));
        }
    }
    let names = needed.iter().map(|(key, _)| *key);
    for key in keys(secret).filter(|key| !is_needed(key)) {
        let meant = nearest(key, names.clone().filter(|name| !has(secret, name)));
        found.push(Difference {
            message: format!("nothing reads the key {key}"),
            remedy: match meant {
                Some(meant) => format!("call it {meant}"),
                None => "remove it, if nothing else needs it".to_owned(),
            },
            is_harmless: true,
        });
    }
    let account = |content| {
        let (key, _) = needed.iter().find(|(_, holds)| *holds == content)?;
        values.get(*key).map(String::as_str)
    };
    for (key, content) in needed {
        let (Some(text), Some(database)) = (values.get(*key), &settings.database) else {
            continue;
        };
        match content {
            Content::PrimaryUrl | Content::ReplicaUrl => {
                let of = Subject {
                    key,
                    integration: settings.integration,
                    is_replica: *content == Content::ReplicaUrl,
                };
                let owner = [account(Content::Username), account(Content::Password)];
                of_url(&of, text, database, owner, &mut found);
            }
            Content::Username | Content::Password => {}
        }
    }
    found
}

/// The URL that is looked at.
struct Subject<'a> {
    key: &'a str,
    integration: Integration,
    is_replica: bool,
}

fn of_url(
    of: &Subject<'_>,
    text: &str,
    database: &Database,
    [username, password]: [Option<&str>; 2],
    found: &mut Vec<Difference>,
) {
    let name = of.integration.name();
    let key = of.key;
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            found.push(wrong(
                format!("{key} is no URL: {error}"),
                again(of.integration),
            ));
            return;
        }
    };
    let mut differs = |what: &str, value: &str, setting: &str| {
        found.push(wrong(
            format!("{key} names another {what} than {setting}, which is {value}"),
            format!("write it anew, or correct {setting}"),
        ));
    };
    // A replica may be on a host of its own, and listen on another port there.
    if !of.is_replica {
        if !same_host(&url.host, &database.host) {
            differs("host", &database.host, &format!("integrations.{name}.host"));
        }
        if url.port.unwrap_or(of.integration.default_port()) != database.port {
            let port = database.port.to_string();
            differs("port", &port, &format!("integrations.{name}.port"));
        }
    }
    let is_first_database = of.integration == Integration::Redis && url.database.is_empty();
    let named = if is_first_database {
        "0"
    } else {
        &url.database
    };
    if named != database.name {
        let setting = format!("integrations.{name}.database");
        differs("database", &database.name, &setting);
    }
    let schemes = of.integration.schemes();
    if !schemes.contains(&url.scheme.as_str()) {
        let scheme = schemes.first().copied().unwrap_or_default();
        found.push(wrong(
            format!("{key} has another scheme than {scheme}://"),
            format!("let it begin with {scheme}://"),
        ));
    }
    if of.is_replica {
        return;
    }
    for (part, in_url, own) in [
        ("username", &url.username, username),
        ("password", &url.password, password),
    ] {
        if own.is_some_and(|own| own != in_url) {
            found.push(wrong(
                format!("{key} has another {part} than the key {part}"),
                format!("if the key {part} is right: {}", again(of.integration)),
            ));
        }
    }
}

/// Whether two hosts are one: names without regard to case, addresses however they are written.
fn same_host(a: &str, b: &str) -> bool {
    match (a.parse::<Ipv6Addr>(), b.parse::<Ipv6Addr>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a.eq_ignore_ascii_case(b),
    }
}

fn again(integration: Integration) -> String {
    let name = integration.name();
    format!("make the Secret anew with `swanlab-render secret {name}`")
}

fn has(secret: &Value, key: &str) -> bool {
    keys(secret).any(|other| other == key)
}

/// The keys of a Secret, each once.
fn keys(secret: &Value) -> impl Iterator<Item = &str> {
    let plain = secret["stringData"].as_object().into_iter().flatten();
    let encoded = secret["data"].as_object().into_iter().flatten();
    let encoded = encoded.filter(|(key, _)| secret["stringData"].get(key).is_none());
    plain.chain(encoded).map(|(key, _)| key.as_str())
}

/// What can be used of a Secret's values; `stringData` wins, as in the API server.
fn decoded(
    secret: &Value,
    is_needed: impl Fn(&str) -> bool,
    found: &mut Vec<Difference>,
) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for key in keys(secret) {
        let plain = secret["stringData"].get(key);
        let text = match plain {
            Some(plain) => plain.as_str().map(str::to_owned).ok_or("it is no text"),
            None => decode(&secret["data"][key]),
        };
        let text = text.and_then(|text| match flaw(&text) {
            Some(why) if is_needed(key) => Err(why),
            _ => Ok(text),
        });
        match text {
            Ok(text) => {
                values.insert(key.to_owned(), text);
            }
            Err(why) => {
                let remedy = match plain {
                    Some(_) => "write it as text in one line",
                    None => {
                        "encode it anew, without a line break behind it: printf %s VALUE | base64 -w0"
                    }
                };
                found.push(wrong(
                    format!("the key {key} cannot be used: {why}"),
                    remedy.to_owned(),
                ));
            }
        }
    }
    values
}

fn decode(value: &Value) -> Result<String, &'static str> {
    let Some(text) = value.as_str() else {
        return Err("it is no text");
    };
    // Line breaks are allowed in it (Go's `base64.StdEncoding`, which the API server reads it with).
    let joined: String = text.chars().filter(|c| !"\r\n".contains(*c)).collect();
    let bytes = STANDARD.decode(joined).map_err(|_| "it is not base64")?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")
}
