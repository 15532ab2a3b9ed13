//! A line on the terminal that says what is done while it takes long. Where standard error is no terminal there is none.

use std::io::{self, IsTerminal as _, Write as _};

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

    /// Removes the line.
    pub(super) fn clear(self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
