//! What the chart's partials say. The chart decides which parts, images and integrations there are; this module reads
//! them, so that a new one needs no change here.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::secret::Integration;

/// The partials that the rules read. One that cannot be rendered is empty here: rendering reports why.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Partials {
    /// Everything that runs in an installation, in the chart's order.
    pub parts: Vec<Part>,
    /// The images by name, in the chart's order.
    pub images: IndexMap<String, Image>,
    /// The dependencies that may run elsewhere, in the chart's order.
    pub integrations: Vec<Integration>,
    /// The partial `names`.
    pub names: Value,
    /// The partial `uncut`.
    pub uncut: Value,
    /// The partial `components`.
    pub components: Value,
    /// The partial `credentials`.
    pub credentials: Value,
}

/// A part of an installation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Part {
    /// Its name in other partials.
    pub key: String,
    /// Where it is configured: `service.server`.
    pub path: String,
    /// How many replicas SwanLab recommends.
    pub recommended_replicas: Option<u64>,
}

/// A container image.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Image {
    /// Where it is configured: `service.server.image`.
    pub path: String,
    /// The tag that an empty one means; empty if one must be given.
    pub usual_tag: String,
}

impl Partials {
    /// Reads the partials with a function that renders one by name.
    pub fn read(render: impl Fn(&str) -> Option<Value>) -> Self {
        let value = |name| render(name).unwrap_or_default();
        Self {
            parts: typed(value("parts")),
            images: typed(value("images")),
            integrations: Integration::all(value("integrations")),
            names: value("names"),
            uncut: value("uncut"),
            components: value("components"),
            credentials: value("credentials"),
        }
    }
}

fn typed<T: DeserializeOwned + Default>(partial: Value) -> T {
    serde_json::from_value(partial).unwrap_or_default()
}
