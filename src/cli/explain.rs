//! `explain`: what a key of the values is for, and what changing it does.

use swanlab_render::explain::explain;
use swanlab_render::report::explain as report;
use swanlab_render::yaml::Path;

use super::args::{Explain, ExplainFormat, Target};
use super::input::{release, validate};
use super::streams::Streams;

pub(super) fn run(command: &Explain, streams: &mut Streams) -> anyhow::Result<()> {
    let target = Target {
        name: None,
        chart: command.chart.clone(),
    };
    let release = release(&target, &command.render, streams)?;
    validate(&release, &command.render)?;
    let explanation = explain(&release, &Path::dotted(&command.key))?;
    match command.output {
        ExplainFormat::Text => report::text(&explanation, streams.output()),
        ExplainFormat::Json => report::json(&explanation, streams.output()),
    }
    Ok(())
}
