//! Where the files of a case may be. A swanlab-render.yaml comes with a pull request: what it names is not to be read or
//! replaced just because it says so.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::case::Case;
use crate::diagnostics::{Diagnostic, Label};
use crate::yaml::Step;

/// Paths that lead away, and a golden file that is no file, with the key of the case that names each.
pub(super) fn misplaced(case: &Case) -> Vec<(Vec<Step>, Diagnostic)> {
    let key = |key: &str| vec![Step::Key(key.to_owned())];
    let golden = [(key("golden"), &case.golden)];
    let chart = case.chart.iter().map(|chart| (key("chart"), chart));
    let values = (case.values.iter().enumerate()).map(|(index, file)| {
        let mut steps = key("values");
        steps.push(Step::Index(index));
        (steps, file)
    });
    let mut problems: Vec<(Vec<Step>, Diagnostic)> = golden
        .into_iter()
        .chain(chart)
        .chain(values)
        .filter(|(_, file)| !case.access.permits(file))
        .map(|(steps, file)| {
            let problem = Diagnostic::error(format!(
                "`{}` is, or leads, outside the folder of this file and the folders that are checked",
                file.display()
            ));
            let help = "if it is meant to be there, add --allow-outside";
            (steps, problem.with_help(help))
        })
        .collect();
    if let Some(why) = not_replaceable(&case.golden) {
        let problem = Diagnostic::error(format!(
            "`{}` cannot be a golden file: it is {why}",
            case.golden.display()
        ));
        problems.push((key("golden"), problem));
    }
    problems
}

/// As people write a path: without `./`, and without a way down and up again. Only the text
/// counts, so behind a link `..` leads back to the link's folder.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    if tidy.as_os_str().is_empty() {
        tidy.push(".");
    }
    tidy
}

/// The same for all paths that lead to one file, whether it is there or not.
pub(super) fn identity(path: &Path) -> PathBuf {
    let path = tidy(path);
    let (Some(name), Some(folder)) = (path.file_name(), path.parent()) else {
        return path;
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    match folder.canonicalize() {
        Ok(folder) => folder.join(name),
        Err(_) => path,
    }
}

/// What a path that is not a regular file is: a link would be replaced by a file, or lead elsewhere.
pub(super) fn not_replaceable(path: &Path) -> Option<&'static str> {
    let kind = path.symlink_metadata().ok()?.file_type();
    if kind.is_file() {
        None
    } else if kind.is_symlink() {
        Some("a link")
    } else if kind.is_dir() {
        Some("a folder")
    } else {
        Some("a device, a pipe or a socket")
    }
}

/// A swanlab-render.yaml may describe a case that is known by its file names already; then the description counts.
pub(super) fn describe_once(beside: &mut Vec<Case>) {
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
pub(super) fn refuse_values(cases: &mut [Case]) {
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
pub(super) fn refuse_common(cases: &mut [Case]) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_without_detours() {
        for (path, written) in [
            ("./a/b", "a/b"),
            ("a/./b/../c", "a/c"),
            ("../a", "../a"),
            ("a/../../b", "../b"),
            ("./.", "."),
            ("/a/../b", "/b"),
        ] {
            assert_eq!(tidy(Path::new(path)), Path::new(written), "{path}");
        }
    }

    #[test]
    fn a_file_is_the_same_by_every_path() {
        let here = std::path::absolute("src").unwrap();
        for path in ["src/lib.rs", "./src/../src/lib.rs"] {
            assert_eq!(identity(Path::new(path)), identity(&here.join("lib.rs")));
        }
    }
}
