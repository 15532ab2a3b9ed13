//! Checks the objects of a render: each against the Kubernetes API types, and all of them against each other. The findings
//! name the template, the object and the field.

use serde_json::Value;

use super::finding::{Finding, ObjectField};
use super::references::{self, External, Render};
use crate::chart::KubeVersion;
use crate::diagnostics::Diagnostic;
use crate::kubernetes::types::Types;
use crate::manifest::{Manifest, ObjectRef};
use crate::release::{Field, Part, Release};
use crate::validation;
use crate::yaml::{Path, Step};

/// All violations by rendered objects of the API of a Kubernetes version and of the rules on references, in the order of
/// the objects. A note comes first if the version is unknown and the nearest one is used.
pub fn check(
    manifests: &[&Manifest],
    namespace: &str,
    kube_version: &KubeVersion,
    external: &External,
) -> Vec<Finding> {
    let types = Types::of(kube_version.major, kube_version.minor);
    let mut items = Vec::new();
    for manifest in manifests {
        flatten(manifest, Vec::new(), &manifest.object, &mut items);
    }
    let objects: Vec<&Value> = items.iter().map(|item| item.object).collect();
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for validation::Violation { path, problem, .. } in validation::check(types, item.object) {
            let part = if problem.is_about_key() {
                Part::Key
            } else {
                Part::Value
            };
            found.push((index, item.finding(problem.diagnostic(), path, part)));
        }
    }
    let render = Render {
        objects: &objects,
        namespace,
        external,
    };
    for references::Violation {
        object,
        path,
        problem,
    } in references::check(render)
    {
        let finding = items[object].finding(problem.diagnostic(), path, Part::Value);
        found.push((object, finding));
    }
    found.sort_by_key(|(index, _)| *index);
    let note = (!types.exact).then(|| {
        Finding::from(
            Diagnostic::note(format!(
                "the API of Kubernetes {kube_version} is unknown: the objects were checked against that of 1.{}",
                types.minor
            ))
            .with_code("SA005"),
        )
    });
    note.into_iter()
        .chain(found.into_iter().map(|(_, finding)| finding))
        .collect()
}

/// Adds to every finding on an object the places that determined the field: the value and the template.
pub fn locate(findings: &mut [Finding], release: &Release) {
    let on_objects = |finding: &&mut Finding| finding.object.is_some();
    let fields: Vec<Field<'_>> = findings
        .iter()
        .filter_map(|finding| finding.object.as_ref())
        .map(ObjectField::field)
        .collect();
    let causes = release.causes(&fields);
    for (finding, cause) in findings.iter_mut().filter(on_objects).zip(causes) {
        finding.diagnostic.labels.extend(cause.labels);
        finding.value = cause.value;
    }
}

/// An object: a whole manifest, or an element of a list in one.
struct Item<'m> {
    manifest: &'m Manifest,
    /// The path from the manifest's root to the object.
    path: Vec<Step>,
    object: &'m Value,
}

/// The objects of a manifest. `kind: List`, and a list of one kind, are applied as their elements are
/// (`resource.Builder.Flatten`), so the list itself is not checked: it has no name.
fn flatten<'m>(
    manifest: &'m Manifest,
    path: Vec<Step>,
    object: &'m Value,
    items: &mut Vec<Item<'m>>,
) {
    let kind = object["kind"].as_str().unwrap_or_default();
    let elements = kind
        .strip_suffix("List")
        .and_then(|of| match object.get("items") {
            Some(Value::Array(elements)) => Some(&elements[..]),
            None | Some(Value::Null) if of.is_empty() => Some(&[]),
            _ => None,
        });
    let Some(elements) = elements else {
        return items.push(Item {
            manifest,
            path,
            object,
        });
    };
    for (index, element) in elements.iter().enumerate() {
        let mut path = path.clone();
        path.extend([Step::Key("items".to_owned()), Step::Index(index)]);
        flatten(manifest, path, element, items);
    }
}

impl Item<'_> {
    /// A finding about a field of the object: the message names both.
    fn finding(&self, diagnostic: Diagnostic, path: Path, part: Part) -> Finding {
        let mut diagnostic = diagnostic.about(&path);
        let object = ObjectRef::of(self.object);
        let name = if object.kind.is_empty() || object.name.is_empty() {
            "an object".to_owned()
        } else {
            object.identity().to_string()
        };
        let field = if diagnostic.path.is_empty() {
            String::new()
        } else {
            format!("{}: ", diagnostic.path)
        };
        let source = self.manifest.source.clone();
        diagnostic.message = format!("{name} ({source}): {field}{}", diagnostic.message);
        Finding {
            diagnostic,
            object: Some(ObjectField {
                object,
                source,
                document: self.manifest.document,
                path: Path([&self.path[..], &path.0].concat()),
                part,
            }),
            value: None,
        }
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
    fn what_is_wrong_in_a_list_is_reported_of_its_element() {
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
