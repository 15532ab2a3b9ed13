//! Passwords and keys of the built-in dependencies: well known, too short, or in plain text.
//! No message repeats one.

use super::inputs::{Inputs, to_path};
use crate::diagnostics::Diagnostic;
use crate::values::Origin;

/// SL108: a password that anyone knows.
pub(super) fn well_known(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    passwords(inputs)
        .filter_map(|password| {
            let value = inputs.value(&password.path);
            let why = if value.is_null() || value == "" {
                "is empty, so the well-known default is in use"
            } else if value == password.usual {
                "is the well-known default"
            } else {
                return None;
            };
            let help = match password.dependency {
                "postgres" => "set one before the first installation: the database keeps the one that it was created with",
                _ => "set one of your own, of at least 8 characters",
            };
            let finding = Diagnostic::warning(format!("{} {why}", password.path));
            Some(inputs.found(finding, "SL108", &password.path).with_help(help))
        })
        .collect()
}

/// SL109: keys that MinIO refuses (minio, `internal/auth/credentials.go`), counted in bytes.
pub(super) fn too_short_for_minio(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    if !inputs.built_in().any(|one| one.name == "s3") {
        return Vec::new();
    }
    [("accessKey", 3), ("secretKey", 8)]
        .into_iter()
        .filter_map(|(key, least)| {
            let path = format!("dependencies.s3.{key}");
            let length = inputs.text(&path).len();
            if length == 0 || length >= least {
                return None;
            }
            // A warning, because the official chart accepts them and nothing but MinIO fails.
            let finding = Diagnostic::warning(format!(
                "{path} is too short: MinIO does not start with less than {least} characters"
            ));
            Some(
                inputs
                    .found(finding, "SL109", &path)
                    .with_help(format!("use {least} characters or more")),
            )
        })
        .collect()
}

/// SL110: a password on the command line or in a values file.
pub(super) fn in_plain_text(inputs: &Inputs<'_>) -> Vec<Diagnostic> {
    passwords(inputs)
        .filter(|one| inputs.is_given(&one.path) && inputs.value(&one.path) != one.usual)
        .filter_map(|password| {
            let path = &password.path;
            let finding = match inputs.origins.of(&to_path(path))? {
                Origin::Flag(label) if label.source.text().starts_with("--set-file ") => {
                    return None;
                }
                Origin::Flag(_) => Diagnostic::warning(format!(
                    "{path} is on the command line, where the process list and the shell's history show it"
                ))
                .with_help("put it into a values file of its own and keep that file out of Git"),
                _ => Diagnostic::note(format!("{path} is in plain text in a values file"))
                    .with_help(format!(
                        "keep that file out of Git: only integrations.{} can use an existing Secret",
                        password.dependency
                    )),
            };
            Some(inputs.found(finding, "SL110", path))
        })
        .collect()
}

/// A password of a built-in dependency.
struct Password<'a> {
    dependency: &'a str,
    /// The value that sets it.
    path: String,
    /// What an empty value means.
    usual: &'a str,
}

/// The passwords that the chart has defaults for, of the dependencies that are built in.
fn passwords<'a>(inputs: &Inputs<'a>) -> impl Iterator<Item = Password<'a>> {
    let usual = &inputs.partials.credentials["usual"];
    inputs.built_in().flat_map(move |integration| {
        let dependency = integration.name.as_str();
        let fields = usual[dependency].as_object().into_iter().flatten();
        fields.map(move |(field, usual)| Password {
            dependency,
            path: format!("dependencies.{dependency}.{field}"),
            usual: usual.as_str().unwrap_or_default(),
        })
    })
}
