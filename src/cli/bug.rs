//! What the program does when it meets a bug of its own (a panic): it says so in one sentence and ends as it does
//! whenever the work could not be done. It does not repeat the panic's message, which may quote a user's text.

use std::io::{self, Write as _};
use std::panic::{self, Location};
use std::process;

use super::FAILED;

/// From here on a panic of any thread ends the program with [`FAILED`].
pub(super) fn end_on_panic() {
    panic::set_hook(Box::new(|panic| {
        // Nobody could be told if standard error is closed.
        let _ = writeln!(io::stderr(), "{}", sentence(panic.location()));
        process::exit(FAILED.into());
    }));
}

fn sentence(location: Option<&Location<'_>>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let place = location.map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
    format!(
        "error: swanlab-render {version} met a bug of its own{place}: please report it, with the command that was run"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::env;
    use std::process::Command;

    use super::*;

    /// The variable that makes this test program the one that panics.
    const PANICS: &str = "SWANLAB_RENDER_TEST_PANICS";

    #[test]
    fn a_panic_of_any_thread_ends_with_two_and_one_sentence() {
        if env::var_os(PANICS).is_some() {
            end_on_panic();
            let thread = std::thread::spawn(|| {
                let text = "password: hunter2é";
                text[..text.len() - 1].len()
            });
            let _ = thread.join();
            return;
        }
        let run = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "cli::bug::tests::a_panic_of_any_thread_ends_with_two_and_one_sentence",
            ])
            .arg("--nocapture")
            .env(PANICS, "1")
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.starts_with("error: swanlab-render "), "{said}");
        assert!(
            said.contains("a bug of its own at src/cli/bug.rs:"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
