//! The layers of a map: each node below all that lead to it, in an order with few crossings, at places near to its
//! neighbours.

use std::collections::{HashMap, HashSet};

use petgraph::Direction::{self, Incoming, Outgoing};
use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::super::Topology;

/// Room between neighbours in a layer.
pub(super) const GAP: i64 = 16;
/// Width of a line that passes a layer.
const PASS: i64 = 4;
/// How often layers are sorted by their neighbours, down and back up.
const SWEEPS: usize = 12;

/// A box, or the place of a line where it passes a layer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vertex {
    pub(super) layer: usize,
    pub(super) width: i64,
    /// From the left.
    pub(super) middle: i64,
}

pub(super) type Graph = DiGraph<Vertex, ()>;

/// A map in layers.
pub(super) struct Layered {
    /// The nodes of the map, then the places of lines.
    pub(super) graph: Graph,
    /// The vertices of each edge, from where it begins to where it ends; none of an edge from a node to itself.
    pub(super) chains: Vec<Vec<NodeIndex>>,
    /// The vertices of each layer, from left to right.
    pub(super) layers: Vec<Vec<NodeIndex>>,
    /// The nodes without edges, in no layer.
    pub(super) alone: Vec<NodeIndex>,
}

impl Layered {
    /// `width` is that of each node's box.
    pub(super) fn new(topology: &Topology, width: &[i64]) -> Self {
        let (mut graph, chains) = layered(topology, width);
        let (mut layers, alone) = by_layer(&graph, topology.nodes.len());
        for sweep in 0..SWEEPS {
            for (at, side) in sweep_over(layers.len(), sweep) {
                sort_by_neighbours(&graph, &mut layers, at, side);
            }
        }
        for layer in &layers {
            settle(&mut graph, layer, vec![0; layer.len()]);
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
        // The leftmost begins at 0.
        let left = |vertex: &NodeIndex| graph[*vertex].middle - graph[*vertex].width / 2;
        let shift = layers.iter().flatten().map(left).min().unwrap_or_default();
        for vertex in graph.node_weights_mut() {
            vertex.middle -= shift;
        }
        Self {
            graph,
            chains,
            layers,
            alone,
        }
    }

    /// The middle of a vertex, from the left.
    pub(super) fn middle(&self, vertex: NodeIndex) -> i64 {
        self.graph[vertex].middle
    }
}

/// The layers downwards, each compared with the one above it, or the other way round.
fn sweep_over(layers: usize, sweep: usize) -> Vec<(usize, Direction)> {
    if sweep.is_multiple_of(2) {
        (0..layers).map(|at| (at, Incoming)).collect()
    } else {
        (0..layers).rev().map(|at| (at, Outgoing)).collect()
    }
}

/// The nodes in layers, each below all that lead to it, with a vertex in each layer that an edge passes; and the
/// vertices of each edge, from where it begins to where it ends.
fn layered(topology: &Topology, width: &[i64]) -> (Graph, Vec<Vec<NodeIndex>>) {
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
    // Edges that close a circle lead upwards.
    let upwards: HashSet<EdgeIndex> = greedy_feedback_arc_set(&all)
        .map(|edge| edge.id())
        .collect();
    let mut down = DiGraph::<(), usize>::new();
    for _ in &topology.nodes {
        down.add_node(());
    }
    for at in 0..topology.edges.len() {
        let (from, to) = ends(at);
        if from == to {
            continue;
        }
        if upwards.contains(&EdgeIndex::new(at)) {
            down.add_edge(to, from, at);
        } else {
            down.add_edge(from, to, at);
        }
    }
    let mut graph = Graph::new();
    for &width in width {
        graph.add_node(Vertex {
            width,
            ..Vertex::default()
        });
    }
    for node in toposort(&down, None).unwrap_or_default() {
        for next in down.neighbors(node) {
            graph[next].layer = graph[next].layer.max(graph[node].layer + 1);
        }
    }
    let mut chains = vec![Vec::new(); topology.edges.len()];
    for edge in down.edge_references() {
        let (from, to) = (edge.source(), edge.target());
        let mut chain = vec![from];
        for layer in graph[from].layer + 1..graph[to].layer {
            chain.push(graph.add_node(Vertex {
                layer,
                width: PASS,
                middle: 0,
            }));
        }
        chain.push(to);
        for pair in chain.windows(2) {
            graph.add_edge(pair[0], pair[1], ());
        }
        if upwards.contains(&EdgeIndex::new(*edge.weight())) {
            chain.reverse();
        }
        chains[*edge.weight()] = chain;
    }
    (graph, chains)
}

/// The vertices by layer, and the nodes without edges.
fn by_layer(graph: &Graph, nodes: usize) -> (Vec<Vec<NodeIndex>>, Vec<NodeIndex>) {
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
fn sort_by_neighbours(graph: &Graph, layers: &mut [Vec<NodeIndex>], at: usize, side: Direction) {
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
fn beside(graph: &Graph, vertex: NodeIndex, side: Direction) -> i64 {
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
fn settle(graph: &mut Graph, layer: &[NodeIndex], wanted: Vec<i64>) {
    // How far each is behind the first one if there is no free room.
    let mut behind = Vec::with_capacity(layer.len());
    let mut end = 0;
    for &vertex in layer {
        let width = graph[vertex].width;
        behind.push(end + width / 2);
        end += width + GAP;
    }
    // Blocks without free room: the sum of the wanted places of the first one, and how many there are.
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    for (wanted, behind) in wanted.iter().zip(&behind) {
        blocks.push((wanted - behind, 1));
        while let [.., (sum, count), (next, more)] = blocks[..]
            && sum * more > next * count
        {
            blocks.pop();
            blocks.pop();
            blocks.push((sum + next, count + more));
        }
    }
    let mut vertices = layer.iter().zip(behind);
    for (sum, count) in blocks {
        for _ in 0..count {
            if let Some((&vertex, behind)) = vertices.next() {
                graph[vertex].middle = sum.div_euclid(count) + behind;
            }
        }
    }
}
