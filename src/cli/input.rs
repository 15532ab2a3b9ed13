//! From what was typed to what is rendered: the chart, the release, the values, in the order in
//! which Helm finds their errors.

use std::path::Path;

use anyhow::bail;
use swanlab_render::chart::{self, Chart, KubeVersion};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Source};
use swanlab_render::engine::Engine;
use swanlab_render::manifest::Mirror;
use swanlab_render::release::{
    DEFAULT_NAMES, NameError, Release, Rendered, check_name, check_namespace,
};
use swanlab_render::values::{self, Flag, Overrides, Values, set};

use super::args::{Render, Target};
use super::files::Files;
use super::references;
use super::streams::Streams;

/// What a command works on.
pub(super) struct Input {
    pub(super) chart: Chart,
    pub(super) name: String,
    pub(super) overrides: Overrides,
    pub(super) values: Values,
    pub(super) kube_version: KubeVersion,
    /// Where images are taken from instead.
    mirror: Option<Mirror>,
    /// What Helm would warn of, and keys that the chart does not know.
    pub(super) warnings: Vec<Diagnostic>,
}

impl Input {
    /// Reads everything, merges the values and prints the warnings about them; does not check
    /// them against the schema.
    pub(super) fn read(
        target: &Target,
        render: &Render,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        Self::read_from(
            &Files::within(render.within.as_deref())?,
            target,
            render,
            streams,
        )
    }

    /// The same, where others read files too: standard input is there once.
    pub(super) fn read_from(
        files: &Files,
        target: &Target,
        render: &Render,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let mut input = Self::gather_with(files, target, render, None, streams)?;
        streams.warn(std::mem::take(&mut input.warnings), render.strict)?;
        Ok(input)
    }

    /// Reads everything and merges the values; the warnings about them are the caller's to tell.
    pub(super) fn gather(
        target: &Target,
        render: &Render,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        Self::gather_with(
            &Files::within(render.within.as_deref())?,
            target,
            render,
            None,
            streams,
        )
    }

    /// The same, where others read files too, with values that stand in no file and count more than those of files.
    pub(super) fn gather_with(
        files: &Files,
        target: &Target,
        render: &Render,
        inline: Option<Source>,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let kube_version = kube_version(render)?;
        let mirror = mirror("--image-registry", render.image_registry.as_deref())?;
        let (name, chart) = load(target, files, streams)?;
        let mut sources = files.values(&render.values)?;
        sources.extend(inline);
        let overrides = Overrides {
            files: sources,
            flags: flags(render),
        };
        let load_file = |path: &str| files.set_file(path);
        let values = overrides.over(&chart, &load_file)?;
        check_name(&name, chart.is_embedded).map_err(name_error)?;
        check_namespace(&render.namespace).map_err(name_error)?;
        let mut warnings = values.warnings.clone();
        warnings.extend(values::unknown_keys(&chart, &overrides, &values));
        Ok(Self {
            chart,
            name,
            overrides,
            values,
            kube_version,
            mirror,
            warnings,
        })
    }

    /// Holds the values to the chart's schema, unless that was not wanted.
    pub(super) fn validate(&self, render: &Render) -> Result<(), Diagnostics> {
        if render.skip_schema_validation {
            return Ok(());
        }
        values::validate(&self.chart, &self.overrides, &self.values.tree)
    }

    /// Checks the values, renders, and prints the warnings about it. The engine may render again.
    pub(super) fn rendered(
        &self,
        render: &Render,
        streams: &Streams,
    ) -> anyhow::Result<(Engine, Rendered)> {
        self.validate(render)?;
        let engine = Engine::new(&self.chart)?;
        let mut rendered = self.release(render).render_with(&engine)?;
        streams.warn(std::mem::take(&mut rendered.warnings), render.strict)?;
        Ok((engine, rendered))
    }

    /// The release that was asked for.
    pub(super) fn release(&self, render: &Render) -> Release<'_> {
        Release {
            name: self.name.clone(),
            namespace: render.namespace.clone(),
            is_upgrade: render.is_upgrade,
            kube_version: self.kube_version.clone(),
            api_versions: render.api_versions.clone(),
            chart: &self.chart,
            values: &self.values.tree,
            overrides: &self.overrides,
            mirror: self.mirror.clone(),
        }
    }
}

/// The version that `--kube-version` names.
pub(super) fn kube_version(render: &Render) -> anyhow::Result<KubeVersion> {
    let Some(kube_version) = KubeVersion::parse(&render.kube_version) else {
        bail!(
            "--kube-version {}: not a Kubernetes version; write 1.{{minor}}, such as {}",
            render.kube_version,
            KubeVersion::DEFAULT
        );
    };
    Ok(kube_version)
}

/// The release's name and the chart. Of one argument alone, `.`, `..`, a path and an archive are
/// charts.
pub(super) fn load(
    target: &Target,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<(String, Chart)> {
    let (name, chart) = match (&target.name, &target.chart) {
        (Some(only), None) if is_chart(only) => (None, Some(only)),
        (name, chart) => (name.as_ref(), chart.as_ref()),
    };
    let [embedded_name, other_name] = DEFAULT_NAMES;
    let Some(path) = chart else {
        if let Some(name) = name
            && Path::new(name).join("Chart.yaml").is_file()
        {
            let note = Diagnostic::note(format!(
                "`{name}` is taken as the release's name; for the chart in the folder write `./{name}`"
            ));
            streams.warn(vec![note], false)?;
        }
        let name = name.map_or(embedded_name, String::as_str);
        return Ok((name.to_owned(), chart::embedded()?));
    };
    let name = name.map_or(other_name, String::as_str);
    if !Path::new(path).exists()
        && let Some(answer) = references::refusal(path, &chart::embedded()?.metadata.name)
    {
        return Err(Diagnostics::from(answer).into());
    }
    Ok((
        name.to_owned(),
        chart::load_with(Path::new(path), files.access())?,
    ))
}

fn is_chart(argument: &str) -> bool {
    argument == "."
        || argument == ".."
        || argument.contains('/')
        || Path::new(argument)
            .extension()
            .is_some_and(|extension| extension == "tgz")
}

fn name_error(NameError(problem): NameError) -> anyhow::Error {
    anyhow::Error::msg(problem)
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
    let mirror = |text| Mirror::parse(text).map_err(|why| anyhow::anyhow!("{flag} {text}: {why}"));
    text.map(mirror).transpose()
}
