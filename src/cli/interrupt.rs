//! What an interrupt (Ctrl-C, SIGTERM) must not leave behind: temporary files, and programs that were started. It
//! watches only once something of the kind exists, and then lets the signal do what it always does.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is to be cleaned up.
#[derive(Debug, Default)]
pub(super) struct AtInterrupt {
    /// Files to remove.
    pub(super) files: BTreeSet<PathBuf>,
    /// Process groups to end, by their ids.
    #[cfg(unix)]
    pub(super) groups: Vec<rustix::process::Pid>,
    is_watched: bool,
}

static AT_INTERRUPT: Mutex<AtInterrupt> = Mutex::new(AtInterrupt {
    files: BTreeSet::new(),
    #[cfg(unix)]
    groups: Vec::new(),
    is_watched: false,
});

/// What is to be cleaned up. An interrupt waits for the lock.
pub(super) fn at_interrupt() -> MutexGuard<'static, AtInterrupt> {
    let mut held = AT_INTERRUPT.lock().unwrap_or_else(PoisonError::into_inner);
    if !held.is_watched {
        held.is_watched = true;
        // Without a watch an interrupt leaves hidden files behind; that is no reason to do nothing.
        #[cfg(unix)]
        let _ = watch();
    }
    held
}

#[cfg(unix)]
fn watch() -> std::io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    // A file that grows beyond `ulimit -f` is an error like a full disk.
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            let held = AT_INTERRUPT.lock().unwrap_or_else(PoisonError::into_inner);
            for file in &held.files {
                // It may be gone already.
                let _ = std::fs::remove_file(file);
            }
            for group in &held.groups {
                let _ = rustix::process::kill_process_group(*group, rustix::process::Signal::KILL);
            }
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}
