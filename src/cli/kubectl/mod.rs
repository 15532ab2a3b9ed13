//! Questions to a cluster through the `kubectl` that is on the PATH, each within limits of time and size.
//! It only ever reads (`get`, `logs`, `version`, `auth can-i`) or lets the server try an apply that writes nothing, and
//! judges no answer.

mod failure;

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use swanlab_render::commands::quote;
use swanlab_render::status::Log;

pub(super) use failure::Failure;

use super::args::Cluster;
use super::process::{Ended, Limits, Said, listen};
use super::progress::Progress;

/// How long kubectl lets a server think.
const REQUEST_LIMIT: &str = "--request-timeout=15s";

/// What kubectl itself may take: its own limit of time does not count plugins that fetch credentials. A list of
/// thousands of nodes fits into the output.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(20),
    output: 128 << 20,
    error: 16 << 20,
};

/// The same for a dry run of hundreds of objects, one request after the other.
const DRY_RUN_LIMITS: Limits = Limits {
    time: Duration::from_secs(120),
    ..LIMITS
};

/// Which cluster is asked, and about which namespace. What is none is kubectl's to choose.
#[derive(Clone, Debug, Default)]
pub(super) struct Kubectl {
    /// `--context`
    pub(super) context: Option<String>,
    /// `--kubeconfig`
    pub(super) kubeconfig: Option<String>,
    /// `--namespace`
    pub(super) namespace: Option<String>,
    /// Says that an answer is waited for.
    pub(super) progress: Progress,
}

impl Kubectl {
    /// The cluster that flags name.
    pub(super) fn of(cluster: &Cluster, namespace: Option<&str>) -> Self {
        Self {
            context: cluster.kube_context.clone(),
            kubeconfig: cluster.kubeconfig.clone(),
            namespace: namespace.map(str::to_owned),
            progress: Progress::default(),
        }
    }

    /// The same with a line on the terminal while an answer is waited for, if it is wanted.
    pub(super) fn shown(self, is_wanted: bool) -> Self {
        Self {
            progress: Progress::new(is_wanted),
            ..self
        }
    }

    /// A shell function that makes `kubectl` in a script ask the same cluster; empty if that is kubectl's to choose. With
    /// `kubectl_by=exec`, kubectl takes the place of the shell.
    pub(super) fn wrapper(&self) -> String {
        let flags = [
            ("--context", &self.context),
            ("--kubeconfig", &self.kubeconfig),
        ];
        let flags: Vec<String> = flags
            .into_iter()
            .filter_map(|(flag, value)| Some(format!(" {flag}={}", quote(value.as_ref()?))))
            .collect();
        if flags.is_empty() {
            return String::new();
        }
        format!(
            "kubectl() {{ ${{kubectl_by:-command}} kubectl{} \"$@\"; }}\n\n",
            flags.concat()
        )
    }

    /// What `kubectl get` answers in JSON: an object or a list of objects; none if kubectl says nothing, as it does
    /// with `--ignore-not-found` where nothing is. `flags` are ours alone; words that come from elsewhere belong into
    /// `what`, where kubectl takes none of them for a flag.
    pub(super) fn get<W: AsRef<str>>(
        &self,
        flags: &[String],
        what: &[W],
    ) -> Result<Option<Value>, Failure> {
        let flags = flags.iter().map(String::as_str);
        let words: Vec<&str> = ["get", "--output=json"]
            .into_iter()
            .chain(flags)
            .chain(["--"])
            .chain(what.iter().map(AsRef::as_ref))
            .collect();
        let Some(answer) = answer(&self.run(&words)?, "get")? else {
            return Ok(None);
        };
        if is_answer(&answer) {
            Ok(Some(answer))
        } else {
            Err(odd())
        }
    }

    /// The last lines of a log.
    pub(super) fn log(&self, log: &Log) -> Result<String, Failure> {
        let container = format!("--container={}", log.container);
        let mut words = vec!["logs", "--tail=20", &container];
        if log.is_previous {
            words.push("--previous");
        }
        words.extend(["--", &log.pod]);
        let said = self.run(&words)?;
        if !said.success {
            return Err(Failure::of(&said.error));
        }
        Ok(String::from_utf8_lossy(&said.output).into_owned())
    }

    /// What `kubectl version` answers: the versions of kubectl and of the server.
    pub(super) fn version(&self) -> Result<Value, Failure> {
        let answer = answer(&self.run(&["version", "--output=json"])?, "version")?;
        answer
            .filter(|answer| answer["serverVersion"].is_object())
            .ok_or_else(|| {
                Failure::Other(
                    "`kubectl version` has not answered with a server's version".to_owned(),
                )
            })
    }

    /// Whether `kubectl auth can-i VERB RESOURCE` says yes.
    pub(super) fn can_i(&self, verb: &str, resource: &str) -> Result<bool, Failure> {
        let said = self.run(&["auth", "can-i", "--", verb, resource])?;
        // `no` ends with exit code 1 and, from some authorizers, a reason behind it.
        let answer = String::from_utf8_lossy(&said.output);
        match answer.split_whitespace().next() {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            _ => Err(Failure::of(&said.error)),
        }
    }

    /// What `kubectl apply --dry-run=server` writes to its standard error about these objects: warnings and
    /// rejections. None of them is in another namespace.
    pub(super) fn dry_run(&self, namespace: &str, objects: &Value) -> Result<String, Failure> {
        // A file without a name: the objects may be Secrets.
        let file = || -> io::Result<File> {
            let mut file = tempfile::tempfile()?;
            file.write_all(objects.to_string().as_bytes())?;
            file.rewind()?;
            Ok(file)
        };
        let file = file().map_err(|error| Failure::Other(format!("no temporary file: {error}")))?;
        let there = Self {
            namespace: Some(namespace.to_owned()),
            ..self.clone()
        };
        let words = ["apply", "--dry-run=server", "--output=name", "--filename=-"];
        let said = there.told(&words, file.into(), DRY_RUN_LIMITS)?;
        // Some objects were tried, or rejected.
        let tried = !said.output.trim_ascii().is_empty() || failure::is_rejection(&said.error);
        if said.success || tried {
            Ok(said.error)
        } else {
            Err(Failure::of(&said.error))
        }
    }

    fn run(&self, words: &[&str]) -> Result<Said, Failure> {
        self.told(words, Stdio::null(), LIMITS)
    }

    fn told(&self, words: &[&str], input: Stdio, limits: Limits) -> Result<Said, Failure> {
        let mut command = Command::new("kubectl");
        for (flag, value) in [
            ("--context", &self.context),
            ("--kubeconfig", &self.kubeconfig),
            ("--namespace", &self.namespace),
        ] {
            if let Some(value) = value {
                command.arg(format!("{flag}={value}"));
            }
        }
        command.arg(REQUEST_LIMIT).args(words);
        command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let verb = words.first().copied().unwrap_or_default();
        self.progress.say(&format!("waiting for kubectl {verb}"));
        let said = listen(&mut command, limits);
        self.progress.clear();
        said.map_err(|ended| match ended {
            Ended::NotStarted(ref error) if error.kind() == io::ErrorKind::NotFound => {
                Failure::NotInstalled
            }
            Ended::TooLong => Failure::Timeout,
            Ended::TooMuch => Failure::TooMuch,
            Ended::NotStarted(_) | Ended::Lost(_) => Failure::Other(ended.sentence("it", limits)),
        })
    }
}

/// The JSON that kubectl has written; none if it has written nothing.
fn answer(said: &Said, command: &str) -> Result<Option<Value>, Failure> {
    if !said.success {
        return Err(Failure::of(&said.error));
    }
    if said.output.trim_ascii().is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&said.output).map(Some).map_err(|_| {
        // Without an excerpt: it could show a Secret.
        Failure::Other(format!("`kubectl {command}` has not answered in JSON"))
    })
}

/// Whether an answer is an object, or a list of objects with names.
fn is_answer(answer: &Value) -> bool {
    let Some(kind) = answer["kind"].as_str() else {
        return false;
    };
    if kind == "List" || kind.ends_with("List") && answer.get("items").is_some() {
        let items = answer["items"].as_array();
        items.is_some_and(|items| items.iter().all(has_name))
    } else {
        !kind.is_empty()
    }
}

fn has_name(object: &Value) -> bool {
    let has = |field: &Value| field.as_str().is_some_and(|text| !text.is_empty());
    has(&object["kind"]) && has(&object["metadata"]["name"])
}

/// The objects of an answer, each with a name: of a list, one, or none.
pub(super) fn items(answer: Option<Value>) -> Result<Vec<Value>, Failure> {
    let Some(mut answer) = answer else {
        return Ok(Vec::new());
    };
    match answer.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        _ if has_name(&answer) => Ok(vec![answer]),
        _ => Err(odd()),
    }
}

fn odd() -> Failure {
    Failure::Other(
        "`kubectl get` has answered with JSON that is neither an object nor a list of objects"
            .to_owned(),
    )
}
