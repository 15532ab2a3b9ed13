//! Chart.yaml: the chart's name, version and requirements, checked by Helm's rules.

use serde::Deserialize;

use super::subcharts::Dependency;
use super::version::{KubeVersion, Version, VersionRange};
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml::{self, Path};

/// Chart.yaml. Unknown fields are ignored, as in Helm.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// `v1` or `v2`; v1 if it is missing.
    #[serde(default)]
    pub api_version: Option<String>,
    /// The chart's name: the first folder of every `# Source:` line.
    #[serde(default)]
    pub name: String,
    /// The chart's own version.
    #[serde(default)]
    pub version: Text,
    /// The version of the application that the chart installs.
    #[serde(default)]
    pub app_version: Text,
    /// The range of Kubernetes versions that the chart supports.
    #[serde(default)]
    pub kube_version: Option<String>,
    /// One line about the chart.
    #[serde(default)]
    pub description: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    pub(super) dependencies: Option<Vec<Dependency>>,
}

/// A scalar of any type, as Helm turns it into text: `appVersion: 1.10` is `1.1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Scalar {
            Text(String),
            Bool(bool),
            Integer(i64),
            Float(f64),
            Nothing(()),
        }
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => text,
            Scalar::Bool(value) => value.to_string(),
            Scalar::Integer(value) => value.to_string(),
            Scalar::Float(value) => value.to_string(),
            Scalar::Nothing(()) => String::new(),
        }))
    }
}

impl Metadata {
    /// Reads and checks Chart.yaml.
    ///
    /// # Errors
    /// A file that cannot be read, or everything that breaks a rule of Helm.
    pub fn parse(source: &Source) -> Result<Self, Diagnostics> {
        let metadata: Self = yaml::typed(source.text()).map_err(|error| {
            Diagnostic::error(format!("Chart.yaml cannot be read: {error}"))
                .at(Label::new(source, error.range))
        })?;
        let problems = metadata.problems();
        if problems.is_empty() {
            return Ok(metadata);
        }
        Err(diagnostics(source, problems))
    }

    /// Whether the chart supports a Kubernetes version. As in Helm, a range that cannot be read has no versions.
    pub fn supports(&self, version: &KubeVersion) -> bool {
        match self.kube_version.as_deref() {
            None | Some("") => true,
            Some(range) => VersionRange::parse(range).is_some_and(|range| version.matches(&range)),
        }
    }

    /// Requires a chart that is rendered by itself, unlike a library.
    pub(super) fn require_application(&self, source: &Source) -> Result<(), Diagnostics> {
        if self.kind.as_deref() != Some("library") {
            return Ok(());
        }
        let message = "a library chart cannot be rendered, only used by other charts".to_owned();
        Err(diagnostics(source, vec![("type", message)]))
    }

    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        match self.api_version.as_deref() {
            None | Some("v1" | "v2") => {}
            Some(other) => problems.push((
                "apiVersion",
                format!("unknown apiVersion `{other}`: use `v1` or `v2`"),
            )),
        }
        if self.name.is_empty() {
            problems.push(("name", "the chart has no `name`".to_owned()));
        } else if self.name.contains(['/', '\\']) || self.name == "." || self.name == ".." {
            problems.push((
                "name",
                format!("chart name `{}` must be a bare name, not a path", self.name),
            ));
        } else if self.name.contains(breaks_a_line) {
            problems.push((
                "name",
                "the chart's name must not have line breaks or control characters: it is part of every `# Source:` line".to_owned(),
            ));
        }
        if self.version.0.is_empty() {
            problems.push(("version", "the chart has no `version`".to_owned()));
        } else if Version::parse(&self.version.0).is_none() {
            problems.push((
                "version",
                format!(
                    "chart version `{}` is not a version (1.2.3)",
                    self.version.0
                ),
            ));
        }
        match self.kind.as_deref() {
            None | Some("" | "application" | "library") => {}
            Some(other) => problems.push((
                "type",
                format!("unknown chart type `{other}`: use `application`"),
            )),
        }
        problems
    }
}

/// What is wrong with fields of Chart.yaml, each at its place.
fn diagnostics(source: &Source, problems: Vec<(&'static str, String)>) -> Diagnostics {
    let nodes = yaml::compose(source.text()).unwrap_or_default();
    let label = |field: &str| {
        let path = Path::default().join(field);
        let place = nodes.first().and_then(|root| yaml::locate(root, &path));
        let range = place.map_or(0..0, |place| {
            place.key.map_or(0, |key| key.start)..place.value.end
        });
        let mut label = Label::new(source, range);
        label.range = label.first_line();
        label
    };
    Diagnostics(
        problems
            .into_iter()
            .map(|(field, message)| Diagnostic::error(message).at(label(field)))
            .collect(),
    )
}

/// Whether a character is a control character, or a line break in Unicode or YAML 1.1.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Metadata, Diagnostics> {
        Metadata::parse(&Source::new("Chart.yaml", text.to_owned()))
    }

    #[test]
    fn an_unquoted_app_version_is_text() {
        let metadata = parse("name: a\nversion: 1.2\nappVersion: 1.10\nextra: {}\n");
        assert_eq!(metadata.map(|m| m.app_version.0), Ok("1.1".to_owned()));
    }

    #[test]
    fn all_problems_come_at_once() {
        let error = parse("apiVersion: v9\nname: a/b\nversion: abc\ntype: thing\n")
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.0.len(), 4);
        assert!(error.to_string().contains("Chart.yaml:3:1"), "{error}");
        assert_eq!(
            parse("description: x\n").map(|_| ()).unwrap_err().0.len(),
            2
        );
    }

    #[test]
    fn a_name_with_a_line_break_is_refused_at_its_place() {
        for name in [
            "a\\nb: c",
            "a\\rb",
            "a\\tb",
            "a\\x1b[2J",
            "a\\u2028b",
            "a\\u0085b",
        ] {
            let text = format!("apiVersion: v2\nname: \"{name}\"\nversion: 1.0.0\n");
            let error = parse(&text).map(|_| ()).unwrap_err();
            assert!(error.to_string().starts_with("Chart.yaml:2:1: "), "{error}");
        }
        assert!(parse("name: a b\nversion: 1.0.0\n").is_ok());
    }

    #[test]
    fn a_library_is_refused_by_itself() {
        let source = Source::new("Chart.yaml", "name: a\nversion: 1.0.0\ntype: library\n");
        let metadata = Metadata::parse(&source).unwrap();
        let error = metadata.require_application(&source).unwrap_err();
        assert!(error.to_string().contains("Chart.yaml:3:1"), "{error}");
    }
}
