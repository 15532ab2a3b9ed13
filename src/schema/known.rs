//! Keys that the chart does not know, which Helm ignores silently, and which key is probably meant. Where a chart leaves
//! a map open, every key is known.

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::node::{self, SchemaNode as _};
use super::text::{Keys, Node, Schema};
use crate::chart::{Chart, Subchart};
use crate::diagnostics::{Diagnostic, nearest, only_slip};
use crate::values::merge::layer;
use crate::values::{Origins, Values, defaults};
use crate::yaml::{Edit, Path, Step, value_in};

/// What is known about the keys of one chart beyond its values.yaml and schema. Each takes a dotted path.
#[derive(Clone, Copy, Debug)]
pub struct Advice {
    /// What became of a key of another version of the chart.
    pub renamed: fn(&str) -> Option<Renamed>,
    /// Which key is meant by one that charts of others have.
    pub meant: fn(&str) -> Option<String>,
}

/// A key of another version of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// What became of it, and what to do.
    pub help: String,
    /// The key with the same meaning in this chart, as a dotted path, if there is one.
    pub to: Option<String>,
}

/// The code of a key that the chart does not know.
const UNKNOWN: &str = "SL001";

/// The code of a key that another version of the chart knows.
const OF_ANOTHER_VERSION: &str = "SL002";

/// A warning for every key that the chart does not know, in the order of the merged values.
///
/// A key is known if the chart's values.yaml or the properties of its schema have it. Where the
/// schema has no properties and the default is no map with keys, everything is free, and keys that
/// start with `x-` are free everywhere.
pub fn unknown_keys(
    chart: &Chart,
    advice: Option<&Advice>,
    values: &Values,
    origins: &Origins,
) -> Vec<Diagnostic> {
    if values.user.is_empty() || (values.defaults.is_empty() && chart.schema.is_none()) {
        return Vec::new();
    }
    let known = Known {
        chart,
        advice,
        defaults: &values.defaults,
        schema: OnceCell::new(),
    };
    let mut unknown = Vec::new();
    known.walk(
        &values.user,
        Some(known.defaults),
        &mut Vec::new(),
        &mut unknown,
    );
    unknown
        .into_iter()
        .map(|path| known.warning(&path, origins, &values.user))
        .collect()
}

/// The keys that a subchart does not know. Its defaults count whether it is enabled or not, and so do those that the
/// chart has for it.
fn of_subchart(
    subchart: &Subchart,
    given: &Map<String, Value>,
    chart: &Map<String, Value>,
) -> Vec<Path> {
    let mut defaults = defaults(&subchart.chart).unwrap_or_default();
    if let Some(Value::Object(own)) = chart.get(&subchart.key) {
        layer(&mut defaults, own.clone());
    }
    // Conditions and globals are keys of every subchart.
    defaults.entry("enabled").or_insert(Value::Null);
    defaults
        .entry("global")
        .or_insert_with(|| Map::new().into());
    let known = Known {
        chart: &subchart.chart,
        advice: None,
        defaults: &defaults,
        schema: OnceCell::new(),
    };
    let mut unknown = Vec::new();
    known.walk(given, Some(&defaults), &mut Vec::new(), &mut unknown);
    let key = Step::Key(subchart.key.clone());
    let below = |path: Path| [key.clone()].into_iter().chain(path.0).collect();
    unknown.into_iter().map(below).collect()
}

struct Known<'a> {
    chart: &'a Chart,
    advice: Option<&'a Advice>,
    defaults: &'a Map<String, Value>,
    /// The chart's schema, read when a key is not among the defaults: most keys are.
    schema: OnceCell<Option<Schema<'a>>>,
}

impl<'a> Known<'a> {
    fn walk(
        &self,
        given: &Map<String, Value>,
        defaults: Option<&Map<String, Value>>,
        walked: &mut Vec<Step>,
        unknown: &mut Vec<Path>,
    ) {
        for (key, value) in given {
            if key.starts_with("x-") || self.is_of_subcharts(walked, key) {
                continue;
            }
            if let (Some(subchart), Value::Object(below)) = (self.subchart(walked, key), value) {
                unknown.extend(of_subchart(subchart, below, self.defaults));
                continue;
            }
            let default = defaults.and_then(|defaults| defaults.get(key));
            let is_known = default.is_some()
                || self.schema_allows(walked, key, defaults.is_some_and(Map::is_empty));
            walked.push(Step::Key(key.clone()));
            if !is_known {
                unknown.push(Path(walked.clone()));
            } else if let Value::Object(below) = value {
                self.walk(below, default.and_then(Value::as_object), walked, unknown);
            }
            walked.pop();
        }
    }

    /// The subchart whose values are under a key.
    fn subchart(&self, above: &[Step], key: &str) -> Option<&Subchart> {
        let mut subcharts = self.chart.subcharts.iter();
        subcharts.find(|one| above.is_empty() && one.key == key)
    }

    /// Whether a key has a meaning to subcharts that no values.yaml shows: globals, and the tags that enable them.
    fn is_of_subcharts(&self, above: &[Step], key: &str) -> bool {
        above.is_empty() && !self.chart.subcharts.is_empty() && matches!(key, "global" | "tags")
    }

    /// Whether a key without a default is allowed below a path.
    fn schema_allows(&self, above: &[Step], key: &str, default_is_empty: bool) -> bool {
        let Some(node) = self.schema_at(above) else {
            // Nothing is said here: free where the default is open, or where nothing is known at all.
            return default_is_empty || (!above.is_empty() && self.default_at(above).is_none());
        };
        match node.get("properties").and_then(Node::object) {
            Some(properties) => properties.contains_key(key) || is_open(node),
            None => is_open(node) || !self.has_keys(above),
        }
    }

    fn has_keys(&self, path: &[Step]) -> bool {
        self.default_at(path)
            .is_some_and(|default| !default.is_empty())
    }

    fn default_at(&self, path: &[Step]) -> Option<&Map<String, Value>> {
        path.iter().try_fold(self.defaults, |map, step| match step {
            Step::Key(key) => map.get(key)?.as_object(),
            Step::Index(_) => None,
        })
    }

    /// What the schema says of the value at a path, references followed.
    fn schema_at(&self, path: &[Step]) -> Option<&Node<'a>> {
        let schema = self.schema.get_or_init(|| Schema::of(self.chart));
        node::at(schema.as_ref()?.root(), path)
    }

    /// The names that could have been meant at a path.
    fn names(&self, path: &[Step]) -> Vec<&str> {
        let defaults = self.default_at(path).into_iter().flat_map(Map::keys);
        let properties = self
            .schema_at(path)
            .and_then(|node| node.get("properties")?.object());
        let properties = properties.into_iter().flat_map(Keys::keys);
        defaults
            .map(String::as_str)
            .chain(properties.map(|key| &**key))
            .collect()
    }

    fn warning(&self, path: &Path, origins: &Origins, user: &Map<String, Value>) -> Diagnostic {
        let dotted = path.to_string();
        let warning = Diagnostic::warning(format!("{path}: the chart does not know this key"))
            .about(path)
            .at(origins.key(path));
        match self.advice.and_then(|advice| (advice.renamed)(&dotted)) {
            Some(renamed) => {
                let to = renamed.to.map(|to| Path::dotted(&to));
                warning
                    .with_code(OF_ANOTHER_VERSION)
                    .with_help(renamed.help)
                    .with_edit(to.and_then(|to| moved(path, to)))
            }
            None => warning
                .with_code(UNKNOWN)
                .with_help(self.help(path, &dotted))
                .with_edit(self.edit(path, &dotted, user)),
        }
    }

    /// The edit that puts an unknown key right, if only one key can be meant and nothing is given for it.
    fn edit(&self, path: &Path, dotted: &str, user: &Map<String, Value>) -> Option<Edit> {
        let (Step::Key(key), above) = path.0.split_last()? else {
            return None;
        };
        if self
            .advice
            .is_some_and(|advice| (advice.meant)(dotted).is_some())
        {
            return None;
        }
        let mut places = Vec::new();
        elsewhere(self.defaults, key, &mut Vec::new(), &mut places);
        let names = self.names(above);
        let to = match &*places {
            [] => Path(above.to_vec()).join(only_slip(key, names)?),
            // The right key on the wrong level, unless it can also be a slip on this one.
            [place] if nearest(key, names).is_none() => place.clone(),
            _ => return None,
        };
        let given = value_in(user, &path.0)?;
        let default = value_in(self.defaults, &to.0);
        let is_alike =
            default.is_none_or(|default| default.is_null() || is_same_kind(default, given));
        let is_free = value_in(user, &to.0).is_none();
        (is_alike && is_free).then(|| moved(path, to)).flatten()
    }

    fn help(&self, path: &Path, dotted: &str) -> Option<String> {
        let (Step::Key(key), above) = path.0.split_last()? else {
            return None;
        };
        if let Some(meant) = self.advice.and_then(|advice| (advice.meant)(dotted)) {
            return Some(meant);
        }
        if let Some(near) = nearest(key, self.names(above)) {
            let mut meant = above.to_vec();
            meant.push(Step::Key(near.to_owned()));
            return Some(format!("did you mean `{}`?", Path(meant)));
        }
        let mut places = Vec::new();
        elsewhere(self.defaults, key, &mut Vec::new(), &mut places);
        match &*places {
            [] => None,
            [place] => Some(format!("did you mean `{place}`?")),
            places => Some(format!("each part has its own: {}", listed(places))),
        }
    }
}

/// The edit that moves an entry of maps.
fn moved(from: &Path, to: Path) -> Option<Edit> {
    let Some(Step::Key(key)) = to.0.last() else {
        return None;
    };
    Some(if from.parent() == to.parent() {
        Edit::Rename {
            path: from.clone(),
            key: key.clone(),
        }
    } else {
        Edit::Move {
            from: from.clone(),
            to,
        }
    })
}

/// Whether two values are both maps, both lists or both scalars.
fn is_same_kind(one: &Value, other: &Value) -> bool {
    one.is_object() == other.is_object() && one.is_array() == other.is_array()
}

/// The paths of the same key elsewhere in the defaults: it was written on the wrong level.
fn elsewhere(
    defaults: &Map<String, Value>,
    key: &str,
    walked: &mut Vec<Step>,
    places: &mut Vec<Path>,
) {
    for (name, value) in defaults {
        walked.push(Step::Key(name.clone()));
        if name == key {
            places.push(Path(walked.clone()));
        } else if let Value::Object(below) = value {
            elsewhere(below, key, walked, places);
        }
        walked.pop();
    }
}

/// The first of many places, and how many more there are.
fn listed(places: &[Path]) -> String {
    /// As many as there are stores of data.
    const SHOWN: usize = 5;
    let shown: Vec<String> = places
        .iter()
        .take(SHOWN)
        .map(|place| format!("`{place}`"))
        .collect();
    match places.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Whether a schema's node lets keys pass that its properties do not name: it says so, or says
/// what this reader does not follow.
fn is_open(node: &Node<'_>) -> bool {
    const OPENERS: [&str; 8] = [
        "additionalProperties",
        "patternProperties",
        "unevaluatedProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "$dynamicRef",
        "$recursiveRef",
    ];
    OPENERS.iter().any(|keyword| {
        node.get(keyword)
            .is_some_and(|said| !matches!(said, Node::Scalar(Value::Bool(false))))
    }) || (node.get("properties").is_none() && node.get("type").is_none())
}
