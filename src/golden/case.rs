//! A case and what became of it, as data.

use std::path::PathBuf;

use crate::chart::KubeVersion;
use crate::diagnostics::{Diagnostic, Diagnostics, Label};
use crate::diff::{self, Acceptance, Attribution, Candidate, Diff, Options, RandomField};
use crate::files::Access;
use crate::kubernetes::types::Types;
use crate::manifest::Manifest;
use crate::release::Reverted;

/// Values files and the golden file that holds the manifests they have to give.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What reports call it; of a case by convention the path of its files without their endings.
    pub name: String,
    /// The release's name; none for the chart's default one.
    pub release: Option<String>,
    /// The namespace that the release is meant for.
    pub namespace: String,
    /// The folder of the chart; none for the embedded one.
    pub chart: Option<PathBuf>,
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// The values files, merged in this order.
    pub values: Vec<PathBuf>,
    /// Arguments of `--set`.
    pub set: Vec<String>,
    /// The file with the manifests.
    pub golden: PathBuf,
    /// Whether that file has fingerprints in place of secrets.
    pub hide_secrets: bool,
    /// Effects that do not count for the verdict of its differences.
    pub accept: Vec<Acceptance>,
    /// Where its chart, its values and the links among them may be.
    pub access: Access,
    /// Where the case is described, if it is: in a swanlab-render.yaml.
    pub described: Option<Label>,
    /// Why the case cannot be run, as far as that is known without running it.
    pub refused: Option<Diagnostic>,
}

impl Case {
    /// The case of a golden file and its values file beside it.
    pub fn by_convention(name: String, values: Vec<PathBuf>, golden: PathBuf) -> Self {
        Self {
            name,
            release: None,
            namespace: "default".to_owned(),
            chart: None,
            kube_version: KubeVersion::default(),
            values,
            set: Vec::new(),
            golden,
            hide_secrets: false,
            accept: Vec::new(),
            access: Access::default(),
            described: None,
            refused: None,
        }
    }
}

/// The result of comparing a case with its golden file.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// The golden file is what the values give.
    Ok,
    /// The objects differ.
    Differs,
    /// The golden file cannot be compared: it is no YAML, or holds what is no object.
    Unreadable(Diagnostics),
    /// The objects are the same, the text is not.
    Format,
    /// There is no golden file.
    Missing,
    /// There is a golden file, and nothing that would give it.
    Orphan,
    /// The case cannot be rendered, or its golden file cannot be read.
    Error(Diagnostics),
}

impl Status {
    /// Its name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Differs | Self::Unreadable(_) => "differs",
            Self::Format => "format",
            Self::Missing => "missing",
            Self::Orphan => "orphan",
            Self::Error(_) => "error",
        }
    }

    /// Whether `--update` fixes it by writing a new golden file.
    pub fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::Differs | Self::Unreadable(_) | Self::Format | Self::Missing
        )
    }
}

/// A case that has been run.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The case.
    pub case: Case,
    /// What became of it.
    pub status: Status,
    /// Whether there is a file in the place of the golden file that never was one, and must not be replaced.
    pub is_foreign: bool,
    /// What `template` would warn of.
    pub warnings: Vec<Diagnostic>,
    /// The passwords of the user that anyone can read in the golden file, if it is written as the case asks.
    pub exposed: Option<Diagnostic>,
    /// The text that its golden file should have; empty if it has it, and if the case does
    /// not render.
    pub text: String,
    /// What its values give now, where that differs.
    pub new: Vec<Manifest>,
    /// What its golden file holds, where that differs.
    pub old: Vec<Manifest>,
    /// The fields that differ from render to render, where its golden file is not what was rendered first. In `new` they
    /// have the values of the golden file.
    pub random: Vec<RandomField>,
    /// What its values, set back one at a time, would give: to find those behind a difference.
    /// Empty where many cases before it differ.
    pub reverted: Vec<Reverted>,
}

impl Checked {
    pub(super) fn new(case: &Case, status: Status) -> Self {
        Self {
            case: case.clone(),
            status,
            is_foreign: false,
            warnings: Vec::new(),
            exposed: None,
            text: String::new(),
            new: Vec::new(),
            old: Vec::new(),
            random: Vec::new(),
            reverted: Vec::new(),
        }
    }

    /// From the golden file to what the values give now, with the values behind the changes.
    pub fn diff(&self) -> Diff<'_> {
        self.compared().0
    }

    /// The same, with what the case accepts and the differences do not have.
    pub(super) fn compared(&self) -> (Diff<'_>, Vec<&Acceptance>) {
        let types = Types::of(self.case.kube_version.major, self.case.kube_version.minor);
        let options = Options::new(&self.case.namespace, types);
        let mut diff = diff::compare(&self.old, &self.new, &options);
        let candidates: Vec<Candidate<'_>> = self
            .reverted
            .iter()
            .map(|one| {
                let attribution = Attribution::new(&one.value, &one.place);
                let diff = diff::differences(&one.manifests, &self.new, &options);
                Candidate::new(attribution, one.given.clone(), diff)
            })
            .collect();
        diff::attribute_to_overrides(&mut diff, &candidates);
        diff.random.clone_from(&self.random);
        let unmatched = diff::accept(&mut diff, &self.case.accept);
        (diff, unmatched)
    }
}
