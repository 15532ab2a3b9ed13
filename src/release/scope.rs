//! What templates see of a release: Helm's objects by Helm's names, without what only a cluster or a clock knows.

use serde_json::{Value, json};

use super::Release;
use crate::diagnostics::Diagnostics;
use crate::engine::{Engine, Run, Scope};
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
        let api_versions: Vec<&str> = API_VERSIONS
            .into_iter()
            .chain(request.api_versions.iter().map(String::as_str))
            .collect();
        let objects = vec![
            (
                "Release",
                json!({
                    "Name": self.name,
                    "Namespace": request.namespace,
                    "Service": "Helm",
                    "Revision": 1,
                    "IsInstall": !request.is_upgrade,
                    "IsUpgrade": request.is_upgrade,
                }),
            ),
            (
                "Chart",
                json!({
                    "Name": chart.name,
                    "Version": chart.version.0,
                    "AppVersion": chart.app_version.0,
                    "Description": chart.description,
                    "KubeVersion": chart.kube_version.as_deref().unwrap_or_default(),
                }),
            ),
            (
                "Capabilities",
                json!({
                    "KubeVersion": {
                        "Version": request.kube_version.version,
                        "GitVersion": request.kube_version.version,
                        "Major": request.kube_version.major.to_string(),
                        "Minor": request.kube_version.minor.to_string(),
                    },
                    "APIVersions": api_versions,
                }),
            ),
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
