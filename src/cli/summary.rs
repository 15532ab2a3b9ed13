//! `summary`: the size of an installation.

use swanlab_render::report::summary as report;
use swanlab_render::summary::Summary;

use super::args::{Summary as Arguments, SummaryFormat};
use super::files::Files;
use super::sides::Side;
use super::streams::Streams;

pub(super) fn run(command: &Arguments, streams: &mut Streams) -> anyhow::Result<()> {
    let files = Files::of(&command.render)?;
    let manifests = command.manifests.manifests.as_deref();
    let side = Side::of(manifests, &command.target, &command.render, &files, streams)?;
    let summary = Summary::of(side.manifests(), &command.render.namespace);
    let out = streams.output();
    match command.output {
        SummaryFormat::Text => report::text(&summary, out),
        SummaryFormat::Json => report::json(&summary, out),
        SummaryFormat::Markdown => report::markdown(&summary, out),
    }
    Ok(())
}
