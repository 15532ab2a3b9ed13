//! The objects of a render, held to Kubernetes' API types and to each other, as findings that
//! name the template, the object and the field. It refuses to change what it looks at.

use serde_json::Value;

use super::finding::{Finding, OnObject};
use super::references::{self, External, Render};
use super::structure;
use crate::chart::KubeVersion;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::types::Types;
use crate::manifest::{Cause, Field, Manifest, Part};
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
            let part = part(problem.is_about_key());
            found.push((
                index,
                on(manifests[index], rule, problem.help(), path, part),
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
        let rule = Diagnostic::new(problem.severity(), problem.message())
            .with_code(problem.code())
            .about(&finding.path);
        let manifest = manifests[finding.object];
        found.push((
            finding.object,
            on(
                manifest,
                rule,
                problem.help(),
                finding.path,
                part(problem.is_about_key()),
            ),
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

/// Adds to every finding on an object the places that made the field what it is, as whoever can
/// render tells them: `causes` gives one for each field, in their order.
pub fn locate(findings: &mut [Finding], causes: impl FnOnce(&[Field<'_>]) -> Vec<Cause>) {
    let on_objects = |finding: &&mut Finding| finding.object.is_some();
    let fields: Vec<Field<'_>> = findings
        .iter()
        .filter_map(|finding| finding.object.as_ref())
        .map(OnObject::field)
        .collect();
    let causes = causes(&fields);
    for (finding, cause) in findings.iter_mut().filter(on_objects).zip(causes) {
        finding.diagnostic.labels.extend(cause.labels);
        finding.value = cause.value;
    }
}

/// The code of the note that another Kubernetes version was taken.
const UNKNOWN_VERSION: &str = "SA005";

fn part(is_about_key: bool) -> Part {
    if is_about_key { Part::Key } else { Part::Value }
}

/// A finding about a field of an object: the message names both.
fn on(
    manifest: &Manifest,
    mut rule: Diagnostic,
    help: Option<String>,
    path: Path,
    part: Part,
) -> Finding {
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
            source: manifest.source.clone(),
            document: manifest.document,
            path,
            part,
        }),
        value: None,
    }
}
