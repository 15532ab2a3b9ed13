//! Loads a chart and its subcharts from a folder or an archive, by Helm's rules: a byte order mark is removed, and a
//! file may have 5 MiB. In a folder, .helmignore is respected and links are followed.

use std::path::Path;
use std::sync::OnceLock;

use super::archive::{Archive, LARGEST_CHART, is_packed};
use super::files::Files;
use super::ignore::Ignore;
use super::language::{go_action, jinja_action};
use super::subcharts;
use super::{Chart, Language, Metadata, Template};
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::files::Access;

/// How deep subcharts may be nested.
const DEEPEST: usize = 8;

/// how many subcharts a chart may have. Links to parent folders soon make more.
const MOST_CHARTS: usize = 500;

/// Loads the chart in a folder or an archive. Errors name files as they were given. Links of a folder are followed,
/// wherever they lead.
pub fn load(root: &Path) -> Result<Chart, Diagnostics> {
    load_with(root, &Access::default())
}

/// Loads the chart in a folder or an archive. Links are followed only to files that may be read.
pub fn load_with(root: &Path, access: &Access) -> Result<Chart, Diagnostics> {
    if !access.permits(root) {
        return Err(Diagnostic::error(format!(
            "the chart `{}` is outside the folder that files may be read from",
            root.display()
        ))
        .into());
    }
    let mut loader = Loader {
        location: root,
        bytes: LARGEST_CHART,
        charts: MOST_CHARTS,
    };
    let files = loader.open(access)?;
    if !files.has("Chart.yaml") {
        let error = not_a_chart(&root.display().to_string());
        return Err(error
            .with_help(
                "give the chart's own folder, or leave the argument out for the embedded chart",
            )
            .into());
    }
    let chart = loader.chart(files, 0)?;
    chart.metadata.require_application(&chart.chart_yaml)?;
    Ok(chart)
}

/// What is left of the limits while a chart is loaded.
struct Loader<'a> {
    /// The folder or archive of the outermost chart.
    location: &'a Path,
    /// The bytes that its archives may still have.
    bytes: u64,
    /// The charts that may still be inside it.
    charts: usize,
}

impl Loader<'_> {
    fn open(&mut self, access: &Access) -> Result<Files, Diagnostics> {
        let root = self.location;
        let shown = root.display().to_string();
        if is_packed(root) {
            let bytes = access
                .regular(root, LARGEST_CHART)
                .map_err(|why| Diagnostic::error(format!("cannot read `{shown}`: {why}")))?;
            let archive = Archive::read(&shown, &bytes, &mut self.bytes)?;
            return Ok(Files::Archive(archive));
        }
        if root.is_dir() {
            let all = Files::Directory {
                root: root.to_owned(),
                ignore: Ignore::default(),
                access: access.clone(),
            };
            let ignore = match all.optional(".helmignore")? {
                Some(source) => Ignore::parse(&source)?,
                None => Ignore::default(),
            };
            return Ok(Files::Directory {
                root: root.to_owned(),
                ignore,
                access: access.clone(),
            });
        }
        let error = if root.exists() {
            Diagnostic::error(format!("`{shown}` is a file, not a chart"))
                .with_help("CHART is a folder with a Chart.yaml, or a packaged chart (`.tgz`)")
        } else {
            Diagnostic::error(format!("there is no chart `{shown}`")).with_help(
                "CHART is a folder with a Chart.yaml, a packaged chart (`.tgz`), or one to fetch: `REPO/CHART`, `oci://…`, `https://….tgz`",
            )
        };
        Err(error.into())
    }

    /// The chart that the files are, `depth` charts below the outermost one.
    fn chart(&mut self, files: Files, depth: usize) -> Result<Chart, Diagnostics> {
        let chart_yaml = files.source("Chart.yaml")?;
        let metadata = Metadata::parse(&chart_yaml)?;
        let dependencies = metadata.dependencies(&files)?;
        let mut paths = files.walk("templates")?;
        // Helm always ignores dot files directly in templates/ of a folder.
        if matches!(files, Files::Directory { .. }) {
            paths.retain(|path| !path.starts_with("templates/."));
        }
        let templates = sources(&files, paths)?;
        let inner = self.inner(&files, depth)?;
        let has_go_action = templates
            .iter()
            .any(|(path, source)| go_action(path, source).is_some());
        let has_charts = !dependencies.is_empty() || !inner.is_empty();
        if has_charts && !has_go_action {
            // Templates without any action are text to Helm too.
            let jinja = templates
                .iter()
                .find_map(|(_, source)| jinja_action(source));
            if let Some(label) = jinja {
                let name = &metadata.name;
                return Err(Diagnostic::error(format!(
                    "the chart {name} is written in Jinja and depends on other charts, which only charts in Go templates can"
                ))
                .at(label)
                .with_help("render each chart by itself")
                .into());
            }
        }
        let is_go = depth > 0 || has_charts || has_go_action;
        let language = if is_go { Language::Go } else { Language::Jinja };
        let mut crds = files.walk("crds")?;
        crds.retain(|path| {
            [".yaml", ".yml", ".json"]
                .iter()
                .any(|extension| path.ends_with(extension))
        });
        Ok(Chart {
            metadata,
            values: files
                .optional("values.yaml")?
                .unwrap_or_else(|| Source::new(files.name("values.yaml"), "")),
            defaults: None,
            default_values: OnceLock::new(),
            schema_tree: OnceLock::new(),
            schema: files.optional("values.schema.json")?,
            readme: files.optional("README.md")?,
            crds: sources(&files, crds)?,
            chart_yaml,
            templates: templates
                .into_iter()
                .map(|(path, source)| Template::new(path, source, language))
                .collect::<Result<_, _>>()?,
            is_embedded: false,
            language,
            location: Some(self.location.to_owned()),
            subcharts: subcharts::matched(&dependencies, inner),
            files,
        })
    }

    /// The charts in charts/: folders and archives, without those whose names start with `_` or `.`, as in Helm.
    fn inner(&mut self, files: &Files, depth: usize) -> Result<Vec<Chart>, Diagnostics> {
        let mut entries = files.entries("charts")?;
        entries.sort_unstable();
        let mut charts = Vec::new();
        for (name, is_folder) in entries {
            let path = format!("charts/{name}");
            let is_archive = Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "tgz");
            if name.starts_with(['_', '.']) || !(is_folder || is_archive) {
                continue;
            }
            let shown = files.name(&path);
            if depth == DEEPEST {
                return Err(Diagnostic::error(format!(
                    "`{shown}`: charts are nested more than {DEEPEST} deep"
                ))
                .into());
            }
            self.charts = self.charts.checked_sub(1).ok_or_else(|| {
                Diagnostic::error(format!(
                    "`{}` has more than {MOST_CHARTS} charts inside",
                    self.location.display()
                ))
            })?;
            let inner = if is_folder {
                files.below(&path)
            } else {
                let bytes = files
                    .bytes(&path)
                    .map_err(|why| Diagnostic::error(format!("cannot read `{shown}`: {why}")))?;
                Files::Archive(Archive::read(&shown, &bytes, &mut self.bytes)?)
            };
            if !inner.has("Chart.yaml") {
                if is_folder && files.walk(&path)?.is_empty() {
                    continue;
                }
                return Err(not_a_chart(&shown).into());
            }
            charts.push(self.chart(inner, depth + 1)?);
        }
        Ok(charts)
    }
}

fn sources(files: &Files, paths: Vec<String>) -> Result<Vec<(String, Source)>, Diagnostics> {
    paths
        .into_iter()
        .map(|path| files.source(&path).map(|source| (path, source)))
        .collect()
}

fn not_a_chart(shown: &str) -> Diagnostic {
    Diagnostic::error(format!("`{shown}` is not a chart: it has no Chart.yaml"))
}
