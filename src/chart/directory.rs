//! Loads a chart from a directory, by Helm's rules: `.helmignore`, a BOM taken off, 5 MiB a file,
//! links followed. It refuses archives and charts written in Go templates.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::files::LARGEST_FILE;
use super::go_templates::refuse_go_templates;
use super::ignore::Ignore;
use super::{Chart, Files, Metadata, Template};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::files::{Access, reason, text};

/// The chart in a directory. Errors name the file at fault as it was typed. Links are followed, wherever they lead.
pub fn load(root: &Path) -> Result<Chart, Diagnostics> {
    load_with(root, &Access::default())
}

/// The same, with links followed only to where files may be read.
pub fn load_with(root: &Path, access: &Access) -> Result<Chart, Diagnostics> {
    if !access.permits(root) {
        return Err(Diagnostic::error(format!(
            "the chart `{}` is outside the folder that files may be read from",
            root.display()
        ))
        .into());
    }
    require_directory(root)?;
    let chart_yaml_path = root.join("Chart.yaml");
    if !chart_yaml_path.is_file() {
        return Err(Diagnostic::error(format!(
            "`{}` is not a chart: it has no Chart.yaml",
            root.display()
        ))
        .with_help("give the chart's own folder, or leave the argument out for the embedded chart")
        .into());
    }
    let ignore = read_ignore(root, access)?;
    let chart_yaml = read_text(&chart_yaml_path, access)?;
    let metadata = Metadata::parse(&chart_yaml)?;
    refuse_subcharts(root)?;
    let templates = templates(root, &ignore, access)?;
    refuse_go_templates(root, &templates)?;
    Ok(Chart {
        metadata,
        values: optional(root, &ignore, access, "values.yaml")?
            .unwrap_or_else(|| Source::new(root.join("values.yaml").display().to_string(), "")),
        defaults: None,
        schema_tree: OnceLock::new(),
        schema: optional(root, &ignore, access, "values.schema.json")?,
        readme: optional(root, &ignore, access, "README.md")?,
        crds: crds(root, &ignore, access)?,
        chart_yaml,
        templates,
        files: Files::Directory {
            root: root.to_owned(),
            ignore,
            access: access.clone(),
        },
        is_embedded: false,
    })
}

fn require_directory(root: &Path) -> Result<(), Diagnostics> {
    let shown = root.display();
    let mut magic = [0; 2];
    let gzip = root.is_file()
        && fs::File::open(root)
            .and_then(|mut file| file.read_exact(&mut magic))
            .is_ok_and(|()| magic == [0x1f, 0x8b]);
    let error = if root.is_dir() {
        return Ok(());
    } else if gzip || root.extension().is_some_and(|extension| extension == "tgz") {
        Diagnostic::error(format!(
            "`{shown}` is a packaged chart, which is not supported"
        ))
        .with_help("unpack it first (`tar xzf`) and give the folder")
    } else if root.exists() {
        Diagnostic::error(format!("`{shown}` is a file, not a chart"))
            .with_help("CHART is a folder with a Chart.yaml")
    } else {
        Diagnostic::error(format!("there is no chart `{shown}`")).with_help(
            "CHART is a folder with a Chart.yaml; charts are not fetched from repositories",
        )
    };
    Err(error.into())
}

fn read_ignore(root: &Path, access: &Access) -> Result<Ignore, Diagnostics> {
    let path = root.join(".helmignore");
    if path.symlink_metadata().is_err() {
        return Ok(Ignore::default());
    }
    let source = read_text(&path, access)?;
    Ignore::parse(source.text()).map_err(|(line, problem)| {
        let start: usize = source
            .text()
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        Diagnostic::error(problem)
            .at(Label::new(&source, start..start))
            .into()
    })
}

/// A file of the chart that need not be there.
fn optional(
    root: &Path,
    ignore: &Ignore,
    access: &Access,
    name: &str,
) -> Result<Option<Source>, Diagnostics> {
    let path = root.join(name);
    if ignore.hides_file(name) || path.symlink_metadata().is_err() {
        return Ok(None);
    }
    read_text(&path, access).map(Some)
}

fn templates(root: &Path, ignore: &Ignore, access: &Access) -> Result<Vec<Template>, Diagnostics> {
    let mut paths = Vec::new();
    walk(root, "templates", ignore, &mut paths)?;
    // Helm always leaves out dot files that stand directly in templates/.
    paths.retain(|path| !path.starts_with("templates/."));
    paths.sort_unstable();
    paths
        .into_iter()
        .map(|path| {
            let source = read_text(&root.join(&path), access)?;
            Template::new(path, source)
        })
        .collect()
}

fn crds(
    root: &Path,
    ignore: &Ignore,
    access: &Access,
) -> Result<Vec<(String, Source)>, Diagnostics> {
    let mut paths = Vec::new();
    walk(root, "crds", ignore, &mut paths)?;
    paths.retain(|path| {
        [".yaml", ".yml", ".json"]
            .iter()
            .any(|extension| path.ends_with(extension))
    });
    paths.sort_unstable();
    paths
        .into_iter()
        .map(|path| Ok((path.clone(), read_text(&root.join(&path), access)?)))
        .collect()
}

/// The files below a folder of the chart, without what .helmignore hides. Folders are left out
/// before they are entered, and a link that leads back to a folder it is in is an error.
fn walk(
    root: &Path,
    folder: &str,
    ignore: &Ignore,
    paths: &mut Vec<String>,
) -> Result<(), Diagnostics> {
    /// Deeper than any chart, and shallow enough to end on a link to a parent folder.
    const DEEPEST: usize = 32;
    let directory = root.join(folder);
    if !directory.is_dir() {
        return Ok(());
    }
    if folder.split('/').count() > DEEPEST {
        return Err(unreadable(
            &directory,
            "folders are nested too deeply (a link to a parent?)",
        ));
    }
    let entries =
        fs::read_dir(&directory).map_err(|error| unreadable(&directory, reason(&error)))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&directory, reason(&error)))?;
        let Ok(name) = entry.file_name().into_string() else {
            return Err(unreadable(&entry.path(), "its name is not UTF-8"));
        };
        let path = format!("{folder}/{name}");
        let target = fs::metadata(entry.path())
            .map_err(|error| unreadable(&entry.path(), reason(&error)))?;
        if ignore.hides(&path, target.is_dir()) {
            continue;
        }
        if target.is_dir() {
            walk(root, &path, ignore, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn refuse_subcharts(root: &Path) -> Result<(), Diagnostics> {
    let charts = root.join("charts");
    let Some(subchart) = fs::read_dir(&charts)
        .ok()
        .and_then(|mut entries| entries.find_map(Result::ok))
    else {
        return Ok(());
    };
    Err(Diagnostic::error(format!(
        "`{}`: charts inside charts are not supported",
        subchart.path().display()
    ))
    .with_help("render each chart by itself")
    .into())
}

/// A text file of the chart, without a byte order mark.
fn read_text(path: &Path, access: &Access) -> Result<Source, Diagnostics> {
    let bytes = access.regular(path, LARGEST_FILE);
    let bytes = bytes.map_err(|why| unreadable(path, why))?;
    let text = text(bytes).map_err(|(_, why)| unreadable(path, why))?;
    let text = text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text);
    Ok(Source::new(PathBuf::from(path).display().to_string(), text))
}

fn unreadable(path: &Path, why: impl std::fmt::Display) -> Diagnostics {
    Diagnostic::error(format!("cannot read `{}`: {why}", path.display())).into()
}
