//! The chart inside the binary: the repository's own root, taken in by the build script.
//! It refuses nothing: a test holds that the embedded chart is the one on disk.

use super::{Chart, Files, Metadata, Template};
use crate::diagnostics::{Diagnostics, Source};

// TEMPLATES and FILES: (path, text) in byte order of the paths.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The self-hosted chart of `SwanLab`.
pub fn embedded() -> Result<Chart, Diagnostics> {
    let chart_yaml = Source::new("Chart.yaml", include_str!("../../Chart.yaml"));
    Ok(Chart {
        metadata: Metadata::parse(&chart_yaml)?,
        chart_yaml,
        values: Source::new("values.yaml", include_str!("../../values.yaml")),
        schema: Some(Source::new(
            "values.schema.json",
            include_str!("../../values.schema.json"),
        )),
        readme: Some(Source::new("README.md", include_str!("../../README.md"))),
        templates: TEMPLATES
            .iter()
            .map(|(path, text)| Template::new((*path).to_owned(), Source::new(*path, *text)))
            .collect::<Result<_, _>>()?,
        crds: Vec::new(),
        files: Files::Embedded(FILES),
        is_embedded: true,
    })
}
