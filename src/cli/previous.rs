//! Manifests that are not rendered but read: a file, a folder, or standard input.
//! It reads texts; what they mean is read in the library.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use serde_json::Value;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, Source, visible};
use swanlab_render::files::reason;
use swanlab_render::manifest::Manifest;
use swanlab_render::{previous, yaml};

use super::args::Render;
use super::files::Files;
use super::progress::Progress;
use super::streams::Streams;

/// The objects that an argument of `flag` names, in the namespace of the release.
pub(super) fn read(
    flag: &'static str,
    argument: &str,
    namespace: &str,
    files: &Files,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    let (name, is_typed) = match argument {
        "-" => ("standard input".into(), std::io::stdin().is_terminal()),
        name => (visible(name), false),
    };
    // Not into what somebody types.
    let progress = if is_typed {
        Progress::default()
    } else {
        streams.progress()
    };
    let (sources, found) = progress.during(&format!("reading {name}"), || {
        let sources = sources(flag, argument, files)?;
        let found = previous::read(&sources, namespace);
        anyhow::Ok((sources, found))
    })?;
    let found = match found {
        Ok(found) => found,
        Err(problems) => {
            no_values(flag, &sources)?;
            return Err(problems.into());
        }
    };
    streams.warn(found.notes, false)?;
    if found.manifests.is_empty() {
        let none = Diagnostic::warning(format!("{flag} {argument}: there are no objects in it"));
        streams.warn(vec![none], false)?;
    }
    Ok(found.manifests)
}

/// The objects of `--manifests`, for commands that otherwise render.
pub(super) fn finished(
    argument: &str,
    render: &Render,
    streams: &Streams,
) -> anyhow::Result<Vec<Manifest>> {
    let files = Files::of(render)?;
    read("--manifests", argument, &render.namespace, &files, streams)
}

/// Says that rules on values are left out where there are none.
pub(super) fn without_values(streams: &Streams) -> anyhow::Result<()> {
    let note = "--manifests has no values: the rules on values are left out";
    streams.warn(vec![Diagnostic::note(note)], false)?;
    Ok(())
}

fn sources(flag: &'static str, argument: &str, files: &Files) -> anyhow::Result<Vec<Source>> {
    if argument == "cluster" || argument.starts_with("helm:") {
        bail!(
            "{flag} {argument}: only --against reads clusters (a file of that name is `./{argument}`)"
        );
    }
    let folder = Path::new(argument);
    // What is in a folder elsewhere is not even listed.
    if argument == "-"
        || files.has_text(argument)
        || !files.access().permits(folder)
        || !folder.is_dir()
    {
        return Ok(vec![files.manifests(flag, argument)?]);
    }
    let mut paths = Vec::new();
    walk(folder, &mut paths)
        .map_err(|(path, why)| anyhow!("{flag}: cannot read `{}`: {why}", path.display()))?;
    if paths.is_empty() {
        bail!("{flag} {argument}: there is no *.yaml, *.yml or *.json in this folder");
    }
    let texts = paths.iter();
    texts.map(|path| files.found(flag, path)).collect()
}

/// The files of manifests below a folder, sorted; no hidden ones.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), (PathBuf, String)> {
    let failed = |error: std::io::Error| (folder.to_owned(), reason(&error));
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(failed)?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_link = path.is_symlink();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            // A link could lead in a circle.
            if !is_link {
                walk(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| extension == *known)
        }) {
            found.push(path);
        }
    }
    Ok(())
}

/// An error if a file given to `flag`, which takes manifests, holds values.
pub(super) fn no_values(flag: &str, sources: &[Source]) -> Result<(), Diagnostics> {
    let mistaken = sources.iter().filter(|source| {
        // What cannot be read is another error.
        let documents = yaml::read(source.text()).unwrap_or_default();
        let mut documents = documents.iter().filter(|one| !one.is_null()).peekable();
        documents.peek().is_some() && documents.all(is_values)
    });
    let errors: Vec<Diagnostic> = mistaken
        .map(|source| {
            let name = source.name();
            let error = format!("{flag} {name}: these are values, not manifests");
            Diagnostic::error(error).with_help(match flag {
                "--manifests" => format!("`-f {name}` renders them"),
                _ => {
                    format!("`--from-values {name}` renders them, and compares with what they give")
                }
            })
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Diagnostics(errors))
    }
}

fn is_values(document: &Value) -> bool {
    let keys = ["apiVersion", "kind", "metadata", "items"];
    document.is_object() && keys.iter().all(|key| document.get(key).is_none())
}
