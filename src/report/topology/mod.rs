//! The map of an installation as text, JSON, a Mermaid or Graphviz graph, and as a picture.

mod graph;
mod svg;

use serde_json::{Value, json};

use super::pretty;
use crate::diagnostics::visible;
use crate::topology::{Node, Topology};

pub(super) use graph::flowchart;
pub use graph::{dot, mermaid};
pub(super) use svg::picture;
pub use svg::svg;

/// Each node with its edges below it.
pub fn text(topology: &Topology, out: &mut String) {
    let mut edges = topology.edges.iter().peekable();
    for (at, node) in topology.nodes.iter().enumerate() {
        let outside = if node.is_external { "  (outside)" } else { "" };
        out.push_str(&format!("{}{outside}\n", visible(&node.id)));
        while let Some(edge) = edges.next_if(|edge| edge.from == at) {
            let to = visible(&topology.nodes[edge.to].id);
            let line = format!(
                "  {:8} {to}  {}",
                edge.relation.word(),
                visible(&edge.label)
            );
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// `{"schemaVersion":1,"nodes":[{"id","kind","name","external"}],"edges":[{"from","to","kind","label"}]}`
pub fn json(topology: &Topology, out: &mut String) {
    let node = |node: &Node| {
        json!({
            "id": node.id,
            "kind": node.kind,
            "name": node.name,
            "external": node.is_external,
        })
    };
    let nodes: Vec<Value> = topology.nodes.iter().map(node).collect();
    let edges = topology.edges.iter().map(|edge| {
        json!({
            "from": topology.nodes[edge.from].id,
            "to": topology.nodes[edge.to].id,
            "kind": edge.relation.word(),
            "label": edge.label,
        })
    });
    let edges: Vec<Value> = edges.collect();
    pretty(
        &json!({"schemaVersion": 1, "nodes": nodes, "edges": edges}),
        out,
    );
}
