//! `krm`: renders as a KRM function, from a ResourceList on standard input to one on standard output.
//! What is wrong is warnings twice: as results, for the program that runs it, and on standard error, for people.

use std::path::Path;
use std::sync::Arc;

use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::krm::{self, Config};
use swanlab_render::manifest::Manifest;
use swanlab_render::release::{CompiledChart, Release, Request};
use swanlab_render::values::NoFiles;

use super::Outcome;
use super::args::Target;
use super::fetch::Fetch;
use super::files::Files;
use super::helm_program::HelmProgram;
use super::input::{kube_version, load, mirror};
use super::streams::Streams;

/// Exit code 1 with results if it cannot be rendered; 2 without, if there is no ResourceList to answer.
pub(super) fn run(streams: &mut Streams) -> anyhow::Result<Outcome> {
    // A repository says what is read, and whoever renders it need not trust it.
    let files = Files::within(Some(Path::new(".")))?;
    let request = krm::read(&files.manifests("krm", "-")?)?;
    let (rendered, warnings, below) = match request.config {
        Err(problems) => (None, problems, ""),
        Ok(config) => {
            let mut warnings = Vec::new();
            let rendered = render(&config, &files, &mut warnings, streams);
            let warnings = Diagnostics(warnings);
            let warnings = if config.strict {
                warnings.strict()
            } else {
                warnings
            };
            match rendered {
                Err(error) => {
                    let problems = error.downcast::<Diagnostics>();
                    let problems = problems
                        .unwrap_or_else(|error| Diagnostic::error(format!("{error:#}")).into());
                    (None, Diagnostics([warnings.0, problems.0].concat()), VALUES)
                }
                Ok(manifests) if !warnings.has_errors() => {
                    (Some((manifests, config)), warnings, VALUES)
                }
                Ok(_) => (None, warnings, VALUES),
            }
        }
    };
    let failed = rendered.is_none();
    if failed || !streams.is_quiet() {
        streams.report(&warnings);
    }
    let items = match rendered {
        None => request.items,
        Some((mut manifests, config)) => {
            let namespace = config.namespace.as_deref();
            if let Some(namespace) = namespace {
                for manifest in &mut manifests {
                    manifest.put_into_namespace(namespace);
                }
            }
            krm::merge(request.items, manifests, namespace.unwrap_or(NAMESPACE))
        }
    };
    let results = krm::results(&warnings.0, below);
    *streams.output() += &krm::respond(&request.api_version, items, results);
    Ok(if failed {
        Outcome::Found
    } else {
        Outcome::Fine
    })
}

/// The path of the values in a functionConfig.
const VALUES: &str = "spec.values";

/// Where objects live if nobody says so.
const NAMESPACE: &str = "default";

/// What `template` would print, hooks included; warnings are added.
fn render(
    config: &Config,
    files: &Files,
    warnings: &mut Vec<Diagnostic>,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    let target = Target {
        name: config.release.clone(),
        chart: config.chart.clone(),
    };
    let mut request = Request::default().in_namespace(namespace(config));
    if let Some(version) = &config.kube_version {
        request.kube_version = kube_version(version)?;
    }
    request.api_versions.clone_from(&config.api_versions);
    request.mirror = mirror("spec.imageRegistry", config.image_registry.as_deref())?;
    let (name, chart) = load(&target, Fetch::Never, files, streams)?;
    request.name = name;
    request.overrides.files = files.values(&config.values_files)?;
    request.overrides.files.extend(config.values.clone());
    let chart = CompiledChart::new(chart).with_helm(Arc::new(HelmProgram::default()));
    let release = Release::new(Arc::new(chart), request, &NoFiles)?;
    warnings.append(&mut release.warnings());
    release.validate()?;
    let mut rendered = release.render()?;
    warnings.append(&mut rendered.warnings);
    Ok(rendered.into_all())
}

fn namespace(config: &Config) -> &str {
    config.namespace.as_deref().unwrap_or(NAMESPACE)
}
