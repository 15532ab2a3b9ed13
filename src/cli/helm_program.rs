//! The installed `helm`, for charts in Go templates. It is called with fixed arguments, without plugins, repositories and
//! kubeconfig, within limits of time and output; values go in through standard input.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use regex::Regex;
use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::release::{Call, Helm, HelmFailure};

use super::process::{Ended, Limits, Said, listen};
use super::progress::Progress;
use super::renders::{self, Key};

/// A render takes less than a second.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(60),
    output: 128 << 20,
    error: 4 << 20,
};

/// What is asked before the work can take no longer than this.
const VERSION_LIMITS: Limits = Limits {
    time: Duration::from_secs(10),
    output: 64 << 10,
    error: 64 << 10,
};

/// The oldest version that renders as the newest ones do, and the newest major version.
const OLDEST: (u32, u32) = (3, 9);
const NEWEST_MAJOR: u32 = 4;

/// A folder that does not exist: helm finds neither plugins nor repositories, and leaves nothing behind.
const NOWHERE: &str = "/nonexistent/swanlab-render";

/// `helm` from the variable HELM_BIN, or on the PATH.
#[derive(Debug, Default)]
pub(super) struct HelmProgram {
    /// What `helm version` says; none if it says nothing.
    version: OnceLock<Option<String>>,
    /// The digests of charts, by the folder or archive; none of a chart that cannot be read as a whole.
    digests: Mutex<HashMap<PathBuf, Option<[u8; 32]>>>,
    progress: Progress,
}

impl HelmProgram {
    /// Helm, with a line on the terminal while it renders many times, unless that is not wanted.
    pub(super) fn new(is_quiet: bool) -> Self {
        Self {
            progress: Progress::new(!is_quiet),
            ..Self::default()
        }
    }
}

impl Helm for HelmProgram {
    fn template(&self, call: &Call<'_>) -> Result<String, HelmFailure> {
        thread::scope(|scope| {
            // Beside the render, so that it takes no time.
            let version = scope.spawn(|| self.unsupported());
            let said = render(call);
            match version.join() {
                Ok(Some(error)) => Err(HelmFailure::Unavailable(error)),
                _ => said,
            }
        })
    }

    fn template_or_known(&self, call: &Call<'_>) -> Result<String, HelmFailure> {
        let Some(key) = self.key(call) else {
            return render(call);
        };
        if let Some(known) = renders::get(&key) {
            return Ok(known);
        }
        let output = render(call)?;
        renders::put(&key, &output);
        Ok(output)
    }

    fn progress(&self, done: usize, total: usize) {
        if done == total {
            self.progress.clear();
        } else {
            self.progress.show(" values tried", done, total);
        }
    }
}

impl HelmProgram {
    fn version(&self) -> Option<&str> {
        let ask = || {
            let mut command = helm();
            command.arg("version").stdin(Stdio::null());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let said = listen(&mut command, VERSION_LIMITS).ok()?;
            let text = String::from_utf8(said.output).ok()?;
            said.success.then_some(text)
        };
        self.version.get_or_init(ask).as_deref()
    }

    /// An error if helm says that it is a version that is not supported.
    fn unsupported(&self) -> Option<Diagnostic> {
        let (major, minor) = parsed(self.version()?)?;
        let is_supported = (major, minor) >= OLDEST && major <= NEWEST_MAJOR;
        (!is_supported).then(|| {
            Diagnostic::error(format!(
                "helm {major}.{minor} is installed, which is not supported"
            ))
            .with_help(format!(
                "install helm {}.{} or later, up to {NEWEST_MAJOR}, or name it in HELM_BIN",
                OLDEST.0, OLDEST.1
            ))
        })
    }

    /// The key of what a call gives; none if it is not known all that the call depends on.
    fn key(&self, call: &Call<'_>) -> Option<Key> {
        if call.beside.is_some() {
            return None;
        }
        let location = call.chart.location.clone()?;
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = *digests.entry(location).or_insert_with(|| {
            let content = call.chart.content().ok()?;
            Some(renders::digest(&content))
        });
        drop(digests);
        let version = self.version().filter(|said| parsed(said).is_some())?;
        Some(Key::of(call, version, &digest?))
    }
}

/// Major and minor version in what `helm version` says: `Version:"v3.9.4"`.
fn parsed(said: &str) -> Option<(u32, u32)> {
    static VERSION: LazyLock<Result<Regex, regex::Error>> =
        LazyLock::new(|| Regex::new(r#"Version:"v(\d+)\.(\d+)"#));
    let found = VERSION.as_ref().ok()?.captures(said)?;
    Some((found[1].parse().ok()?, found[2].parse().ok()?))
}

fn render(call: &Call<'_>) -> Result<String, HelmFailure> {
    let location = call.chart.location.as_deref().unwrap_or(Path::new(""));
    // It is removed when it goes out of scope.
    let packed = call.beside.map(|beside| packed(call, beside)).transpose()?;
    let chart = packed
        .as_ref()
        .map_or(location, tempfile::NamedTempFile::path);
    let mut command = helm();
    command
        .args(["template", call.name])
        .arg(anchored(chart))
        .arg(format!("--namespace={}", call.namespace))
        .arg(format!("--kube-version={}", call.kube_version))
        .arg("--values=-");
    for integer in &call.integers {
        command.arg(format!("--set={integer}"));
    }
    for version in call.api_versions {
        command.arg(format!("--api-versions={version}"));
    }
    for (flag, is_set) in [
        ("--is-upgrade", call.is_upgrade),
        ("--skip-schema-validation", call.skip_schema_validation),
    ] {
        if is_set {
            command.arg(flag);
        }
    }
    let values = stream(&call.values)
        .map_err(|error| unavailable(format!("cannot hand over the values: {error}")))?;
    command.stdin(values);
    let said = run(&mut command, location)?;
    if !said.success {
        return Err(HelmFailure::Said(said.error));
    }
    String::from_utf8(said.output)
        .map_err(|_| unavailable("helm has answered with something that is not text".to_owned()))
}

/// The chart with one more template, in a file that only the user may read.
fn packed(
    call: &Call<'_>,
    (path, text): (&str, &str),
) -> Result<tempfile::NamedTempFile, HelmFailure> {
    let archive = call.chart.packed_with(path, text);
    let archive = archive.map_err(|problems| unavailable(problems.to_string()))?;
    let write = || -> io::Result<tempfile::NamedTempFile> {
        let mut file = tempfile::Builder::new().suffix(".tgz").tempfile()?;
        file.write_all(&archive)?;
        Ok(file)
    };
    write().map_err(|error| unavailable(format!("cannot hand over the chart: {error}")))
}

/// `$HELM_BIN`, else `helm`.
pub(super) fn program() -> OsString {
    let program = env::var_os("HELM_BIN").filter(|program| !program.is_empty());
    program.unwrap_or_else(|| OsString::from("helm"))
}

fn helm() -> Command {
    let mut command = Command::new(program());
    command.env_clear();
    // What starting a program needs; nothing that names a cluster, a plugin or a proxy.
    for name in ["PATH", "TMPDIR", "SystemRoot"] {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    for name in [
        "HOME",
        "KUBECONFIG",
        "HELM_CACHE_HOME",
        "HELM_CONFIG_HOME",
        "HELM_DATA_HOME",
        "HELM_PLUGINS",
    ] {
        command.env(name, NOWHERE);
    }
    command
}

/// A path that no program takes for a flag or for a chart in a repository.
fn anchored(path: &Path) -> OsString {
    std::path::absolute(path).map_or_else(|_| path.as_os_str().to_owned(), OsString::from)
}

/// A text as a stream, from a file that has no name.
fn stream(text: &str) -> io::Result<Stdio> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file.into())
}

fn run(command: &mut Command, chart: &Path) -> Result<Said, HelmFailure> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    listen(command, LIMITS).map_err(|ended| match ended {
        Ended::NotStarted(ref error) if error.kind() == io::ErrorKind::NotFound => {
            HelmFailure::Unavailable(
                Diagnostic::error(format!(
                    "`{}` is written in Go templates, which only Helm can render, and helm is not installed",
                    chart.display()
                ))
                    .with_help("install helm 3.9 or later, or name it in HELM_BIN; commands that take --manifests work without it"),
            )
        }
        Ended::TooLong => unavailable(format!(
            "helm has not rendered the chart within {} seconds",
            LIMITS.time.as_secs()
        )),
        _ => unavailable(ended.sentence("helm", LIMITS)),
    })
}

fn unavailable(message: String) -> HelmFailure {
    HelmFailure::Unavailable(Diagnostic::error(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_helm_says() {
        for (said, version) in [
            (
                r#"version.BuildInfo{Version:"v3.9.4", GitCommit:"x", GoVersion:"go1.17.13"}"#,
                Some((3, 9)),
            ),
            (
                r#"version.BuildInfo{Version:"v4.1.4", KubeClientVersion:"v1.35"}"#,
                Some((4, 1)),
            ),
            (r#"Client: &version.Version{SemVer:"v2.17.0"}"#, None),
            ("", None),
        ] {
            assert_eq!(parsed(said), version, "{said}");
        }
    }
}
