//! Values as YAML or JSON, with or without the origin of every leaf. Secrets in flags are hidden.

use serde_json::{Value, json};

use super::pretty;
use crate::diagnostics::visible;
use crate::values::{Origin, Origins};
use crate::yaml::{self, Content, Node, Path, Step, Style, leaves};

/// The values as canonical YAML.
pub fn yaml(values: &Value, out: &mut String) {
    // Writing to a string cannot fail.
    yaml::write(values, out);
}

/// The values as indented JSON.
pub fn json(values: &Value, out: &mut String) {
    pretty(values, out);
}

/// YAML with the origin of each leaf in a comment at the end of its line.
pub fn yaml_with_origins(values: &Value, origins: &Origins, out: &mut String) {
    let text = yaml::to_string(values);
    let nodes = yaml::compose(&text).unwrap_or_default();
    let mut comments = Comments {
        text: &text,
        origins,
        found: Vec::new(),
    };
    if let Some(root) = nodes.first() {
        comments.walk(values, root, &mut Path::default());
    }
    let mut copied = 0;
    for (end, comment) in comments.found {
        out.push_str(&text[copied..end]);
        out.push_str(" # ");
        out.push_str(&comment);
        copied = end;
    }
    out.push_str(&text[copied..]);
}

/// The comments of a canonical text, each with the end of its line, in order.
struct Comments<'c> {
    text: &'c str,
    origins: &'c Origins,
    found: Vec<(usize, String)>,
}

impl Comments<'_> {
    /// The tree and its nodes have the same entries in the same order, because the text was written from the tree.
    fn walk(&mut self, value: &Value, node: &Node<'_>, path: &mut Path) {
        match (value, &node.content) {
            (Value::Object(map), Content::Map(pairs)) if !map.is_empty() => {
                for ((key, value), (_, node)) in map.iter().zip(pairs) {
                    path.0.push(Step::Key(key.clone()));
                    self.walk(value, node, path);
                    path.0.pop();
                }
            }
            (Value::Array(list), Content::List(items)) if !list.is_empty() => {
                for (index, (value, node)) in list.iter().zip(items).enumerate() {
                    path.0.push(Step::Index(index));
                    self.walk(value, node, path);
                    path.0.pop();
                }
            }
            _ => {
                if let Some(origin) = self.origins.of(path)
                    && let Some(end) = self.line_end(node)
                {
                    self.found.push((end, shown(&origin)));
                }
            }
        }
    }

    /// The end of the line on which a leaf begins. For a block scalar this is the line of its `|`: a comment on a later
    /// line would be part of the text.
    fn line_end(&self, leaf: &Node<'_>) -> Option<usize> {
        let start = leaf.range.start;
        let end_from = |begin: usize| {
            let newline = self.text[begin..].find('\n');
            newline.map_or(self.text.len(), |newline| begin + newline)
        };
        let Content::Scalar(scalar) = &leaf.content else {
            return Some(end_from(start));
        };
        if !matches!(scalar.style, Style::Literal | Style::Folded) {
            return Some(end_from(start));
        }
        // The node begins with its content, or with the header if the content is only line breaks.
        let above = self.text[..start].rfind(['|', '>']).map(end_from);
        let above = above.filter(|end| {
            let between = self.text.get(*end..start);
            between.is_some_and(|between| between.trim().is_empty())
        });
        let mut ends = above.into_iter().chain([end_from(start)]);
        ends.find(|end| is_header(&self.text[..*end]))
    }
}

/// Whether a text ends with the header of a block scalar: `|`, `|2-`.
fn is_header(text: &str) -> bool {
    let is_indicator = |c: char| matches!(c, '+' | '-') || c.is_ascii_digit();
    text.trim_end_matches(is_indicator).ends_with(['|', '>'])
}

/// A JSON array with the path, value and origin of every leaf.
pub fn json_with_origins(values: &Value, origins: &Origins, out: &mut String) {
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

/// An origin on one line: `my-values.yaml:12`, `--set service.server.replicas=3`, `chart`.
fn shown(origin: &Origin) -> String {
    let text = match origin {
        Origin::Chart(_) => "chart".to_owned(),
        Origin::File(label) => {
            let (line, _) = label.source.line_column(label.range.start);
            format!("{}:{line}", label.source.name())
        }
        Origin::Flag(label) => {
            let text = label.source.text();
            let flag = text.split(' ').next().unwrap_or_default();
            format!("{flag} {}", label.source.shown(label.range.clone()))
        }
    };
    visible(&text).into_owned()
}
