//! The chart in the binary: the root of the repository, embedded by the build script. A test ensures that it is the
//! chart on disk.

use std::sync::OnceLock;

use super::{Chart, Files, Language, Metadata, Template};
use crate::diagnostics::{Diagnostics, Source};

// TEMPLATES and FILES: (path, text) in byte order of the paths. DEFAULTS: values.yaml as JSON. SCHEMA: values.schema.json
// without white space.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

const SCHEMA_AS_WRITTEN: &str = include_str!("../../values.schema.json");

/// A schema without white space, if it is that of the chart of self-hosted SwanLab.
pub(super) fn schema_of(written: &str) -> Option<&'static str> {
    (written == SCHEMA_AS_WRITTEN).then_some(SCHEMA)
}

/// The chart of self-hosted SwanLab.
pub fn embedded() -> Result<Chart, Diagnostics> {
    let chart_yaml = Source::new("Chart.yaml", include_str!("../../Chart.yaml"));
    let metadata = Metadata::parse(&chart_yaml)?;
    // Names as in Helm's `# Source:` lines, so that they do not look like files of the user.
    let named = |path: &str| format!("{}/{path}", metadata.name);
    let mut templates = Vec::with_capacity(TEMPLATES.len());
    for (path, text) in TEMPLATES {
        let source = Source::new(named(path), *text);
        templates.push(Template::new((*path).to_owned(), source, Language::Jinja)?);
    }
    Ok(Chart {
        chart_yaml,
        values: Source::new(named("values.yaml"), include_str!("../../values.yaml")),
        defaults: Some(DEFAULTS),
        default_values: OnceLock::new(),
        schema_tree: OnceLock::new(),
        schema: Some(Source::new(named("values.schema.json"), SCHEMA_AS_WRITTEN)),
        readme: Some(Source::new("README.md", include_str!("../../README.md"))),
        templates,
        metadata,
        crds: Vec::new(),
        files: Files::Embedded(FILES),
        is_embedded: true,
        language: Language::Jinja,
        location: None,
        subcharts: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    #[test]
    fn the_defaults_that_were_read_at_build_time_are_those_of_values_yaml() {
        let chart = embedded().unwrap();
        let read = yaml::read(chart.values.text()).unwrap();
        let built: serde_json::Value = serde_json::from_str(DEFAULTS).unwrap();
        assert_eq!(read.len(), 1);
        // As text: the order of keys counts too.
        assert_eq!(built.to_string(), read[0].to_string());
    }

    #[test]
    fn the_schema_that_was_read_at_build_time_is_that_of_values_schema_json() {
        let chart = embedded().unwrap();
        let text = chart.schema.as_ref().unwrap().text();
        let written: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(written.to_string(), SCHEMA);
    }
}
