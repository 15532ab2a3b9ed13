//! The KRM function protocol (`config.kubernetes.io/v1`, ResourceList): what kustomize and kpt ask of a function, and
//! what they get back. It reads and writes texts; rendering, and opening the files that are named, is up to the caller.
//!
//! Source: kustomize's `cmd/config/docs/api-conventions/functions-spec.md`.

mod config;
mod read;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::diagnostics::{Diagnostics, Source};

pub use read::read;
pub use write::{merge, respond, results};

/// What a functionConfig must be: its `apiVersion` and `kind`.
pub const FUNCTION: [&str; 2] = ["swanlab-render/v1", "SwanLab"];

/// The name of the text that errors about the functionConfig point into.
pub const CONFIG: &str = "functionConfig";

/// A ResourceList that was read.
#[derive(Debug)]
pub struct Request {
    /// The `apiVersion` of the list.
    pub api_version: String,
    /// The objects that came with it.
    pub items: Vec<Value>,
    /// What is to be rendered, or all that is wrong with the functionConfig; its paths begin at its root.
    pub config: Result<Config, Diagnostics>,
}

/// The `spec` of a functionConfig. Names and versions are checked; files are not read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `release`: the release's name.
    pub release: Option<String>,
    /// `chart`: a chart's folder; none for the embedded chart.
    pub chart: Option<String>,
    /// `namespace`: where the objects go.
    pub namespace: Option<String>,
    /// `kubeVersion`: the cluster's version.
    pub kube_version: Option<String>,
    /// `apiVersions`: what the cluster has beside the usual ones.
    pub api_versions: Vec<String>,
    /// `imageRegistry`: the mirror that all images come from.
    pub image_registry: Option<String>,
    /// `strict`: whether warnings are errors.
    pub strict: bool,
    /// `valuesFiles`: files of values, below `values`.
    pub values_files: Vec<String>,
    /// `values`: a text of only these, at the same places as in the functionConfig.
    pub values: Option<Source>,
}
