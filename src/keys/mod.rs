//! What a chart says of each of its keys: type, default, allowed values, and the description that stands above it in
//! values.yaml. Nothing is rendered here; the schema for editors is made from the same.

mod closed;
mod comments;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::chart::Chart;
use crate::diagnostics::Diagnostics;
use crate::schema::{node, type_name};
use crate::values::defaults;
use crate::yaml::{Path, Step};

/// A key of a chart's values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Key {
    /// Its path.
    pub path: Path,
    /// The types that its value can have, in the words of JSON Schema; empty if any is right.
    pub types: Vec<String>,
    /// The chart's default; none if the chart leaves it out.
    pub default: Option<Value>,
    /// All that it can be, if that is a list.
    pub allowed: Vec<Value>,
    /// What else is true of its value, in sentences without a capital: `must be …`.
    pub rules: Vec<String>,
    /// What it is for; empty if the chart says nothing.
    pub description: String,
    /// The keys below it.
    pub below: Vec<Path>,
}

/// The keys of a chart.
pub struct Keys<'c> {
    chart: &'c Chart,
    defaults: Value,
    comments: IndexMap<Path, String>,
    /// The key that the comment of each key's lines is above, for keys without a comment of their own.
    groups: IndexMap<Path, Path>,
}

impl<'c> Keys<'c> {
    /// Reads the chart's values.yaml.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(chart: &'c Chart) -> Result<Self, Diagnostics> {
        let (comments, groups) = comments::comments(&chart.values);
        Ok(Self {
            chart,
            defaults: Value::Object(defaults(chart)?),
            comments,
            groups,
        })
    }

    /// A key that values.yaml or the schema has.
    pub fn find(&self, path: &Path) -> Option<Key> {
        let default = path.get(&self.defaults);
        let schema = self.schema(path);
        if default.is_none() && schema.is_none() {
            return None;
        }
        let mut rules = Vec::new();
        let mut allowed = Vec::new();
        if let Some(schema) = schema {
            self.read(schema, &mut allowed, &mut rules);
        }
        Some(Key {
            path: path.clone(),
            types: types(schema, default, &allowed),
            default: default.cloned(),
            allowed,
            rules,
            description: self.description(path),
            below: self
                .names(path)
                .into_iter()
                .map(|name| path.join(Step::Key(name)))
                .collect(),
        })
    }

    /// The path of every key, parents first.
    pub fn all(&self) -> Vec<Path> {
        let mut all = Vec::new();
        self.walk(&Path::default(), &mut all);
        all
    }

    fn walk(&self, path: &Path, all: &mut Vec<Path>) {
        for name in self.names(path) {
            let below = path.join(Step::Key(name));
            all.push(below.clone());
            self.walk(&below, all);
        }
    }

    /// The names below a key, of the values first.
    fn names(&self, path: &Path) -> Vec<String> {
        let default = path.get(&self.defaults).and_then(Value::as_object);
        let schema = self
            .schema(path)
            .and_then(|schema| schema["properties"].as_object());
        let mut names: Vec<String> = Vec::new();
        for name in [default, schema].into_iter().flatten().flat_map(Map::keys) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn schema(&self, path: &Path) -> Option<&Value> {
        self.chart.schema.as_ref()?;
        node::at(self.chart.schema_tree(), &path.0)
    }

    /// The comment above the key, or above the key of the same name and meaning that is nearest; else what the schema
    /// says.
    pub fn description(&self, path: &Path) -> String {
        if let Some(own) = self.comments.get(path) {
            return own.clone();
        }
        let schema = self.schema(path);
        let is_alike =
            |other: &&Path| other.0.last() == path.0.last() && self.schema(other) == schema;
        let mut nearest: Option<(usize, &Path)> = None;
        for other in self.comments.keys().filter(is_alike) {
            let shared = path
                .0
                .iter()
                .zip(&other.0)
                .take_while(|(a, b)| a == b)
                .count();
            if nearest.is_none_or(|(most, _)| shared > most) {
                nearest = Some((shared, other));
            }
        }
        if let Some(comment) = nearest.and_then(|(_, other)| self.comments.get(other)) {
            return comment.clone();
        }
        if let Some(group) = self.comments.get(&self.above_in_text(path)) {
            return group.clone();
        }
        let said = schema.map(|schema| (schema["title"].as_str(), schema["description"].as_str()));
        match said {
            Some((Some(title), Some(description))) => format!("{title}. {description}"),
            Some((Some(text), None) | (None, Some(text))) => text.to_owned(),
            _ => self.rule(schema),
        }
    }

    /// The key with the comment of the lines that a key belongs to: lines without a gap share the comment above them.
    fn above_in_text(&self, path: &Path) -> Path {
        self.groups.get(path).cloned().unwrap_or_default()
    }

    /// The rule that a value has to keep, as a sentence.
    fn rule(&self, schema: Option<&Value>) -> String {
        let mut rules = Vec::new();
        if let Some(schema) = schema {
            self.read(schema, &mut Vec::new(), &mut rules);
        }
        rules.first().map(|rule| sentence(rule)).unwrap_or_default()
    }

    /// What a node of the schema allows, and what it says when something is not allowed.
    fn read(&self, schema: &Value, allowed: &mut Vec<Value>, rules: &mut Vec<String>) {
        if let Some(values) = schema["enum"].as_array() {
            allowed.clone_from(values);
        }
        let root = self.chart.schema_tree();
        let mut say = |text: String| {
            if !rules.contains(&text) {
                rules.push(text);
            }
        };
        if let Some(says) = schema["x-says"].as_str() {
            say(says.to_owned());
        } else if let Some(pattern) = schema["pattern"].as_str() {
            say(format!("must match {pattern}"));
        }
        for (keyword, words) in [
            ("minimum", "must be at least"),
            ("maximum", "must be at most"),
        ] {
            if let Some(number) = schema[keyword].as_number() {
                say(format!("{words} {number}"));
            }
        }
        for keyword in ["then", "else"] {
            if let Some(schema) = schema.get(keyword) {
                self.read(node::resolve(root, schema), &mut Vec::new(), rules);
            }
        }
        for schema in schema["allOf"].as_array().into_iter().flatten() {
            self.read(node::resolve(root, schema), &mut Vec::new(), rules);
        }
    }

    /// The schema for a values file of one's own: every key with its description and default, and no others.
    pub fn closed_schema(&self) -> Value {
        closed::closed(self)
    }
}

/// A rule with a capital and a full stop.
fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// The types that the schema names, or the default's.
fn types(schema: Option<&Value>, default: Option<&Value>, allowed: &[Value]) -> Vec<String> {
    let named = schema.map(|schema| &schema["type"]);
    let mut types: Vec<String> = match named {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => {
            let several = several.iter().filter_map(Value::as_str);
            several.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    if types.is_empty() {
        for value in allowed.iter().chain(default.filter(|_| allowed.is_empty())) {
            let name = type_name(value).to_owned();
            if !types.contains(&name) {
                types.push(name);
            }
        }
    }
    types
}
