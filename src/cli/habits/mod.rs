//! What people type out of habit, from Helm, its plugins and kubectl. Flags that mean nothing here are accepted; all else
//! is answered with what to type instead, never with a flag that only sounds alike.

mod accepted;
mod flags;
mod reference;
mod typed;
mod verbs;

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use swanlab_render::diagnostics::{Diagnostic, visible};

pub(super) use accepted::{Harmless, as_ours};
pub(super) use reference::help_for_reference;
use typed::Typed;

/// The answer to a command line that is one of another program, though all its words could be read.
pub(super) fn answer_to_words(command: &Command, arguments: &[OsString]) -> Option<Diagnostic> {
    let typed = Typed::read(command, arguments);
    verbs::of_the_diff_plugin(&typed)
}

/// The answer to an error of the arguments, if a habit explains it.
pub(super) fn answer(
    error: &clap::Error,
    command: &Command,
    arguments: &[OsString],
) -> Option<Diagnostic> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    let typed = Typed::read(command, arguments);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let verb = word(ContextKind::InvalidSubcommand)?;
            let help = verbs::help(verb, &typed)?;
            let message = format!("swanlab-render has no command `{verb}`");
            Some(Diagnostic::error(message).with_help(help))
        }
        ErrorKind::UnknownArgument => flag(word(ContextKind::InvalidArg)?, command, &typed),
        ErrorKind::InvalidValue if word(ContextKind::InvalidValue)? == "crds" => Some(
            Diagnostic::error("`show` has no part `crds`").with_help(
                "SwanLab's chart has none; `swanlab-render template CHART --include-crds` prints those of another chart",
            ),
        ),
        _ => None,
    }
}

/// The answer to a flag that the command does not have.
fn flag(typed: &str, command: &Command, line: &Typed) -> Option<Diagnostic> {
    let flag = typed.split('=').next()?;
    if !flag.starts_with('-') {
        return None;
    }
    let shown = visible(flag);
    let of = line.command().unwrap_or_default();
    let Some(name) = command.find_subcommand(of).map(Command::get_name) else {
        let message = format!("a command is missing ahead of `{shown}`");
        return flags::is_known(flag, command).then(|| {
            Diagnostic::error(message)
                .with_help("write one of those that `swanlab-render help` lists")
        });
    };
    if let Some(help) = flags::help(flag, name) {
        let message = format!("`{shown}` is a flag of Helm, not of swanlab-render");
        return Some(Diagnostic::error(message).with_help(help));
    }
    let others = accepted::commands_with(flag, command);
    let message = format!("`{name}` has no flag `{shown}`");
    let have = match &*others {
        [one] => format!("`{one}` has it"),
        [one, other] => format!("`{one}` and `{other}` have it"),
        [one, other, ..] => format!("`{one}`, `{other}` and other commands have it"),
        [] => return None,
    };
    let help = format!("{have}; `swanlab-render {name} --help` lists those of `{name}`");
    Some(Diagnostic::error(message).with_help(help))
}

/// The same error without advice that leads nowhere: flags that are hidden, and flags as values.
pub(super) fn without_wrong_tips(
    mut error: clap::Error,
    command: &Command,
    arguments: &[OsString],
) -> clap::Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let typed = Typed::read(command, arguments);
    let is_wrong = match (error.get(ContextKind::SuggestedArg), typed.command()) {
        (Some(ContextValue::String(flag)), Some(name)) => {
            let mut shown_by = accepted::commands_with(flag, command).into_iter();
            let is_hidden = !shown_by.any(|one| one == name || one == command.get_name());
            is_hidden
                || matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(typed))
                    if accepted::is_nearer_to_helms(typed, flag))
        }
        _ => false,
    };
    if is_wrong {
        error.remove(ContextKind::SuggestedArg);
        // It repeats the flag.
        let name = typed.command().unwrap_or_default();
        if let Some(command) = command.find_subcommand(name) {
            let usage = command.clone().render_usage();
            error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
        }
    }
    error.remove(ContextKind::SuggestedSubcommand);
    error.remove(ContextKind::Suggested);
    error
}
