//! The charts inside a chart, and the entries of Chart.yaml that they belong to.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Chart;
use super::files::Files;
use super::metadata::{Metadata, Text};
use super::version::{Version, VersionRange};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml;

/// A chart inside another chart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subchart {
    /// The key of its values in the values of the other chart: its alias, or its name.
    pub key: String,
    /// The paths of values that enable or disable it, separated by commas.
    pub condition: Option<String>,
    /// The keys below `tags` in the values that enable or disable it.
    pub tags: Vec<String>,
    /// The chart itself. Its name is the key, as in Helm.
    pub chart: Chart,
}

impl Subchart {
    /// Whether it is enabled with these values of the other chart: by the first of its conditions that is a boolean, else
    /// by its tags, of which one must not be false.
    pub fn is_enabled(&self, values: &Map<String, Value>) -> bool {
        let at = |path: &str| {
            let mut keys = path.trim().split('.');
            let first = values.get(keys.next()?)?;
            keys.try_fold(first, |value, key| value.get(key))?.as_bool()
        };
        let mut conditions = self.condition.as_deref().unwrap_or_default().split(',');
        let tags = || {
            let tags: Vec<bool> = self
                .tags
                .iter()
                .filter_map(|tag| at(&format!("tags.{tag}")))
                .collect();
            tags.is_empty() || tags.contains(&true)
        };
        conditions.find_map(at).unwrap_or_else(tags)
    }
}

/// An entry of `dependencies` in Chart.yaml.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Dependency {
    name: String,
    #[serde(default)]
    version: Text,
    alias: Option<String>,
    condition: Option<String>,
    tags: Option<Vec<String>>,
}

impl Dependency {
    /// Whether a chart is the one that is meant. As in Helm, none is without a range of versions.
    fn is(&self, chart: &Chart) -> bool {
        let version = Version::parse(&chart.metadata.version.0);
        self.name == chart.metadata.name
            && VersionRange::parse(&self.version.0)
                .zip(version)
                .is_some_and(|(range, version)| range.contains(&version))
    }
}

/// The charts that Chart.yaml does not list, which are always enabled, and then those that it lists. A chart that it
/// lists twice, under two aliases, is two subcharts.
pub(super) fn matched(dependencies: &[Dependency], charts: Vec<Chart>) -> Vec<Subchart> {
    let unlisted = charts
        .iter()
        .filter(|chart| !dependencies.iter().any(|dependency| dependency.is(chart)));
    let unlisted = unlisted.map(|chart| Subchart {
        key: chart.metadata.name.clone(),
        condition: None,
        tags: Vec::new(),
        chart: chart.clone(),
    });
    let listed = dependencies.iter().filter_map(|dependency| {
        let mut chart = charts.iter().find(|chart| dependency.is(chart))?.clone();
        if let Some(alias) = dependency.alias.as_ref().filter(|alias| !alias.is_empty()) {
            chart.metadata.name.clone_from(alias);
        }
        Some(Subchart {
            key: chart.metadata.name.clone(),
            condition: dependency.condition.clone(),
            tags: dependency.tags.clone().unwrap_or_default(),
            chart,
        })
    });
    unlisted.chain(listed).collect()
}

/// requirements.yaml, where charts of `apiVersion: v1` list their dependencies.
#[derive(Deserialize)]
struct Requirements {
    dependencies: Option<Vec<Dependency>>,
}

impl Metadata {
    /// The charts that the chart depends on.
    pub(super) fn dependencies(&self, files: &Files) -> Result<Vec<Dependency>, Diagnostics> {
        let listed = self.dependencies.clone().unwrap_or_default();
        if !listed.is_empty() || self.api_version.as_deref() == Some("v2") {
            return Ok(listed);
        }
        let Some(source) = files.optional("requirements.yaml")? else {
            return Ok(Vec::new());
        };
        let requirements: Requirements = yaml::typed(source.text()).map_err(|error| {
            Diagnostic::error(format!("requirements.yaml cannot be read: {error}"))
                .at(Label::new(&source, error.range))
        })?;
        Ok(requirements.dependencies.unwrap_or_default())
    }
}

impl Chart {
    /// The CRDs of the chart and of all charts inside it, enabled or not, with their paths from this chart's root:
    /// `crds/a.yaml`, `charts/db/crds/b.yaml`.
    pub fn all_crds(&self) -> Vec<(String, &Source)> {
        let own = self
            .crds
            .iter()
            .map(|(path, source)| (path.clone(), source));
        let inner = self.subcharts.iter().flat_map(|subchart| {
            let crds = subchart.chart.all_crds().into_iter();
            crds.map(|(path, source)| (format!("charts/{}/{path}", subchart.key), source))
        });
        own.chain(inner).collect()
    }
}
