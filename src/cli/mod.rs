//! The command line: reads arguments, files and streams, calls the library, writes what it gives.
//! It makes no rules of its own beside exit codes and streams.

mod args;
mod files;
mod harmless;
mod input;
mod show;
mod streams;
mod template;
mod values;

use std::process::ExitCode;

use clap::Parser as _;
use swanlab_render::diagnostics::Diagnostics;

use args::{Arguments, Command};
use streams::Streams;

/// Exit code 2: the work could not be done.
const FAILED: u8 = 2;

/// Runs the command that was typed.
pub(crate) fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { FAILED } else { 0 };
            // Nothing can be done about a stream that cannot be written to.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let mut streams = Streams::new(arguments.color, arguments.quiet);
    let result = match &arguments.command {
        Command::Template(command) => template::run(command, &mut streams),
        Command::Values(command) => values::run(command, &mut streams),
        Command::Show(command) => show::run(command, &mut streams),
    };
    match result.and_then(|()| streams.commit()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error.downcast_ref::<Diagnostics>() {
                Some(diagnostics) => streams.report(diagnostics),
                None => streams.report_error(&error),
            }
            ExitCode::from(FAILED)
        }
    }
}
