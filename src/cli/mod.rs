//! The command line: reads arguments, files and streams, calls the library, writes what it gives.
//! It makes no rules of its own beside exit codes and streams.

mod ahead;
mod args;
mod bug;
mod check;
mod cluster;
mod completions;
mod diff;
mod files;
mod harmless;
mod helm;
mod images;
mod input;
mod interrupt;
mod krm;
mod kubectl;
mod lint;
mod mistaken;
mod pager;
mod preflight;
mod previous;
mod process;
mod references;
mod secret;
mod show;
mod sides;
mod stale;
mod streams;
mod template;
mod values;
mod write;

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};
use swanlab_render::diagnostics::{Diagnostics, visible};

use args::{Arguments, Color, Command};
use streams::Streams;

/// What a command that has done its work came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1: it found what it looks for.
    Found,
    /// Exit code 3: what it found must not be applied.
    Refused,
}

/// Exit code 2: the work could not be done.
const FAILED: u8 = 2;

/// The same error about arguments in which a terminal finds nothing to obey: clap repeats them as they are.
fn repeating_only_what_can_be_shown(error: clap::Error) -> clap::Error {
    let arguments = ahead::ordered(std::env::args_os()).into_iter();
    let shown = arguments.map(|one| visible(&one.to_string_lossy()).into_owned());
    Arguments::try_parse_from(shown).err().unwrap_or(error)
}

/// What was typed.
fn typed() -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(ahead::ordered(std::env::args_os()))?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    if let (Command::Template(template), Some((_, of_command))) =
        (&mut arguments.command, matches.subcommand())
    {
        let source = of_command.value_source("namespace");
        template.is_namespace_given = source == Some(ValueSource::CommandLine);
    }
    Ok(arguments)
}

/// Runs the command that was typed.
pub(crate) fn main() -> ExitCode {
    bug::end_on_panic();
    let arguments = match typed() {
        Ok(arguments) => arguments,
        Err(error) => {
            if let Some(answer) = helm::answer(&error) {
                Streams::new(Color::Auto, false).report(&answer.into());
                return ExitCode::from(FAILED);
            }
            let code = if error.use_stderr() { FAILED } else { 0 };
            let error = repeating_only_what_can_be_shown(error);
            // Nothing can be done about a stream that cannot be written to.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let mut streams = Streams::new(arguments.color, arguments.quiet);
    let result = match &arguments.command {
        Command::Template(command) => template::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Values(command) => values::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Show(command) => show::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Diff(command) => diff::run(command, &mut streams),
        Command::Lint(command) => lint::run(command, &mut streams),
        Command::Check(command) => check::run(command, &mut streams),
        Command::Images(command) => images::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Secret(command) => secret::run(command, &mut streams),
        Command::Preflight(command) => preflight::run(command, &mut streams),
        Command::Krm => krm::run(&mut streams),
        Command::Completions(command) => {
            completions::completions(command, &mut streams);
            Ok(Outcome::Fine)
        }
        Command::Version => {
            *streams.output() += &Arguments::command().render_version();
            Ok(Outcome::Fine)
        }
        Command::Man => completions::man(&mut streams).map(|()| Outcome::Fine),
    };
    match result.and_then(|outcome| streams.commit().map(|()| outcome)) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Refused) => ExitCode::from(3),
        Err(error) => {
            match error.downcast_ref::<Diagnostics>() {
                Some(diagnostics) => streams.report(diagnostics),
                None => streams.report_error(&error),
            }
            ExitCode::from(FAILED)
        }
    }
}
