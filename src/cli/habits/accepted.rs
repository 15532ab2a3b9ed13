//! Flags of Helm that mean nothing without a cluster or a repository: accepted, so that scripts need not be changed, and
//! not looked at. And the forms of flags that Helm reads: ahead of the command, and switches with `=true`.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use swanlab_render::diagnostics::nearest;

use super::flags;
use crate::cli::args::Arguments;

/// Switches of `helm template`, which Helm also takes as `--flag=true`.
const SWITCHES: [&str; 17] = [
    "atomic",
    "dependency-update",
    "disable-openapi-validation",
    "dry-run",
    "enable-dns",
    "force",
    "force-conflicts",
    "force-replace",
    "hide-notes",
    "render-subchart-notes",
    "replace",
    "rollback-on-failure",
    "server-side",
    "skip-crds",
    "take-ownership",
    "wait",
    "wait-for-jobs",
];

/// Flags of `helm template` with an operand.
const OPERANDS: [&str; 3] = ["description", "labels", "timeout"];

/// Flags that Helm takes with every command, and whether an operand follows: aliases of `helm` in shells have them.
const EVERYWHERE: [(&str, bool); 3] = [
    ("--debug", false),
    ("--kube-context", true),
    ("--kubeconfig", true),
];

/// Asks Helm to make up a name for the release.
const GENERATE_NAME: &str = "generate-name";

/// The flags, as arguments of which two leave something behind.
#[derive(Debug)]
pub(in crate::cli) struct Harmless {
    /// Whether Helm would make up a name.
    pub(in crate::cli) is_name_generated: bool,
    /// Whether Helm would ask the cluster.
    pub(in crate::cli) is_server_asked: bool,
}

fn switch(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .hide(true)
        .num_args(0..=1)
        .require_equals(true)
        .action(ArgAction::Append)
}

fn operand(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .hide(true)
        .action(ArgAction::Append)
}

impl Args for Harmless {
    fn augment_args(command: Command) -> Command {
        command
            .args(SWITCHES.map(switch))
            .arg(switch(GENERATE_NAME).short('g'))
            .args(OPERANDS.map(operand))
            .mut_arg("labels", |labels| labels.short('l'))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Harmless {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let last = |flag: &str| matches.get_many::<String>(flag)?.next_back();
        let is_off = last(GENERATE_NAME).is_some_and(|on| on == "false");
        Ok(Self {
            is_name_generated: matches.contains_id(GENERATE_NAME) && !is_off,
            is_server_asked: last("dry-run").is_some_and(|how| how == "server"),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A command's declaration of a flag, by its long or short form.
fn find<'c>(command: &'c Command, flag: &str) -> Option<&'c Arg> {
    command.get_arguments().find(|arg| {
        let is_long = |name: &str| flag.strip_prefix("--") == Some(name);
        let is_short = |name: char| {
            flag.strip_prefix('-')
                .is_some_and(|short| short.chars().eq([name]))
        };
        arg.get_long().is_some_and(is_long)
            || arg.get_short().is_some_and(is_short)
            || arg
                .get_all_aliases()
                .unwrap_or_default()
                .into_iter()
                .any(is_long)
    })
}

/// Whether a word follows a flag that is declared.
fn takes(arg: &Arg) -> bool {
    let least = arg.get_num_args().map_or(1, |count| count.min_values());
    arg.get_action().takes_values() && least > 0
}

/// Whether a word follows a flag as its operand. `of` is the command, where it is known already.
pub(super) fn takes_operand(flag: &str, of: Option<&Command>, all: &Command) -> bool {
    if let Some(arg) = of.and_then(|command| find(command, flag)) {
        return takes(arg);
    }
    let name = flag.strip_prefix("--").unwrap_or(flag);
    if SWITCHES.contains(&name) || name == GENERATE_NAME {
        return false;
    }
    if OPERANDS.contains(&name) {
        return true;
    }
    flags::takes_operand(flag).unwrap_or_else(|| {
        let mut commands = all.get_subcommands().chain([all]);
        commands.any(|command| find(command, flag).is_some_and(takes))
    })
}

/// Whether `helm template` takes a flag that means nothing here.
pub(super) fn means_nothing(flag: &str) -> bool {
    flag.strip_prefix("--").is_some_and(|name| {
        SWITCHES.contains(&name) || OPERANDS.contains(&name) || name == GENERATE_NAME
    }) || ["-l", "-g"].contains(&flag)
}

/// Whether an unknown flag is rather one of those that Helm takes with every command than the one that clap suggests.
pub(super) fn is_nearer_to_helms(flag: &str, suggested: &str) -> bool {
    let known = EVERYWHERE.iter().map(|(name, _)| *name);
    nearest(flag, known.chain([suggested])).is_some_and(|near| near != suggested)
}

/// The commands whose help lists a flag.
pub(super) fn commands_with<'c>(flag: &str, all: &'c Command) -> Vec<&'c str> {
    let has = |command: &&Command| find(command, flag).is_some_and(|arg| !arg.is_hide_set());
    let of_all = Some(all).filter(has).into_iter();
    let commands = all.get_subcommands().filter(has);
    of_all.chain(commands).map(Command::get_name).collect()
}

/// The arguments as swanlab-render declares them: flags ahead of the command go behind it, switches have no `=true`, and
/// what Helm takes with every command is left out where it means nothing. The first argument is the program.
pub(in crate::cli) fn as_ours(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    let is_flag = |argument: &OsString| argument.to_string_lossy().starts_with('-');
    match arguments.as_slice() {
        // There is nothing to adapt.
        [] | [_] | [_, _] => arguments,
        [_, name, rest @ ..] if !is_flag(name) => {
            let has_flags = rest.iter().any(is_flag);
            let program = name.to_str().filter(|_| has_flags);
            match program.and_then(Arguments::with) {
                Some(program) => adapted(&program, arguments),
                None => arguments,
            }
        }
        _ => {
            let program = Arguments::all();
            adapted(&program, ordered(&program, arguments.into_iter()))
        }
    }
}

fn ordered(command: &Command, mut arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut ordered: Vec<OsString> = arguments.by_ref().take(1).collect();
    let mut moved = Vec::new();
    let mut rest = arguments.peekable();
    while let Some(argument) = rest.next_if(|next| next.to_string_lossy().starts_with('-')) {
        let text = argument.to_string_lossy().into_owned();
        let flag = text.split('=').next().unwrap_or_default().to_owned();
        let is_of_program = ["--help", "-h", "--version", "-V", "--"].contains(&&*flag)
            || find(command, &flag).is_some();
        let to = if is_of_program {
            &mut ordered
        } else {
            &mut moved
        };
        to.push(argument);
        if flag == text && takes_operand(&flag, None, command) {
            to.extend(rest.next());
        }
    }
    let name = rest.next();
    // `help` takes the name of a command and nothing else.
    if name.as_ref().is_some_and(|name| name == "help") {
        moved.clear();
    }
    ordered.extend(name);
    ordered.extend(moved);
    ordered.extend(rest);
    ordered
}

/// Our switches are given or not; Helm also reads `--switch=false`. And a command has a flag of Helm's only if it uses it.
fn adapted(command: &Command, arguments: Vec<OsString>) -> Vec<OsString> {
    let mut kept: Vec<OsString> = Vec::with_capacity(arguments.len());
    let mut of = None;
    let mut rest = arguments.into_iter();
    kept.extend(rest.next());
    while let Some(argument) = rest.next() {
        let Some(text) = argument.to_str() else {
            kept.push(argument);
            continue;
        };
        if text == "--" {
            kept.push(argument);
            break;
        }
        if of.is_none() && !text.starts_with('-') {
            of = command.find_subcommand(text);
        }
        let declared = |flag: &str| of.and_then(|command| find(command, flag));
        if let Some((flag, word)) = text.split_once('=')
            && let Some(is_on) = boolean(word)
            && declared(flag).is_some_and(|arg| matches!(arg.get_action(), ArgAction::SetTrue))
        {
            kept.retain(|one| one != flag);
            if is_on {
                kept.push(flag.into());
            }
            continue;
        }
        let flag = text.split('=').next().unwrap_or_default();
        if of.is_some() && declared(flag).is_none() {
            if flag == "--context" && declared("--kube-context").is_some() {
                kept.push(text.replacen("--context", "--kube-context", 1).into());
                kept.extend(rest.next().filter(|_| flag == text));
                continue;
            }
            if let Some((_, has_operand)) = EVERYWHERE.iter().find(|(name, _)| flag == *name) {
                if *has_operand && flag == text && rest.next().is_none() {
                    kept.push(argument);
                }
                continue;
            }
        }
        let has_operand = text.starts_with('-') && takes_operand(text, of, command);
        kept.push(argument);
        if has_operand {
            kept.extend(rest.next());
        }
    }
    kept.extend(rest);
    kept
}

/// What Go reads as a boolean.
fn boolean(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_ours_read(words: &str) -> String {
        let words = as_ours(words.split(' ').map(OsString::from));
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn flags_ahead_of_the_command_go_behind_it() {
        for (typed, expected) in [
            ("p -n swanlab template x", "p template -n swanlab x"),
            (
                "p -q --namespace=a template x -f y",
                "p -q template --namespace=a x -f y",
            ),
            ("p --color never -na lint", "p --color never lint -na"),
            (
                "p --kube-context c --kubeconfig k diff --against cluster",
                "p diff --kube-context c --kubeconfig k --against cluster",
            ),
            ("p --debug template", "p template"),
            ("p --debug --kube-context c values x", "p values x"),
            ("p --timeout 5m template", "p template --timeout 5m"),
            ("p --kube-token t template", "p template --kube-token t"),
            ("p -f v.yaml -o json values", "p values -f v.yaml -o json"),
            ("p template -n swanlab", "p template -n swanlab"),
            ("p -n swanlab", "p -n swanlab"),
            ("p -n swanlab help diff", "p help diff"),
            ("p --version", "p --version"),
        ] {
            assert_eq!(as_ours_read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn commands_that_ask_no_cluster_do_without_its_name() {
        for (typed, expected) in [
            ("p template --kubeconfig k x --debug=true", "p template x"),
            ("p template --kube-context=c -n x", "p template -n x"),
            ("p template --kube-context", "p template --kube-context"),
            ("p template --set --debug", "p template --set --debug"),
            ("p template -- --debug", "p template -- --debug"),
            ("p status --context c", "p status --kube-context c"),
            ("p status --context=c", "p status --kube-context=c"),
            ("p diff --context 3", "p diff --context 3"),
            ("p status --kubeconfig k", "p status --kubeconfig k"),
        ] {
            assert_eq!(as_ours_read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn switches_may_have_a_boolean() {
        for (typed, expected) in [
            (
                "p template --is-upgrade=true x",
                "p template --is-upgrade x",
            ),
            ("p template --no-hooks=false x", "p template x"),
            ("p template --no-hooks --no-hooks=F", "p template"),
            ("p template --no-hooks=maybe", "p template --no-hooks=maybe"),
            (
                "p template --set --no-hooks=true",
                "p template --set --no-hooks=true",
            ),
            (
                "p template -- --no-hooks=true",
                "p template -- --no-hooks=true",
            ),
            ("p template --set=a=true", "p template --set=a=true"),
            ("p template --wait=true", "p template --wait=true"),
        ] {
            assert_eq!(as_ours_read(typed), expected, "{typed}");
        }
    }
}
