//! Files that are written together: all of them or none. Each is made beside its place and moved there when all of
//! them are made; if one cannot be moved, what was replaced before is put back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use swanlab_render::files::reason;
use tempfile::{Builder, NamedTempFile, TempPath};

use super::interrupt::at_interrupt;

/// How temporary files begin: hidden, and without an ending that kubectl reads.
const PREFIX: &str = ".swanlab-render-";

/// A file that could not be written, as its user knows it.
type Failed<'a> = (&'a Path, io::Error);

/// Gives files these contents. A new file has the mode that the umask gives; one that exists keeps its own.
pub(super) fn replace_all<'a>(
    texts: impl IntoIterator<Item = (&'a Path, &'a str)>,
) -> anyhow::Result<()> {
    let mut made = Vec::new();
    let staged = stage_all(texts, &mut made);
    let written = staged.and_then(put_all);
    written.map_err(|((path, error), lost)| {
        // Those that hold something by now stay.
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
        let why = format!("cannot write `{}`: {}", path.display(), reason(&error));
        match lost.as_slice() {
            [] => anyhow!(why),
            lost => anyhow!(
                "{why}; what could not be put back is in {}",
                lost.join(", ")
            ),
        }
    })
}

/// A file that is not there yet.
#[derive(Debug)]
pub(super) struct New {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Whether nobody else may read it. Elsewhere than on Unix it has the rights of its folder.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub(super) is_private: bool,
}

/// Makes files, all or none. Nothing that is there is replaced.
pub(super) fn create_all(files: &[New]) -> anyhow::Result<()> {
    let failed = |file: &New, error: &io::Error| {
        anyhow!("cannot write `{}`: {}", file.path.display(), reason(error))
    };
    let mut staged = Vec::new();
    for file in files {
        staged.push(stage_new(file).map_err(|error| failed(file, &error))?);
    }
    // An interrupt waits until all are there or none is.
    let mut pending = at_interrupt();
    let mut done: Vec<&Path> = Vec::new();
    for (file, new) in files.iter().zip(staged) {
        if let Err(error) = new.persist_noclobber(&file.path) {
            for path in done {
                let _ = fs::remove_file(path);
            }
            return Err(failed(file, &error.error));
        }
        done.push(&file.path);
    }
    pending.files.clear();
    Ok(())
}

fn stage_new(file: &New) -> io::Result<TempPath> {
    let folder = folder_of(&file.path);
    let mut new = temporary(folder)?;
    #[cfg(unix)]
    if file.is_private {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        new.as_file().set_permissions(mode)?;
    }
    new.write_all(file.text.as_bytes())?;
    new.as_file().sync_all()?;
    Ok(new.into_temp_path())
}

/// Gives files that exist these contents. Of a link, the file that it leads to is replaced.
pub(super) fn rewrite_all<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> anyhow::Result<()> {
    let mut real: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for (name, text) in texts {
        let path = fs::canonicalize(name)
            .map_err(|error| anyhow!("cannot write `{name}`: {}", reason(&error)))?;
        real.insert(path, text);
    }
    replace_all(real.iter().map(|(path, text)| (path.as_path(), *text)))
}

/// A failure, and the old contents that could not be put back.
type Undone<'a> = (Failed<'a>, Vec<String>);

fn stage_all<'a>(
    texts: impl IntoIterator<Item = (&'a Path, &'a str)>,
    made: &mut Vec<PathBuf>,
) -> Result<Vec<(&'a Path, TempPath)>, Undone<'a>> {
    let mut staged = Vec::new();
    for (path, text) in texts {
        match stage(path, text, made) {
            // Without its handle: there may be more files than a process may open.
            Ok(file) => staged.push((path, file.into_temp_path())),
            Err(error) => return Err(((path, error), Vec::new())),
        }
    }
    Ok(staged)
}

fn stage(path: &Path, text: &str, made: &mut Vec<PathBuf>) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    make_folders(folder, made)?;
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = temporary(folder)?;
    if let Ok(old) = path.symlink_metadata()
        && old.is_file()
    {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut new = Builder::new();
    new.prefix(PREFIX);
    // As of every new file; the umask takes its part.
    #[cfg(unix)]
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut pending = at_interrupt();
    let file = new.tempfile_in(folder)?;
    pending.files.insert(file.path().to_owned());
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Makes the folders that do not exist, and notes them, the outermost first.
fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut missing: Vec<&Path> = folder
        .ancestors()
        .take_while(|folder| *folder != Path::new("") && !folder.exists())
        .collect();
    while let Some(folder) = missing.pop() {
        match fs::create_dir(folder) {
            Ok(()) => made.push(folder.to_owned()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn put_all(staged: Vec<(&Path, TempPath)>) -> Result<(), Undone<'_>> {
    // An interrupt waits until all is done or undone.
    let mut pending = at_interrupt();
    let mut folders = BTreeSet::new();
    let mut done: Vec<(&Path, Option<TempPath>)> = Vec::new();
    for (path, new) in staged {
        match put(path, new) {
            Ok(old) => done.push((path, old)),
            Err(error) => {
                let lost = done.into_iter().rev();
                return Err(((path, error), lost.filter_map(put_back).collect()));
            }
        }
        folders.insert(folder_of(path));
    }
    for folder in folders {
        // Not every file system can do it; the files themselves are safe.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    pending.files.clear();
    Ok(())
}

/// Moves a file to its place; gives the old one, if there was one.
fn put(path: &Path, new: TempPath) -> io::Result<Option<TempPath>> {
    let old = keep(path)?;
    match new.persist(path) {
        Ok(()) => Ok(old),
        Err(error) => {
            if let Some(old) = old
                && path.symlink_metadata().is_err()
            {
                old.persist(path).map_err(|error| error.error)?;
            }
            Err(error.error)
        }
    }
}

/// Keeps what is in a place under another name: a second one, or where there are no hard links, a new one.
fn keep(path: &Path) -> io::Result<Option<TempPath>> {
    match path.symlink_metadata() {
        Err(_) => return Ok(None),
        // Moved away as a whole it would be gone.
        Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => {}
    }
    let mut name = Builder::new();
    name.prefix(PREFIX);
    let kept = name.make_in(folder_of(path), |kept| {
        fs::hard_link(path, kept).or_else(|_| fs::rename(path, kept))
    })?;
    Ok(Some(kept.into_temp_path()))
}

/// Restores a file. If that fails, the error says where the old content is.
fn put_back((path, old): (&Path, Option<TempPath>)) -> Option<String> {
    let Some(old) = old else {
        let _ = fs::remove_file(path);
        return None;
    };
    let failed = old.persist(path).err()?;
    let kept = failed.path.keep().ok()?;
    Some(format!("`{}`", kept.display()))
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_replaced_is_put_back_when_a_later_file_fails() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").unwrap();
        std::os::unix::fs::symlink("a", at("link")).unwrap();
        let paths = [at("a"), at("link"), at("new"), at("z")];
        let mut made = Vec::new();
        let texts = paths.iter().map(|path| (path.as_path(), "text"));
        let Ok(staged) = stage_all(texts, &mut made) else {
            unreachable!("all can be made")
        };
        // Only now can the last one not be written.
        fs::create_dir_all(at("z/full")).unwrap();
        let Err(((failed, _), lost)) = put_all(staged) else {
            unreachable!("a folder is no file")
        };
        assert_eq!((failed, lost.len()), (at("z").as_path(), 0));
        assert_eq!(fs::read_to_string(at("a")).unwrap(), "old");
        assert_eq!(fs::read_link(at("link")).unwrap(), Path::new("a"));
        assert_eq!(names(folder.path()), ["a", "link", "z"]);
    }

    #[test]
    fn folders_that_were_made_for_nothing_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("z")).unwrap();
        let paths = [at("b/c/d"), at("z")];
        let written = replace_all(paths.iter().map(|path| (path.as_path(), "text")));
        let said = written.unwrap_err().to_string();
        assert_eq!(
            said,
            format!("cannot write `{}`: it is a folder", at("z").display())
        );
        assert_eq!(names(folder.path()), ["z"]);
    }

    #[test]
    fn a_link_is_replaced_and_what_it_leads_to_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").unwrap();
        std::os::unix::fs::symlink("a", at("link")).unwrap();
        replace_all([(at("link").as_path(), "text")]).unwrap();
        assert_eq!(fs::read_to_string(at("a")).unwrap(), "old");
        assert_eq!(fs::read_to_string(at("link")).unwrap(), "text");
        assert_eq!(names(folder.path()), ["a", "link"]);
    }
}
