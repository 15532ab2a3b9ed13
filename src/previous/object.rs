//! One document of a previous render: an object, or a list that is taken apart.
//! Anything else is a problem, and reading goes on.

use std::ops::Range;

use serde_json::Value;

use super::Found;
use crate::diagnostics::{Diagnostic, Label, Source};
use crate::kubernetes::{SERVER_ANNOTATIONS, SERVER_METADATA};
use crate::manifest::Manifest;
use crate::yaml::{self, Content, Node, Step};

/// A document that is taken apart.
pub(super) struct Document<'d> {
    pub(super) source: &'d Source,
    pub(super) template: &'d str,
    pub(super) found: &'d mut Vec<Found>,
    pub(super) problems: &'d mut Vec<Diagnostic>,
}

/// What the elements of a typed list need not say themselves.
#[derive(Clone)]
struct Inherited {
    api_version: Value,
    kind: Option<String>,
}

impl Document<'_> {
    /// Takes the objects out of the document.
    pub(super) fn read(&mut self, tree: Value, node: &Node<'_>) {
        self.take(tree, node, None);
    }

    /// An object, or a list of such.
    fn take(&mut self, mut tree: Value, node: &Node<'_>, inherited: Option<&Inherited>) {
        let Some(map) = tree.as_object_mut() else {
            return self.refuse(
                "this is no Kubernetes object: not a map",
                node.range.clone(),
            );
        };
        if let Some(Inherited {
            api_version,
            kind: Some(kind),
        }) = inherited
        {
            // A server leaves both out in a list of one kind.
            if !map.contains_key("kind") && !map.contains_key("apiVersion") {
                map.insert("apiVersion".to_owned(), api_version.clone());
                map.insert("kind".to_owned(), kind.as_str().into());
            }
        }
        let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
        if let Some(of) = kind.strip_suffix("List")
            && (of.is_empty() || map.contains_key("items"))
        {
            let inherited = Inherited {
                api_version: map.get("apiVersion").cloned().unwrap_or_default(),
                kind: (!of.is_empty()).then(|| of.to_owned()),
            };
            match map.remove("items") {
                None | Some(Value::Null) => {}
                Some(Value::Array(items)) => {
                    let place = place(node, "items").unwrap_or(node);
                    for (index, item) in items.into_iter().enumerate() {
                        let node = element(place, index).unwrap_or(place);
                        self.take(item, node, Some(&inherited));
                    }
                }
                Some(_) => self.refuse("the `items` of this list are no list", node.range.clone()),
            }
            return;
        }
        let missing: Vec<&str> = [
            ("apiVersion", tree["apiVersion"].as_str()),
            ("kind", tree["kind"].as_str()),
            (
                "metadata.name",
                tree["metadata"]["name"]
                    .as_str()
                    .or(tree["metadata"]["generateName"].as_str()),
            ),
        ]
        .into_iter()
        .filter(|(_, value)| value.is_none_or(str::is_empty))
        .map(|(name, _)| name)
        .collect();
        let name = place(node, "metadata").and_then(|metadata| place(metadata, "name"));
        if let (["metadata.name"], Some(name)) = (missing.as_slice(), name)
            && let Some(found) = scalar_type(&tree["metadata"]["name"])
        {
            let message = format!("metadata.name: got {found}, want a string");
            let problem =
                Diagnostic::error(message).at(Label::new(self.source, name.range.clone()));
            self.problems.push(problem.with_help("put it in quotes"));
            return;
        }
        if !missing.is_empty() {
            self.no_object(&missing, &tree, node);
            return;
        }
        strip(&mut tree);
        let range = name.unwrap_or(node).range.clone();
        self.found.push(Found {
            place: Label::new(self.source, range),
            manifest: Manifest {
                source: self.template.to_owned(),
                document: 0,
                object: tree,
            },
        });
    }

    fn no_object(&mut self, missing: &[&str], tree: &Value, node: &Node<'_>) {
        let missing = missing.join(", ");
        let message = format!("this is no Kubernetes object: it has no {missing}");
        let problem = Diagnostic::error(message).at(Label::new(self.source, first_line(node)));
        let headers = ["MANIFEST", "HOOKS", "LAST DEPLOYED"];
        let helm = headers.iter().any(|key| tree.get(key).is_some());
        self.problems.push(if helm {
            problem.with_help("take the output of `helm get manifest RELEASE` or `helm template`")
        } else {
            problem
        });
    }

    fn refuse(&mut self, message: &str, range: Range<usize>) {
        self.problems
            .push(Diagnostic::error(message).at(Label::new(self.source, range)));
    }
}

/// What a scalar is that YAML does not read as text: `n`, `1e3`.
fn scalar_type(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("a boolean"),
        Value::Number(_) => Some("a number"),
        _ => None,
    }
}

/// The first key of a map, so that a caret points at a line and not at a whole document.
fn first_line(node: &Node<'_>) -> Range<usize> {
    match &node.target().content {
        Content::Map(pairs) => pairs.first().map_or(&node.range, |(key, _)| &key.range),
        _ => &node.range,
    }
    .clone()
}

fn place<'n, 'a>(node: &'n Node<'a>, key: &str) -> Option<&'n Node<'a>> {
    yaml::below(node, &Step::Key(key.to_owned())).map(|(_, value)| value)
}

fn element<'n, 'a>(node: &'n Node<'a>, index: usize) -> Option<&'n Node<'a>> {
    yaml::below(node, &Step::Index(index)).map(|(_, value)| value)
}

/// Strips an object that comes from a cluster, as its `uid` or `resourceVersion` shows; `uid` stays.
pub(super) fn strip(object: &mut Value) {
    let Some(root) = object.as_object_mut() else {
        return;
    };
    let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    if !metadata.contains_key("uid") && !metadata.contains_key("resourceVersion") {
        return;
    }
    for field in SERVER_METADATA {
        metadata.shift_remove(field);
    }
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| !SERVER_ANNOTATIONS.contains(&key.as_str()));
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
    root.shift_remove("status");
}
