//! Places for a map's nodes and lines: in layers from left to right, so that most edges lead to the right (Sugiyama,
//! Tagawa and Toda, 1981). In a layer no two boxes overlap. All lengths are in pixels.

use std::collections::{HashMap, HashSet};

use petgraph::Direction::{self, Incoming, Outgoing};
use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::{Node, Topology};
use crate::diagnostics::visible;

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
    /// The bends of [`Topology::edges`], from the side of one box to the side of the other.
    pub lines: Vec<Vec<Place>>,
}

/// Height of a box with two lines of text.
const HEIGHT: i64 = 38;
/// Room between boxes of a layer.
const GAP: i64 = 12;
/// Height of a line that passes a layer.
const PASS: i64 = 6;
/// Room between layers, for lines.
const AISLE: i64 = 90;
/// Around everything.
const MARGIN: i64 = 20;
/// How often layers are sorted by their neighbours, to the right and back.
const SWEEPS: usize = 12;

/// A box, or the bend of a line where it passes a layer.
#[derive(Clone, Copy, Debug, Default)]
struct Vertex {
    layer: usize,
    height: i64,
    /// The middle, from the top.
    middle: i64,
}

type Layers = DiGraph<Vertex, ()>;

/// Places the nodes and edges of a map.
pub fn layout(topology: &Topology) -> Layout {
    let (mut graph, chains) = layered(topology);
    let (mut layers, alone) = by_layer(&graph, topology.nodes.len());
    for sweep in 0..SWEEPS {
        for (at, side) in sweep_over(layers.len(), sweep) {
            sort_by_neighbours(&graph, &mut layers, at, side);
        }
    }
    for layer in &layers {
        let order = (0..).take(layer.len());
        let wanted = order.map(|place| place * (HEIGHT + GAP)).collect();
        settle(&mut graph, layer, wanted);
    }
    for sweep in 0..SWEEPS {
        for (at, side) in sweep_over(layers.len(), sweep) {
            let wanted = layers[at]
                .iter()
                .map(|&vertex| beside(&graph, vertex, side));
            let wanted = wanted.collect();
            settle(&mut graph, &layers[at], wanted);
        }
    }
    drawn(topology, &graph, &chains, &layers, &alone)
}

/// The layers from left to right, each compared with the one before it, or the other way round.
fn sweep_over(layers: usize, sweep: usize) -> Vec<(usize, Direction)> {
    if sweep.is_multiple_of(2) {
        (0..layers).map(|at| (at, Incoming)).collect()
    } else {
        (0..layers).rev().map(|at| (at, Outgoing)).collect()
    }
}

/// The nodes in layers, each behind all that lead to it, with a vertex in each layer that an edge passes; and the
/// vertices of each edge, from where it begins to where it ends.
fn layered(topology: &Topology) -> (Layers, Vec<Vec<NodeIndex>>) {
    let ends = |at: usize| {
        (
            NodeIndex::new(topology.edges[at].from),
            NodeIndex::new(topology.edges[at].to),
        )
    };
    let mut all: DiGraph<(), ()> = DiGraph::new();
    for _ in &topology.nodes {
        all.add_node(());
    }
    for at in 0..topology.edges.len() {
        let (from, to) = ends(at);
        all.add_edge(from, to, ());
    }
    // Edges that close a circle lead to the left.
    let to_the_left: HashSet<EdgeIndex> = greedy_feedback_arc_set(&all)
        .map(|edge| edge.id())
        .collect();
    let mut right = DiGraph::<(), usize>::new();
    for _ in &topology.nodes {
        right.add_node(());
    }
    for at in 0..topology.edges.len() {
        let (from, to) = ends(at);
        if from == to {
            continue;
        }
        if to_the_left.contains(&EdgeIndex::new(at)) {
            right.add_edge(to, from, at);
        } else {
            right.add_edge(from, to, at);
        }
    }
    let mut graph = Layers::new();
    for _ in &topology.nodes {
        graph.add_node(Vertex {
            height: HEIGHT,
            ..Vertex::default()
        });
    }
    for node in toposort(&right, None).unwrap_or_default() {
        for next in right.neighbors(node) {
            graph[next].layer = graph[next].layer.max(graph[node].layer + 1);
        }
    }
    let mut chains = vec![Vec::new(); topology.edges.len()];
    for edge in right.edge_references() {
        let (from, to) = (edge.source(), edge.target());
        let mut chain = vec![from];
        for layer in graph[from].layer + 1..graph[to].layer {
            chain.push(graph.add_node(Vertex {
                layer,
                height: PASS,
                middle: 0,
            }));
        }
        chain.push(to);
        for pair in chain.windows(2) {
            graph.add_edge(pair[0], pair[1], ());
        }
        if to_the_left.contains(&EdgeIndex::new(*edge.weight())) {
            chain.reverse();
        }
        chains[*edge.weight()] = chain;
    }
    (graph, chains)
}

/// The vertices by layer, and the nodes without edges.
fn by_layer(graph: &Layers, nodes: usize) -> (Vec<Vec<NodeIndex>>, Vec<NodeIndex>) {
    let count = graph.node_weights().map(|vertex| vertex.layer + 1).max();
    let mut layers = vec![Vec::new(); count.unwrap_or_default()];
    let mut alone = Vec::new();
    for vertex in graph.node_indices() {
        if vertex.index() < nodes && graph.neighbors_undirected(vertex).next().is_none() {
            alone.push(vertex);
        } else {
            layers[graph[vertex].layer].push(vertex);
        }
    }
    (layers, alone)
}

/// Sorts a layer by the mean rank of the neighbours on one side. `middle` holds the ranks meanwhile.
fn sort_by_neighbours(graph: &Layers, layers: &mut [Vec<NodeIndex>], at: usize, side: Direction) {
    let beside = match side {
        Incoming => at.checked_sub(1),
        Outgoing => Some(at + 1),
    };
    let beside = beside.and_then(|beside| layers.get(beside));
    let rank: HashMap<NodeIndex, usize> = beside
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(rank, vertex)| (*vertex, rank))
        .collect();
    let mut ranked: Vec<(usize, NodeIndex)> = Vec::with_capacity(layers[at].len());
    for (own, &vertex) in layers[at].iter().enumerate() {
        let neighbours = graph.neighbors_directed(vertex, side);
        let ranks: Vec<usize> = neighbours
            .filter_map(|other| rank.get(&other).copied())
            .collect();
        // In 64ths, so that the mean of whole numbers keeps its fraction.
        let mean = match ranks.len() {
            0 => 64 * own,
            count => 64 * ranks.iter().sum::<usize>() / count,
        };
        ranked.push((mean, vertex));
    }
    ranked.sort_by_key(|(mean, _)| *mean);
    layers[at] = ranked.into_iter().map(|(_, vertex)| vertex).collect();
}

/// The mean place of a vertex's neighbours on one side, or its own.
fn beside(graph: &Layers, vertex: NodeIndex, side: Direction) -> i64 {
    let middles = graph
        .neighbors_directed(vertex, side)
        .map(|other| graph[other].middle);
    let (sum, count) = middles.fold((0, 0), |(sum, count), middle| (sum + middle, count + 1));
    if count == 0 {
        graph[vertex].middle
    } else {
        sum / count
    }
}

/// Gives the vertices of a layer the places nearest to the wanted ones that keep their order and do not overlap: neighbours
/// that would are moved together, around the mean of what they want.
fn settle(graph: &mut Layers, layer: &[NodeIndex], wanted: Vec<i64>) {
    // How far each is below the first one if there is no free room.
    let mut below = Vec::with_capacity(layer.len());
    let mut end = 0;
    for &vertex in layer {
        let height = graph[vertex].height;
        below.push(end + height / 2);
        end += height + GAP;
    }
    // Blocks without free room: the sum of the wanted places of the first one, and how many there are.
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    for (wanted, below) in wanted.iter().zip(&below) {
        blocks.push((wanted - below, 1));
        while let [.., (sum, count), (next, more)] = blocks[..]
            && sum * more > next * count
        {
            blocks.pop();
            blocks.pop();
            blocks.push((sum + next, count + more));
        }
    }
    let mut vertices = layer.iter().zip(below);
    for (sum, count) in blocks {
        for _ in 0..count {
            if let Some((&vertex, below)) = vertices.next() {
                graph[vertex].middle = sum.div_euclid(count) + below;
            }
        }
    }
}

/// The boxes and lines, moved to the left upper corner; nodes without edges in rows below.
fn drawn(
    topology: &Topology,
    graph: &Layers,
    chains: &[Vec<NodeIndex>],
    layers: &[Vec<NodeIndex>],
    alone: &[NodeIndex],
) -> Layout {
    let nodes = topology.nodes.len();
    let width = |vertex: NodeIndex| topology.nodes.get(vertex.index()).map_or(0, box_width);
    let mut boxes = vec![
        Rectangle {
            at: Place { x: 0, y: 0 },
            width: 0,
            height: HEIGHT
        };
        nodes
    ];
    let shown = layers.iter().flatten();
    let top = |vertex: &NodeIndex| graph[*vertex].middle - graph[*vertex].height / 2;
    let highest = shown.clone().map(top).min().unwrap_or_default();
    let y = |vertex: NodeIndex| graph[vertex].middle - highest + MARGIN;
    let bottom = shown
        .map(|vertex| y(*vertex) + HEIGHT / 2)
        .max()
        .unwrap_or_default();
    let mut left = vec![MARGIN; graph.node_count()];
    let mut widest = vec![0; graph.node_count()];
    let mut x = MARGIN;
    let mut right = MARGIN;
    for layer in layers {
        let wide = layer
            .iter()
            .map(|vertex| width(*vertex))
            .max()
            .unwrap_or_default();
        for vertex in layer {
            left[vertex.index()] = x;
            widest[vertex.index()] = wide;
            if let Some(of_node) = boxes.get_mut(vertex.index()) {
                of_node.at = Place {
                    x,
                    y: y(*vertex) - HEIGHT / 2,
                };
                of_node.width = wide;
            }
        }
        right = right.max(x + wide);
        x += wide + AISLE;
    }
    let top = if bottom == 0 {
        MARGIN
    } else {
        bottom + 2 * GAP
    };
    for (vertex, at) in rows(alone, &width, top, right.max(1000)) {
        boxes[vertex.index()].at = at;
        boxes[vertex.index()].width = width(vertex);
        right = right.max(at.x + width(vertex));
    }
    let bend = |vertex: NodeIndex, end: i64| Place {
        x: left[vertex.index()] + end,
        y: y(vertex),
    };
    let lines = chains.iter().map(|chain| {
        let is_to_the_right = chain.first().map(|first| left[first.index()])
            < chain.last().map(|last| left[last.index()]);
        let count = chain.len();
        let mut line = Vec::with_capacity(2 * count);
        for (at, &vertex) in chain.iter().enumerate() {
            let sides = if is_to_the_right {
                [0, widest[vertex.index()]]
            } else {
                [widest[vertex.index()], 0]
            };
            if at > 0 {
                line.push(bend(vertex, sides[0]));
            }
            if at + 1 < count {
                line.push(bend(vertex, sides[1]));
            }
        }
        line
    });
    let lowest = boxes
        .iter()
        .map(|one| one.at.y + one.height)
        .max()
        .unwrap_or_default();
    Layout {
        width: right + MARGIN,
        height: lowest.max(bottom) + MARGIN,
        lines: lines.collect(),
        boxes,
    }
}

/// Places in rows for nodes without edges, from `top` down and not beyond `right` if there are several in a row.
fn rows(
    alone: &[NodeIndex],
    width: &dyn Fn(NodeIndex) -> i64,
    top: i64,
    right: i64,
) -> Vec<(NodeIndex, Place)> {
    let mut at = Place { x: MARGIN, y: top };
    let mut places = Vec::with_capacity(alone.len());
    for &vertex in alone {
        if at.x > MARGIN && at.x + width(vertex) > right {
            at = Place {
                x: MARGIN,
                y: at.y + HEIGHT + GAP,
            };
        }
        places.push((vertex, at));
        at.x += width(vertex) + GAP;
    }
    places
}

/// Room for the longer of kind and name in a font of 12 pixels whose letters have the same width, 7.25 pixels.
fn box_width(node: &Node) -> i64 {
    let letters = visible(&node.name)
        .chars()
        .count()
        .max(node.kind.chars().count());
    20 + i64::try_from(letters).unwrap_or(i64::MAX / 64) * 29 / 4
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
                    prop_assert_eq!(place.y, of_node.at.y + HEIGHT / 2);
                    prop_assert!(place.x == of_node.at.x || place.x == of_node.at.x + of_node.width);
                }
            }
        }
    }

    #[test]
    fn edges_lead_to_the_right_where_there_is_no_circle() {
        let layout = layout(&map(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]));
        let x: Vec<i64> = layout.boxes.iter().map(|one| one.at.x).collect();
        assert!(x.is_sorted() && x[0] < x[3], "{x:?}");
    }
}
