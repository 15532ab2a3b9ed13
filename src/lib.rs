//! Renders the Kubernetes manifests of a self-hosted SwanLab from the values of its Helm chart.
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod chart;
pub mod diagnostics;
pub mod engine;
pub mod kubernetes;
pub mod manifest;
pub mod release;
pub mod report;
pub mod values;
pub mod yaml;
