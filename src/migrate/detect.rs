//! Which version of the official chart a values file was written for, by its keys.

use serde_json::Value;

use super::given::Given;
use crate::swanlab::versions::{DEFAULTS, OFFICIAL, OnUpgrade, RENAMED, Version, matches};
use crate::yaml::{Path, leaves};

/// The version that a file was written for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The version: the latest of those that fit.
    pub version: Version,
    /// All versions that fit as well, the oldest first; the version alone if it was given.
    pub fitting: Vec<Version>,
    /// Keys that none of them has.
    pub unfitting: Vec<String>,
    /// Whether it was given.
    pub is_given: bool,
}

impl Found {
    pub(super) fn given(version: Version) -> Self {
        Self {
            version,
            fitting: vec![version],
            unfitting: Vec::new(),
            is_given: true,
        }
    }
}

/// The versions that lack the fewest of the keys; among them those that had the defaults that the file copies.
pub(super) fn detect(given: &Given<'_>) -> Found {
    let trees = given.documents.iter().map(|document| &document.tree);
    let leaves: Vec<(Path, &Value)> = trees.flat_map(leaves).collect();
    let leaves: Vec<(String, &Value)> = leaves
        .into_iter()
        .map(|(path, value)| (path.to_string(), value))
        .collect();
    let lacking = |version: Version| {
        let lacking = leaves.iter().filter(move |(path, _)| !has(version, path));
        lacking.map(|(path, _)| path.clone())
    };
    let fewest = OFFICIAL
        .into_iter()
        .map(|version| lacking(version).count())
        .min();
    let mut fitting: Vec<Version> = OFFICIAL
        .into_iter()
        .filter(|version| Some(lacking(*version).count()) == fewest)
        .collect();
    let is_there = |path: &str, wanted: &str| {
        leaves
            .iter()
            .any(|(found, value)| found == path && **value == wanted)
    };
    let mut narrow = |is_one: &dyn Fn(Version) -> bool| {
        if fitting.iter().any(|version| is_one(*version)) {
            fitting.retain(|version| is_one(*version));
        }
    };
    for default in &DEFAULTS {
        match default.on_upgrade {
            // A single class can be anybody's; a file with all of them copies the chart's.
            OnUpgrade::WriteDown => {
                let mut same = DEFAULTS.iter().filter(|other| other.value == default.value);
                if same.all(|other| is_there(other.path, other.value)) {
                    narrow(&|version| default.charts.contains(&version));
                }
            }
            OnUpgrade::Replace(_) if is_there(default.path, default.value) => {
                narrow(&|version| default.charts.contains(&version));
            }
            OnUpgrade::Replace(new) if !new.is_empty() && is_there(default.path, new) => {
                narrow(&|version| version > *default.charts.end());
            }
            OnUpgrade::Replace(_) => {}
        }
    }
    let version = fitting
        .last()
        .copied()
        .unwrap_or(OFFICIAL[OFFICIAL.len() - 1]);
    Found {
        version,
        unfitting: lacking(version).collect(),
        fitting,
        is_given: false,
    }
}

/// Whether a version has a key, as far as the table tells: keys that it does not name are those of all versions.
fn has(version: Version, path: &str) -> bool {
    let mut rows = RENAMED.iter();
    let row = rows.find(|row| row.keys.iter().any(|pattern| matches(pattern, path)));
    row.is_none_or(|row| row.charts.contains(&version))
}
