//! `topology`: the map of an installation.

use swanlab_render::report::topology as report;
use swanlab_render::topology::Topology;

use super::args::{Topology as Arguments, TopologyFormat};
use super::files::Files;
use super::sides::Side;
use super::streams::Streams;

pub(super) fn run(command: &Arguments, streams: &mut Streams) -> anyhow::Result<()> {
    let files = Files::of(&command.render)?;
    let manifests = command.manifests.manifests.as_deref();
    let side = Side::of(manifests, &command.target, &command.render, &files, streams)?;
    let map = Topology::of(side.manifests(), &command.render.namespace);
    let out = streams.output();
    match command.output {
        TopologyFormat::Text => report::text(&map, out),
        TopologyFormat::Mermaid => report::mermaid(&map, out),
        TopologyFormat::Dot => report::dot(&map, out),
        TopologyFormat::Svg => report::svg(&map, out),
        TopologyFormat::Json => report::json(&map, out),
    }
    Ok(())
}
