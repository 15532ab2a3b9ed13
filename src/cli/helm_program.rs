//! The installed `helm`, for charts in Go templates. It is called with fixed arguments, without plugins, repositories and
//! kubeconfig, within limits of time and output; values go in through standard input.

use std::env;
use std::ffi::OsString;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use swanlab_render::diagnostics::Diagnostic;
use swanlab_render::release::{Call, Helm, HelmFailure};

use super::process::{Ended, Limits, Said, listen};

/// A render takes less than a second.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(60),
    output: 128 << 20,
    error: 4 << 20,
};

/// A folder that does not exist: helm finds neither plugins nor repositories, and leaves nothing behind.
const NOWHERE: &str = "/nonexistent/swanlab-render";

/// `helm` from the variable HELM_BIN, or on the PATH.
#[derive(Debug)]
pub(super) struct HelmProgram;

impl Helm for HelmProgram {
    fn template(&self, call: &Call<'_>) -> Result<String, HelmFailure> {
        let mut command = helm();
        command
            .args(["template", call.name])
            .arg(anchored(call.chart))
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
        let said = run(&mut command, call.chart)?;
        if !said.success {
            return Err(HelmFailure::Said(said.error));
        }
        String::from_utf8(said.output).map_err(|_| {
            unavailable("helm has answered with something that is not text".to_owned())
        })
    }
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
        Ended::NotStarted(error) if error.kind() == io::ErrorKind::NotFound => {
            HelmFailure::Unavailable(
                Diagnostic::error(format!(
                    "`{}` is written in Go templates, which only Helm can render, and helm is not installed",
                    chart.display()
                ))
                    .with_help("install helm 3.9 or later, or name it in HELM_BIN; commands that take --manifests work without it"),
            )
        }
        Ended::NotStarted(error) => unavailable(format!("helm cannot be started: {error}")),
        Ended::Lost(error) => unavailable(format!("helm cannot be waited for: {error}")),
        Ended::TooLong => unavailable(format!(
            "helm has not rendered the chart within {} seconds",
            LIMITS.time.as_secs()
        )),
        Ended::TooMuch => unavailable(format!(
            "helm has written more than {} MiB",
            LIMITS.output >> 20
        )),
    })
}

fn unavailable(message: String) -> HelmFailure {
    HelmFailure::Unavailable(Diagnostic::error(message))
}
