//! Passwords and keys of the built-in dependencies: well known, too short, or in plain sight.
//! No message ever repeats one.

use super::given::{Given, to_path};
use crate::diagnostics::Diagnostic;
use crate::values::Origin;

/// The secrets of the built-in dependencies with what stands for an empty one, as in the chart's
/// templates/_credentials.yaml. Redis has none.
const SECRETS: [(&str, &str, &str); 3] = [
    ("postgres", "password", "swanlab-postgres"),
    ("clickhouse", "password", "swanlab-clickhouse"),
    ("s3", "secretKey", "swanlab-s3"),
];

/// SL108: a password that anyone knows.
pub(super) fn well_known(given: &Given<'_>) -> Vec<Diagnostic> {
    secrets(given)
        .filter_map(|(one, path, default)| {
            let value = given.value(&path);
            let why = if value.is_null() || value == "" {
                "is empty, so the well-known default is in use"
            } else if value == default {
                "is the well-known default"
            } else {
                return None;
            };
            let help = match one {
                "postgres" => "set one before the first installation: the database keeps the one that it was created with",
                _ => "set one of your own, of at least 8 characters",
            };
            let rule = Diagnostic::warning(format!("{path} {why}"));
            Some(given.found(rule, "SL108", &path).with_help(help))
        })
        .collect()
}

/// SL109: keys that MinIO refuses (minio, `internal/auth/credentials.go`), counted in bytes.
pub(super) fn too_short_for_minio(given: &Given<'_>) -> Vec<Diagnostic> {
    if !given.is_built_in("s3") {
        return Vec::new();
    }
    [("accessKey", 3), ("secretKey", 8)]
        .into_iter()
        .filter_map(|(key, least)| {
            let path = format!("dependencies.s3.{key}");
            let length = given.text(&path).len();
            if length == 0 || length >= least {
                return None;
            }
            // The official chart takes them too, and so does the render: nothing else would break.
            let rule = Diagnostic::warning(format!(
                "{path} is too short: MinIO does not start with less than {least} characters"
            ));
            Some(
                given
                    .found(rule, "SL109", &path)
                    .with_help(format!("use {least} characters or more")),
            )
        })
        .collect()
}

/// SL110: a password on the command line or in a values file.
pub(super) fn in_plain_text(given: &Given<'_>) -> Vec<Diagnostic> {
    secrets(given)
        .filter(|(_, path, default)| given.is_given(path) && given.value(path) != default)
        .filter_map(|(one, path, _)| {
            let rule = match given.origins.of(&to_path(&path))? {
                Origin::Flag(label) if label.source.text().starts_with("--set-file ") => {
                    return None;
                }
                Origin::Flag(_) => Diagnostic::warning(format!(
                    "{path} stands on the command line, where the process list and the shell's history show it"
                ))
                .with_help("give it in a values file of its own, which is kept out of Git"),
                _ => Diagnostic::note(format!("{path} stands in a values file in plain text"))
                    .with_help(format!(
                        "keep that file out of Git: only integrations.{one} can take an existing Secret"
                    )),
            };
            Some(given.found(rule, "SL110", &path))
        })
        .collect()
}

/// The secrets in use: dependency, path, and the value that stands for an empty one.
fn secrets(given: &Given<'_>) -> impl Iterator<Item = (&'static str, String, &'static str)> {
    let used = *given;
    SECRETS
        .into_iter()
        .filter(move |(one, ..)| used.is_built_in(one))
        .map(|(one, key, default)| (one, format!("dependencies.{one}.{key}"), default))
}
