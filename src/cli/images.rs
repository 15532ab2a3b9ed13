//! `images`: what has to be pulled, and where a mirror keeps it.

use swanlab_render::images;
use swanlab_render::report::manifests as report;

use super::args::{Images, ImagesFormat};
use super::input::{mirror, release, rendered};
use super::previous;
use super::streams::Streams;

pub(super) fn run(command: &Images, streams: &mut Streams) -> anyhow::Result<()> {
    let mirror = mirror("--mirror", command.mirror.as_deref())?;
    let used = if let Some(argument) = &command.manifests {
        images::used(&previous::finished(argument, &command.render, streams)?)
    } else {
        let release = release(&command.target, &command.render, streams)?;
        images::used(rendered(&release, &command.render, streams)?.all())
    };
    match (mirror, command.output) {
        (Some(mirror), _) => {
            let names = used.iter().map(|used| used.image.as_str());
            report::pairs(mirror.targets(names)?, streams.output());
        }
        (None, ImagesFormat::Text) => report::images(&used, streams.output()),
        (None, ImagesFormat::Json) => report::images_json(&used, streams.output()),
    }
    Ok(())
}
