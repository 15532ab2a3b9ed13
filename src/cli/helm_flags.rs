//! Flags of `helm template` that mean nothing without a cluster or a repository: accepted, so that
//! scripts need not be changed, and not looked at.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// Switches, which Helm also takes as `--flag=true`.
const SWITCHES: [&str; 18] = [
    "atomic",
    "debug",
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

/// Flags with an operand.
const OPERANDS: [&str; 5] = [
    "description",
    "kube-context",
    "kubeconfig",
    "labels",
    "timeout",
];

/// Asks Helm to make up a name for the release.
const GENERATE_NAME: &str = "generate-name";

/// The flags, as arguments of which one leaves something behind.
#[derive(Debug)]
pub(super) struct Harmless {
    /// Whether Helm would make up a name.
    pub(super) is_name_generated: bool,
}

impl Args for Harmless {
    fn augment_args(command: Command) -> Command {
        let switch = |name: &'static str| {
            Arg::new(name)
                .long(name)
                .hide(true)
                .num_args(0..=1)
                .require_equals(true)
                .action(ArgAction::Append)
        };
        let operand = |name: &'static str| {
            Arg::new(name)
                .long(name)
                .hide(true)
                .action(ArgAction::Append)
        };
        command
            .args(SWITCHES.map(switch))
            .arg(switch(GENERATE_NAME).short('g'))
            .args(OPERANDS.map(operand))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Harmless {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = matches.get_many::<String>(GENERATE_NAME);
        let is_off =
            given.is_some_and(|mut given| given.next_back().is_some_and(|on| on == "false"));
        Ok(Self {
            is_name_generated: matches.contains_id(GENERATE_NAME) && !is_off,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Flags that Helm takes ahead of the command as well as behind it, and whether an operand follows.
const AHEAD: [(&str, bool); 5] = [
    ("--namespace", true),
    ("-n", true),
    ("--kube-context", true),
    ("--kubeconfig", true),
    ("--debug", false),
];

/// The arguments with Helm's global flags put behind the command, where they belong to it; the first is the program.
pub(super) fn ordered(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments;
    let mut ordered: Vec<OsString> = arguments.by_ref().take(1).collect();
    let mut moved = Vec::new();
    let mut rest = arguments.peekable();
    while let Some(argument) = rest.next_if(|next| next.to_string_lossy().starts_with('-')) {
        let text = argument.to_string_lossy().into_owned();
        let (flag, has_operand) = match text.split_once('=') {
            Some((flag, _)) => (flag, true),
            None => (&*text, false),
        };
        let is_attached = !text.starts_with("--") && text.len() > 2 && text.starts_with("-n");
        let known = AHEAD.iter().find(|(name, _)| *name == flag);
        match known {
            Some((_, takes_operand)) => {
                moved.push(argument);
                if *takes_operand && !has_operand {
                    moved.extend(rest.next());
                }
            }
            None if is_attached => moved.push(argument),
            None => {
                ordered.push(argument);
                // The program's own global flag with an operand.
                if text == "--color" {
                    ordered.extend(rest.next());
                }
            }
        }
    }
    let command = rest.next();
    // `help` takes the name of a command and nothing else.
    if command.as_ref().is_some_and(|command| command == "help") {
        moved.clear();
    }
    ordered.extend(command);
    ordered.extend(moved);
    ordered.extend(rest);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered_words(words: &str) -> String {
        let words = ordered(words.split(' ').map(OsString::from));
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn global_flags_ahead_of_the_command_go_behind_it() {
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
            ("p --debug template", "p template --debug"),
            ("p template -n swanlab", "p template -n swanlab"),
            ("p -n swanlab", "p -n swanlab"),
            ("p -n swanlab help diff", "p help diff"),
            ("p --version", "p --version"),
        ] {
            assert_eq!(ordered_words(typed), expected, "{typed}");
        }
    }
}
