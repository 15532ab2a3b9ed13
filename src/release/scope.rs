//! What templates see of a release: Helm's objects by Helm's names.
//! It refuses to offer what only a cluster or a clock could know.

use serde_json::json;

use super::Release;
use crate::engine::{Engine, Run, Scope};
use crate::kubernetes::API_VERSIONS;

impl Release<'_> {
    /// Begins a rendering of this release.
    pub(super) fn run(&self, engine: &Engine) -> Run {
        let chart = &self.chart.metadata;
        let api_versions: Vec<&str> = API_VERSIONS
            .into_iter()
            .chain(self.api_versions.iter().map(String::as_str))
            .collect();
        let objects = vec![
            (
                "Release",
                json!({
                    "Name": self.name,
                    "Namespace": self.namespace,
                    "Service": "Helm",
                    "Revision": 1,
                    "IsInstall": !self.is_upgrade,
                    "IsUpgrade": self.is_upgrade,
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
                        "Version": self.kube_version.version,
                        "GitVersion": self.kube_version.version,
                        "Major": self.kube_version.major.to_string(),
                        "Minor": self.kube_version.minor.to_string(),
                    },
                    "APIVersions": api_versions,
                }),
            ),
        ];
        engine.run(
            &chart.name,
            Scope {
                values: self.values,
                objects,
                files: self.chart.files.clone(),
            },
        )
    }
}
