//! Finds cases below folders: by the names of files, or as a swanlab-render.yaml lists them.
//! Hidden folders, `target` and links are not entered; what is found is in the order of its paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::case::Case;
use super::config;
use crate::diagnostics::{Diagnostic, Diagnostics, Label};

/// What a folder's cases may be listed in.
const CONFIG: &str = "swanlab-render.yaml";
const VALUES: &str = ".values.yaml";
const GOLDEN: &str = ".golden.yaml";

/// What is to be checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The cases, each once.
    pub cases: Vec<Case>,
    /// Golden files that no case gives.
    pub orphans: Vec<PathBuf>,
}

/// The cases of all paths. A path is a folder, a values file (`NAME.values.yaml`) or a
/// swanlab-render.yaml. The error holds everything that cannot be read or means nothing.
pub fn find(paths: &[PathBuf]) -> Result<Found, Diagnostics> {
    let mut search = Search::default();
    for path in paths {
        search.enter(path);
    }
    if !search.problems.is_empty() {
        return Err(Diagnostics(search.problems));
    }
    Ok(search.into_found())
}

#[derive(Default)]
struct Search {
    /// By golden file and, of several with one golden file, in the order in which they were found.
    cases: BTreeMap<PathBuf, Vec<Case>>,
    golden: BTreeSet<PathBuf>,
    problems: Vec<Diagnostic>,
}

impl Search {
    fn enter(&mut self, path: &Path) {
        let name = file_name(path);
        if path.is_dir() {
            self.folder(path, false);
        } else if !path.exists() {
            self.problem(path, "there is no such file or folder");
        } else if name == CONFIG {
            self.config(path);
        } else if let Some(stem) = name.strip_suffix(VALUES) {
            self.by_convention(&path.with_file_name(stem));
        } else {
            self.problem(
                path,
                "a case is a folder, a NAME.values.yaml or a swanlab-render.yaml",
            );
        }
    }

    /// Below a swanlab-render.yaml only what it lists is a case.
    fn folder(&mut self, folder: &Path, is_listed: bool) {
        let mut entries: Vec<PathBuf> = match std::fs::read_dir(folder) {
            Ok(entries) => entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .collect(),
            Err(error) => return self.problem(folder, &error.to_string()),
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
                self.golden.insert(tidy(&path));
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
        let name = tidy(stem).display().to_string();
        let case = Case::by_convention(name, vec![with(VALUES)], with(GOLDEN));
        self.add(case);
    }

    fn config(&mut self, path: &Path) {
        match config::read(path) {
            Ok(cases) => cases.into_iter().for_each(|case| self.add(case)),
            Err(problems) => self.problems.extend(problems.0),
        }
    }

    fn add(&mut self, mut case: Case) {
        case.golden = tidy(&case.golden);
        let beside = self.cases.entry(case.golden.clone()).or_default();
        // Two paths may lead to the same case.
        if !beside.contains(&case) {
            beside.push(case);
        }
    }

    fn problem(&mut self, path: &Path, why: &str) {
        self.problems
            .push(Diagnostic::error(format!("{}: {why}", path.display())));
    }

    fn into_found(self) -> Found {
        let orphans = self
            .golden
            .into_iter()
            .filter(|golden| !self.cases.contains_key(golden))
            .collect();
        let mut cases = Vec::new();
        for (golden, mut beside) in self.cases {
            if beside.len() > 1 {
                refuse_common(&golden, &mut beside);
            }
            cases.extend(beside);
        }
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        Found { cases, orphans }
    }
}

/// Cases with one golden file: only one of them could ever be right.
fn refuse_common(golden: &Path, cases: &mut [Case]) {
    let places: Vec<Label> = cases
        .iter()
        .filter_map(|case| case.described.clone())
        .collect();
    let names: Vec<String> = cases
        .iter()
        .map(|case| format!("`{}`", case.name))
        .collect();
    let message = format!(
        "{} have one golden file: {}",
        names.join(" and "),
        golden.display()
    );
    for case in cases {
        let mut error = Diagnostic::error(&message);
        let own = case.described.iter();
        let others = places
            .iter()
            .filter(|place| Some(*place) != case.described.as_ref());
        for label in own.chain(others) {
            error = error.at(label.clone());
        }
        case.refused = Some(error.with_help("give each case a golden file of its own"));
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Without a leading `./`: as people write paths.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
