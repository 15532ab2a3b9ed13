//! Packaged charts (`.tgz`), read in memory and never unpacked to disk. Archives are not trusted: what does not belong
//! in a chart (links, devices, paths out of its folder) is an error that names the entry, and sizes are bounded.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::files::LARGEST_FILE;
use crate::diagnostics::Diagnostic;
use crate::files::{bounded, reason};

/// The largest chart, in bytes without compression: Helm's limit. It includes the charts that are packed inside.
pub(super) const LARGEST_CHART: u64 = 100 * 1024 * 1024;

/// How many entries an archive may have.
const MOST_ENTRIES: usize = 10_000;

/// What the headers of the entries may take in all, in bytes.
const HEADERS: u64 = 20 * 1024 * 1024;

/// The files of a packaged chart.
#[derive(Clone, Debug)]
pub struct Archive {
    /// What messages call the archive.
    name: Arc<str>,
    /// The folder that the chart is in, with a `/` behind it.
    folder: String,
    files: Arc<BTreeMap<String, Vec<u8>>>,
}

impl Archive {
    /// Reads an archive. What its files take is subtracted from `left`, the bytes that the chart may still have.
    ///
    /// # Errors
    /// What is wrong with the archive, or with one of its entries.
    pub(super) fn read(name: &str, bytes: &[u8], left: &mut u64) -> Result<Self, Diagnostic> {
        let stream = MultiGzDecoder::new(bytes).take(left.saturating_add(HEADERS));
        let mut archive = tar::Archive::new(stream);
        let mut files = Entries {
            archive: name,
            folder: None,
            files: BTreeMap::new(),
        };
        let read = files.read(&mut archive, left);
        let mut stream = archive.into_inner();
        // The rest is read too: only then is it known that the archive is whole.
        let whole = read.and_then(|()| {
            io::copy(&mut stream, &mut io::sink())
                .map(drop)
                .map_err(|error| unreadable(name, &error))
        });
        if stream.limit() == 0 {
            return Err(too_large(name));
        }
        whole?;
        let Some(folder) = files.folder else {
            return Err(Diagnostic::error(format!("`{name}` is an empty archive")));
        };
        Ok(Self {
            name: name.into(),
            folder: format!("{folder}/"),
            files: Arc::new(files.files),
        })
    }

    /// The chart in a folder of this one.
    pub(super) fn below(&self, folder: &str) -> Self {
        Self {
            folder: format!("{}{folder}/", self.folder),
            ..self.clone()
        }
    }

    /// The bytes of a file, by its path from the chart's root.
    pub(super) fn get(&self, path: &str) -> Option<&[u8]> {
        let file = self.files.get(&format!("{}{path}", self.folder));
        file.map(Vec::as_slice)
    }

    /// What messages call a file.
    pub(super) fn name(&self, path: &str) -> String {
        format!("{}/{}{path}", self.name, self.folder)
    }

    /// The names in a folder, and whether each is a folder.
    pub(super) fn entries(&self, folder: &str) -> Vec<(String, bool)> {
        let start = match folder {
            "" => self.folder.clone(),
            folder => format!("{}{folder}/", self.folder),
        };
        let mut found: Vec<(String, bool)> = Vec::new();
        for (path, _) in self.files.range(start.clone()..) {
            let Some(rest) = path.strip_prefix(&start) else {
                break;
            };
            let entry = match rest.split_once('/') {
                Some((name, _)) => (name.to_owned(), true),
                None => (rest.to_owned(), false),
            };
            if found.last() != Some(&entry) {
                found.push(entry);
            }
        }
        found
    }
}

/// The entries of an archive that were read so far.
struct Entries<'a> {
    archive: &'a str,
    /// The folder that all entries are in.
    folder: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Entries<'_> {
    fn read(
        &mut self,
        archive: &mut tar::Archive<impl Read>,
        left: &mut u64,
    ) -> Result<(), Diagnostic> {
        let name = self.archive;
        let entries = archive
            .entries()
            .map_err(|error| unreadable(name, &error))?;
        for (count, entry) in entries.enumerate() {
            let mut entry = entry.map_err(|error| unreadable(name, &error))?;
            if count == MOST_ENTRIES {
                return Err(Diagnostic::error(format!(
                    "`{name}` has more than {MOST_ENTRIES} entries"
                )));
            }
            let kind = entry.header().entry_type();
            // What `git archive` puts first: the commit.
            if kind == EntryType::XGlobalHeader {
                continue;
            }
            let path = entry.path_bytes().into_owned();
            let refuse = |why: &str| {
                Err(Diagnostic::error(format!(
                    "`{name}` is not read: its entry `{}` {why}",
                    String::from_utf8_lossy(&path)
                )))
            };
            let Ok(text) = std::str::from_utf8(&path) else {
                return refuse("has a name that is not UTF-8");
            };
            let inner = match self.path(text) {
                Ok(inner) => inner,
                Err(why) => return refuse(why),
            };
            match kind {
                EntryType::Directory => continue,
                EntryType::Regular => {}
                EntryType::Symlink | EntryType::Link => return refuse("is a link"),
                EntryType::Char | EntryType::Block => return refuse("is a device"),
                EntryType::Fifo => return refuse("is a named pipe"),
                _ => return refuse("is neither a file nor a folder"),
            }
            let Some(inner) = inner else {
                return refuse("is not in the chart's folder");
            };
            if entry.size() > LARGEST_FILE {
                return refuse(&format!("is larger than {} MiB", LARGEST_FILE >> 20));
            }
            *left = left
                .checked_sub(entry.size())
                .ok_or_else(|| too_large(name))?;
            let bytes = bounded(&mut entry, LARGEST_FILE).map_err(|why| damaged(name, &why))?;
            if self.files.insert(inner, bytes).is_some() {
                return refuse("is in it twice");
            }
        }
        Ok(())
    }

    /// The path of an entry with the chart's folder, without `.` and empty parts; none for the folder itself. The first
    /// part is the chart's folder, whatever it is called, as in Helm.
    fn path(&mut self, path: &str) -> Result<Option<String>, &'static str> {
        let bytes = path.as_bytes();
        let has_drive =
            bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
        if path.contains('\\') || has_drive {
            return Err("has a path of Windows");
        }
        if path.starts_with('/') {
            return Err("has an absolute path");
        }
        if path.split('/').any(|part| part == "..") {
            return Err("has a path with `..`");
        }
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let rest: Vec<&str> = rest
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        if self.folder.get_or_insert_with(|| first.to_owned()) != first {
            return Err("is not in the chart's folder");
        }
        Ok((!rest.is_empty()).then(|| format!("{first}/{}", rest.join("/"))))
    }
}

fn too_large(name: &str) -> Diagnostic {
    let size = LARGEST_CHART >> 20;
    Diagnostic::error(format!(
        "`{name}` has more than {size} MiB when it is unpacked"
    ))
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    damaged(name, &reason(error))
}

fn damaged(name: &str, why: &str) -> Diagnostic {
    Diagnostic::error(format!(
        "`{name}` is not a whole packaged chart (`.tgz`): {why}"
    ))
}

/// Whether a file is, or claims to be, a packaged chart.
pub(super) fn is_packed(path: &Path) -> bool {
    let claims = path.extension().is_some_and(|extension| extension == "tgz");
    let mut magic = [0; 2];
    path.is_file()
        && (claims
            || File::open(path)
                .and_then(|mut file| file.read_exact(&mut magic))
                .is_ok_and(|()| magic == [0x1f, 0x8b]))
}
