//! The map as a picture that any browser shows: nothing is loaded, light and dark, no script.

use quick_xml::escape::escape;

use crate::diagnostics::visible;
use crate::topology::{Layout, Node, Place, Rectangle, Relation, Topology, layout};

/// Colours of lines, readable on light and on dark.
const COLOURS: [(Relation, &str); 5] = [
    (Relation::Requests, "#2f7ed8"),
    (Relation::Routes, "#2a9d4e"),
    (Relation::Mounts, "#b5651d"),
    (Relation::Reads, "#8a63d2"),
    (Relation::Owns, "#c2410c"),
];

/// Room below the map for the words of the colours.
const LEGEND: i64 = 40;

/// A wider map is not made to fit into a page, for nothing of it could be read.
const LARGE: i64 = 1800;

const STYLE: &str = "\
svg{background:#fff;color:#1b1f24}\
.box{fill:#f6f8fa;stroke:#57606a}\
.outside .box{stroke-dasharray:5 4;fill:none}\
text{fill:currentColor;font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}\
.kind{font-size:10px;opacity:.75}\
.line{fill:none;stroke-width:1.4}\
.use{stroke-dasharray:6 3}\
@media (prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.box{fill:#161b22;stroke:#8b949e}}";

/// The picture as a file, with its style.
pub fn svg(topology: &Topology, out: &mut String) {
    let style = format!("<style>{STYLE}</style>\n");
    write(topology, &style, &|_| None, out);
}

/// The picture inside a page that has the style. `class` gives the class of a node, for its colour.
pub(in crate::report) fn picture<'c>(
    topology: &Topology,
    class: &dyn Fn(&Node) -> Option<&'c str>,
) -> String {
    let mut out = String::new();
    write(topology, "", class, &mut out);
    out
}

fn write<'c>(
    topology: &Topology,
    style: &str,
    class: &dyn Fn(&Node) -> Option<&'c str>,
    out: &mut String,
) {
    let drawn = layout(topology);
    let Layout { width, height, .. } = drawn;
    let (width, height) = (width.max(480), height + LEGEND);
    let size = if width > LARGE { "large" } else { "fits" };
    out.push_str(&format!(
        "<svg class=\"{size}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"Map of the installation\">\n{style}<defs>\n"
    ));
    for (relation, colour) in COLOURS {
        let word = relation.word();
        out.push_str(&format!(
            "<marker id=\"{word}\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"{colour}\"/></marker>\n"
        ));
    }
    out.push_str("</defs>\n");
    for (edge, places) in topology.edges.iter().zip(&drawn.lines) {
        let [from, to] = [edge.from, edge.to].map(|at| visible(&topology.nodes[at].id));
        let title = format!(
            "{from} {} {to} {}",
            edge.relation.word(),
            visible(&edge.label)
        );
        line(edge.relation, places, title.trim_end(), out);
    }
    for ((node, rectangle), name) in topology.nodes.iter().zip(&drawn.boxes).zip(&drawn.names) {
        let place = if node.is_external {
            "outside"
        } else {
            "inside"
        };
        let class =
            class(node).map_or_else(|| place.to_owned(), |class| format!("{place} {class}"));
        one_box(node, *rectangle, name, &class, out);
    }
    let mut x = 20;
    for (relation, colour) in COLOURS {
        let y = height - LEGEND / 2;
        out.push_str(&format!(
            "<path class=\"{}\" stroke=\"{colour}\" d=\"M{x} {}H{}\"/><text x=\"{}\" y=\"{y}\">{}</text>\n",
            class_of(relation),
            y - 4,
            x + 20,
            x + 26,
            relation.word()
        ));
        x += 92;
    }
    out.push_str("</svg>\n");
}

/// A line whose bends are curves, with what it means as its title.
fn line(relation: Relation, places: &[Place], title: &str, out: &mut String) {
    let Some((first, rest)) = places.split_first() else {
        return;
    };
    let mut path = format!("M{} {}", first.x, first.y);
    let mut last = first;
    for place in rest {
        if place.x == last.x {
            path.push_str(&format!("V{}", place.y));
        } else {
            let middle = i64::midpoint(last.y, place.y);
            let (x, Place { x: end, y }) = (last.x, place);
            path.push_str(&format!("C{x} {middle} {end} {middle} {end} {y}"));
        }
        last = place;
    }
    let word = relation.word();
    let colour = COLOURS.iter().find(|(known, _)| *known == relation);
    let colour = colour.map_or("currentColor", |(_, colour)| colour);
    out.push_str(&format!(
        "<path class=\"{}\" stroke=\"{colour}\" marker-end=\"url(#{word})\" d=\"{path}\"><title>{}</title></path>\n",
        class_of(relation),
        escape(title)
    ));
}

/// Requests are whole lines, what pods use is dashed.
fn class_of(relation: Relation) -> &'static str {
    match relation {
        Relation::Requests | Relation::Routes => "line",
        Relation::Mounts | Relation::Reads | Relation::Owns => "line use",
    }
}

/// A box with the kind above the name. The text is fitted into it, whatever the font.
fn one_box(node: &Node, rectangle: Rectangle, name: &[String], class: &str, out: &mut String) {
    let Rectangle { at, width, height } = rectangle;
    out.push_str(&format!(
        "<g class=\"{class}\"><title>{}</title><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" \
         rx=\"5\"/>",
        escape(&*visible(&node.id)),
        at.x,
        at.y,
    ));
    let x = at.x + 8;
    let mut y = at.y + if name.len() == 1 { 22 } else { 15 };
    let kind = visible(&node.kind);
    out.push_str(&format!(
        "<text class=\"kind\" x=\"{x}\" y=\"{y}\">{}</text>",
        escape(&*kind)
    ));
    for line in name {
        y += 15;
        let room = i64::try_from(line.chars().count()).unwrap_or(0) * 29 / 4;
        let room = room.min(width - 12);
        out.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{room}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
            escape(line.as_str())
        ));
    }
    out.push_str("</g>\n");
}
