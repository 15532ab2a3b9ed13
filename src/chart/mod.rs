//! A chart: its metadata, default values, schema and templates, as texts.
//! It loads them, embedded or from a directory; it refuses to merge values or to render.

mod directory;
mod embedded;
mod files;
mod go_templates;
mod ignore;
mod metadata;
mod range;
mod version;

pub use directory::{load, load_with};
pub use embedded::embedded;
pub use files::{FileError, Files};
pub use metadata::{Metadata, Text};
pub use range::VersionRange;
pub use version::{KubeVersion, Version};

use std::sync::OnceLock;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};

/// A chart, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What Chart.yaml says.
    pub metadata: Metadata,
    /// Chart.yaml as it was read.
    pub chart_yaml: Source,
    /// values.yaml: the defaults; empty if there is none.
    pub values: Source,
    /// The same as JSON, where it was read when the program was built.
    pub defaults: Option<&'static str>,
    /// values.schema.json, if there is one.
    pub schema: Option<Source>,
    /// The schema as a tree, once somebody has asked for it.
    schema_tree: OnceLock<Value>,
    /// README.md, if there is one.
    pub readme: Option<Source>,
    /// Every file below templates/ that takes part, in byte order of their paths.
    pub templates: Vec<Template>,
    /// The documents below crds/, unrendered, by file name.
    pub crds: Vec<(String, Source)>,
    /// The other files, for templates to read.
    pub files: Files,
    /// Whether this is the chart inside the binary.
    pub is_embedded: bool,
}

/// A file below templates/.
#[derive(Clone, Debug)]
pub struct Template {
    /// The path from the chart's root, with `/`: `templates/postgres/secret.yaml`.
    pub path: String,
    /// Its text.
    pub source: Source,
    /// What is made of it.
    pub role: Role,
}

/// What is made of a file below templates/.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Manifests.
    Manifests,
    /// A value under this name: `templates/_NAME.yaml`.
    Partial(String),
    /// The text that is shown after an installation.
    Notes,
    /// Another file whose name starts with `_`: only for `{% include %}` and `{% import %}`.
    Include,
}

impl Chart {
    /// The schema as a tree, read once however many values are held to it; null if there is none,
    /// or none that can be read.
    pub fn schema_tree(&self) -> &Value {
        self.schema_tree.get_or_init(|| {
            let schema = self.schema.as_ref();
            schema
                .and_then(|source| serde_json::from_str(source.text()).ok())
                .unwrap_or_default()
        })
    }
}

/// The names that the engine gives to every template; a partial cannot have one of them.
pub const RESERVED_NAMES: [&str; 8] = [
    "Values",
    "Release",
    "Chart",
    "Capabilities",
    "Files",
    "Template",
    "Subcharts",
    "omit",
];

impl Template {
    /// Sees from the path what is made of the file (Helm: a base name with `_` is not rendered,
    /// a path ending in `NOTES.txt` is never printed).
    fn new(path: String, source: Source) -> Result<Self, Diagnostics> {
        let source = source.into_template();
        let base = path.rsplit('/').next().unwrap_or(&path);
        let role = if let Some(stem) = base.strip_prefix('_') {
            match stem.strip_suffix(".yaml") {
                Some(name) => Role::Partial(partial_name(name, &source)?),
                None => Role::Include,
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
    let problem = if !identifier {
        format!("`{name}` is not a name that templates can use: letters, digits and `_`")
    } else if RESERVED_NAMES.contains(&name) {
        format!("a partial cannot be called `{name}`: templates have that name already")
    } else {
        return Ok(name.to_owned());
    };
    Err(Diagnostic::error(problem)
        .at(Label::new(source, 0..0))
        .with_help(
            "rename the file; its value is known under the file's name, without `_` and `.yaml`",
        )
        .into())
}
