//! What helm has rendered for earlier runs, below the user's cache: looking for the values behind changes takes a render
//! for each value, and most of them are the same the next time.
//!
//! Renders hold passwords, so each is encrypted with a key that is derived from all that it was rendered from. Whoever can
//! read it from the cache must have the values already. What cannot be decrypted, or is damaged, counts as missing.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::SystemTime;

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use swanlab_render::files::{Access, bounded};
use swanlab_render::release::Call;

use super::cache;

/// All renders together take at most so many bytes; then the oldest are removed until half of it is free.
const LARGEST_CACHE: u64 = 64 << 20;

/// A larger render is not kept.
const LARGEST_RENDER: u64 = 16 << 20;

/// How an entry is written; another number for every other form.
const FORM: &str = "swanlab-render render 1";

/// The bytes at the start of an entry that make its encryption different from that of all others.
const NONCE: usize = 24;

/// What a render was made from, as a digest.
pub(super) struct Key([u8; 32]);

impl Key {
    /// The key of a call: `helm` is the version of helm, `chart` the digest of the chart's files.
    pub(super) fn of(call: &Call<'_>, helm: &str, chart: &[u8; 32]) -> Self {
        let attempt = call.attempt.to_string();
        let switches = format!("{} {}", call.is_upgrade, call.skip_schema_validation);
        let mut digest = Sha256::new();
        let mut add = |part: &[u8]| {
            // With its length, so that no two calls are written the same.
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        };
        add(FORM.as_bytes());
        add(helm.as_bytes());
        add(chart);
        for part in [
            call.name,
            call.namespace,
            &call.kube_version,
            &switches,
            &call.values,
            &attempt,
            &call.api_versions.len().to_string(),
        ] {
            add(part.as_bytes());
        }
        for part in call.api_versions.iter().chain(&call.integers) {
            add(part.as_bytes());
        }
        Self(digest.finalize().into())
    }

    /// Another digest for each purpose, from which this one cannot be known.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.0);
        digest.update(purpose.as_bytes());
        digest.finalize().into()
    }

    fn file(&self, folder: &Path) -> PathBuf {
        let name = self.derived("name");
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        folder.join(name)
    }

    /// A number that no other content is encrypted with: under one key it must not come twice.
    fn nonce(&self, content: &[u8]) -> [u8; NONCE] {
        let mut digest = Sha256::new();
        digest.update(self.derived("nonce"));
        digest.update(content);
        let digest = digest.finalize();
        std::array::from_fn(|at| digest[at])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derived("key").into())
    }
}

/// The digest of a chart's files.
pub(super) fn digest(content: &[(String, Vec<u8>)]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (path, bytes) in content {
        for part in [path.as_bytes(), bytes] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}

/// A render that was kept; none if there is none that can be used.
pub(super) fn get(key: &Key) -> Option<String> {
    let file = key.file(&cache::folder("renders")?);
    let bytes = Access::default().regular(&file, LARGEST_RENDER).ok()?;
    let (nonce, rest) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let packed = key.cipher().decrypt(&XNonce::from(nonce), rest).ok()?;
    let text = bounded(GzDecoder::new(&*packed), LARGEST_RENDER).ok()?;
    // What is used stays; that it cannot be marked is no reason not to use it.
    let _ = File::options()
        .append(true)
        .open(&file)
        .and_then(|file| file.set_modified(SystemTime::now()));
    String::from_utf8(text).ok()
}

/// Keeps a render, if that is possible: a cache that cannot be written is like none. What does not begin as all renders of
/// Helm do is not kept.
pub(super) fn put(key: &Key, render: &str) {
    if !render.starts_with("---\n# Source: ") && !render.trim().is_empty() {
        return;
    }
    if let Some(folder) = cache::folder("renders")
        && render.len() as u64 <= LARGEST_RENDER
    {
        let _ = write(&folder, key, render);
    }
}

fn write(folder: &Path, key: &Key, render: &str) -> io::Result<()> {
    static TIDIED: Once = Once::new();
    cache::make(folder)?;
    TIDIED.call_once(|| tidy(folder, LARGEST_CACHE));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(render.as_bytes())?;
    let packed = packed.finish()?;
    let nonce = key.nonce(&packed);
    let encrypted = key.cipher().encrypt(&XNonce::from(nonce), &*packed);
    let encrypted = encrypted.map_err(|_| io::Error::other("cannot be encrypted"))?;
    cache::write(&key.file(folder), &[&nonce[..], &encrypted].concat())
}

/// Removes the entries that were not used for longest, if all together are more than `limit`.
fn tidy(folder: &Path, limit: u64) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((metadata.modified().ok()?, metadata.len(), entry.path()))
        })
        .collect();
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    if total <= limit {
        return;
    }
    files.sort_unstable();
    for (_, size, path) in files {
        if total <= limit / 2 {
            break;
        }
        // Another run may have removed it already.
        let _ = fs::remove_file(path);
        total -= size;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_is_removed_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c", "d"] {
            let path = folder.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let age = std::time::Duration::from_secs(u64::from(b'z' - name.as_bytes()[0]));
            let file = File::options().append(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        tidy(folder.path(), 400);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
        tidy(folder.path(), 399);
        let mut left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["d"]);
    }
}
