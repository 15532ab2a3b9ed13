//! The command line's arguments, as clap reads them; `input` turns them into a release.

mod diff;
mod examples;
mod explain;
mod init;
mod migrate;
mod render;
mod shape;
mod tools;
mod upgrade;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

pub(super) use diff::{Diff, DiffFormat};
pub(super) use explain::{Explain, ExplainFormat};
pub(super) use init::{Init, external};
pub(super) use migrate::{FromDocker, Migrate, MigrateFormat};
pub(super) use render::{Render, Target};
pub(super) use shape::{Summary, SummaryFormat, Topology, TopologyFormat};
pub(super) use tools::{
    Check, CheckFormat, Cluster, Completions, Images, ImagesFormat, Mcp, Preflight,
    PreflightFormat, Secret, What,
};
pub(super) use upgrade::{Backup, Plan, PlanFormat, Status, StatusFormat};

use super::habits::Harmless;

/// Render the Kubernetes manifests of a self-hosted SwanLab from the values.yaml of its Helm chart.
#[derive(Debug, Parser)]
#[command(name = "swanlab-render", version, args_override_self = true)]
#[command(max_term_width = 100, after_help = examples::PROGRAM)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colours.
    #[arg(
        long,
        global = true,
        alias = "colour",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub(super) color: Color,
    /// Do not print notes and warnings on standard error.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

impl Arguments {
    /// The declarations of all commands with all their arguments, which take half a megabyte.
    pub(super) fn all() -> clap::Command {
        let mut program = Self::command();
        program.build();
        program
    }

    /// The declarations of all commands, of which one has its arguments; none if there is no such command.
    pub(super) fn with(command: &str) -> Option<clap::Command> {
        let mut program = Self::command();
        program.find_subcommand_mut(command)?.build();
        Some(program)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // one of them exists, once
#[command(defer = true)] // the arguments of a command are declared when it is the one that was typed
pub(super) enum Command {
    /// Print the manifests.
    Template(Template),
    /// Print the merged values.
    Values(Values),
    /// Show what an upgrade changes and what the cluster will do about it.
    Diff(Diff),
    /// Find what is wrong with the values, and with the objects that they render to.
    Lint(Lint),
    /// Make a values file of an older official chart, or a deployment in Docker, fit for this one.
    Migrate(Migrate),
    /// Check that golden manifests match a fresh render.
    Check(Check),
    /// List the images that the render needs.
    Images(Images),
    /// Print the Secret that an integration needs, or check one.
    Secret(Secret),
    /// Ask a cluster whether it has what the render needs; nothing is written to it.
    Preflight(Preflight),
    /// Print what backs up the built-in stores, or brings their data back.
    Backup(Backup),
    /// Print the steps of an upgrade, in an order that the cluster accepts and that loses no data.
    Plan(Plan),
    /// Ask a cluster whether what was applied is there and ready, and if not, why.
    Status(Status),
    /// Show what talks to what, and who mounts and reads what.
    Topology(Topology),
    /// Count pods, CPU, memory, storage and nodes.
    Summary(Summary),
    /// Explain a key of the values: its type and default, what it feeds, and what changing it does.
    Explain(Explain),
    /// Write a first values file, with fresh passwords beside it.
    Init(Init),
    /// Print a part of the chart, or its rendered notes and partials.
    Show(Show),
    /// Render as a KRM function: a ResourceList on standard input and output, for kustomize and kpt.
    #[command(after_help = examples::KRM)]
    Krm,
    /// Serve render, lint, diff, plan, explain and summary to programs that work with a language model, read-only.
    Mcp(Mcp),
    /// Print a shell's completion script.
    Completions(Completions),
    /// Print the manual page.
    #[command(after_help = examples::MAN)]
    Man,
    /// Print the version of this program.
    #[command(after_help = examples::VERSION)]
    Version,
}

/// `template`
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // switches, each on its own
#[command(args_override_self = true, after_help = examples::TEMPLATE)]
pub(super) struct Template {
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) render: Render,
    /// How to print: YAML documents, or one JSON List.
    #[arg(long, short, value_name = "FORMAT", default_value = "yaml")]
    pub(super) output: Format,
    /// Only manifests from this template (a path or pattern below the chart, `templates/s3/*`).
    #[arg(long, short, value_name = "GLOB")]
    pub(super) show_only: Vec<String>,
    /// Write files below this folder instead of printing.
    #[arg(long, value_name = "DIR")]
    pub(super) output_dir: Option<std::path::PathBuf>,
    /// Put the release name between the folder and the chart's name.
    #[arg(long, requires = "output_dir")]
    pub(super) release_name: bool,
    /// Remove files below the folder that an earlier run wrote and that are no longer rendered.
    #[arg(long, requires = "output_dir", conflicts_with = "show_only")]
    pub(super) prune: bool,
    /// Leave out hooks.
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Leave out test hooks.
    #[arg(long)]
    pub(super) skip_tests: bool,
    /// Print the chart's CustomResourceDefinitions too, first.
    #[arg(long)]
    pub(super) include_crds: bool,
    /// Print the Namespace too, first, and put every namespaced object into it.
    #[arg(long)]
    pub(super) create_namespace: bool,
    /// Put every namespaced object into the namespace.
    #[arg(long)]
    pub(super) with_namespace: bool,
    /// Validate objects against the Kubernetes API, and their references to each other.
    #[arg(long)]
    pub(super) validate: bool,
    #[command(flatten)]
    pub(super) helm: Harmless,
    /// Whether `-n` was typed.
    #[arg(skip)]
    pub(super) is_namespace_given: bool,
}

/// `values`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = examples::VALUES)]
pub(super) struct Values {
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) render: Render,
    /// How to print.
    #[arg(long, short, value_name = "FORMAT", default_value = "yaml")]
    pub(super) output: Format,
    /// Show where each value comes from.
    #[arg(long)]
    pub(super) origin: bool,
    /// Leave out what equals the chart's default.
    #[arg(long)]
    pub(super) only_overrides: bool,
}

/// `lint`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = examples::LINT)]
pub(super) struct Lint {
    #[command(flatten)]
    pub(super) target: Target,
    /// Check these manifests instead of rendering: the output of Helm, kustomize or kubectl.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "values", "set", "set_string", "set_json", "set_file", "set_literal",
    ])]
    pub(super) manifests: Option<String>,
    #[command(flatten)]
    pub(super) render: Render,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(super) output: LintFormat,
    /// Correct in the values files what can be corrected with certainty, then report the rest.
    #[arg(long)]
    pub(super) fix: bool,
    /// Print the corrections as a unified diff instead of making them, with all values as they are.
    #[arg(long, requires = "fix", conflicts_with = "output")]
    pub(super) dry_run: bool,
    /// An object that is in the cluster without being rendered: `Secret/registry`.
    #[arg(long, value_name = "KIND/NAME")]
    pub(super) external: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    Text,
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    Sarif,
}

/// `show`
#[derive(Debug, Args)]
#[command(args_override_self = true, after_help = examples::SHOW)]
pub(super) struct Show {
    /// What to print.
    pub(super) what: Part,
    #[command(flatten)]
    pub(super) target: Target,
    /// With `schema`: for editors. Every key has its description, type and default, and no other keys are known.
    #[arg(long)]
    pub(super) closed: bool,
    /// With `notes`: add an Ingress, and a Gateway with an HTTPRoute, that lead from this host to SwanLab.
    #[arg(long, value_name = "HOST", allow_hyphen_values = true)]
    pub(super) ingress: Option<String>,
    /// With --ingress: HTTPS, with the certificate in this Secret.
    #[arg(long, value_name = "SECRET", requires = "ingress")]
    pub(super) tls: Option<String>,
    /// With --ingress: the class of the Ingress or Gateway [default: the cluster's default class of Ingresses].
    #[arg(long, value_name = "CLASS", requires = "ingress")]
    pub(super) class: Option<String>,
    #[command(flatten)]
    pub(super) render: Render,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// The chart's values.yaml.
    Values,
    /// Chart.yaml.
    Chart,
    /// The schema of the values.
    Schema,
    /// The chart's README.
    Readme,
    /// NOTES.txt, rendered.
    Notes,
    /// The rendered partials.
    Partials,
    /// The templates' source.
    Templates,
    /// Chart.yaml, the default values and the README.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Yaml,
    Json,
}
