//! Finds cases below folders: by the names of files, or as a swanlab-render.yaml lists them.
//! Hidden folders, `target` and links are not entered; what is found is in the order of its paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::case::Case;
use super::config;
use super::path::{identity, tidy};
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
/// swanlab-render.yaml. The error holds everything that cannot be read or means nothing, and every
/// path that leads to no case: a mistyped one must not pass.
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
            match config::read(path) {
                Ok(cases) => cases.into_iter().for_each(|case| self.add(case)),
                Err(problems) => self.problems.extend(problems.0),
            }
        }
    }

    fn add(&mut self, case: Case) {
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

/// A swanlab-render.yaml may say more of a case that names tell already; then what it says counts.
fn describe_once(beside: &mut Vec<Case>) {
    let listed: BTreeSet<PathBuf> = beside
        .iter()
        .filter(|case| case.described.is_some())
        .flat_map(|case| &case.values)
        .map(|path| identity(path))
        .collect();
    beside.retain(|case| {
        case.described.is_some()
            || !case
                .values
                .iter()
                .all(|path| listed.contains(&identity(path)))
    });
}

/// A golden file that is a values file too: --update would overwrite what people wrote.
fn refuse_values(cases: &mut [Case]) {
    for case in cases {
        let mut error = Diagnostic::error(format!(
            "{} is a values file, so it cannot hold the manifests",
            case.golden.display()
        ));
        if let Some(place) = &case.described {
            error = error.at(place.clone());
        }
        case.refused = Some(error.with_help("give the case a golden file of its own"));
    }
}

/// Cases with one golden file: only one of them could ever be right.
fn refuse_common(cases: &mut [Case]) {
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
        cases[0].golden.display()
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
