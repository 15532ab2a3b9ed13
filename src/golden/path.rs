//! Paths of cases: as reports write them, and as one file is known however it is written.
//! It opens no file.

use std::path::{Component, Path, PathBuf};

/// As people write a path: without `./`, and without a way down and up again. It goes by the text
/// alone, so behind a link `..` leads back to where the link stands.
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

/// What stands in the place of a file that is not one: a link would be replaced by a file, or lead elsewhere.
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
