//! The command line: reads arguments, files and streams, calls the library, writes what it gives.
//! It makes no rules of its own beside exit codes and streams.

mod args;
mod backup;
mod cache;
mod check;
mod clock;
mod cluster;
mod completions;
mod diff;
mod docker;
mod explain;
mod fetch;
mod files;
mod habits;
mod helm_program;
mod images;
mod init;
mod input;
mod interrupt;
mod krm;
mod kubectl;
mod lint;
mod mcp;
mod migrate;
mod pager;
mod plan;
mod preflight;
mod previous;
mod process;
mod progress;
mod random;
mod renders;
mod secret;
mod show;
mod sides;
mod stale;
mod status;
mod streams;
mod summary;
mod template;
mod topology;
mod values;
mod versions;
mod write;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::panic::{self, Location};

use std::process::ExitCode;

use args::{Arguments, Color, Command};
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};
use streams::Streams;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, visible};

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
fn repeating_only_what_can_be_shown(
    error: clap::Error,
    command: &mut clap::Command,
    arguments: &[OsString],
) -> clap::Error {
    let shown = arguments.iter();
    let shown = shown.map(|one| visible(&one.to_string_lossy()).into_owned());
    let again = command.try_get_matches_from_mut(shown).err();
    habits::without_wrong_tips(again.unwrap_or(error), command, arguments)
}

/// What was typed, as clap finds it.
fn parse(command: &mut clap::Command, arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = command.try_get_matches_from_mut(arguments)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    if let (Command::Template(template), Some((_, of_command))) =
        (&mut arguments.command, matches.subcommand())
    {
        let source = of_command.value_source("namespace");
        template.is_namespace_given = source == Some(ValueSource::CommandLine);
    }
    Ok(arguments)
}

/// What was typed; else it has been answered, and this is the exit code.
fn typed() -> Result<Arguments, ExitCode> {
    let arguments = habits::as_ours(std::env::args_os());
    let error = match parse(&mut Arguments::command(), &arguments) {
        Ok(parsed) if !matches!(parsed.command, Command::Diff(_)) => return Ok(parsed),
        Ok(parsed) => {
            let answer = Arguments::with("diff")
                .and_then(|command| habits::answer_to_words(&command, &arguments));
            return answer.map_or(Ok(parsed), |answer| Err(answered(answer)));
        }
        Err(error) => error,
    };
    if !error.use_stderr() {
        // The help or the version. Nothing can be done about a stream that cannot be written to.
        let _ = error.print();
        return Err(ExitCode::SUCCESS);
    }
    let mut command = Arguments::all();
    if let Some(answer) = habits::answer_to_words(&command, &arguments)
        .or_else(|| habits::answer(&error, &command, &arguments))
    {
        return Err(answered(answer));
    }
    let _ = repeating_only_what_can_be_shown(error, &mut command, &arguments).print();
    Err(ExitCode::from(FAILED))
}

/// Reports the answer to a command line that cannot be carried out.
fn answered(answer: Diagnostic) -> ExitCode {
    Streams::new(Color::Auto, false).report(&answer.into());
    ExitCode::from(FAILED)
}

/// Runs the command that was typed.
pub(crate) fn main() -> ExitCode {
    end_on_panic();
    let arguments = match typed() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    let mut streams = Streams::new(arguments.color, arguments.quiet);
    let result = match &arguments.command {
        Command::Template(command) => template::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Values(command) => values::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Show(command) => show::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Diff(command) => diff::run(command, &mut streams),
        Command::Lint(command) => lint::run(command, &mut streams),
        Command::Migrate(command) => migrate::run(command, &mut streams),
        Command::Check(command) => check::run(command, &mut streams),
        Command::Images(command) => images::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Secret(command) => secret::run(command, &mut streams),
        Command::Preflight(command) => preflight::run(command, &mut streams),
        Command::Backup(command) => backup::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Plan(command) => plan::run(command, &mut streams),
        Command::Status(command) => status::run(command, &mut streams),
        Command::Topology(command) => topology::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Summary(command) => summary::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Explain(command) => explain::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Init(command) => init::run(command, &mut streams).map(|()| Outcome::Fine),
        Command::Krm => krm::run(&mut streams),
        Command::Mcp(command) => mcp::run(command, &streams).map(|()| Outcome::Fine),
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

/// From here on a panic of any thread ends the program with [`FAILED`].
fn end_on_panic() {
    panic::set_hook(Box::new(|panic| {
        // If standard error is closed, the error cannot be reported.
        let _ = writeln!(io::stderr(), "{}", sentence(panic.location()));
        std::process::exit(FAILED.into());
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
                "cli::tests::a_panic_of_any_thread_ends_with_two_and_one_sentence",
            ])
            .arg("--nocapture")
            .env(PANICS, "1")
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.starts_with("error: swanlab-render "), "{said}");
        assert!(
            said.contains(concat!("a bug of its own at ", file!(), ":")),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
