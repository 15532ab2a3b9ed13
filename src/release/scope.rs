//! What templates see of a release: Helm's objects by Helm's names, without what only a cluster or a clock knows.

use serde_json::{Value, json};

use super::{Release, Request};
use crate::chart::Metadata;
use crate::diagnostics::Diagnostics;
use crate::engine::{Engine, MakeTree, Run, Scope};
use crate::kubernetes::API_VERSIONS;

impl Release {
    /// The rendering of this release. Partials keep their values, whoever asks for them first.
    pub(super) fn own_run(&self) -> Result<&Run, Diagnostics> {
        let engine = self.chart.engine()?;
        Ok(self
            .run
            .get_or_init(|| self.run_with(engine, &self.values.tree)))
    }

    /// A rendering of this release with the values of another tree.
    pub(super) fn run_with(&self, engine: &Engine, values: &Value) -> Run {
        let (chart, request) = (&self.chart().metadata, &self.request);
        let objects: Vec<(&'static str, MakeTree)> = vec![
            ("Release", made(release_of(&self.name, request))),
            ("Chart", made(chart_of(chart))),
            ("Capabilities", capabilities(request)),
        ];
        engine.run(
            &chart.name,
            Scope {
                values,
                objects,
                files: self.chart().files.clone(),
            },
        )
    }
}

/// A tree that is there already.
fn made(tree: Value) -> MakeTree {
    Box::new(move || tree)
}

fn release_of(name: &str, request: &Request) -> Value {
    json!({
        "Name": name,
        "Namespace": request.namespace,
        "Service": "Helm",
        "Revision": 1,
        "IsInstall": !request.is_upgrade,
        "IsUpgrade": request.is_upgrade,
    })
}

fn chart_of(chart: &Metadata) -> Value {
    json!({
        "Name": chart.name,
        "Version": chart.version.0,
        "AppVersion": chart.app_version.0,
        "Description": chart.description,
        "KubeVersion": chart.kube_version.as_deref().unwrap_or_default(),
    })
}

/// Few templates ask for it, and it has a long list.
fn capabilities(request: &Request) -> MakeTree {
    let (version, more) = (request.kube_version.clone(), request.api_versions.clone());
    Box::new(move || {
        let api_versions: Vec<&str> = API_VERSIONS
            .into_iter()
            .chain(more.iter().map(String::as_str))
            .collect();
        json!({
            "KubeVersion": {
                "Version": version.version,
                "GitVersion": version.version,
                "Major": version.major.to_string(),
                "Minor": version.minor.to_string(),
            },
            "APIVersions": api_versions,
        })
    })
}
