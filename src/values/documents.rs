//! The documents of a values text: maps, with warnings about duplicate keys. Manifests are recognised and refused.

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Label, Source};
use crate::yaml::{self, Path};

/// An error for a document that is a Kubernetes object: nothing would come of it, and Helm takes it without a word.
pub(super) fn manifest(
    source: &Source,
    document: &Map<String, Value>,
    defaults: &Map<String, Value>,
) -> Option<Diagnostic> {
    const KEYS: [&str; 2] = ["apiVersion", "kind"];
    if KEYS
        .iter()
        .any(|key| !document.get(*key).is_some_and(Value::is_string) || defaults.contains_key(*key))
    {
        return None;
    }
    let path = Path::dotted("kind");
    let nodes = source.documents().unwrap_or_default();
    let mut places = nodes.iter().filter_map(|node| yaml::locate(node, &path));
    let place = places
        .next()
        .map(|located| Label::new(source, located.value));
    Some(Diagnostic::error("these are manifests, not values: they have an apiVersion and a kind")
        .at(place)
        .with_help("give the values file that they were rendered from; `diff --against FILE` and `diff --manifests FILE` take manifests"))
}

/// The documents of a values text, each of them a map, and a warning for every duplicate key in them.
pub(super) fn documents(
    source: &Source,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Map<String, Value>>, Diagnostic> {
    let mut documents = Vec::new();
    for node in source.documents()? {
        let duplicates = yaml::duplicates(node).into_iter();
        warnings.extend(duplicates.map(|duplicate| duplicate_key(source, duplicate)));
        match yaml::tree(node).map_err(|error| Diagnostic::of_yaml(source, error))? {
            Value::Object(document) => documents.push(document),
            Value::Null => {}
            other => {
                let found = match other {
                    Value::Array(_) => "a list",
                    _ => "a single value",
                };
                return Err(Diagnostic::error(format!(
                    "values must be a map of names and values, and this is {found}"
                ))
                .at(Label::new(source, node.range.start..node.range.start)));
            }
        }
    }
    Ok(documents)
}

/// A warning for a key that a map has a second time: the first one is lost, as in Helm.
fn duplicate_key(source: &Source, duplicate: yaml::Duplicate) -> Diagnostic {
    Diagnostic::warning(format!("{}: duplicate key", duplicate.path))
        .with_code("SL006")
        .about(&duplicate.path)
        .at(Label::new(source, duplicate.second).with_text("this one counts"))
        .at(Label::new(source, duplicate.first).with_text("this one is lost"))
        .with_help("put what both hold under one of them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_places_of_a_duplicate_key_are_shown() {
        let file = Source::new("v.yaml", "a: {x: 1}\nb: 1\na: {y: 1}\n");
        let mut warnings = Vec::new();
        assert_eq!(
            documents(&file, &mut warnings).map(|found| found.len()),
            Ok(1)
        );
        assert_eq!(warnings.len(), 1);
        let labels = warnings[0].labels.iter();
        let places: Vec<usize> = labels.map(|label| label.range.start).collect();
        assert_eq!(places, [15, 0]);
    }

    #[test]
    fn manifests_are_no_values_unless_the_chart_has_such_keys() {
        let file = Source::new("v.yaml", "apiVersion: v1\nkind: List\n");
        let document = &documents(&file, &mut Vec::new()).unwrap_or_default()[0];
        let found = manifest(&file, document, &Map::new());
        let place = found.map(|problem| problem.labels[0].range.clone());
        assert_eq!(place, Some(21..25));
        let mut defaults = Map::new();
        defaults.insert("kind".to_owned(), Value::Null);
        assert_eq!(manifest(&file, document, &defaults), None);
        let mut values = document.clone();
        values.shift_remove("apiVersion");
        assert_eq!(manifest(&file, &values, &Map::new()), None);
    }
}
