//! How a Secret differs from the values of its integration. Messages name its keys and repeat the values, but never what
//! the Secret holds.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Content, Database, Integration, Settings, Url, UrlForm, flaw};
use crate::diagnostics::nearest;

/// One way in which a Secret differs from the values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What differs.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Whether everything works nevertheless: a key that nothing reads.
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
    let needed = &settings.integration.keys;
    let is_needed = |key: &str| needed.contains_key(key);
    let values = decoded(secret, is_needed, &mut found);
    for key in needed.keys() {
        if !values.contains_key(key) && !has(secret, key) {
            found.push(wrong(
                format!("the key {key} is missing"),
                again(&settings.integration),
            ));
        }
    }
    let names = needed.keys().map(String::as_str);
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
        let (key, _) = needed.iter().find(|(_, holds)| **holds == content)?;
        values.get(key).map(String::as_str)
    };
    let (Some(database), Some(form)) = (&settings.database, &settings.integration.url) else {
        return found;
    };
    let account = [account(Content::Username), account(Content::Password)];
    for (key, content) in needed {
        if let (Content::PrimaryUrl | Content::ReplicaUrl, Some(text)) = (content, values.get(key))
        {
            let expected = Expected {
                key,
                integration: &settings.integration,
                form,
                database,
                is_replica: *content == Content::ReplicaUrl,
            };
            expected.check(text, account, &mut found);
        }
    }
    found
}

/// What a URL should be.
struct Expected<'a> {
    /// The Secret's key that holds it.
    key: &'a str,
    integration: &'a Integration,
    form: &'a UrlForm,
    database: &'a Database,
    is_replica: bool,
}

impl Expected<'_> {
    /// `username` and `password` are what the keys of these names hold, if the Secret has them.
    fn check(
        &self,
        text: &str,
        [username, password]: [Option<&str>; 2],
        found: &mut Vec<Difference>,
    ) {
        let Self { key, form, .. } = self;
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => {
                found.push(wrong(
                    format!("{key} is not a URL: {error}"),
                    again(self.integration),
                ));
                return;
            }
        };
        let mut differs = |what: &str, value: &str| {
            let setting = format!("integrations.{}.{what}", self.integration.name);
            found.push(wrong(
                format!("{key} names another {what} than {setting}, which is {value}"),
                format!("correct the URL or {setting}"),
            ));
        };
        // A replica may have another host, and another port there.
        if !self.is_replica {
            if !same_host(&url.host, &self.database.host) {
                differs("host", &self.database.host);
            }
            if url.port.unwrap_or(form.port) != self.database.port {
                differs("port", &self.database.port.to_string());
            }
        }
        let named = if url.database.is_empty() {
            &form.database
        } else {
            &url.database
        };
        if *named != self.database.name {
            differs("database", &self.database.name);
        }
        if !form.schemes.contains(&url.scheme) {
            let scheme = form.scheme();
            found.push(wrong(
                format!("{key} has another scheme than {scheme}://"),
                format!("begin it with {scheme}://"),
            ));
        }
        if self.is_replica {
            return;
        }
        for (part, in_url, own) in [
            ("username", &url.username, username),
            ("password", &url.password, password),
        ] {
            if own.is_some_and(|own| own != in_url) {
                found.push(wrong(
                    format!("{key} has another {part} than the key {part}"),
                    format!("if the key {part} is right: {}", again(self.integration)),
                ));
            }
        }
    }
}

/// Whether two hosts are the same: names in any case, addresses in any spelling.
fn same_host(a: &str, b: &str) -> bool {
    match (a.parse::<Ipv6Addr>(), b.parse::<Ipv6Addr>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a.eq_ignore_ascii_case(b),
    }
}

fn again(integration: &Integration) -> String {
    let name = &integration.name;
    format!("create the Secret again with `swanlab-render secret {name}`")
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

/// The values of a Secret that can be used; `stringData` wins, as in the API server.
fn decoded(
    secret: &Value,
    is_needed: impl Fn(&str) -> bool,
    found: &mut Vec<Difference>,
) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for key in keys(secret) {
        let plain = secret["stringData"].get(key);
        let text = match plain {
            Some(plain) => plain.as_str().map(str::to_owned).ok_or("it is not text"),
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
                        "encode it again, without a line break at its end: printf %s VALUE | base64 -w0"
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
        return Err("it is not text");
    };
    // Line breaks are allowed (Go's `base64.StdEncoding`, with which the API server reads it).
    let joined: String = text.chars().filter(|c| !"\r\n".contains(*c)).collect();
    let bytes = STANDARD.decode(joined).map_err(|_| "it is not base64")?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")
}
