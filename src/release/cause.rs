//! What made a field of a rendered object what it is: the template's line, and the value, if there is exactly one that
//! feeds the field. This is looked up for fields that something is wrong with; rendering never calls it.

use std::collections::HashMap;

use serde_json::Value;

use super::Release;
use crate::chart::{Chart, Template};
use crate::diagnostics::Label;
use crate::engine::{Trace, Written};
use crate::values::Origins;
use crate::yaml::{Path, Step, value_at};

/// A field of a rendered object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// [`Manifest::source`](crate::manifest::Manifest::source) of the object.
    pub source: &'a str,
    /// [`Manifest::document`](crate::manifest::Manifest::document) of the object.
    pub document: usize,
    /// The way from the object to the field.
    pub path: &'a Path,
    /// What of it is meant.
    pub part: Part,
}

/// A part of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Key,
    /// What it is.
    Value,
}

/// What made a field what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// The value that feeds it, if exactly one does.
    pub value: Option<Path>,
    /// The places, the one to look at first in front: of the value if there is one, and the
    /// template's.
    pub labels: Vec<Label>,
}

impl Release {
    /// The cause of each field. The value's place comes first, where the user or the chart gives
    /// it; then the template's, "written here". Of what was made outside of the templates there is
    /// none.
    pub fn causes(&self, fields: &[Field<'_>]) -> Vec<Cause> {
        // Most renders have nothing to ask.
        if fields.is_empty() {
            return Vec::new();
        }
        self.written(fields)
            .into_iter()
            .zip(self.fed_by_one(fields))
            .zip(fields)
            .map(|((written, value), field)| {
                let place = value
                    .as_ref()
                    .and_then(|path| label(&self.origins, path, *field));
                let has_value = place.is_some();
                let template = written
                    .map(|written| match field.part {
                        Part::Key => written.key.unwrap_or(written.value),
                        Part::Value => written.value,
                    })
                    .map(|label| {
                        if has_value {
                            label.with_text("written here")
                        } else {
                            label
                        }
                    });
                Cause {
                    value,
                    labels: place.into_iter().chain(template).collect(),
                }
            })
            .collect()
    }

    /// Where in its template each field was written; none if no template of the chart made it.
    /// Each template is rendered once more, whatever the number of fields.
    pub fn written(&self, fields: &[Field<'_>]) -> Vec<Option<Written>> {
        if self.chart.helm().is_some() {
            return fields.iter().map(|field| self.file(field)).collect();
        }
        let Ok(run) = self.own_run() else {
            return vec![None; fields.len()];
        };
        let mut traces: HashMap<&str, Option<Trace>> = HashMap::new();
        fields
            .iter()
            .map(|field| {
                traces
                    .entry(field.source)
                    .or_insert_with(|| run.trace(self.template(field.source)?))
                    .as_ref()?
                    .written(field.document, field.path)
            })
            .collect()
    }

    /// The template behind a `# Source:` line.
    pub(super) fn template(&self, source: &str) -> Option<&Template> {
        template(self.chart(), source)
    }

    /// The file of a Go template, whose lines are not known.
    fn file(&self, field: &Field<'_>) -> Option<Written> {
        let template = self.template(field.source)?;
        Some(Written {
            key: None,
            value: Label::new(&template.source, 0..0),
        })
    }

    /// The only value that feeds each field.
    fn fed_by_one(&self, fields: &[Field<'_>]) -> Vec<Option<Path>> {
        let Some((made, feeding)) = self.fed(fields) else {
            return vec![None; fields.len()];
        };
        feeding
            .into_iter()
            .zip(fields)
            .map(|(leaves, field)| {
                if field.part == Part::Key {
                    return key_of(&leaves, field.path);
                }
                let object = made.get(field.source)?.get(field.document)?;
                given(&self.values.tree, &leaves, value_at(object, &field.path.0))
            })
            .collect()
    }
}

/// The template of a chart, or of a chart inside it, by its `# Source:`.
fn template<'c>(chart: &'c Chart, source: &str) -> Option<&'c Template> {
    let path = source.strip_prefix(&*chart.metadata.name)?;
    let path = path.strip_prefix('/')?;
    if let Some(inner) = path.strip_prefix("charts/") {
        let mut subcharts = chart.subcharts.iter();
        return subcharts.find_map(|subchart| template(&subchart.chart, inner));
    }
    let mut templates = chart.templates.iter();
    templates.find(|template| template.path == path)
}

/// Of the values that feed a field the one that is the field: a map or list that was given whole,
/// the only one, or the only one that is the same; the others are switches then.
fn given(values: &Value, leaves: &[Path], now: Option<&Value>) -> Option<Path> {
    let shared = common(leaves);
    let whole = (1..=shared.len())
        .rev()
        .map(|length| &shared[..length])
        .find(|above| now.is_some() && value_at(values, above) == now);
    if let Some(whole) = whole {
        return Some(Path(whole.to_vec()));
    }
    // A map or list is more than what one scalar in it is.
    if now.is_some_and(|now| now.is_object() || now.is_array()) {
        return None;
    }
    if let [one] = leaves {
        return Some(one.clone());
    }
    let now = text(now?)?;
    let mut same = leaves
        .iter()
        .filter(|leaf| value_at(values, &leaf.0).and_then(text).as_ref() == Some(&now));
    let first = same.next().cloned();
    first.filter(|_| same.next().is_none())
}

/// A scalar as text: numbers pass through templates as such and as text.
fn text(scalar: &Value) -> Option<String> {
    match scalar {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(scalar.to_string()),
        _ => None,
    }
}

/// The value whose key the field has, if everything that feeds the field is below it; else the one
/// value that makes the key.
fn key_of(leaves: &[Path], field: &Path) -> Option<Path> {
    let steps = common(leaves);
    let key = field.0.last()?;
    if let Some(at) = steps.iter().rposition(|step| step == key) {
        return Some(Path(steps[..=at].to_vec()));
    }
    match leaves {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// The steps with which all paths begin.
fn common(paths: &[Path]) -> &[Step] {
    let Some((first, others)) = paths.split_first() else {
        return &[];
    };
    let length = others.iter().fold(first.0.len(), |length, other| {
        let both = first.0.iter().zip(&other.0);
        both.take(length).take_while(|(a, b)| a == b).count()
    });
    &first.0[..length]
}

/// The place of a value: of its key, if the key is at fault and came with the value.
fn label(origins: &Origins, value: &Path, field: Field<'_>) -> Option<Label> {
    let brought = value.0.last() == field.path.0.last();
    match field.part {
        Part::Key if brought => origins.key(value).or_else(|| origins.nearest(value)),
        _ => origins.nearest(value),
    }
}
