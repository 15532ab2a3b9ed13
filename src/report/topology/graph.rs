//! The map in languages that other programs draw.

use crate::diagnostics::visible;
use crate::topology::{Node, Relation, Topology};

/// A Mermaid flowchart, which GitHub and GitLab draw in Markdown.
pub fn mermaid(topology: &Topology, out: &mut String) {
    flowchart(topology, &|_| None, out);
}

/// Colours of classes that are readable on light and on dark.
const CLASSES: [(&str, &str); 3] = [
    ("danger", "fill:#ffebe9,stroke:#b3121d,color:#1b1f24"),
    ("warn", "fill:#fff8c5,stroke:#7d4e00,color:#1b1f24"),
    ("fine", "fill:#dafbe1,stroke:#116329,color:#1b1f24"),
];

/// The same with nodes in the colours of their classes.
pub(in crate::report) fn flowchart<'c>(
    topology: &Topology,
    class: &dyn Fn(&Node) -> Option<&'c str>,
    out: &mut String,
) {
    out.push_str("flowchart LR\n");
    for (at, node) in topology.nodes.iter().enumerate() {
        let (open, close) = match shape(node) {
            Shape::Store => ("[(", ")]"),
            Shape::Entry => ("([", "])"),
            Shape::Text => ("[/", "/]"),
            Shape::Box => ("[", "]"),
        };
        let (kind, name) = (entities(&node.kind), entities(&node.name));
        out.push_str(&format!("  n{at}{open}\"{kind}<br>{name}\"{close}\n"));
    }
    for edge in &topology.edges {
        let arrow = match edge.relation {
            Relation::Requests | Relation::Routes => "-->",
            Relation::Mounts | Relation::Reads | Relation::Owns => "-.->",
        };
        let label = if edge.label.is_empty() {
            edge.relation.word().to_owned()
        } else {
            format!("{} {}", edge.relation.word(), entities(&edge.label))
        };
        out.push_str(&format!(
            "  n{} {arrow}|\"{label}\"| n{}\n",
            edge.from, edge.to
        ));
    }
    let outside = topology.nodes.iter().enumerate();
    for (at, _) in outside.filter(|(_, node)| node.is_external) {
        out.push_str(&format!("  style n{at} stroke-dasharray: 4\n"));
    }
    for (name, style) in CLASSES {
        let nodes = topology.nodes.iter().enumerate();
        let of_class = nodes.filter(|(_, node)| class(node) == Some(name));
        let of_class: Vec<String> = of_class.map(|(at, _)| format!("n{at}")).collect();
        if !of_class.is_empty() {
            out.push_str(&format!("  classDef {name} {style}\n"));
            out.push_str(&format!("  class {} {name}\n", of_class.join(",")));
        }
    }
}

/// A graph for Graphviz.
pub fn dot(topology: &Topology, out: &mut String) {
    out.push_str(
        "digraph installation {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n",
    );
    for (at, node) in topology.nodes.iter().enumerate() {
        let shape = match shape(node) {
            Shape::Store => "cylinder",
            Shape::Entry => "oval",
            Shape::Text => "note",
            Shape::Box => "box",
        };
        let style = if node.is_external {
            ", style=dashed"
        } else {
            ""
        };
        let (kind, name) = (quoted(&node.kind), quoted(&node.name));
        out.push_str(&format!(
            "  n{at} [label=\"{kind}\\n{name}\", shape={shape}{style}];\n"
        ));
    }
    for edge in &topology.edges {
        let label = format!("{} {}", edge.relation.word(), quoted(&edge.label));
        let style = match edge.relation {
            Relation::Requests | Relation::Routes => "solid",
            Relation::Mounts | Relation::Reads | Relation::Owns => "dashed",
        };
        out.push_str(&format!(
            "  n{} -> n{} [label=\"{}\", style={style}];\n",
            edge.from,
            edge.to,
            label.trim_end()
        ));
    }
    out.push_str("}\n");
}

enum Shape {
    Store,
    Entry,
    Text,
    Box,
}

fn shape(node: &Node) -> Shape {
    match node.kind.as_str() {
        "PersistentVolumeClaim" | "PersistentVolume" => Shape::Store,
        "Service" | "Ingress" | "Gateway" | "Host" => Shape::Entry,
        "ConfigMap" | "Secret" => Shape::Text,
        _ => Shape::Box,
    }
}

/// Text for a label in quotes: what is not a letter, a digit or harmless is written as its number.
fn entities(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        if c.is_alphanumeric() || " -./,:".contains(c) {
            escaped.push(c);
        } else {
            escaped.push_str(&format!("#{};", u32::from(c)));
        }
    }
    escaped
}

/// Text within quotes.
fn quoted(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"")
}
