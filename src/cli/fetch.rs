//! Charts from repositories and registries (`REPO/CHART`, `oci://…`, `https://….tgz`): `helm pull` fetches them into a
//! cache, where they are kept by the SHA-256 digest of their bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, visible};
use swanlab_render::files::{Access, LARGEST};
use swanlab_render::release::error_line;

use super::cache;
use super::habits;
use super::helm_program::program;
use super::process::{Limits, listen};
use super::progress::Progress;

/// A download of at most this long.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(120),
    output: 1 << 20,
    error: 1 << 20,
};

/// Which charts are fetched.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fetch<'a> {
    /// Those that the command line names, in this version.
    Named(Option<&'a str>),
    /// Only what the cache has of them.
    Cached(Option<&'a str>),
    /// None.
    Never,
}

/// The archive of a chart that is not a path; none if the argument is neither a URL nor `REPO/CHART`.
pub(super) fn fetch(
    chart: &str,
    fetch: Fetch<'_>,
    progress: Progress,
) -> anyhow::Result<Option<PathBuf>> {
    let Some(help) = habits::help_for_reference(chart) else {
        return Ok(None);
    };
    let refused = |why: &str| {
        let shown = visible(chart);
        let error = Diagnostic::error(format!("the chart `{shown}` {why}"));
        Diagnostics::from(error.with_help(&*help))
    };
    let (version, is_offline) = match fetch {
        Fetch::Named(version) => (version, false),
        Fetch::Cached(version) => (version, true),
        Fetch::Never => return Err(refused("is not fetched").into()),
    };
    let cache = cache::folder("charts")
        .context("there is no cache: neither XDG_CACHE_HOME nor HOME is set")?;
    let known = cache.join(format!(
        "{}.digest",
        hex(format!("{chart}\n{}", version.unwrap_or_default()).as_bytes())
    ));
    // One version never changes; without a version, the newest one may be another than last time.
    if (version.is_some() || is_offline)
        && let Some(archive) = archive(&cache, &known)
    {
        return Ok(Some(archive));
    }
    if is_offline {
        return Err(refused("is not in the cache, and --offline fetches nothing").into());
    }
    let folder = tempfile::tempdir().context("cannot create a folder for the chart")?;
    let mut command = Command::new(program());
    command
        .args(["pull", chart, "--destination"])
        .arg(folder.path());
    if let Some(version) = version {
        command.arg(format!("--version={version}"));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let fetching = format!("fetching {}", visible(chart));
    let said = progress.during(&fetching, || listen(&mut command, LIMITS));
    let said = said.map_err(|ended| {
        let why = ended.sentence("helm", LIMITS);
        refused(&format!("cannot be fetched: {why}"))
    })?;
    if !said.success {
        let why = error_line(&said.error);
        return Err(refused(&format!("cannot be fetched: {why}")).into());
    }
    let pulled = fs::read_dir(folder.path())?.next().transpose()?;
    let Some(pulled) = pulled else {
        return Err(refused("cannot be fetched: helm has brought no archive").into());
    };
    let bytes = Access::default()
        .regular(&pulled.path(), LARGEST)
        .map_err(|why| refused(&format!("cannot be read: {why}")))?;
    let digest = hex(&bytes);
    let archive = cache.join(format!("{digest}.tgz"));
    let keep = || -> std::io::Result<()> {
        cache::make(&cache)?;
        cache::write(&archive, &bytes)?;
        cache::write(&known, digest.as_bytes())
    };
    keep().with_context(|| format!("cannot write to `{}`", cache.display()))?;
    Ok(Some(archive))
}

/// The archive that a file of the cache names, if its bytes are still those.
fn archive(cache: &Path, known: &Path) -> Option<PathBuf> {
    let digest = fs::read_to_string(known).ok()?;
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let archive = cache.join(format!("{digest}.tgz"));
    let bytes = Access::default().regular(&archive, LARGEST).ok()?;
    (is_digest && hex(&bytes) == digest).then_some(archive)
}

fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
