//! `krm`: renders as a KRM function, from a ResourceList on standard input to one on standard output.
//! What is wrong is told twice: as results, for the program that runs it, and on standard error, for people.

use std::path::Path;

use swanlab_render::diagnostics::{Diagnostic, Diagnostics};
use swanlab_render::krm::{self, Config};
use swanlab_render::manifest::Manifest;

use super::Outcome;
use super::args::{Render, Target};
use super::files::Files;
use super::input::Input;
use super::streams::Streams;

/// Exit code 1 with results if it cannot be rendered; 2 without, if there is no ResourceList to answer.
pub(super) fn run(streams: &mut Streams) -> anyhow::Result<Outcome> {
    // A repository says what is read, and whoever renders it need not trust it.
    let files = Files::within(Some(Path::new(".")))?;
    let request = krm::read(&files.manifests("krm", "-")?)?;
    let (rendered, told, below) = match request.config {
        Err(problems) => (None, problems, ""),
        Ok(config) => {
            let mut told = Vec::new();
            let rendered = render(&config, &files, &mut told, streams);
            let told = Diagnostics(told);
            let told = if config.strict { told.strict() } else { told };
            match rendered {
                Err(error) => {
                    let problems = error.downcast::<Diagnostics>();
                    let problems = problems
                        .unwrap_or_else(|error| Diagnostic::error(format!("{error:#}")).into());
                    (None, Diagnostics([told.0, problems.0].concat()), VALUES)
                }
                Ok(manifests) if !told.has_errors() => (Some((manifests, config)), told, VALUES),
                Ok(_) => (None, told, VALUES),
            }
        }
    };
    let failed = rendered.is_none();
    if failed || !streams.is_quiet() {
        streams.report(&told);
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
    let results = krm::results(&told.0, below);
    *streams.output() += &krm::respond(&request.api_version, items, results);
    Ok(if failed {
        Outcome::Found
    } else {
        Outcome::Fine
    })
}

/// Where the values stand in a functionConfig.
const VALUES: &str = "spec.values";

/// Where objects live if nobody says so.
const NAMESPACE: &str = "default";

/// What `template` would print, hooks included; warnings are added to `told`.
fn render(
    config: &Config,
    files: &Files,
    told: &mut Vec<Diagnostic>,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    let (target, flags) = typed(config);
    let inline = config.values.clone();
    let mut input = Input::gather_with(files, &target, &flags, inline, streams)?;
    told.append(&mut input.warnings);
    input.validate(&flags)?;
    let mut rendered = input.release(&flags).render()?;
    told.append(&mut rendered.warnings);
    Ok(rendered.into_all())
}

/// The functionConfig as the command line that means the same.
fn typed(config: &Config) -> (Target, Render) {
    let or =
        |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
    let chart = config.chart.clone();
    let [embedded, other] = swanlab_render::release::DEFAULT_NAMES;
    let name = or(
        &config.release,
        if chart.is_some() { other } else { embedded },
    );
    let flags = Render {
        values: config.values_files.clone(),
        set: Vec::new(),
        set_string: Vec::new(),
        set_json: Vec::new(),
        set_file: Vec::new(),
        set_literal: Vec::new(),
        namespace: or(&config.namespace, NAMESPACE),
        kube_version: or(
            &config.kube_version,
            swanlab_render::chart::KubeVersion::DEFAULT,
        ),
        api_versions: config.api_versions.clone(),
        is_upgrade: false,
        skip_schema_validation: false,
        image_registry: config.image_registry.clone(),
        within: None,
        strict: config.strict,
    };
    let name = Some(name);
    (Target { name, chart }, flags)
}
