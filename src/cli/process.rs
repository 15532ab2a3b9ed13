//! Another program within limits of time and memory. What it has started ends with it.

use std::io::{self, Read};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process_group};

#[cfg(unix)]
use super::interrupt::at_interrupt;

/// How often a process is asked whether it has ended.
const PULSE: Duration = Duration::from_millis(5);

/// So many bytes of standard error are kept; more is no message.
const KEPT_ERROR: usize = 1 << 20;

/// How long a process may take, and how many bytes it may write. One that goes beyond is ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) time: Duration,
    /// On standard output; all of it is kept.
    pub(super) output: usize,
    /// On standard error.
    pub(super) error: usize,
}

/// What a process has said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) success: bool,
    pub(super) output: Vec<u8>,
    pub(super) error: String,
}

/// Why a process has said nothing that counts.
#[derive(Debug)]
pub(super) enum Ended {
    NotStarted(io::Error),
    Lost(io::Error),
    TooLong,
    TooMuch,
}

impl Ended {
    /// What became of a program that was run within limits.
    pub(super) fn sentence(&self, program: &str, limits: Limits) -> String {
        match self {
            Self::NotStarted(error) if error.kind() == io::ErrorKind::NotFound => {
                format!("{program} is not installed")
            }
            Self::NotStarted(error) => format!("{program} cannot be started: {error}"),
            Self::Lost(error) => format!("{program} cannot be waited for: {error}"),
            Self::TooLong => format!(
                "{program} has not answered within {} seconds",
                limits.time.as_secs()
            ),
            Self::TooMuch => format!(
                "{program} has written more than {} MiB",
                limits.output >> 20
            ),
        }
    }
}

/// Starts a process with piped streams, and gives all that it says until it ends.
pub(super) fn listen(command: &mut Command, limits: Limits) -> Result<Said, Ended> {
    let deadline = Instant::now() + limits.time;
    // A group of its own, so that what it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = start(command)?;
    let said = until(&mut child, deadline, limits);
    if said.is_err() {
        end(&mut child);
    }
    #[cfg(unix)]
    at_interrupt()
        .groups
        .retain(|group| *group != group_of(&child));
    said
}

/// Starts a process that an interrupt ends as well: its group is not the terminal's.
fn start(command: &mut Command) -> Result<Child, Ended> {
    #[cfg(unix)]
    let mut pending = at_interrupt();
    let child = command.spawn().map_err(Ended::NotStarted)?;
    #[cfg(unix)]
    pending.groups.push(group_of(&child));
    Ok(child)
}

#[cfg(unix)]
fn group_of(child: &Child) -> Pid {
    Pid::from_child(child)
}

fn until(child: &mut Child, deadline: Instant, limits: Limits) -> Result<Said, Ended> {
    let is_flooded = Arc::new(AtomicBool::new(false));
    let output = drain(
        child.stdout.take(),
        limits.output,
        limits.output,
        &is_flooded,
    );
    let error = drain(child.stderr.take(), KEPT_ERROR, limits.error, &is_flooded);
    let status = loop {
        if is_flooded.load(Ordering::Relaxed) {
            return Err(Ended::TooMuch);
        }
        if let Some(status) = child.try_wait().map_err(Ended::Lost)? {
            break status;
        }
        if Instant::now() >= deadline {
            return Err(Ended::TooLong);
        }
        thread::sleep(PULSE);
    };
    // A process that it has left behind may hold the streams open.
    let said = |stream: &Receiver<Vec<u8>>| {
        let rest = deadline.saturating_duration_since(Instant::now());
        stream.recv_timeout(rest).map_err(|_| Ended::TooLong)
    };
    let said = Said {
        success: status.success(),
        output: said(&output)?,
        error: String::from_utf8_lossy(&said(&error)?).into_owned(),
    };
    if is_flooded.load(Ordering::Relaxed) {
        return Err(Ended::TooMuch);
    }
    Ok(said)
}

/// Ends a process and all that it has started.
fn end(child: &mut Child) {
    // Each of these fails where everything has ended already: then nothing is left to do.
    #[cfg(unix)]
    let _ = kill_process_group(group_of(child), Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads a stream to its end, beside whatever else happens: a full pipe would stop the process. Keeps its first
/// bytes; beyond the limit it reads no further and says so.
fn drain(
    stream: Option<impl Read + Send + 'static>,
    kept: usize,
    limit: usize,
    is_flooded: &Arc<AtomicBool>,
) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    let is_flooded = Arc::clone(is_flooded);
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let mut part = vec![0; 64 * 1024];
            let mut total = 0;
            loop {
                match stream.read(&mut part) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    // What could be read before an error is all there is.
                    Ok(0) | Err(_) => break,
                    Ok(count) => {
                        total += count;
                        if total > limit {
                            is_flooded.store(true, Ordering::Relaxed);
                            break;
                        }
                        let room = kept.saturating_sub(bytes.len());
                        bytes.extend_from_slice(&part[..count.min(room)]);
                    }
                }
            }
        }
        // Nobody listens any more after a timeout.
        let _ = sender.send(bytes);
    });
    receiver
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Stdio;

    use super::*;

    fn shell(script: &str, time: Duration) -> Result<Said, Ended> {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let limits = Limits {
            time,
            output: 1 << 20,
            error: 4 << 20,
        };
        listen(&mut command, limits)
    }

    #[test]
    fn a_process_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let said = shell("sleep 30", Duration::from_millis(100));
        assert!(matches!(said, Err(Ended::TooLong)), "{said:?}");
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_it_has_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        for script in [
            "(sleep 1; echo x > MARK) & sleep 30",
            "(sleep 1; echo x > MARK) & exit 0",
        ] {
            let script = script.replace("MARK", &mark.display().to_string());
            let said = shell(&script, Duration::from_millis(200));
            assert!(matches!(said, Err(Ended::TooLong)), "{said:?}");
            thread::sleep(Duration::from_millis(1500));
            assert!(!mark.exists(), "{script}");
        }
    }

    #[test]
    fn more_is_read_than_a_pipe_holds() {
        let said = shell(
            "head -c 300000 /dev/zero; head -c 2000000 /dev/zero >&2; exit 3",
            Duration::from_secs(10),
        )
        .unwrap();
        assert_eq!((said.output.len(), said.error.len()), (300000, KEPT_ERROR));
        assert!(!said.success);
    }

    #[test]
    fn endless_streams_are_cut_off() {
        for script in [
            "cat /dev/zero",
            "cat /dev/zero >&2",
            "head -c 1100000 /dev/zero",
            "cat /dev/zero & exit 0",
        ] {
            let started = Instant::now();
            let said = shell(script, Duration::from_secs(10));
            assert!(matches!(said, Err(Ended::TooMuch)), "{script}");
            assert!(started.elapsed() < Duration::from_secs(5), "{script}");
        }
    }
}
