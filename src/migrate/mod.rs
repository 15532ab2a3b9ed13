//! A values file of an older official chart, made fit for the built-in one: keys are moved to where they are now, copies of
//! old defaults are renewed, and what needs a decision is listed. Every other byte of the file stays as it is. What became
//! of the keys is data ([`versions`](crate::swanlab::versions)); the edits are those of [`yaml::edit`](crate::yaml::edit).

mod apply;
mod detect;
mod given;
mod rules;

use serde::ser::{Serialize, Serializer};

use crate::chart;
use crate::diagnostics::{Diagnostics, Label, Source};
use crate::release::{Release, Request};
use crate::swanlab::versions::{CURRENT, Version};
use crate::values::NoFiles;
use given::Given;

pub use detect::Found;

/// What became of a values file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Migration {
    /// The new text.
    pub text: String,
    /// The version that the file was written for.
    pub from: Found,
    /// What was changed, and what is left to do by hand, in the order of the old text.
    pub moves: Vec<Move>,
    /// What else to know about an upgrade from this version, whatever the values are.
    pub notes: Vec<&'static str>,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// Its path in the old text.
    pub from: String,
    /// Its path in the new text, if it has one.
    pub to: Option<String>,
    /// What was done.
    pub how: How,
    /// Its key in the old text; none if it was left out there.
    pub place: Option<Label>,
    /// Why, and what to do.
    pub note: String,
}

/// What was done about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// It is in another map.
    Move,
    /// It has another key in the same map.
    Rename,
    /// It is written otherwise.
    Transform,
    /// It was removed: the chart does the same without it.
    Drop,
    /// It is left to do by hand. A key that the chart does not know has become a comment.
    Manual,
}

impl Migration {
    /// Whether something is left to do by hand.
    pub fn is_unfinished(&self) -> bool {
        self.moves.iter().any(|one| one.how == How::Manual)
    }

    /// The version that the new text is for.
    pub fn to(&self) -> Version {
        CURRENT
    }
}

impl Serialize for Move {
    /// As `migrate -o json` prints it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Form<'a> {
            from: &'a str,
            to: Option<&'a str>,
            how: How,
            file: Option<&'a str>,
            line: Option<usize>,
            note: &'a str,
        }
        let place = self.place.as_ref();
        let form = Form {
            from: &self.from,
            to: self.to.as_deref(),
            how: self.how,
            file: place.map(|place| place.source.name()),
            line: place.map(|place| place.source.line_column(place.range.start).0),
            note: &self.note,
        };
        form.serialize(serializer)
    }
}

/// Makes a values file fit for the built-in chart. Without a version, the one that its keys fit best is assumed.
///
/// ```
/// use swanlab_render::diagnostics::Source;
/// use swanlab_render::migrate::migrate;
///
/// let old = Source::new("old.yaml", "gateway:\n  replicas: 3\nservice:\n  house:\n    retainPVC: true # keep\n");
/// let migration = migrate(&old, None)?;
/// assert_eq!(migration.from.version.to_string(), "0.2.0");
/// assert_eq!(migration.text, "gateway:\n  replicas: 3\n");
/// # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
/// ```
///
/// # Errors
/// A text that is no values file.
pub fn migrate(source: &Source, from: Option<Version>) -> Result<Migration, Diagnostics> {
    // Whatever is no values file is found here.
    release(source.clone())?;
    let given = Given::read(source)?;
    let from = match from {
        Some(version) => Found::given(version),
        None => detect::detect(&given),
    };
    let items = rules::items(&given, &from);
    let (text, mut moves) = apply::apply(&given, items);
    let (text, unknown) = apply::leftovers(&given, text)?;
    moves.extend(unknown);
    moves.sort_by_key(|one| {
        one.place
            .as_ref()
            .map_or(usize::MAX, |place| place.range.start)
    });
    let notes = rules::notes(&given, &from);
    Ok(Migration {
        text,
        from,
        moves,
        notes,
    })
}

/// A values file whose first line names the schema for editors; one that names a schema already stays as it is.
///
/// ```
/// use swanlab_render::migrate::with_schema;
///
/// assert_eq!(with_schema("a: 1\n", "x.json"), "# yaml-language-server: $schema=x.json\na: 1\n");
/// ```
pub fn with_schema(text: &str, schema: &str) -> String {
    const MARK: &str = "yaml-language-server:";
    let mut comments = text
        .lines()
        .filter(|line| line.trim_start().starts_with('#'));
    if comments.any(|line| line.contains(MARK)) {
        return text.to_owned();
    }
    let (order, text) = match text.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", text),
    };
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    let end = if first.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    format!("{order}# {MARK} $schema={schema}{end}{text}")
}

/// The built-in chart with these values.
fn release(values: Source) -> Result<Release, Diagnostics> {
    let mut request = Request::default();
    request.overrides.files = vec![values];
    Release::new(chart::embedded()?, request, &NoFiles)
}
