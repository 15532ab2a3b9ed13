//! From what was typed to a release: the chart, the values, the names, in the order in which Helm finds their errors.

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use swanlab_render::chart::{self, Chart, KubeVersion};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::images::Mirror;
use swanlab_render::manifest::Manifest;
use swanlab_render::release::{CompiledChart, Release, Rendered, Request};
use swanlab_render::values::{Flag, Overrides, set};

use super::args::{Render, Target};
use super::fetch::{self, Fetch};
use super::files::Files;
use super::helm_program::HelmProgram;
use super::streams::Streams;

/// The release that a command line describes. Prints the warnings about its values, which are not validated yet.
pub(super) fn release(
    target: &Target,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Release> {
    let files = Files::of(render)?;
    release_from(&files, target, render, streams)
}

/// The same for commands that read other files too: standard input can be read once.
pub(super) fn release_from(
    files: &Files,
    target: &Target,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Release> {
    let release = unwarned_release(files, target, render, streams)?;
    streams.warn(release.warnings(), render.strict)?;
    Ok(release)
}

/// The same for commands that report the warnings about the values themselves.
pub(super) fn unwarned_release(
    files: &Files,
    target: &Target,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Release> {
    let mut request = Request::default().in_namespace(&render.namespace);
    request.is_upgrade = render.is_upgrade;
    request.skip_schema_validation = render.skip_schema_validation;
    request.search = render.origins.into();
    request.kube_version = kube_version(&render.kube_version)?;
    request.api_versions.clone_from(&render.api_versions);
    request.mirror = mirror("--image-registry", render.image_registry.as_deref())?;
    let (name, chart) = load(target, render.fetch(), files, streams)?;
    request.name = name;
    request.overrides = Overrides {
        files: files.values(&render.values)?,
        flags: flags(render),
    };
    let set_file = |path: &str| files.set_file(path);
    let chart = CompiledChart::new(chart).with_helm(Arc::new(HelmProgram::new(streams.is_quiet())));
    Ok(Release::new(Arc::new(chart), request, &set_file)?)
}

/// Checks the values against the chart's schema, unless the command line says not to.
pub(super) fn validate(release: &Release, render: &Render) -> Result<(), Diagnostics> {
    if render.skip_schema_validation {
        return Ok(());
    }
    release.validate()
}

/// Checks the values and renders; prints the warnings about the render.
pub(super) fn rendered(
    release: &Release,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Rendered> {
    rendered_as(release, render, streams, |manifest| manifest)
}

/// The same, with what `make` makes of each object.
pub(super) fn rendered_as<T>(
    release: &Release,
    render: &Render,
    streams: &Streams,
    make: impl Fn(Manifest) -> T,
) -> anyhow::Result<Rendered<T>> {
    validate(release, render)?;
    warned(release.render_as(make)?, render, streams)
}

/// The same, with the text of each object.
pub(super) fn rendered_texts(
    release: &Release,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Rendered<Arc<str>>> {
    validate(release, render)?;
    warned(release.texts()?, render, streams)
}

fn warned<T>(
    mut rendered: Rendered<T>,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Rendered<T>> {
    streams.warn(std::mem::take(&mut rendered.warnings), render.strict)?;
    Ok(rendered)
}

/// The version that `--kube-version` names.
pub(super) fn kube_version(text: &str) -> anyhow::Result<KubeVersion> {
    let Some(version) = KubeVersion::parse(text) else {
        bail!(
            "--kube-version {text}: not a Kubernetes version; write 1.{{minor}}, such as {}",
            KubeVersion::DEFAULT
        );
    };
    Ok(version)
}

/// The release's name, if one was given, and the chart. A single argument is a chart if it is `.`, `..`, a path or an
/// archive.
pub(super) fn load(
    target: &Target,
    fetched: Fetch<'_>,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<(Option<String>, Chart)> {
    let (name, chart) = match (&target.name, &target.chart) {
        (Some(only), None) if is_chart(only) => (None, Some(only)),
        (name, chart) => (name.as_ref(), chart.as_ref()),
    };
    let Some(path) = chart else {
        if let Fetch::Named(Some(version)) | Fetch::Cached(Some(version)) = fetched {
            bail!(
                "--version {version}: only one version of SwanLab's chart is built in: leave it out; `swanlab-render \
                 show chart` prints it, and `swanlab-render version` this program's"
            );
        }
        if let Some(name) = name
            && Path::new(name).join("Chart.yaml").is_file()
        {
            let note = Diagnostic::note(format!(
                "`{name}` is taken as the release's name; for the chart in the folder write `./{name}`"
            ));
            streams.warn(vec![note], false)?;
        }
        return Ok((name.cloned(), chart::embedded()?));
    };
    let fetched = if Path::new(path).exists() {
        None
    } else {
        fetch::fetch(path, fetched, streams.progress())?
    };
    let chart = match fetched {
        // The cache is outside of any folder that files are limited to.
        Some(archive) => chart::load(&archive)?,
        None => chart::load_with(Path::new(path), files.access())?,
    };
    Ok((name.cloned(), chart))
}

/// Whether a single argument is a chart, not a name.
pub(super) fn is_chart(argument: &str) -> bool {
    argument == "."
        || argument == ".."
        || argument.contains('/')
        || Path::new(argument)
            .extension()
            .is_some_and(|extension| extension == "tgz")
}

fn flags(render: &Render) -> Vec<Flag> {
    [
        (set::Kind::Json, &render.set_json),
        (set::Kind::Set, &render.set),
        (set::Kind::String, &render.set_string),
        (set::Kind::File, &render.set_file),
        (set::Kind::Literal, &render.set_literal),
    ]
    .into_iter()
    .flat_map(|(kind, arguments)| {
        arguments
            .iter()
            .map(move |argument| Flag::new(kind, argument))
    })
    .collect()
}

/// The mirror that a flag names.
pub(super) fn mirror(flag: &str, text: Option<&str>) -> anyhow::Result<Option<Mirror>> {
    let mirror = |text| {
        Mirror::parse(text).map_err(|error| anyhow::anyhow!("{flag} {text}: {}", error.message))
    };
    text.map(mirror).transpose()
}
