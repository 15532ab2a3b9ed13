//! Places for a map's nodes and lines: in layers from top to bottom, so that most edges lead down (Sugiyama, Tagawa and
//! Toda, 1981). In a layer no two boxes overlap. All lengths are in pixels.

mod layers;
mod names;

use std::collections::BTreeMap;

use petgraph::graph::NodeIndex;

use super::{Node, Topology};
use layers::{GAP, Layered};

/// A place from the left and from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

/// The box of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rectangle {
    /// Its left upper corner.
    pub at: Place,
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// A drawn map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Of everything.
    pub width: i64,
    /// Of everything.
    pub height: i64,
    /// The boxes of [`Topology::nodes`].
    pub boxes: Vec<Rectangle>,
    /// Their names, each on one line or two.
    pub names: Vec<Vec<String>>,
    /// The bends of [`Topology::edges`], from the edge of one box to the edge of the other.
    pub lines: Vec<Vec<Place>>,
}

/// Height of a box: the kind, and a name on two lines.
const HEIGHT: i64 = 54;
/// Room between layers, for lines.
const AISLE: i64 = 64;
/// Around everything.
const MARGIN: i64 = 20;
/// Rows of nodes without edges are as wide as the rest of the map, but at least this.
const ROW: i64 = 1000;

/// Places the nodes and edges of a map.
pub fn layout(topology: &Topology) -> Layout {
    let names = names::lines(&topology.nodes);
    let widths = topology.nodes.iter().zip(&names);
    let widths: Vec<i64> = widths.map(|(node, lines)| box_width(node, lines)).collect();
    let layered = Layered::new(topology, &widths);
    let boxes = boxes(&layered, &widths);
    let lines = lines(&layered, &boxes);
    let of_lines = lines.iter().flatten().map(|place| place.x);
    let of_boxes = boxes.iter().map(|one| one.at.x + one.width);
    let lowest = boxes.iter().map(|one| one.at.y + one.height).max();
    Layout {
        width: of_lines.chain(of_boxes).max().unwrap_or_default() + MARGIN,
        height: lowest.unwrap_or_default() + MARGIN,
        boxes,
        names,
        lines,
    }
}

/// The upper edge of a layer.
fn top(layer: usize) -> i64 {
    MARGIN + i64::try_from(layer).unwrap_or_default() * (HEIGHT + AISLE)
}

/// The boxes in their layers; those of nodes without edges in rows below.
fn boxes(layered: &Layered, widths: &[i64]) -> Vec<Rectangle> {
    let mut boxes: Vec<Rectangle> = widths
        .iter()
        .map(|width| Rectangle {
            at: Place {
                x: MARGIN,
                y: MARGIN,
            },
            width: *width,
            height: HEIGHT,
        })
        .collect();
    let mut widest = ROW;
    for (layer, vertices) in layered.layers.iter().enumerate() {
        for &vertex in vertices {
            if let Some(of_node) = boxes.get_mut(vertex.index()) {
                of_node.at = Place {
                    x: layered.middle(vertex) + MARGIN - of_node.width / 2,
                    y: top(layer),
                };
                widest = widest.max(of_node.at.x + of_node.width);
            }
        }
    }
    let mut at = Place {
        x: MARGIN,
        y: top(layered.layers.len()),
    };
    for vertex in &layered.alone {
        let one = &mut boxes[vertex.index()];
        if at.x > MARGIN && at.x + one.width > widest {
            at = Place {
                x: MARGIN,
                y: at.y + HEIGHT + GAP,
            };
        }
        one.at = at;
        at.x += one.width + GAP;
    }
    boxes
}

/// The bends of each edge: where it leaves a box, the upper and lower end in each layer that it passes, and where it
/// enters a box.
fn lines(layered: &Layered, boxes: &[Rectangle]) -> Vec<Vec<Place>> {
    let ports = ports(layered, boxes);
    let line = |(chain, ports): (&Vec<NodeIndex>, [i64; 2])| {
        let last = chain.len().saturating_sub(1);
        let layer = |at: usize| chain.get(at).map(|vertex| layered.graph[*vertex].layer);
        let is_down = layer(0) < layer(last);
        let mut line = Vec::with_capacity(2 * chain.len());
        for (at, &vertex) in chain.iter().enumerate() {
            let x = match at {
                0 => ports[0],
                _ if at == last => ports[1],
                _ => layered.middle(vertex) + MARGIN,
            };
            let upper = top(layered.graph[vertex].layer);
            let mut ends = [upper, upper + HEIGHT];
            if !is_down {
                ends.reverse();
            }
            if at > 0 {
                line.push(Place { x, y: ends[0] });
            }
            if at < last {
                line.push(Place { x, y: ends[1] });
            }
        }
        line
    };
    layered.chains.iter().zip(ports).map(line).collect()
}

/// Where each edge leaves a box and enters one, from the left: side by side, in the order of what they lead to.
fn ports(layered: &Layered, boxes: &[Rectangle]) -> Vec<[i64; 2]> {
    let mut ports = vec![[0, 0]; layered.chains.len()];
    // By box and whether it is its lower edge: the place that each edge comes from or leads to, the edge, and its end.
    let mut ends: BTreeMap<_, Vec<(i64, usize, usize)>> = BTreeMap::new();
    for (edge, chain) in layered.chains.iter().enumerate() {
        let ([first, second, ..], [.., before, last]) = (&chain[..], &chain[..]) else {
            continue;
        };
        for (end, [vertex, next]) in [[*first, *second], [*last, *before]]
            .into_iter()
            .enumerate()
        {
            let is_lower = layered.graph[next].layer > layered.graph[vertex].layer;
            let at_box = ends.entry((vertex, is_lower)).or_default();
            at_box.push((layered.middle(next), edge, end));
        }
    }
    for ((vertex, _), mut ends) in ends {
        ends.sort_unstable();
        let Rectangle { at, width, .. } = boxes[vertex.index()];
        let count = i64::try_from(ends.len()).unwrap_or(i64::MAX - 1);
        for (place, (_, edge, end)) in (1..).zip(ends) {
            ports[edge][end] = at.x + width * place / (count + 1);
        }
    }
    ports
}

/// Room for the longest line in a font of 12 pixels whose letters have the same width, 7.25 pixels.
fn box_width(node: &Node, name: &[String]) -> i64 {
    let lines = name.iter().chain([&node.kind]);
    let letters = lines.map(|line| line.chars().count()).max();
    20 + i64::try_from(letters.unwrap_or_default()).unwrap_or(i64::MAX / 64) * 29 / 4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Edge, Relation};
    use super::*;

    fn map(nodes: usize, edges: &[(usize, usize)]) -> Topology {
        let node = |at: usize| Node {
            id: at.to_string(),
            kind: "Deployment".to_owned(),
            name: "n".repeat(at % 30 + 1),
            is_external: false,
        };
        let edge = |&(from, to): &(usize, usize)| Edge {
            from: from % nodes,
            to: to % nodes,
            relation: Relation::Requests,
            label: String::new(),
        };
        Topology {
            nodes: (0..nodes).map(node).collect(),
            edges: edges.iter().map(edge).collect(),
        }
    }

    fn overlap(a: Rectangle, b: Rectangle) -> bool {
        a.at.x < b.at.x + b.width
            && b.at.x < a.at.x + a.width
            && a.at.y < b.at.y + b.height
            && b.at.y < a.at.y + a.height
    }

    proptest! {
        #[test]
        fn no_two_boxes_overlap_and_all_are_inside(
            nodes in 1_usize..30,
            edges in prop::collection::vec((0_usize..30, 0_usize..30), 0..60),
        ) {
            let topology = map(nodes, &edges);
            let layout = layout(&topology);
            for (at, one) in layout.boxes.iter().enumerate() {
                prop_assert!(one.at.x >= 0 && one.at.y >= 0, "{one:?}");
                prop_assert!(one.at.x + one.width <= layout.width);
                prop_assert!(one.at.y + one.height <= layout.height);
                for other in &layout.boxes[at + 1..] {
                    prop_assert!(!overlap(*one, *other), "{one:?} {other:?}");
                }
            }
            for (edge, line) in topology.edges.iter().zip(&layout.lines) {
                prop_assert_eq!(line.is_empty(), edge.from == edge.to);
                let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
                for (place, of_node) in [(first, edge.from), (last, edge.to)] {
                    let of_node = layout.boxes[of_node];
                    prop_assert!(place.y == of_node.at.y || place.y == of_node.at.y + HEIGHT);
                    prop_assert!(of_node.at.x < place.x && place.x < of_node.at.x + of_node.width);
                }
            }
        }
    }

    #[test]
    fn edges_lead_down_where_there_is_no_circle() {
        let layout = layout(&map(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]));
        let y: Vec<i64> = layout.boxes.iter().map(|one| one.at.y).collect();
        assert!(y.is_sorted() && y[0] < y[3], "{y:?}");
    }
}
