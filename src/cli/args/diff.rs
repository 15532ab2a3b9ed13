//! The arguments of `diff`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgGroup, Args, ValueEnum};
use swanlab_render::diff::{self, Effect};

use super::tools::Cluster;
use super::{Render, Target};

/// `diff`
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // switches, each on its own
#[command(args_override_self = true)]
#[command(group = ArgGroup::new("previous").args(["against", "from_values", "from_chart"]).multiple(true))]
#[command(after_help = super::examples::DIFF)]
pub(in crate::cli) struct Diff {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// What to compare with: a file of manifests, a folder of them, `-` for standard input; `cluster` for the objects
    /// as last applied, or `helm:RELEASE` for what Helm has deployed, through kubectl.
    #[arg(long, value_name = "PREVIOUS", allow_hyphen_values = true)]
    pub(in crate::cli) against: Option<String>,
    /// Compare with a render of these older values files; several are merged.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["against", "manifests"])]
    pub(in crate::cli) from_values: Vec<String>,
    /// Render what to compare with from another chart or version, with --from-values or its defaults; `built-in` is
    /// SwanLab's chart in this program.
    #[arg(long, value_name = "CHART", conflicts_with_all = ["against", "manifests"])]
    pub(in crate::cli) from_chart: Option<String>,
    /// The version of the chart of --from-chart, if it is fetched from a repository or registry.
    #[arg(long, value_name = "VERSION", requires = "from_chart")]
    pub(in crate::cli) from_version: Option<String>,
    /// Compare these manifests instead of rendering.
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    #[arg(conflicts_with_all = [
        "values", "set", "set_string", "set_json", "set_file", "set_literal",
    ])]
    pub(in crate::cli) manifests: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) render: Render,
    #[command(flatten)]
    pub(in crate::cli) cluster: Cluster,
    /// How to report.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(in crate::cli) output: DiffFormat,
    /// Shorten the report to the verdict, the findings and one line for each object.
    #[arg(long, conflicts_with = "full")]
    pub(in crate::cli) summary: bool,
    /// Write out long texts, and the names of the objects that have a change in common.
    #[arg(long)]
    pub(in crate::cli) full: bool,
    /// Print what an effect means and what to do about it, and compare nothing.
    #[arg(long, value_name = "EFFECT", value_parser = effect())]
    #[arg(conflicts_with_all = ["against", "from_values", "from_chart", "manifests", "output", "summary", "full", "removed"])]
    pub(in crate::cli) explain: Option<Effect>,
    /// Show N unchanged lines around each change [default: 3].
    #[arg(long, short = 'U', alias = "context", value_name = "N", value_parser = unified)]
    pub(in crate::cli) unified: Option<usize>,
    /// Limit a Markdown report to N bytes. Details of mild changes are dropped first, findings never.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) max_bytes: Option<usize>,
    /// Draw what changes and what is beside it in a Markdown report, as a Mermaid picture.
    #[arg(long)]
    pub(in crate::cli) map: bool,
    /// Ignore changes of this field: a path as in the report; `*` matches one step, `**` any number.
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    pub(in crate::cli) ignore: Vec<String>,
    /// Compare only objects of this kind.
    #[arg(long, value_name = "KIND")]
    pub(in crate::cli) kind: Vec<String>,
    /// Show the values of Secrets.
    #[arg(long)]
    pub(in crate::cli) show_secrets: bool,
    /// What will apply the new manifests; it decides what happens to objects that are no longer rendered
    /// [default: kubectl; helm with --against helm:RELEASE].
    #[arg(long, value_name = "APPLIER")]
    pub(in crate::cli) applier: Option<Applier>,
    /// Show what a rollback would do.
    #[arg(long)]
    pub(in crate::cli) reverse: bool,
    /// Exit 0 unless the verdict is at least EFFECT.
    #[arg(long, value_name = "EFFECT", default_value = "any")]
    pub(in crate::cli) fail_on: FailOn,
    /// Let --fail-on count findings that depend on the cluster's state.
    #[arg(long)]
    pub(in crate::cli) fail_on_conditional: bool,
    /// Accept an effect on an object, such as data-loss:PersistentVolumeClaim/old-data: it is still listed but no
    /// longer counts.
    #[arg(long, value_name = "EFFECT:KIND/NAME", allow_hyphen_values = true)]
    pub(in crate::cli) accept: Vec<String>,
    /// List objects that are no longer rendered, for `kubectl delete`, except those that hold data.
    #[arg(long, conflicts_with = "output")]
    pub(in crate::cli) removed: bool,
    /// With --removed, list claims, volumes, Namespaces and CRDs too.
    #[arg(long, requires = "removed")]
    pub(in crate::cli) include_data: bool,
}

impl Diff {
    /// What applies the new side: as given, or Helm if the old side is Helm's own record.
    pub(in crate::cli) fn applier(&self) -> diff::Applier {
        Applier::or_default(self.applier, self.against.as_deref())
    }
}

impl Applier {
    /// What applies: as given, or Helm if the old side is Helm's own record.
    pub(in crate::cli) fn or_default(given: Option<Self>, against: Option<&str>) -> diff::Applier {
        match given {
            Some(Self::ServerSide) => diff::Applier::ServerSide,
            Some(Self::Helm) => diff::Applier::Helm,
            Some(Self::Argocd) => diff::Applier::ArgoCd,
            Some(Self::Flux) => diff::Applier::Flux,
            None if against.is_some_and(|previous| previous.starts_with("helm:")) => {
                diff::Applier::Helm
            }
            Some(Self::Kubectl) | None => diff::Applier::Kubectl,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Applier {
    /// `kubectl apply`: objects that are left out stay until somebody deletes them.
    Kubectl,
    /// `kubectl apply --server-side`: the server merges; objects that are left out stay too.
    ServerSide,
    /// `helm upgrade`: objects that are left out are deleted.
    Helm,
    /// A sync of Argo CD with pruning: objects that are left out are deleted.
    Argocd,
    /// A Kustomization of Flux with pruning, applied on the server: objects that are left out are deleted.
    Flux,
}

/// The name of an effect.
fn effect() -> impl TypedValueParser<Value = Effect> {
    PossibleValuesParser::new(Effect::ALL.map(Effect::name)).map(|name| {
        let named = |effect: &Effect| effect.name() == name;
        Effect::ALL.into_iter().find(named).unwrap_or_default()
    })
}

/// A number of lines. Users of kubectl give the name of a context here.
fn unified(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| {
        "expected a number of lines; use --kube-context for a cluster's context".to_owned()
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    Text,
    /// A `diff -u` of each object, for `patch -p1`.
    Unified,
    /// A comment for a pull request.
    Markdown,
    /// A page to look at, in one file.
    Html,
    Json,
    /// One line for each object.
    Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FailOn {
    Any,
    Stale,
    Restart,
    Outage,
    Rejected,
    DataLoss,
    Never,
}

impl FailOn {
    /// The mildest verdict that fails the command; `None` if no verdict does.
    pub(in crate::cli) fn effect(self) -> Option<Effect> {
        match self {
            Self::Any => Some(Effect::None),
            Self::Stale => Some(Effect::Stale),
            Self::Restart => Some(Effect::Restart),
            Self::Outage => Some(Effect::Outage),
            Self::Rejected => Some(Effect::Rejected),
            Self::DataLoss => Some(Effect::DataLoss),
            Self::Never => None,
        }
    }
}
