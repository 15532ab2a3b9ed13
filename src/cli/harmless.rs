//! Flags of `helm template` that mean nothing without a cluster or a repository: accepted, so that
//! scripts need not be changed, and not looked at.

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
