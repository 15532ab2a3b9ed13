//! A chart: its metadata, default values, schema and templates, as texts. A chart is loaded from a folder, an archive or the
//! binary. Values are merged in [`values`](crate::values) and templates rendered in [`engine`](crate::engine).

mod archive;
mod embedded;
mod files;
mod ignore;
mod language;
mod load;
mod metadata;
mod pack;
mod random;
mod subcharts;
mod version;

pub use archive::Archive;
pub use embedded::embedded;
pub use files::{FileError, Files};
pub use ignore::Ignore;
pub use language::Language;
pub use load::{load, load_with};
pub use metadata::{Metadata, Text};
pub use subcharts::Subchart;
pub use version::{KubeVersion, Version, VersionRange};

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};

/// A chart, ready to be rendered. It is made by [`embedded`], [`load`] and [`load_with`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Chart {
    /// The content of Chart.yaml.
    pub metadata: Metadata,
    /// The text of Chart.yaml.
    pub chart_yaml: Source,
    /// values.yaml, the default values; empty if there is none.
    pub values: Source,
    /// The default values as JSON, if they were read when the program was built.
    pub defaults: Option<&'static str>,
    /// The default values as a tree, which `values` reads once for all releases that override some.
    pub(crate) default_values: OnceLock<Arc<Map<String, Value>>>,
    /// values.schema.json, if there is one.
    pub schema: Option<Source>,
    /// The schema as a tree, read when it is first needed.
    schema_tree: OnceLock<Value>,
    /// README.md, if there is one.
    pub readme: Option<Source>,
    /// The files below templates/, without hidden ones, in byte order of their paths.
    pub templates: Vec<Template>,
    /// The files below crds/, which are not rendered, with their paths.
    pub crds: Vec<(String, Source)>,
    /// The other files, which templates can read.
    pub files: Files,
    /// Whether this is the chart in the binary.
    pub is_embedded: bool,
    /// What the templates are written in.
    pub language: Language,
    /// The folder or archive that the chart was loaded from, as it was given; none for the chart in the binary.
    pub location: Option<PathBuf>,
    /// The charts inside this one.
    pub subcharts: Vec<Subchart>,
}

/// A file below templates/.
#[derive(Clone, Debug)]
pub struct Template {
    /// The path from the chart's root, with `/`: `templates/postgres/secret.yaml`.
    pub path: String,
    /// Its text.
    pub source: Source,
    /// What it is used for.
    pub role: Role,
}

/// What a file below templates/ is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Manifests.
    Manifests,
    /// `templates/_NAME.yaml`: a value that templates can use under this name.
    Partial(String),
    /// NOTES.txt: the text that is shown after an installation.
    Notes,
    /// Another file whose name starts with `_`, for `{% include %}` and `{% import %}`.
    Include,
}

impl Chart {
    /// The schema without white space, if it is that of the chart in the binary: then the build script has read it.
    pub(crate) fn built_in_schema(&self) -> Option<&'static str> {
        let schema = self.schema.as_ref().filter(|_| self.is_embedded)?;
        embedded::schema_of(schema.text())
    }

    /// The schema as a tree; null if there is none, or if it cannot be read.
    pub fn schema_tree(&self) -> &Value {
        self.schema_tree.get_or_init(|| {
            let text = self.schema.as_ref().map(Source::text);
            text.and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default()
        })
    }
}

impl Template {
    /// The role follows from the path, as in Helm: a file whose name starts with `_` is not rendered, and a path that
    /// ends in `NOTES.txt` is not a manifest. Go templates have no partials.
    fn new(path: String, source: Source, language: Language) -> Result<Self, Diagnostics> {
        let source = source.into_template();
        let base = path.rsplit('/').next().unwrap_or(&path);
        let role = if let Some(stem) = base.strip_prefix('_') {
            match stem.strip_suffix(".yaml") {
                Some(name) if language == Language::Jinja => {
                    Role::Partial(partial_name(name, &source)?)
                }
                _ => Role::Include,
            }
        } else if path.ends_with("NOTES.txt") {
            Role::Notes
        } else {
            Role::Manifests
        };
        Ok(Self { path, source, role })
    }
}

fn partial_name(name: &str, source: &Source) -> Result<String, Diagnostics> {
    let mut characters = name.chars();
    let identifier = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if identifier {
        return Ok(name.to_owned());
    }
    Err(Diagnostic::error(format!(
        "the name of a partial has letters, digits and `_` only, unlike `{name}`"
    ))
    .at(Label::new(source, 0..0))
    .with_help("rename the file: the partial's name is the file's name without `_` and `.yaml`")
    .into())
}
