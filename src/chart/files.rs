//! The files of a chart, wherever they are: in the binary, in a folder or in an archive. A file of a folder is read when
//! it is needed: the folder of a chart may have many other files.

use std::fs;
use std::path::PathBuf;

use super::archive::Archive;
use super::ignore::Ignore;
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::files::{Access, reason, text};

/// The largest file in a chart, in bytes: Helm's limit.
pub(super) const LARGEST_FILE: u64 = 5 * 1024 * 1024;

/// The files of a chart.
#[derive(Clone, Debug)]
pub enum Files {
    /// In the binary: path and text.
    Embedded(&'static [(&'static str, &'static str)]),
    /// In the folder of a chart.
    Directory {
        /// The chart's root.
        root: PathBuf,
        /// Its .helmignore.
        ignore: Ignore,
        /// Where links may lead.
        access: Access,
    },
    /// In a packaged chart.
    Archive(Archive),
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum FileError {
    /// It does not exist, or templates must not read it (`.helmignore`, values, templates).
    Missing,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

impl Files {
    /// The text of a file that templates may read, by its path from the chart's root. Bytes that are not UTF-8 are
    /// replaced.
    pub fn get(&self, path: &str) -> Result<String, FileError> {
        if let Self::Embedded(files) = self {
            let file = files.iter().find(|(name, _)| *name == path);
            return file
                .map(|(_, text)| (*text).to_owned())
                .ok_or(FileError::Missing);
        }
        let inside = !path.is_empty()
            && path
                .split('/')
                .all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'));
        if !inside || is_chart_file(path) || !self.has(path) {
            return Err(FileError::Missing);
        }
        let bytes = self.bytes(path).map_err(FileError::Unreadable)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A text file of the chart, without its byte order mark, if the chart has it.
    pub(super) fn optional(&self, path: &str) -> Result<Option<Source>, Diagnostics> {
        let is_there = match self {
            // A link that leads nowhere is an error, not a file that was left out.
            Self::Directory { root, ignore, .. } => {
                !ignore.hides_file(path) && root.join(path).symlink_metadata().is_ok()
            }
            Self::Embedded(_) | Self::Archive(_) => self.has(path),
        };
        is_there.then(|| self.source(path)).transpose()
    }

    /// A text file of the chart, without its byte order mark.
    pub(super) fn source(&self, path: &str) -> Result<Source, Diagnostics> {
        let bytes = self
            .bytes(path)
            .map_err(|why| self.unreadable(path, &why))?;
        let text = text(bytes).map_err(|(_, why)| self.unreadable(path, why))?;
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        Ok(Source::new(self.name(path), text))
    }

    /// The bytes of a file, or why it cannot be read.
    pub(super) fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let missing = || reason(&std::io::ErrorKind::NotFound.into());
        match self {
            Self::Embedded(files) => {
                let file = files.iter().find(|(name, _)| *name == path);
                file.map(|(_, text)| text.as_bytes().to_vec())
                    .ok_or_else(missing)
            }
            Self::Directory { root, access, .. } => access.regular(&root.join(path), LARGEST_FILE),
            Self::Archive(archive) => archive.get(path).map(<[u8]>::to_vec).ok_or_else(missing),
        }
    }

    /// Whether the chart has a file.
    pub(super) fn has(&self, path: &str) -> bool {
        match self {
            Self::Embedded(files) => files.iter().any(|(name, _)| *name == path),
            Self::Directory { root, ignore, .. } => {
                let file = root.join(path);
                !ignore.hides_file(path) && file.exists() && !file.is_dir()
            }
            Self::Archive(archive) => archive.get(path).is_some(),
        }
    }

    /// What messages call a file of the chart.
    pub(super) fn name(&self, path: &str) -> String {
        match self {
            Self::Embedded(_) => path.to_owned(),
            Self::Directory { root, .. } => root.join(path).display().to_string(),
            Self::Archive(archive) => archive.name(path),
        }
    }

    /// The files of a folder of this chart that is a chart itself.
    pub(super) fn below(&self, folder: &str) -> Self {
        match self {
            Self::Embedded(files) => Self::Embedded(files),
            Self::Directory {
                root,
                ignore,
                access,
            } => Self::Directory {
                root: root.join(folder),
                ignore: ignore.below(folder),
                access: access.clone(),
            },
            Self::Archive(archive) => Self::Archive(archive.below(folder)),
        }
    }

    /// The paths of all files below a folder, all files for an empty name, in byte order, without those that .helmignore hides. Hidden folders are
    /// not read. A link to one of its parent folders is an error.
    pub(super) fn walk(&self, folder: &str) -> Result<Vec<String>, Diagnostics> {
        let mut paths = Vec::new();
        self.collect(folder, &mut paths)?;
        paths.sort_unstable();
        Ok(paths)
    }

    fn collect(&self, folder: &str, paths: &mut Vec<String>) -> Result<(), Diagnostics> {
        /// No chart is as deep; a link to a parent folder is endless.
        const DEEPEST: usize = 32;
        if folder.split('/').count() > DEEPEST {
            let why = "folders are nested too deeply (a link to a parent?)";
            return Err(self.unreadable(folder, why));
        }
        for (name, is_folder) in self.entries(folder)? {
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            if is_folder {
                self.collect(&path, paths)?;
            } else {
                paths.push(path);
            }
        }
        Ok(())
    }

    /// The names in a folder, without those that .helmignore hides, and whether each is a folder. None if there is no
    /// such folder.
    pub(super) fn entries(&self, folder: &str) -> Result<Vec<(String, bool)>, Diagnostics> {
        match self {
            Self::Embedded(_) => Ok(Vec::new()),
            Self::Archive(archive) => Ok(archive.entries(folder)),
            Self::Directory { root, ignore, .. } => {
                let directory = root.join(folder);
                if !directory.is_dir() {
                    return Ok(Vec::new());
                }
                let unreadable = |error| self.unreadable(folder, &reason(&error));
                let mut found = Vec::new();
                for entry in fs::read_dir(&directory).map_err(unreadable)? {
                    let entry = entry.map_err(unreadable)?;
                    let shown = entry.file_name().to_string_lossy().into_owned();
                    let path = match folder {
                        "" => shown,
                        folder => format!("{folder}/{shown}"),
                    };
                    let Ok(name) = entry.file_name().into_string() else {
                        return Err(self.unreadable(&path, "its name is not UTF-8"));
                    };
                    let target = fs::metadata(entry.path())
                        .map_err(|error| self.unreadable(&path, &reason(&error)))?;
                    if !ignore.hides(&path, target.is_dir()) {
                        found.push((name, target.is_dir()));
                    }
                }
                Ok(found)
            }
        }
    }

    fn unreadable(&self, path: &str, why: &str) -> Diagnostics {
        Diagnostic::error(format!("cannot read `{}`: {why}", self.name(path))).into()
    }
}

/// Files that Helm leaves out of `.Files`, because they have a meaning of their own.
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
