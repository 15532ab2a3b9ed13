//! Passwords of the user that anyone can read in a golden file: base64 hides nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::case::Case;
use crate::diagnostics::{Diagnostic, Label, is_secret_key};
use crate::release::Release;
use crate::yaml::{Path, Step, leaves, value_in};

/// From this length on a password is also looked for inside longer values, such as URLs.
const TELLING: usize = 4;

/// A warning with all passwords and keys that the values give and the Secrets of the render hold; none if there are
/// none, or if they are the chart's defaults.
pub(super) fn exposed<'o>(
    case: &Case,
    release: &Release,
    objects: impl Iterator<Item = &'o Value>,
) -> Option<Diagnostic> {
    let given = given(release);
    if given.is_empty() {
        return None;
    }
    let secrets = secrets(objects);
    let is_in_secrets = |password: &str| {
        secrets.iter().any(|secret| {
            secret == password || password.len() >= TELLING && secret.contains(password)
        })
    };
    let held: Vec<Path> = given
        .into_iter()
        .filter(|(_, password)| is_in_secrets(password))
        .map(|(path, _)| path)
        .collect();
    if held.is_empty() {
        return None;
    }
    let names: Vec<String> = held.iter().map(Path::to_string).collect();
    let warning = Diagnostic::warning(format!(
        "{} shows the value of {} to everyone who can read the file",
        case.golden.display(),
        names.join(", "),
    ));
    let places = held.iter().filter_map(|path| release.origins().given(path));
    let warning = places.fold(warning, |warning, place: Label| warning.at(place));
    Some(warning.with_help(
        "to keep a fingerprint there instead, write `hideSecrets: true` in swanlab-render.yaml or use --hide-secrets",
    ))
}

/// The passwords and keys of the user, which are not the chart's defaults.
fn given(release: &Release) -> Vec<(Path, String)> {
    let values = release.values();
    let user = Value::Object(values.user.clone());
    let is_default = |path: &Path, value| value_in(&values.defaults, &path.0) == Some(value);
    leaves(&user)
        .into_iter()
        .filter(|(path, value)| is_password(path) && !is_default(path, *value))
        .filter_map(|(path, value)| Some((path, text(value)?)))
        .collect()
}

/// Whether a value is a password or a key by its name; a user's name by itself gives no access.
fn is_password(path: &Path) -> bool {
    match path.0.last() {
        Some(Step::Key(key)) => is_secret_key(key) && !key.to_ascii_lowercase().contains("user"),
        _ => false,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What the Secrets of a render hold.
fn secrets<'o>(objects: impl Iterator<Item = &'o Value>) -> Vec<String> {
    let secrets = objects.filter(|object| object["kind"] == "Secret");
    let values = |secret: &Value| {
        let field = |name: &str, read: fn(&str) -> Option<String>| {
            let map = secret[name].as_object().into_iter().flatten();
            map.filter_map(|(_, value)| read(value.as_str()?))
                .collect::<Vec<_>>()
        };
        let decode = |text: &str| String::from_utf8(STANDARD.decode(text).ok()?).ok();
        [
            field("data", decode),
            field("stringData", |text| Some(text.to_owned())),
        ]
        .concat()
    };
    secrets.flat_map(values).collect()
}
