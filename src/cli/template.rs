//! `template`: renders and prints, or writes files below a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use swanlab_render::diagnostics::{Diagnostic, Diagnostics, visible};
use swanlab_render::lint::{self, references::External};
use swanlab_render::manifest::{Manifest, document, select};
use swanlab_render::release::Release;
use swanlab_render::report::manifests;

use super::args::{Format, Template};
use super::input::{release, rendered, rendered_as, rendered_texts};
use super::stale::Stale;
use super::streams::Streams;
use super::write::replace_all;

pub(super) fn run(command: &Template, streams: &mut Streams) -> anyhow::Result<()> {
    let release = release(&command.target, &command.render, streams)?;
    if is_only_text(command) {
        print(command, &release, streams)?;
    } else {
        render(command, &release, streams)?;
    }
    // To free it would take a tenth of the command's time.
    streams.leave(release);
    Ok(())
}

/// Renders objects, and prints or writes those that are asked for.
fn render(command: &Template, release: &Release, streams: &mut Streams) -> anyhow::Result<()> {
    let rendered = rendered(release, &command.render, streams)?;
    streams.warn(notes(command, release), false)?;

    if command.validate {
        let all: Vec<&Manifest> = rendered.all().collect();
        let external = External::declared_in(&release.values().tree);
        let namespace = &command.render.namespace;
        let mut findings = lint::check(&all, namespace, &release.request().kube_version, &external);
        lint::locate(&mut findings, release);
        let diagnostics = findings.into_iter().map(|finding| finding.diagnostic);
        streams.warn(diagnostics.collect(), command.render.strict)?;
    }

    let mut objects = rendered.manifests;
    if !command.no_hooks {
        let hooks = rendered
            .hooks
            .into_iter()
            .filter(|(_, hook)| !(command.skip_tests && hook.is_test()));
        objects.extend(hooks.map(|(manifest, _)| manifest));
    }
    if !command.show_only.is_empty() {
        objects = select(&objects, &command.show_only).map_err(Diagnostics::from)?;
    }
    let namespace = &command.render.namespace;
    if command.with_namespace || command.create_namespace {
        for object in &mut objects {
            object.put_into_namespace(namespace);
        }
    }
    if command.create_namespace {
        objects.insert(0, namespace_of(command, release));
    }
    let crds = crds(command, release);
    match &command.output_dir {
        None => match command.output {
            Format::Yaml => {
                manifests::crds(&crds, streams.output());
                manifests::yaml(&objects, streams.output());
            }
            Format::Json => manifests::json(&crds, &objects, streams.output())
                .map_err(|error| anyhow::anyhow!("{}: {}", error.0, error.1))?,
        },
        Some(folder) => {
            let below = if command.release_name {
                folder.join(release.name())
            } else {
                folder.clone()
            };
            let texts = texts(folder, &below, &crds, &objects);
            refuse_links(folder, texts.keys())?;
            // What was not asked for is not stale.
            let stale = if command.show_only.is_empty() {
                Stale::find(&below, &release.chart().metadata.name, texts.keys())
            } else {
                Stale::default()
            };
            let said = if command.prune {
                stale.warnings_of_kept()
            } else {
                stale.warnings()
            };
            streams.warn(said, command.render.strict)?;
            replace_all(texts.iter().map(|(path, text)| (&**path, &**text)))?;
            let removed = if command.prune {
                stale.remove(&below)?
            } else {
                Vec::new()
            };
            let out = streams.output();
            for (done, paths) in [
                ("wrote", texts.keys().collect::<Vec<_>>()),
                ("removed", removed.iter().collect()),
            ] {
                for path in paths {
                    *out += &format!("{done} {}\n", visible(&path.to_string_lossy()));
                }
            }
        }
    }
    Ok(())
}

/// Whether no object is looked at once it is rendered.
fn is_only_text(command: &Template) -> bool {
    command.output_dir.is_none()
        && matches!(command.output, Format::Yaml)
        && !command.validate
        && command.show_only.is_empty()
}

/// Prints the text of each object, so that not all objects are in memory at once.
fn print(command: &Template, release: &Release, streams: &mut Streams) -> anyhow::Result<()> {
    let rendered = if command.with_namespace || command.create_namespace {
        let namespace = &command.render.namespace;
        rendered_as(release, &command.render, streams, |mut object| {
            object.put_into_namespace(namespace);
            document(&object)
        })?
    } else {
        rendered_texts(release, &command.render, streams)?
    };
    streams.warn(notes(command, release), false)?;

    let out = streams.output();
    manifests::crds(&crds(command, release), out);
    if command.create_namespace {
        manifests::yaml(&[namespace_of(command, release)], out);
    }
    for text in rendered.manifests {
        streams.add(text);
    }
    for (text, hook) in rendered.hooks {
        let is_left_out = command.no_hooks || command.skip_tests && hook.is_test();
        if !is_left_out {
            streams.add(text);
        }
    }
    Ok(())
}

/// The CRDs to print: path and text.
fn crds<'r>(command: &Template, release: &'r Release) -> Vec<(String, &'r str)> {
    if !command.include_crds {
        return Vec::new();
    }
    let chart = &release.chart().metadata.name;
    let crds = release.chart().all_crds().into_iter();
    crds.map(|(path, source)| (format!("{chart}/{path}"), source.text()))
        .collect()
}

/// The Namespace of `--create-namespace`.
fn namespace_of(command: &Template, release: &Release) -> Manifest {
    let source = format!("{}/namespace.yaml", release.chart().metadata.name);
    Manifest::namespace(source, &command.render.namespace)
}

/// What people who come from Helm may not expect.
fn notes(command: &Template, release: &Release) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if command.helm.is_name_generated {
        notes.push(Diagnostic::note(format!(
            "--generate-name is ignored, and the release is called `{}`: a name that changes with each run would leave the data of the last one behind",
            release.name()
        )));
    }
    if command.helm.is_server_asked {
        notes.push(
            Diagnostic::note("--dry-run=server is ignored: no cluster is asked").with_help(
                "`swanlab-render preflight` asks one, and --validate checks objects without one",
            ),
        );
    }
    // In a script nobody reads it.
    let is_told = command.is_namespace_given || command.with_namespace || command.create_namespace;
    if release.chart().is_embedded && !is_told && std::io::stderr().is_terminal() {
        notes.push(
            Diagnostic::note(format!(
                "the gateway looks for the services in the namespace `{}`",
                command.render.namespace
            ))
            .with_help("write `-n NAMESPACE` here too if you apply the objects in another one"),
        );
    }
    notes
}

/// The text of each file: one per template.
fn texts(
    folder: &Path,
    below: &Path,
    crds: &[(String, &str)],
    objects: &[Manifest],
) -> BTreeMap<PathBuf, String> {
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    // CRDs go beside the release's folder, not into it, as in Helm.
    for (path, text) in crds {
        manifests::crds(
            &[(path.clone(), text)],
            texts.entry(folder.join(path)).or_default(),
        );
    }
    for object in objects {
        let text = texts.entry(below.join(&object.source)).or_default();
        manifests::yaml(std::slice::from_ref(object), text);
    }
    texts
}

/// A link below the folder could lead to files that are not to be replaced.
fn refuse_links<'p>(
    folder: &Path,
    paths: impl IntoIterator<Item = &'p PathBuf>,
) -> anyhow::Result<()> {
    let mut known = BTreeSet::new();
    for path in paths {
        let parents = path.ancestors().skip(1);
        for parent in parents.take_while(|parent| *parent != folder && *parent != Path::new("")) {
            if !known.insert(parent) {
                break;
            }
            if parent.is_symlink() {
                anyhow::bail!(
                    "cannot write `{}`: `{}` is a link, and files are written only into --output-dir",
                    path.display(),
                    parent.display()
                );
            }
        }
    }
    Ok(())
}
