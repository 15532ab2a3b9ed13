//! The objects of a render, held to Kubernetes' API types and to each other, as findings that
//! name the template, the object and the field. It refuses to change what it looks at.

use serde_json::Value;

use super::finding::{Finding, OnObject};
use super::references::{self, External, Render};
use super::structure;
use crate::chart::KubeVersion;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::types::Types;
use crate::manifest::{Identity, Manifest};
use crate::release::{Field, Part, Release};
use crate::yaml::{Path, Step};

/// Everything that is wrong with the objects under the API of a Kubernetes version, in the order
/// of the objects; a note comes first where another version is the nearest that is known.
pub fn check(
    manifests: &[&Manifest],
    namespace: &str,
    kube_version: &KubeVersion,
    external: &External,
) -> Vec<Finding> {
    let types = Types::of(kube_version.major, kube_version.minor);
    let mut placed: Vec<Placed<'_>> = Vec::new();
    for manifest in manifests {
        take_apart(manifest, Vec::new(), &manifest.object, &mut placed);
    }
    let objects: Vec<&Value> = placed.iter().map(|one| one.object).collect();
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for (index, one) in placed.iter().enumerate() {
        for structure::Violation { path, problem } in structure::check(types, one.object) {
            let rule = Diagnostic::new(problem.severity(), problem.message())
                .with_code(problem.code())
                .about(&path);
            let part = part(problem.is_about_key());
            found.push((index, on(one, rule, problem.help(), path, part)));
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
        found.push((
            finding.object,
            on(
                &placed[finding.object],
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

/// Adds to every finding on an object the places that made the field what it is: the value and the template.
pub fn locate(findings: &mut [Finding], release: &Release) {
    let on_objects = |finding: &&mut Finding| finding.object.is_some();
    let fields: Vec<Field<'_>> = findings
        .iter()
        .filter_map(|finding| finding.object.as_ref())
        .map(OnObject::field)
        .collect();
    let causes = release.causes(&fields);
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

/// An object and where it is: a whole manifest, or an element of a list.
struct Placed<'m> {
    manifest: &'m Manifest,
    /// The way from the manifest's root to the object.
    way: Vec<Step>,
    object: &'m Value,
}

/// The objects of a manifest. `kind: List`, and a list of one kind, are applied as their elements are
/// (`resource.Builder.Flatten`), so nothing is asked of the list itself: it has no name.
fn take_apart<'m>(
    manifest: &'m Manifest,
    way: Vec<Step>,
    object: &'m Value,
    placed: &mut Vec<Placed<'m>>,
) {
    let kind = object["kind"].as_str().unwrap_or_default();
    let items = kind
        .strip_suffix("List")
        .and_then(|of| match object.get("items") {
            Some(Value::Array(items)) => Some(&items[..]),
            None | Some(Value::Null) if of.is_empty() => Some(&[]),
            _ => None,
        });
    let Some(items) = items else {
        return placed.push(Placed {
            manifest,
            way,
            object,
        });
    };
    for (index, item) in items.iter().enumerate() {
        let mut way = way.clone();
        way.extend([Step::Key("items".to_owned()), Step::Index(index)]);
        take_apart(manifest, way, item, placed);
    }
}

/// A finding about a field of an object: the message names both.
fn on(
    placed: &Placed<'_>,
    mut rule: Diagnostic,
    help: Option<String>,
    path: Path,
    part: Part,
) -> Finding {
    let Placed {
        manifest,
        way,
        object: tree,
    } = placed;
    let identity = Identity::of(tree);
    let object = identity
        .as_ref()
        .map_or_else(|| "an object".to_owned(), ToString::to_string);
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
            api_version: tree["apiVersion"].as_str().unwrap_or_default().to_owned(),
            identity,
            source: manifest.source.clone(),
            document: manifest.document,
            path: Path([&way[..], &path.0].concat()),
            part,
        }),
        value: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(object: Value) -> Vec<String> {
        let manifest = Manifest {
            source: "c/templates/a.yaml".to_owned(),
            document: 0,
            object,
        };
        let external = External::default();
        let findings = check(&[&manifest], "default", &KubeVersion::default(), &external);
        let lines = findings.iter().map(|finding| {
            let code = finding.diagnostic.code.as_deref().unwrap_or_default();
            let path = finding
                .object
                .as_ref()
                .map(|object| object.path.to_string());
            format!(
                "{code} {} at {}",
                finding.diagnostic.message,
                path.unwrap_or_default()
            )
        });
        lines.collect()
    }

    #[test]
    fn a_list_needs_no_name_and_its_elements_are_objects() {
        let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
        for list in [
            json!({"apiVersion": "v1", "kind": "List", "items": [config]}),
            json!({"apiVersion": "v1", "kind": "List", "items": []}),
            json!({"apiVersion": "v1", "kind": "List", "items": null}),
            json!({"apiVersion": "v1", "kind": "List"}),
            json!({"apiVersion": "v1", "kind": "ConfigMapList", "items": [config]}),
            json!({"apiVersion": "v1", "kind": "List", "items": [
                {"apiVersion": "v1", "kind": "List", "items": [config]}]}),
        ] {
            assert_eq!(found(list.clone()), [""; 0], "{list}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_list_is_told_of_its_element() {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "dat": {}},
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}},
        ]});
        let found = found(list);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("ConfigMap/a (c/templates/a.yaml): dat: "),
            "{found:?}"
        );
        assert!(found[0].ends_with(" at items[0].dat"), "{found:?}");
        assert!(found[1].starts_with("SR032 "), "{found:?}");
        assert!(found[1].ends_with(" at items[1].metadata"), "{found:?}");
    }
}
