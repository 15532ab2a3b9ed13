//! A line on the terminal that says what is done while it takes long. Where standard error is no terminal there is none.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Work that takes no longer needs no line.
const MOMENT: Duration = Duration::from_secs(1);

/// The line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    is_shown: bool,
}

impl Progress {
    /// A line that is only shown where it is wanted.
    pub(super) fn new(is_wanted: bool) -> Self {
        Self {
            is_shown: is_wanted && io::stderr().is_terminal(),
        }
    }

    /// Shows how many are done; `what` they are, if it is to be said.
    pub(super) fn show(self, what: &str, done: usize, total: usize) {
        const WIDTH: usize = 30;
        if self.is_shown {
            let full = done * WIDTH / total.max(1);
            let bar = "#".repeat(full) + &".".repeat(WIDTH.saturating_sub(full));
            // A line that cannot be shown is no reason to stop.
            let _ = write!(io::stderr(), "\r[{bar}] {done}/{total}{what}");
        }
    }

    /// Shows what is waited for, where it cannot be counted.
    pub(super) fn say(self, what: &str) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K{what}");
        }
    }

    /// Does some work, and shows what it is if it takes longer than a moment.
    pub(super) fn during<T>(self, what: &str, work: impl FnOnce() -> T) -> T {
        if !self.is_shown {
            return work();
        }
        thread::scope(|scope| {
            let (done, end) = channel::<()>();
            scope.spawn(move || {
                if end.recv_timeout(MOMENT) == Err(RecvTimeoutError::Timeout) {
                    self.say(what);
                    // Nothing is ever sent: it ends with the work.
                    let _ = end.recv();
                    self.clear();
                }
            });
            let result = work();
            drop(done);
            result
        })
    }

    /// Removes the line.
    pub(super) fn clear(self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
