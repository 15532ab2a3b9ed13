//! Loads a chart from a folder, by Helm's rules: .helmignore is respected, a byte order mark is removed, a file may have
//! 5 MiB, links are followed. Archives are errors.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::files::{Ignore, LARGEST_FILE};
use super::language::go_action;
use super::{Chart, Files, Language, Metadata, Template};
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::files::{Access, reason, text};

/// Loads the chart in a folder. Errors name files as they were given. Links are followed, wherever they lead.
pub fn load(root: &Path) -> Result<Chart, Diagnostics> {
    load_with(root, &Access::default())
}

/// Loads the chart in a folder. Links are followed only to files that may be read.
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
    let templates = templates(root, &ignore, access)?;
    let is_go = metadata.has_dependencies()
        || has_subcharts(root)
        || templates
            .iter()
            .any(|(path, source)| go_action(path, source).is_some());
    let language = if is_go { Language::Go } else { Language::Jinja };
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
        templates: templates
            .into_iter()
            .map(|(path, source)| Template::new(path, source, language))
            .collect::<Result<_, _>>()?,
        files: Files::Directory {
            root: root.to_owned(),
            ignore,
            access: access.clone(),
        },
        is_embedded: false,
        language,
        location: Some(root.to_owned()),
        subcharts: Vec::new(),
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
    Ok(Ignore::parse(&source)?)
}

/// A file that a chart may leave out.
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

fn templates(
    root: &Path,
    ignore: &Ignore,
    access: &Access,
) -> Result<Vec<(String, Source)>, Diagnostics> {
    let mut paths = Vec::new();
    walk(root, "templates", ignore, &mut paths)?;
    // Helm always ignores dot files directly in templates/.
    paths.retain(|path| !path.starts_with("templates/."));
    paths.sort_unstable();
    paths
        .into_iter()
        .map(|path| {
            let source = read_text(&root.join(&path), access)?;
            Ok((path, source))
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

/// Collects the files below a folder of the chart, without those that .helmignore hides. Hidden folders are not read. A
/// link to one of its parent folders is an error.
fn walk(
    root: &Path,
    folder: &str,
    ignore: &Ignore,
    paths: &mut Vec<String>,
) -> Result<(), Diagnostics> {
    /// No chart is as deep; a link to a parent folder is endless.
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

fn has_subcharts(root: &Path) -> bool {
    fs::read_dir(root.join("charts")).is_ok_and(|mut entries| entries.any(|entry| entry.is_ok()))
}

/// Reads a text file of the chart, without its byte order mark.
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
