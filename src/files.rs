//! Files, read within limits: of size, of kind, and where it is asked for, of place. A device that never ends, a link
//! that leads out of a folder and a file that is no text each end with a reason in words. It writes nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The longest input that is read, in bytes. A render of thousands of objects is a tenth of it.
pub const LARGEST: u64 = 64 << 20;

/// Which files may be read: all of them, or those below some folders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Access {
    /// Where files have to be, without links; none for anywhere.
    folders: Option<Vec<PathBuf>>,
}

impl Access {
    /// Reads files only in these folders and below. For a link, its target counts.
    ///
    /// # Errors
    /// A folder that does not exist.
    pub fn within(folders: &[PathBuf]) -> io::Result<Self> {
        let folders: io::Result<Vec<PathBuf>> = folders.iter().map(fs::canonicalize).collect();
        Ok(Self {
            folders: Some(folders?),
        })
    }

    /// Whether a path, which need not exist, is where files may be read.
    pub fn permits(&self, path: &Path) -> bool {
        let Some(folders) = &self.folders else {
            return true;
        };
        real(path).is_some_and(|path| folders.iter().any(|folder| path.starts_with(folder)))
    }

    /// The bytes of a regular file.
    ///
    /// # Errors
    /// Why it is not read, to be written behind its name.
    pub fn regular(&self, path: &Path, limit: u64) -> Result<Vec<u8>, String> {
        self.check(path)?;
        let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
        if metadata.is_dir() {
            return Err(reason(&io::ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Err("it is a device, a pipe or a socket, not a file".to_owned());
        }
        open(path, limit)
    }

    /// The bytes of a regular file or a pipe (`<(command)` of a shell, `/dev/stdin`).
    ///
    /// # Errors
    /// Why it is not read, to be written behind its name.
    pub fn any(&self, path: &Path, limit: u64) -> Result<Vec<u8>, String> {
        self.check(path)?;
        open(path, limit)
    }

    fn check(&self, path: &Path) -> Result<(), String> {
        if self.permits(path) {
            Ok(())
        } else {
            Err("it is, or leads, outside the folder that files may be read from".to_owned())
        }
    }
}

fn open(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| reason(&error))?;
    // A pipe has no size, and a file may grow: it is only what is likely to be enough.
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let size = usize::try_from(size.min(limit)).unwrap_or_default();
    into(Vec::with_capacity(size + 1), file, limit)
}

/// All bytes of a stream.
///
/// # Errors
/// Why it cannot be read, or that it has more bytes than the limit.
pub fn bounded(stream: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    into(Vec::new(), stream, limit)
}

fn into(mut bytes: Vec<u8>, stream: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut start = stream.take(limit.saturating_add(1));
    start
        .read_to_end(&mut bytes)
        .map_err(|error| reason(&error))?;
    if bytes.len() as u64 > limit {
        return Err(match limit >> 20 {
            0 => format!("it is larger than {limit} bytes"),
            size => format!("it is larger than {size} MiB"),
        });
    }
    Ok(bytes)
}

/// The text that bytes are.
///
/// # Errors
/// The bytes, with what they are instead.
pub fn text(bytes: Vec<u8>) -> Result<String, (Vec<u8>, &'static str)> {
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.into_bytes();
        let why = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            UTF_16
        } else {
            "it is not UTF-8 text"
        };
        (bytes, why)
    })
}

/// What `>` of Windows PowerShell writes.
const UTF_16: &str = "it is UTF-16 text, as `>` writes it in Windows PowerShell; save it as UTF-8, there with `| Out-File -Encoding utf8 FILE`";

/// An operating system's reason, without its number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            match text.split_once(" (os error ") {
                Some((words, _)) => words.to_owned(),
                None => text,
            }
        }
    }
}

/// The path without links, as far as it exists.
fn real(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        // A link to nowhere is there, and leads to a place that is not known.
        if existing.symlink_metadata().is_ok() {
            break;
        }
        match existing.components().next_back()? {
            Component::Normal(name) => missing.push(name),
            // `..` behind a folder that does not exist leads nowhere.
            _ => return None,
        }
        existing = existing.parent()?;
    }
    let mut real = existing.canonicalize().ok()?;
    real.extend(missing.iter().rev());
    Some(real)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn an_endless_device_is_cut_off() {
        let zero = Path::new("/dev/zero");
        let access = Access::default();
        assert_eq!(
            access.any(zero, 5 << 20).unwrap_err(),
            "it is larger than 5 MiB"
        );
        assert_eq!(
            access.regular(zero, 5 << 20).unwrap_err(),
            "it is a device, a pipe or a socket, not a file"
        );
        assert_eq!(access.any(Path::new("/dev/null"), 1).unwrap(), b"");
        assert_eq!(
            access.any(Path::new("/nowhere"), 1).unwrap_err(),
            "there is no such file"
        );
        assert_eq!(bounded(&b"abc"[..], 3).unwrap(), b"abc");
        assert_eq!(
            bounded(&b"abc"[..], 2).unwrap_err(),
            "it is larger than 2 bytes"
        );
    }

    #[test]
    fn a_link_counts_by_where_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("in/deep")).unwrap();
        fs::create_dir_all(at("out")).unwrap();
        fs::write(at("in/a"), "a").unwrap();
        fs::write(at("out/b"), "b").unwrap();
        symlink("../out/b", at("in/link")).unwrap();
        symlink("../out", at("in/folder")).unwrap();
        symlink("../nowhere", at("in/dangling")).unwrap();
        symlink("in/a", at("back")).unwrap();
        let access = Access::within(&[at("in")]).unwrap();
        for (path, permitted) in [
            ("in/a", true),
            ("in/deep/new/file", true),
            ("in/deep/../a", true),
            ("back", true),
            ("in", true),
            ("in/link", false),
            ("in/folder/b", false),
            ("in/folder/new", false),
            ("in/dangling", false),
            ("in/new/../../out/b", false),
            ("in/../out/b", false),
            ("inside", false),
            ("/etc/passwd", false),
        ] {
            assert_eq!(access.permits(&at(path)), permitted, "{path}");
            assert!(Access::default().permits(&at(path)), "{path}");
        }
        assert!(access.regular(&at("in/link"), 9).is_err());
        assert_eq!(access.regular(&at("in/a"), 9).unwrap(), b"a");
    }

    #[test]
    fn text_of_powershell_is_recognised() {
        assert_eq!(text(b"a".to_vec()).unwrap(), "a");
        let why = |bytes: &[u8]| text(bytes.to_vec()).unwrap_err().1;
        assert_eq!(why(b"\xff\xfea\0"), UTF_16);
        assert_eq!(why(b"\xfe\xff\0a"), UTF_16);
        assert_eq!(why(b"a\xff"), "it is not UTF-8 text");
    }
}
