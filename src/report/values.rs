//! Values as YAML or JSON, alone or with the origin of every leaf.
//! Origins never show a secret: flags are masked.

use serde_json::{Value, json};

use super::json::pretty;
use crate::diagnostics::mask;
use crate::values::{Origin, Origins};
use crate::yaml::{self, leaves};

/// Canonical YAML.
pub fn yaml(values: &Value, out: &mut String) {
    // A string takes everything.
    let _ = yaml::write(values, out);
}

/// Indented JSON.
pub fn json(values: &Value, out: &mut String) {
    pretty(values, out);
}

/// YAML with the origin of each leaf in a comment behind it.
pub fn yaml_with_origins(values: &Value, origins: &Origins<'_>, out: &mut String) {
    let text = yaml::to_string(values);
    let nodes = yaml::compose(&text).unwrap_or_default();
    // A comment stands at the end of the line in which its value begins.
    let mut comments: Vec<(usize, String)> = leaves(values)
        .into_iter()
        .filter_map(|(path, _)| {
            let located = yaml::locate(nodes.first()?, &path)?;
            let end = text[located.value.start..]
                .find('\n')
                .map_or(text.len(), |newline| located.value.start + newline);
            Some((end, shown(&origins.of(&path)?)))
        })
        .collect();
    comments.sort_by_key(|(end, _)| *end);
    let mut copied = 0;
    for (end, comment) in comments {
        out.push_str(&text[copied..end]);
        out.push_str(" # ");
        out.push_str(&comment);
        copied = end;
    }
    out.push_str(&text[copied..]);
}

/// A JSON array with path, value and origin of every leaf.
pub fn json_with_origins(values: &Value, origins: &Origins<'_>, out: &mut String) {
    let list: Vec<Value> = leaves(values)
        .into_iter()
        .map(|(path, value)| {
            let origin = match origins.of(&path) {
                Some(Origin::File(label)) => {
                    let (line, _) = label.source.line_column(label.range.start);
                    json!({"file": label.source.name(), "line": line})
                }
                Some(origin @ Origin::Flag(_)) => json!({"flag": shown(&origin)}),
                Some(Origin::Chart(_)) => json!({"chart": true}),
                None => Value::Null,
            };
            json!({"path": path.to_string(), "value": value, "origin": origin})
        })
        .collect();
    json(&list.into(), out);
}

/// An origin in one line: `my-values.yaml:12`, `--set service.server.replicas=3`, `chart`.
fn shown(origin: &Origin) -> String {
    match origin {
        Origin::Chart(_) => "chart".to_owned(),
        Origin::File(label) => {
            let (line, _) = label.source.line_column(label.range.start);
            format!("{}:{line}", label.source.name())
        }
        Origin::Flag(label) => {
            let text = label.source.text();
            let flag = text.split(' ').next().unwrap_or_default();
            let assignment = text.get(label.range.clone()).unwrap_or_default();
            mask(&format!("{flag} {assignment}"))
        }
    }
}
