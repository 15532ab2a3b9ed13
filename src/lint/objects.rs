//! The objects of a render, held to Kubernetes' API types and to each other, as diagnostics that
//! name the template, the object and the field. It refuses to change what it looks at.

use serde_json::Value;

use super::references::{self, External, Render};
use super::structure;
use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Severity};
use crate::kubernetes::types::Types;
use crate::manifest::Manifest;
use crate::yaml::Path;

/// Everything that is wrong with the objects under the API of a Kubernetes version, in the order
/// of the objects; a note comes first where another version is the nearest that is known.
pub fn check(
    manifests: &[&Manifest],
    namespace: &str,
    kube_version: &KubeVersion,
    external: &External,
) -> Vec<Diagnostic> {
    let types = Types::of(kube_version.major, kube_version.minor);
    let objects: Vec<&Value> = manifests.iter().map(|manifest| &manifest.object).collect();
    let mut found: Vec<(usize, Diagnostic)> = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        for finding in structure::check(types, object) {
            let problem = &finding.problem;
            let message = message(
                manifests[index],
                &finding.path,
                problem.code(),
                &problem.message(),
            );
            found.push((
                index,
                diagnostic(problem.severity(), message, problem.help()),
            ));
        }
    }
    let render = Render {
        objects: &objects,
        namespace,
        external,
    };
    for finding in references::check(render) {
        let problem = &finding.problem;
        let manifest = manifests[finding.object];
        let message = message(manifest, &finding.path, problem.code(), &problem.message());
        found.push((
            finding.object,
            diagnostic(problem.severity(), message, problem.help()),
        ));
    }
    found.sort_by_key(|(index, _)| *index);
    let note = (!types.exact).then(|| {
        Diagnostic::note(format!(
            "the API of Kubernetes {kube_version} is not known here: the objects were held to that of 1.{}",
            types.minor
        ))
    });
    note.into_iter()
        .chain(found.into_iter().map(|(_, diagnostic)| diagnostic))
        .collect()
}

fn message(manifest: &Manifest, path: &Path, code: &str, problem: &str) -> String {
    let object = manifest
        .identity()
        .map_or_else(|| "an object".to_owned(), |identity| identity.to_string());
    let place = path.to_string();
    let field = if place.is_empty() {
        String::new()
    } else {
        format!("{place}: ")
    };
    format!("{code} {object} ({}): {field}{problem}", manifest.source)
}

fn diagnostic(severity: Severity, message: String, help: Option<String>) -> Diagnostic {
    Diagnostic {
        severity,
        message,
        labels: Vec::new(),
        help,
    }
}
