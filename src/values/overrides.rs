//! What a user gives beside the chart's defaults: values files and `--set` flags, in Helm's order.
//! It reads their texts and merges them; it refuses to open a file itself.

use serde_json::{Map, Value};

use super::documents::{documents, manifest};
use super::merge::{Warning, coalesce, layer};
use super::origin::Origins;
use super::set;
use super::strings::{self, Converted};
use crate::chart::Chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::yaml::{Path, Step};

/// All that a user gives. Files come first, in their order; flags by kind, then in their order.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The texts of `-f` files.
    pub files: Vec<Source>,
    /// The flags, as they were typed.
    pub flags: Vec<Flag>,
}

/// One flag of the `--set` family.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Which of the five.
    pub kind: set::Kind,
    /// The whole flag as a text that positions refer to: `--set a.b=c`.
    pub source: Source,
    /// Where its argument begins in that text.
    argument: usize,
}

/// Reads the file that a `--set-file` flag names; the error says why it cannot be read.
pub type LoadFile<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// The values that templates see, and what Helm would have warned of.
#[derive(Clone, Debug)]
pub struct Values {
    /// The final tree, a map.
    pub tree: Value,
    /// What became a string in it, and what it was.
    pub converted: Vec<Converted>,
    /// What the user gave alone.
    pub user: Map<String, Value>,
    /// The chart's defaults alone; empty where the user gave nothing.
    pub defaults: Map<String, Value>,
    /// Warnings about duplicate keys and values that changed their shape, and notes about those that became strings.
    pub warnings: Vec<Diagnostic>,
}

impl Flag {
    /// A flag with its argument as it was typed.
    pub fn new(kind: set::Kind, argument: &str) -> Self {
        let flag = kind.flag();
        Self {
            kind,
            source: Source::typed(format!("{flag} {argument}")),
            argument: flag.len() + 1,
        }
    }

    /// The argument alone.
    pub fn argument(&self) -> &str {
        &self.source.text()[self.argument..]
    }

    /// A place in the argument as a place in the flag.
    pub(super) fn label(&self, range: &std::ops::Range<usize>) -> Label {
        Label::new(
            &self.source,
            range.start + self.argument..range.end + self.argument,
        )
    }
}

impl Values {
    /// The tree as Helm merges it, in which nothing has become a string.
    pub fn merged(&self) -> Value {
        let mut tree = self.tree.clone();
        strings::restore(&self.converted, &mut tree);
        tree
    }
}

impl Overrides {
    /// Whether the user gives nothing: the values are the chart's.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.flags.is_empty()
    }

    /// The flags in the order in which they take effect.
    pub(super) fn ordered_flags(&self) -> Vec<&Flag> {
        let mut flags: Vec<&Flag> = self.flags.iter().collect();
        flags.sort_by_key(|flag| flag.kind);
        flags
    }

    /// Merges everything over a chart's defaults. All problems of all files come at once, then all
    /// those of the flags.
    pub fn over(&self, chart: &Chart, load: LoadFile<'_>) -> Result<Values, Diagnostics> {
        let base = defaults(chart)?;
        let (user, mut warnings) = self.merged(load, &base)?;
        // The two sides are only asked for where there are two.
        let given = user.clone();
        let defaults = if given.is_empty() {
            Map::new()
        } else {
            base.clone()
        };
        let coalesced = coalesce(base, user);
        let mut tree = Value::Object(coalesced.values);
        let converted = strings::convert(chart, &given, &defaults, &mut tree);
        warnings.extend(self.changed_shapes(chart, &coalesced.warnings));
        warnings.extend(strings::notes(self, chart, &converted, &tree));
        Ok(Values {
            tree,
            converted,
            user: given,
            defaults,
            warnings,
        })
    }

    /// What Helm logs of values that changed their shape, with their places.
    fn changed_shapes(&self, chart: &Chart, warnings: &[Warning]) -> Vec<Diagnostic> {
        if warnings.is_empty() {
            return Vec::new();
        }
        let origins = Origins::new(self, &chart.values);
        let diagnostic = |warning: &Warning| {
            let path = Path(warning.path.iter().cloned().map(Step::Key).collect());
            let diagnostic = Diagnostic::warning(warning.message(&chart.metadata.name))
                .with_code("SL005")
                .about(&path);
            match origins.key(&path) {
                Some(label) => diagnostic.at(label),
                None => diagnostic,
            }
        };
        warnings.iter().map(diagnostic).collect()
    }

    /// What the user gives, without the chart's defaults; with a warning for each duplicate key.
    fn merged(
        &self,
        load: LoadFile<'_>,
        defaults: &Map<String, Value>,
    ) -> Result<(Map<String, Value>, Vec<Diagnostic>), Diagnostics> {
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        let mut user = Map::new();
        for file in &self.files {
            match documents(file, &mut warnings) {
                Ok(documents) => {
                    for document in documents {
                        problems.extend(manifest(file, &document, defaults));
                        layer(&mut user, document);
                    }
                }
                Err(errors) => problems.extend(errors.0),
            }
        }
        if problems.is_empty() {
            let mut room = set::Room::default();
            for flag in self.ordered_flags() {
                if let Err(error) = flag.apply(&mut user, &mut room, load) {
                    problems.push(error);
                }
                if room.is_exceeded() {
                    break;
                }
            }
        }
        if problems.is_empty() {
            Ok((user, warnings))
        } else {
            Err(Diagnostics(problems))
        }
    }
}

impl Flag {
    fn apply(
        &self,
        user: &mut Map<String, Value>,
        room: &mut set::Room,
        load: LoadFile<'_>,
    ) -> Result<(), Diagnostic> {
        let failed =
            |error: set::Error| Diagnostic::error(error.message).at(self.label(&error.range));
        for assignment in set::parse(self.kind, self.argument()).map_err(failed)? {
            let range = assignment.range.clone();
            let key = set::spell(&assignment.path);
            // Without what it calls the file: who mistakes the flag gives a password there.
            let assignment = assignment.load(|path| {
                load(path).map_err(|why| {
                    Diagnostic::error(format!("cannot read the file for `{key}`: {why}"))
                        .at(self.label(&range))
                })
            })?;
            set::apply(user, assignment, room).map_err(failed)?;
        }
        Ok(())
    }
}

/// A chart's own values.
fn defaults(chart: &Chart) -> Result<Map<String, Value>, Diagnostics> {
    let built = chart
        .defaults
        .and_then(|json| serde_json::from_str(json).ok());
    if let Some(defaults) = built {
        return Ok(defaults);
    }
    let mut defaults = Map::new();
    for document in documents(&chart.values, &mut Vec::new())? {
        layer(&mut defaults, document);
    }
    Ok(defaults)
}
