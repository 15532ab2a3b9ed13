//! What a user gives beside the chart's defaults: values files and `--set` flags, in Helm's order, and what they
//! merge to. Texts come in; the files that `--set-file` names are read by the caller's [`ReadFile`].

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::documents::{documents, manifest};
use super::merge::{Warning, coalesce, layer};
use super::set::{self, Action, Assignment, Leaf};
use crate::chart::Chart;
use crate::diagnostics::{
    Diagnostic, Diagnostics, Label, Source, is_secret_key, secrets_in_text, userinfo,
    values_of_secret_keys, without_overlaps,
};
use crate::yaml::{self, Path, Step};

/// All that a user gives. Files come first, in their order; flags by kind, then in their order.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The texts of `-f` files.
    pub files: Vec<Source>,
    /// The flags, as they were typed.
    pub flags: Vec<Flag>,
}

/// One flag of the `--set` family, parsed.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Which of the five.
    pub kind: set::Kind,
    /// The whole flag as a text that positions refer to: `--set a.b=c`.
    pub source: Source,
    /// Where its argument begins in that text.
    argument: usize,
    /// What it assigns, or why it cannot be used.
    assignments: Result<Vec<Assignment<Leaf>>, set::Error>,
}

/// Reads the files that `--set-file` flags name. Closures from a path to bytes implement it.
pub trait ReadFile {
    /// The bytes of a file; the error says why it cannot be read.
    fn read_file(&self, path: &str) -> Result<Vec<u8>, String>;
}

impl<F: Fn(&str) -> Result<Vec<u8>, String>> ReadFile for F {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, String> {
        self(path)
    }
}

/// For callers without files: every `--set-file` flag is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl ReadFile for NoFiles {
    fn read_file(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("files are not read here".to_owned())
    }
}

/// Values as Helm merges them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Values {
    /// The final tree, a map.
    pub tree: Value,
    /// What the user gave, without the chart's defaults.
    pub user: Map<String, Value>,
    /// The chart's defaults; empty where the user gave nothing.
    pub defaults: Arc<Map<String, Value>>,
    /// A warning for each duplicate key in a values file.
    pub duplicates: Vec<Diagnostic>,
    /// Values that changed their shape, which Helm logs.
    pub reshaped: Vec<Warning>,
}

impl Flag {
    /// A flag with its argument as it was typed.
    pub fn new(kind: set::Kind, argument: &str) -> Self {
        let before = kind.flag().len() + 1;
        let assignments = set::parse(kind, argument);
        let hidden = match &assignments {
            Ok(assignments) => assignments
                .iter()
                .flat_map(|one| secrets(argument, one))
                .collect(),
            Err(_) => secrets_in_text(argument),
        };
        let hidden = without_overlaps(hidden).into_iter();
        let hidden = hidden.map(|range| range.start + before..range.end + before);
        Self {
            kind,
            source: Source::typed(format!("{} {argument}", kind.flag()), hidden.collect()),
            argument: before,
            assignments,
        }
    }

    /// The argument as it was typed, without the flag's name.
    pub fn argument(&self) -> &str {
        &self.source.text()[self.argument..]
    }

    /// What it assigns; nothing if it cannot be parsed.
    pub(super) fn assignments(&self) -> &[Assignment<Leaf>] {
        self.assignments.as_deref().unwrap_or_default()
    }

    /// A place in the argument as a place in the flag.
    pub(super) fn label(&self, range: &Range<usize>) -> Label {
        Label::new(
            &self.source,
            range.start + self.argument..range.end + self.argument,
        )
    }

    fn apply(
        &self,
        user: &mut Map<String, Value>,
        room: &mut set::Room,
        files: &dyn ReadFile,
    ) -> Result<(), Diagnostic> {
        let failed =
            |error: set::Error| Diagnostic::error(error.message).at(self.label(&error.range));
        for assignment in self.assignments.clone().map_err(failed)? {
            let range = assignment.range.clone();
            let key = set::spell(&assignment.path);
            // The path is not repeated: a user who takes the wrong flag puts a password there.
            let assignment = assignment.load(|path| {
                files.read_file(path).map_err(|why| {
                    Diagnostic::error(format!("cannot read the file for `{key}`: {why}"))
                        .at(self.label(&range))
                })
            })?;
            set::apply(user, assignment, room).map_err(failed)?;
        }
        Ok(())
    }
}

/// Where an assignment has secrets in the argument.
fn secrets(argument: &str, assignment: &Assignment<Leaf>) -> Vec<Range<usize>> {
    let Range { start, end } = assignment.range;
    let text = &argument[start..end];
    let is_value = matches!(assignment.action, Action::Write(_));
    // A key's own `=` is escaped.
    let mut signs = text.match_indices('=').map(|(at, _)| at);
    let sign = signs.find(|at| !text[..*at].ends_with('\\'));
    let (value, keys) = match (&assignment.action, sign) {
        (Action::Merge(_), _) => (0, false),
        (_, Some(sign)) if is_value => {
            let mut keys = assignment.path.iter();
            (
                sign + 1,
                keys.any(|step| matches!(step, Step::Key(key) if is_secret_key(key))),
            )
        }
        _ => return shifted(secrets_in_text(text), start),
    };
    if keys {
        return std::iter::once(start + value..end).collect();
    }
    let written = &text[value..];
    let mut found = secrets_in_text(written);
    // JSON is YAML, and the reader knows where its values are.
    if written.starts_with(['{', '['])
        && let Ok(nodes) = yaml::compose(written)
    {
        found = userinfo(written);
        for node in &nodes {
            values_of_secret_keys(written, node, &mut found);
        }
    }
    shifted(found, start + value)
}

fn shifted(ranges: Vec<Range<usize>>, by: usize) -> Vec<Range<usize>> {
    let shift = |range: Range<usize>| range.start + by..range.end + by;
    ranges.into_iter().map(shift).collect()
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

    /// Merges everything over a chart's defaults, as Helm does.
    ///
    /// # Errors
    /// The problems of all files, or, where those are fine, of all flags.
    pub fn merge(&self, chart: &Chart, files: &dyn ReadFile) -> Result<Values, Diagnostics> {
        // Both sides are needed only where there are two.
        if self.is_empty() {
            let (tree, reshaped) = coalesced(chart, own_defaults(chart)?, Map::new())?;
            return Ok(Values {
                tree,
                user: Map::new(),
                defaults: Arc::default(),
                duplicates: Vec::new(),
                reshaped,
            });
        }
        let base = kept_defaults(chart)?;
        let (user, duplicates) = self.layered(files, &base)?;
        let (tree, reshaped) = coalesced(chart, Map::clone(&base), user.clone())?;
        let defaults = if user.is_empty() {
            Arc::default()
        } else if chart.subcharts.is_empty() {
            base
        } else {
            Arc::new(defaults(chart)?)
        };
        Ok(Values {
            tree,
            user,
            defaults,
            duplicates,
            reshaped,
        })
    }

    /// What the user gives, without the chart's defaults; with a warning for each duplicate key.
    fn layered(
        &self,
        read: &dyn ReadFile,
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
                Err(error) => problems.push(error),
            }
        }
        if problems.is_empty() {
            let mut room = set::Room::default();
            for flag in self.ordered_flags() {
                if let Err(error) = flag.apply(&mut user, &mut room, read) {
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

/// A chart's values with those of the user over them, and values that changed their shape.
fn coalesced(
    chart: &Chart,
    defaults: Map<String, Value>,
    user: Map<String, Value>,
) -> Result<(Value, Vec<Warning>), Diagnostics> {
    let mut coalesced = coalesce(defaults, user);
    add_subcharts(chart, &mut coalesced.values, &mut coalesced.warnings)?;
    Ok((Value::Object(coalesced.values), coalesced.warnings))
}

/// A chart's own values, those of its subcharts included.
pub fn defaults(chart: &Chart) -> Result<Map<String, Value>, Diagnostics> {
    let mut defaults = own_defaults(chart)?;
    add_subcharts(chart, &mut defaults, &mut Vec::new())?;
    Ok(defaults)
}

/// A chart's own values, read once for all releases.
fn kept_defaults(chart: &Chart) -> Result<Arc<Map<String, Value>>, Diagnostics> {
    if let Some(kept) = chart.default_values.get() {
        return Ok(Arc::clone(kept));
    }
    let read = Arc::new(own_defaults(chart)?);
    Ok(Arc::clone(chart.default_values.get_or_init(|| read)))
}

fn own_defaults(chart: &Chart) -> Result<Map<String, Value>, Diagnostics> {
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

/// Puts the values of enabled subcharts over their defaults, with the globals of the chart, as Helm does
/// (`pkg/chart/common/util/coalesce.go`, `pkg/chart/v2/util/dependencies.go`).
fn add_subcharts(
    chart: &Chart,
    values: &mut Map<String, Value>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Diagnostics> {
    const GLOBAL: &str = "global";
    for subchart in &chart.subcharts {
        if !subchart.is_enabled(values) {
            continue;
        }
        let was_taken_away =
            !values.contains_key(&subchart.key) && own_defaults(chart)?.contains_key(&subchart.key);
        let globals = values.get(GLOBAL).and_then(Value::as_object).cloned();
        let given = values.entry(subchart.key.clone()).or_insert(Value::Null);
        let mut own = match given.take() {
            Value::Object(own) => own,
            // Helm refuses it, in its own words.
            other if !other.is_null() => {
                *given = other;
                continue;
            }
            _ => Map::new(),
        };
        let global = own.entry(GLOBAL).or_insert_with(|| Map::new().into());
        if let Value::Object(global) = global {
            layer(global, globals.unwrap_or_default());
        }
        let coalesced = coalesce(own_defaults(&subchart.chart)?, own);
        let mut own = coalesced.values;
        // Helm coalesces the values of subcharts twice: what is null after the first time is taken away.
        if !was_taken_away {
            own.retain(|_, value| !value.is_null());
        }
        let path = Path::default().join(subchart.key.as_str());
        let below = coalesced.warnings.into_iter().map(|mut warning| {
            warning.path = Path([path.0.clone(), warning.path.0].concat());
            warning
        });
        warnings.extend(below);
        add_subcharts(&subchart.chart, &mut own, warnings)?;
        values.insert(subchart.key.clone(), own.into());
    }
    Ok(())
}
