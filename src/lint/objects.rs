//! The objects of a render, held to Kubernetes' API types and to each other, as findings that
//! name the template, the object and the field. It refuses to change what it looks at.

use serde_json::Value;

use super::finding::{Finding, OnObject};
use super::references::{self, External, Render};
use super::structure;
use crate::chart::KubeVersion;
use crate::diagnostics::Diagnostic;
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
) -> Vec<Finding> {
    let types = Types::of(kube_version.major, kube_version.minor);
    let objects: Vec<&Value> = manifests.iter().map(|manifest| &manifest.object).collect();
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        for structure::Finding { path, problem } in structure::check(types, object) {
            let rule = Diagnostic::new(problem.severity(), problem.message())
                .with_code(problem.code())
                .about(&path);
            found.push((index, on(manifests[index], rule, problem.help(), path)));
        }
    }
    let render = Render {
        objects: &objects,
        namespace,
        external,
    };
    for finding in references::check(render) {
        let problem = &finding.problem;
        let rule = Diagnostic::new(problem.severity(), problem.message())
            .with_code(problem.code())
            .about(&finding.path);
        let manifest = manifests[finding.object];
        found.push((
            finding.object,
            on(manifest, rule, problem.help(), finding.path),
        ));
    }
    found.sort_by_key(|(index, _)| *index);
    let note = (!types.exact).then(|| {
        Finding::from(
            Diagnostic::note(format!(
                "the API of Kubernetes {kube_version} is not known here: the objects were held to that of 1.{}",
                types.minor
            ))
            .with_code(UNKNOWN_VERSION),
        )
    });
    note.into_iter()
        .chain(found.into_iter().map(|(_, finding)| finding))
        .collect()
}

/// The code of the note that another Kubernetes version was taken.
const UNKNOWN_VERSION: &str = "SA005";

/// A finding about a field of an object: the message names both.
fn on(manifest: &Manifest, mut rule: Diagnostic, help: Option<String>, path: Path) -> Finding {
    let object = manifest
        .identity()
        .map_or_else(|| "an object".to_owned(), |identity| identity.to_string());
    let field = if rule.path.is_empty() {
        String::new()
    } else {
        format!("{}: ", rule.path)
    };
    rule.message = format!("{object} ({}): {field}{}", manifest.source, rule.message);
    rule.help = help;
    Finding {
        diagnostic: rule,
        object: Some(OnObject {
            api_version: manifest.object["apiVersion"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            identity: manifest.identity(),
            path,
        }),
    }
}
