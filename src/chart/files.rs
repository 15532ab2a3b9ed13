//! The files of a chart that are neither templates nor values, for templates to read (`Files`).
//! They are read when they are asked for: a chart's root may hold far more than the chart.

use std::path::{Path, PathBuf};

use super::ignore::Ignore;
use crate::files::Access;

/// The largest file that Helm takes into a chart, in bytes.
pub(super) const LARGEST_FILE: u64 = 5 * 1024 * 1024;

/// The files of one chart.
#[derive(Clone, Debug)]
pub enum Files {
    /// Inside the binary: path and text.
    Embedded(&'static [(&'static str, &'static str)]),
    /// Below a chart directory.
    Directory {
        /// The chart's root.
        root: PathBuf,
        /// Its .helmignore.
        ignore: Ignore,
        /// Where links may lead.
        access: Access,
    },
}

/// Why a file cannot be given.
#[derive(Debug)]
pub enum FileError {
    /// There is none of that name, or it is not for templates (`.helmignore`, values, templates).
    Missing,
    /// It cannot be read, with the reason.
    Unreadable(String),
}

impl Files {
    /// The text of a file by its path from the chart's root; bytes that are not UTF-8 are replaced.
    pub fn get(&self, path: &str) -> Result<String, FileError> {
        match self {
            Self::Embedded(files) => files
                .iter()
                .find(|(name, _)| *name == path)
                .map(|(_, text)| (*text).to_owned())
                .ok_or(FileError::Missing),
            Self::Directory {
                root,
                ignore,
                access,
            } => read(root, ignore, access, path),
        }
    }
}

fn read(root: &Path, ignore: &Ignore, access: &Access, path: &str) -> Result<String, FileError> {
    let inside = !path.is_empty()
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'));
    if !inside || is_chart_file(path) || ignore.hides_file(path) {
        return Err(FileError::Missing);
    }
    let file = root.join(path);
    if !file.exists() || file.is_dir() {
        return Err(FileError::Missing);
    }
    let bytes = access.regular(&file, LARGEST_FILE);
    let bytes = bytes.map_err(FileError::Unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Files with a meaning of their own are not in Helm's `.Files`.
fn is_chart_file(path: &str) -> bool {
    matches!(
        path,
        "Chart.yaml" | "values.yaml" | "values.schema.json" | ".helmignore"
    ) || path.starts_with("templates/")
        || path.starts_with("charts/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_outside_the_chart_is_not_given() {
        let files = Files::Directory {
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src"),
            ignore: Ignore::default(),
            access: Access::default(),
        };
        for path in [
            "../Cargo.toml",
            "/etc/passwd",
            "",
            "chart/../lib.rs",
            "nope",
        ] {
            assert!(matches!(files.get(path), Err(FileError::Missing)), "{path}");
        }
        assert!(files.get("lib.rs").is_ok());
    }
}
