//! Files that an earlier `--output-dir` has written and this one does not: their objects are no longer rendered, and
//! whatever applies the folder goes on applying them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::files::{Access, LARGEST};
use swanlab_render::report::manifests::{is_from, is_unchanged};

/// So many are named in a warning.
const NAMED: usize = 10;

/// Files of earlier runs.
#[derive(Debug, Default)]
pub(super) struct Stale {
    /// As this program writes them: they can be rendered again.
    unchanged: Vec<PathBuf>,
    /// With the comment of a template, but otherwise not as this program writes them; and CRDs, whose removal would
    /// take all their objects along.
    kept: Vec<PathBuf>,
}

impl Stale {
    /// Those of one chart, below the folder that the chart's name is in. Links are not followed.
    pub(super) fn find<'p>(
        below: &Path,
        chart: &str,
        written: impl IntoIterator<Item = &'p PathBuf>,
    ) -> Self {
        let written: BTreeSet<&PathBuf> = written.into_iter().collect();
        let mut paths = Vec::new();
        walk(&below.join(chart), &mut paths);
        let mut stale = Self::default();
        for path in paths {
            let source = path.strip_prefix(below).ok().and_then(Path::to_str);
            let (Some(source), false) = (source, written.contains(&path)) else {
                continue;
            };
            let Ok(bytes) = Access::default().regular(&path, LARGEST) else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes);
            let is_crd = source.split('/').nth(1) == Some("crds");
            if !is_crd && is_unchanged(&text, source) {
                stale.unchanged.push(path);
            } else if is_from(&text, source) {
                stale.kept.push(path);
            }
        }
        stale
    }

    /// What is said where nothing is removed.
    pub(super) fn warnings(&self) -> Vec<Diagnostic> {
        let all: Vec<&PathBuf> = self.unchanged.iter().chain(&self.kept).collect();
        let help = "`kubectl apply`, Flux and Argo CD go on applying them; --prune removes those that this program wrote";
        warning(
            "earlier runs wrote files that are no longer rendered",
            &all,
            help,
        )
    }

    /// What is said where the unchanged ones are removed.
    pub(super) fn warnings_of_kept(&self) -> Vec<Diagnostic> {
        let all: Vec<&PathBuf> = self.kept.iter().collect();
        let help = "look at them, and remove them yourself if nobody needs them";
        warning(
            "these files are no longer rendered, and stay: they are not as this program writes them, or hold CustomResourceDefinitions",
            &all,
            help,
        )
    }

    /// Removes the unchanged ones, and folders that are empty then; gives what was removed.
    pub(super) fn remove(self, below: &Path) -> anyhow::Result<Vec<PathBuf>> {
        for path in &self.unchanged {
            fs::remove_file(path).map_err(|error| {
                let why = swanlab_render::files::reason(&error);
                anyhow::anyhow!("cannot remove `{}`: {why}", path.display())
            })?;
            let folders = path.ancestors().skip(1);
            for folder in folders.take_while(|folder| *folder != below) {
                // One that holds something stays.
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        Ok(self.unchanged)
    }
}

fn warning(what: &str, paths: &[&PathBuf], help: &str) -> Vec<Diagnostic> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut message = format!("{what}: ");
    for (index, path) in paths.iter().take(NAMED).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        message += &format!("{comma}{}", path.display());
    }
    if let Some(more @ 1..) = paths.len().checked_sub(NAMED) {
        message += &format!(" and {more} more");
    }
    vec![Diagnostic::warning(message).with_help(help)]
}

/// The regular files below a folder, sorted. What cannot be read is nobody's work to clear away.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}
