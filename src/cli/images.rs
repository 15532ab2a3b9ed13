//! `images`: what has to be pulled, and what brings it into a registry of one's own.

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::images::{self, FullName, Mirror, Used};
use swanlab_render::report::images as report;

use super::args::{Images, ImagesFormat};
use super::input::{mirror, release, rendered};
use super::previous;
use super::streams::Streams;

pub(super) fn run(command: &Images, streams: &mut Streams) -> anyhow::Result<()> {
    let mirror = mirror("--mirror", command.mirror.as_deref())?;
    let mirror = mirror.as_ref();
    let (package, used) = if let Some(argument) = &command.manifests {
        let manifests = previous::finished(argument, &command.render, streams)?;
        ("images".to_owned(), images::used(&manifests))
    } else {
        let release = release(&command.target, &command.render, streams)?;
        let used = images::used(rendered(&release, &command.render, streams)?.all());
        // Zarf's names have no dots.
        (release.name().replace('.', "-") + "-images", used)
    };
    if let Some(mirror) = mirror {
        // No two images may become one.
        mirror.targets(used.iter().map(|used| used.image.as_str()))?;
    }
    if names_in_full(command.output) {
        streams.warn(other_paths(&used, mirror), command.render.strict)?;
    }
    let out = streams.output();
    match command.output {
        ImagesFormat::Text => match mirror {
            Some(mirror) => report::pairs(&used, mirror, out),
            None => report::text(&used, out),
        },
        ImagesFormat::Json => report::json(&used, mirror, out),
        ImagesFormat::Skopeo => report::skopeo(&used, mirror, out),
        ImagesFormat::Crane => report::crane(&used, mirror, out),
        ImagesFormat::Hauler => report::hauler(&package, &used, mirror, out),
        ImagesFormat::Zarf => report::zarf(&package, &used, mirror, out),
    }
    Ok(())
}

/// Whether the program copies images under their full names.
fn names_in_full(output: ImagesFormat) -> bool {
    matches!(
        output,
        ImagesFormat::Skopeo | ImagesFormat::Hauler | ImagesFormat::Zarf
    )
}

/// The images that these programs would bring to another place than the one where `--image-registry` expects them.
fn other_paths(used: &[Used], mirror: Option<&Mirror>) -> Vec<Diagnostic> {
    let differ = used.iter().filter_map(|used| {
        let full = FullName::of(&used.image);
        full.has_another_path().then(|| {
            let place = mirror.map_or(report::UNKNOWN_MIRROR, Mirror::name);
            Diagnostic::warning(format!(
                "`{}` is copied to `{place}/{}`, but `--image-registry` looks for it at `{place}/{}`: write `{}/{}` in \
                 the values",
                used.image,
                full.path,
                Mirror::path(&used.image),
                full.registry,
                full.path,
            ))
        })
    });
    differ.collect()
}
