//! What a caller asks for: a release of a chart, before anything is read, merged or rendered.

use std::time::Duration;

use crate::chart::KubeVersion;
use crate::diagnostics::Source;
use crate::images::Mirror;
use crate::values::{Flag, Overrides, set};

/// How far the values behind fields are looked for where Helm has to render for each value. Jinja templates are fast: of
/// those all are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// No value is tried.
    None,
    /// Values are tried for so long.
    Within(Duration),
    /// All values are tried.
    Full,
}

impl Default for Search {
    /// Ten seconds.
    fn default() -> Self {
        Self::Within(Duration::from_secs(10))
    }
}

/// A release as it is asked for. The default is the chart as it is, in the namespace `default`.
///
/// ```
/// use swanlab_render::release::Request;
///
/// let request = Request::default()
///     .named("web")
///     .in_namespace("swanlab")
///     .with_values("my-values.yaml", "gateway: {replicas: 2}\n")
///     .with_set("service.server.replicas=3");
/// assert_eq!(request.overrides.flags.len(), 1);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The release's name; none for the chart's default one.
    pub name: Option<String>,
    /// The namespace that the release is meant for.
    pub namespace: String,
    /// Whether templates see an upgrade instead of an installation.
    pub is_upgrade: bool,
    /// The cluster's version.
    pub kube_version: KubeVersion,
    /// API versions beside the ones every cluster has.
    pub api_versions: Vec<String>,
    /// Values files and `--set` flags.
    pub overrides: Overrides,
    /// The mirror that all images are taken from, if not from where the chart says.
    pub mirror: Option<Mirror>,
    /// Whether Helm, where it renders, skips the chart's schema. [`Release::validate`](super::Release::validate) does not
    /// look at this: whoever skips it does not call it.
    pub skip_schema_validation: bool,
    /// How far the values behind fields are looked for.
    pub search: Search,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            name: None,
            namespace: "default".to_owned(),
            is_upgrade: false,
            kube_version: KubeVersion::default(),
            api_versions: Vec::new(),
            overrides: Overrides::default(),
            mirror: None,
            skip_schema_validation: false,
            search: Search::default(),
        }
    }
}

impl Request {
    /// The release gets this name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The release is meant for this namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// One more values file: the name that diagnostics call it by, and its text. Later files count more.
    #[must_use]
    pub fn with_values(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        let source = Source::new(name.into(), text.into());
        self.overrides.files.push(source);
        self
    }

    /// One more `--set` flag: `service.server.replicas=3`. Flags count more than files.
    #[must_use]
    pub fn with_set(mut self, argument: &str) -> Self {
        let flag = Flag::new(set::Kind::Set, argument);
        self.overrides.flags.push(flag);
        self
    }
}
