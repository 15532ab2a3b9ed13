//! A pager for long reports, as git uses it: `$PAGER`, else `less`, and only on a terminal.
//! Output to a pipe or a file never goes through it.

use std::env;
use std::io::{IsTerminal as _, Write as _, stdout};
use std::process::{Command, Stdio};

/// Shows the text in the pager; false if there is none, and the text has to be printed.
pub(super) fn show(text: &str) -> bool {
    if !stdout().is_terminal() || env::var_os("TERM").is_none_or(|term| term == "dumb") {
        return false;
    }
    let mut command = match env::var("PAGER") {
        Ok(pager) if pager.trim().is_empty() || pager == "cat" => return false,
        Ok(pager) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &pager]);
            shell
        }
        // Without a shell, so that nobody complains where there is none.
        Err(_) => Command::new("less"),
    };
    command.stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Ends by itself if all fits on a screen; shows colours; leaves the text there.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    if let Some(mut input) = child.stdin.take() {
        // Who has seen enough closes the pager early.
        let _ = input.write_all(text.as_bytes());
    }
    // 127 is the shell's word for a program that is not there.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}
