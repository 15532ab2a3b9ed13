//! Finds cases below folders: by the names of files, or as a swanlab-render.yaml lists them.
//! Hidden folders, `target` and links are not entered; what is found is in the order of its paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::case::Case;
use super::config;
use super::places::{describe_once, refuse_common, refuse_values};
use super::places::{identity, not_replaceable, tidy};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::files::{self, Access};
use crate::previous::Previous;

/// What a folder's cases may be listed in.
const CONFIG: &str = "swanlab-render.yaml";
const VALUES: &str = ".values.yaml";
pub(super) const GOLDEN: &str = ".golden.yaml";

/// What is to be checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The cases, each once.
    pub cases: Vec<Case>,
    /// Golden files that no case gives.
    pub orphans: Vec<PathBuf>,
}

/// The cases of all paths. A path is a folder, a values file (`NAME.values.yaml`) or a
/// swanlab-render.yaml. The error has everything that cannot be read or is not valid, and every
/// path that leads to no case: a mistyped one must not pass.
pub fn find(paths: &[PathBuf], reach: Reach) -> Result<Found, Diagnostics> {
    let mut search = Search {
        reach,
        ..Search::default()
    };
    for path in paths {
        search.enter(path);
    }
    if !search.problems.is_empty() {
        return Err(Diagnostics(search.problems));
    }
    Ok(search.into_found())
}

/// Where the paths in a swanlab-render.yaml may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To files in its folder, in the folder that is checked, and below, links included.
    #[default]
    Below,
    /// Anywhere.
    Anywhere,
}

#[derive(Default)]
struct Search {
    reach: Reach,
    /// The path that was asked for.
    checked: PathBuf,
    /// By golden file and, of several with one golden file, in the order in which they were found.
    cases: BTreeMap<PathBuf, Vec<Case>>,
    /// All golden files, and how they are written.
    golden: BTreeMap<PathBuf, PathBuf>,
    /// The values files and swanlab-render.yaml that were read: two paths may lead to one.
    read: BTreeSet<PathBuf>,
    /// Cases and golden files that were met, however often.
    met: usize,
    problems: Vec<Diagnostic>,
}

impl Search {
    fn enter(&mut self, path: &Path) {
        path.clone_into(&mut self.checked);
        let name = file_name(path);
        if path.is_dir() {
            let (met, problems) = (self.met, self.problems.len());
            self.folder(path, false);
            if met == self.met && problems == self.problems.len() {
                let error = Diagnostic::error(format!("no case below {}", path.display()));
                let help = "a case is a NAME.values.yaml, or an entry of a swanlab-render.yaml";
                self.problems.push(error.with_help(help));
            }
        } else if !path.exists() {
            self.problem(path, "there is no such file or folder");
        } else if name == CONFIG {
            self.config(path);
        } else if let Some(stem) = name.strip_suffix(VALUES) {
            if path.with_file_name(CONFIG).is_file() {
                self.problem(path, "its folder has a swanlab-render.yaml: name that one");
            } else {
                self.by_convention(&path.with_file_name(stem));
            }
        } else {
            self.problem(
                path,
                "a case is a folder, a NAME.values.yaml or a swanlab-render.yaml",
            );
        }
    }

    /// Below a swanlab-render.yaml only what it lists is a case.
    fn folder(&mut self, folder: &Path, is_listed: bool) {
        let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).and_then(Iterator::collect);
        let mut entries: Vec<PathBuf> = match entries {
            Ok(entries) => entries.iter().map(std::fs::DirEntry::path).collect(),
            Err(error) => return self.problem(folder, &files::reason(&error)),
        };
        entries.sort();
        let config = folder.join(CONFIG);
        let is_listed = is_listed || config.is_file();
        if config.is_file() {
            self.config(&config);
        }
        for path in entries {
            let name = file_name(&path);
            if path.is_symlink() || name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if name != "target" {
                    self.folder(&path, is_listed);
                }
            } else if name.ends_with(GOLDEN) {
                self.met += 1;
                self.golden.entry(identity(&path)).or_insert(tidy(&path));
            } else if let (false, Some(stem)) = (is_listed, name.strip_suffix(VALUES)) {
                self.by_convention(&path.with_file_name(stem));
            }
        }
    }

    /// The case whose files begin like this.
    fn by_convention(&mut self, stem: &Path) {
        let with = |ending: &str| {
            let mut path = stem.as_os_str().to_owned();
            path.push(ending);
            tidy(Path::new(&path))
        };
        self.met += 1;
        if self.read.insert(identity(&with(VALUES))) {
            let name = tidy(stem).display().to_string();
            self.add(Case::by_convention(name, vec![with(VALUES)], with(GOLDEN)));
        }
    }

    fn config(&mut self, path: &Path) {
        self.met += 1;
        if self.read.insert(identity(path)) {
            let read = self
                .access(path)
                .and_then(|access| config::read(path, &access));
            match read {
                Ok(cases) => cases.into_iter().for_each(|case| self.add(case)),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
    }

    /// What may be read for the cases of a swanlab-render.yaml.
    fn access(&self, config: &Path) -> Result<Access, Diagnostics> {
        if self.reach == Reach::Anywhere {
            return Ok(Access::default());
        }
        let folder = match config.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut folders = vec![folder.to_owned()];
        if self.checked.is_dir() {
            folders.push(self.checked.clone());
        }
        Access::within(&folders).map_err(|error| {
            let why = files::reason(&error);
            Diagnostic::error(format!("{}: {why}", folder.display())).into()
        })
    }

    fn add(&mut self, mut case: Case) {
        if let Some(why) = not_replaceable(&case.golden) {
            case.refused = Some(Diagnostic::error(format!(
                "{} cannot be a golden file: it is {why}",
                case.golden.display()
            )));
        }
        let golden = identity(&case.golden);
        self.cases.entry(golden).or_default().push(case);
    }

    fn problem(&mut self, path: &Path, why: &str) {
        self.problems
            .push(Diagnostic::error(format!("{}: {why}", path.display())));
    }

    fn into_found(mut self) -> Found {
        let orphans = self
            .golden
            .into_iter()
            .filter(|(golden, _)| !self.cases.contains_key(golden))
            .map(|(_, written)| written)
            .collect();
        let values: BTreeSet<PathBuf> = self
            .cases
            .values()
            .flatten()
            .flat_map(|case| &case.values)
            .map(|path| identity(path))
            .collect();
        for (golden, beside) in &mut self.cases {
            describe_once(beside);
            if values.contains(golden) {
                refuse_values(beside);
            } else if beside.len() > 1 {
                refuse_common(beside);
            }
        }
        let mut cases: Vec<Case> = self.cases.into_values().flatten().collect();
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        Found { cases, orphans }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Whether a file is a golden file by its name, `NAME.golden.yaml`, whatever its content.
pub(super) fn is_named_golden(path: &Path) -> bool {
    path.to_string_lossy().ends_with(GOLDEN)
}

/// Whether a text is empty or manifests. Manifests that cannot be read, such as after a merge with conflicts, are
/// recognised by a `# Source:` line.
pub(super) fn is_golden(text: &str, previous: &Result<Previous, Diagnostics>) -> bool {
    let holds_manifests = match previous {
        Ok(previous) => !previous.manifests.is_empty(),
        Err(_) => false,
    };
    holds_manifests || text.trim().is_empty() || text.lines().any(is_source_line)
}

/// `# Source: CHART/templates/PATH`
fn is_source_line(line: &str) -> bool {
    let path = line.trim_end().strip_prefix("# Source: ");
    path.is_some_and(|path| {
        !path.contains("://")
            && ["/templates/", "/crds/", "/namespace.yaml"]
                .iter()
                .any(|part| path.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Source;
    use crate::previous;

    #[test]
    fn only_manifests_and_nothing_are_golden_files() {
        let golden = |text: &str| {
            let source = Source::new("a.yaml", text.to_owned());
            is_golden(text, &previous::read(&[source], "default"))
        };
        for text in [
            "",
            "\n",
            "---\n# Source: c/templates/a.yaml\n",
            "<<<<<<< HEAD\n---\n# Source: c/templates/a.yaml\r\na: [\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ] {
            assert!(golden(text), "{text}");
        }
        for text in [
            "# Read me\n",
            "a: 1\n",
            "cases:\n- golden: a\n",
            "apiVersion: v2\nname: c\nversion: 1.0.0\n",
            "#!/bin/sh\n# Source: https://example.org/templates/x\n",
            "{",
        ] {
            assert!(!golden(text), "{text}");
        }
    }
}
