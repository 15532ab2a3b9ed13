//! Questions to a cluster through the `kubectl` that is on the PATH, each within a time limit.
//! It only ever reads (`get`, `version`, `auth can-i`), and judges no answer.

use std::fmt;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long kubectl lets a server think.
const REQUEST_LIMIT: &str = "--request-timeout=15s";

/// How long kubectl itself may take: its own limit does not count plugins that fetch credentials.
const LIMIT: Duration = Duration::from_secs(20);

/// How often a process is asked whether it has ended.
const PULSE: Duration = Duration::from_millis(5);

/// Which cluster is asked, and about which namespace. What is none is kubectl's to choose.
#[derive(Clone, Debug, Default)]
pub(super) struct Kubectl {
    /// `--context`
    pub(super) context: Option<String>,
    /// `--kubeconfig`
    pub(super) kubeconfig: Option<String>,
    /// `--namespace`
    pub(super) namespace: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no kubectl on the PATH.
    NotInstalled,
    /// It took longer than it may.
    Timeout,
    /// The server has no such object; kubectl's words.
    NotFound(String),
    /// The user may not ask this; kubectl's words.
    Forbidden(String),
    /// The server does not answer, or not to this user; kubectl's words.
    Unreachable(String),
    /// Anything else; kubectl's words.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "there is no `kubectl` on the PATH; install it (https://kubernetes.io/docs/tasks/tools/)",
            ),
            Self::Timeout => write!(
                f,
                "kubectl has not answered within {} seconds; is the cluster reachable from here?",
                LIMIT.as_secs()
            ),
            Self::NotFound(said) | Self::Forbidden(said) | Self::Other(said) => {
                write!(f, "kubectl: {said}")
            }
            Self::Unreachable(said) => write!(
                f,
                "the cluster cannot be reached; choose another one by its context or kubeconfig. kubectl: {said}"
            ),
        }
    }
}

impl std::error::Error for Failure {}

/// What a process has said.
struct Said {
    success: bool,
    output: Vec<u8>,
    error: String,
}

impl Kubectl {
    /// What `kubectl ARGUMENTS -o json` answers; null if it says nothing.
    pub(super) fn get_json(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let said = self.run(arguments, &["-o", "json"])?;
        if !said.success {
            return Err(failure(&said.error));
        }
        // With --ignore-not-found kubectl says nothing where nothing is.
        if said.output.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&said.output).map_err(|_| {
            // Without an excerpt: it could show a Secret.
            Failure::Other(format!(
                "`kubectl {}` has not answered in JSON",
                arguments.join(" ")
            ))
        })
    }

    /// Whether `kubectl auth can-i VERB RESOURCE` says yes.
    pub(super) fn can_i(&self, verb: &str, resource: &str) -> Result<bool, Failure> {
        let said = self.run(&["auth", "can-i", verb, resource], &[])?;
        // `no` ends with exit code 1 and, from some authorizers, a reason behind it.
        let answer = String::from_utf8_lossy(&said.output);
        match answer.split_whitespace().next() {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            _ => Err(failure(&said.error)),
        }
    }

    fn run(&self, arguments: &[&str], more: &[&str]) -> Result<Said, Failure> {
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
        command.arg(REQUEST_LIMIT).args(arguments).args(more);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::NotInstalled,
            _ => Failure::Other(format!("it cannot be started: {error}")),
        })?;
        listen(child, LIMIT)
    }
}

/// All that a process says until it ends, or until its time is over.
fn listen(mut child: Child, limit: Duration) -> Result<Said, Failure> {
    let deadline = Instant::now() + limit;
    let output = drain(child.stdout.take());
    let error = drain(child.stderr.take());
    let broken = |error: io::Error| Failure::Other(format!("it cannot be waited for: {error}"));
    let status = loop {
        if let Some(status) = child.try_wait().map_err(broken)? {
            break status;
        }
        if Instant::now() >= deadline {
            // It may have ended right now; then there is nothing left to end.
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::Timeout);
        }
        thread::sleep(PULSE);
    };
    // A process that it has left behind may hold the streams open.
    let rest = || deadline.saturating_duration_since(Instant::now());
    let said =
        |stream: &Receiver<Vec<u8>>| stream.recv_timeout(rest()).map_err(|_| Failure::Timeout);
    Ok(Said {
        success: status.success(),
        output: said(&output)?,
        error: String::from_utf8_lossy(&said(&error)?).into_owned(),
    })
}

/// Reads a stream to its end, beside whatever else happens: a full pipe would stop the process.
fn drain(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What could be read before an error is all there is.
            let _ = stream.read_to_end(&mut bytes);
        }
        // Nobody listens any more after a timeout.
        let _ = sender.send(bytes);
    });
    receiver
}

/// What kubectl means by its last words (`CheckErr` in `k8s.io/kubectl/pkg/cmd/util/helpers.go`).
fn failure(stderr: &str) -> Failure {
    let said = without_secrets(&without_log(stderr));
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if has(&["(NotFound)"]) {
        Failure::NotFound(said)
    } else if has(&["(Forbidden)"]) {
        Failure::Forbidden(said)
    } else if has(&["context deadline exceeded", "Client.Timeout", "i/o timeout"]) {
        Failure::Timeout
    } else if has(&[
        "Unable to connect to the server",
        "The connection to the server",
        "(Unauthorized)",
        "connect: ",
        "no such host",
    ]) {
        Failure::Unreachable(said)
    } else if said.is_empty() {
        Failure::Other("it failed without a word".to_owned())
    } else {
        Failure::Other(said)
    }
}

/// kubectl's own words in one line, without what its libraries log (`E0612 10:00:00.000000 …`).
fn without_log(stderr: &str) -> String {
    let is_log = |line: &str| {
        let mut characters = line.chars();
        characters
            .next()
            .is_some_and(|level| "EWIF".contains(level))
            && characters.take(4).filter(char::is_ascii_digit).count() == 4
    };
    let lines = stderr.lines().map(str::trim);
    let words: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !is_log(line) && !line.starts_with("Warning:"))
        .collect();
    words.join("; ")
}

/// The same without what stands before an `@` in a URL: a proxy's password, for one.
fn without_secrets(said: &str) -> String {
    let mut safe = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("://") {
        safe.push_str(before);
        safe.push_str("://");
        let end = after.find([' ', '"', '\'', '/']).unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(at) => {
                safe.push_str("***");
                &after[at..]
            }
            None => after,
        };
    }
    safe.push_str(rest);
    safe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shell(script: &str, limit: Duration) -> Result<Said, Failure> {
        let child = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        listen(child, limit)
    }

    #[test]
    fn a_process_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let said = shell("sleep 30", Duration::from_millis(100));
        assert_eq!(said.err(), Some(Failure::Timeout));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_stream_that_is_left_open_is_not_waited_for() {
        let started = Instant::now();
        let said = shell("sleep 30 & exit 0", Duration::from_millis(300));
        assert_eq!(said.err(), Some(Failure::Timeout));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn more_is_read_than_a_pipe_holds() {
        let said = shell(
            "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; exit 3",
            Duration::from_secs(10),
        )
        .unwrap();
        assert_eq!((said.output.len(), said.error.len()), (300000, 300000));
        assert!(!said.success);
    }

    #[test]
    fn failures_are_told_apart_by_kubectls_words() {
        let kind = |text: &str| match failure(text) {
            Failure::NotInstalled => "not installed",
            Failure::Timeout => "timeout",
            Failure::NotFound(_) => "not found",
            Failure::Forbidden(_) => "forbidden",
            Failure::Unreachable(_) => "unreachable",
            Failure::Other(_) => "other",
        };
        for (text, expected) in [
            (
                "Error from server (NotFound): secrets \"a\" not found",
                "not found",
            ),
            (
                "Error from server (Forbidden): secrets \"a\" is forbidden: User \"u\" cannot get resource \"secrets\" in API group \"\" in the namespace \"n\"",
                "forbidden",
            ),
            (
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
                "unreachable",
            ),
            (
                "Unable to connect to the server: dial tcp: lookup k.example.org: no such host",
                "unreachable",
            ),
            (
                "error: You must be logged in to the server (Unauthorized)",
                "unreachable",
            ),
            (
                "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
                "timeout",
            ),
            ("error: context \"x\" does not exist", "other"),
            ("", "other"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn logs_and_passwords_are_left_out_of_its_words() {
        let said = failure(
            "E1122 22:20:01.123456    1234 memcache.go:265] couldn't get\nWarning: old\nerror: proxyconnect http://me:se/cret@proxy:3128/ and https://k:6443\n",
        );
        let Failure::Other(said) = said else {
            unreachable!("{said:?}")
        };
        assert!(
            !said.contains("memcache") && !said.contains("old"),
            "{said}"
        );
        let said = without_secrets("http://me:secret@proxy:3128 and https://k:6443 a@b");
        assert_eq!(said, "http://***@proxy:3128 and https://k:6443 a@b");
    }
}
