//! Renders the Kubernetes manifests of a self-hosted SwanLab from the values of its Helm chart.
//!
//! The library behind the program `swanlab-render`: functions from data to data. It prints and writes nothing. Two
//! functions read files, both within the limits of [`files`]: [`chart::load`] a chart's folder, and [`golden::check`] with
//! [`golden::find`] golden manifests and what they are made from.
//!
//! 1. [`yaml`] reads values files as Helm does, and keeps the place of every value.
//! 2. [`values`] merges the chart's defaults, the files and the `--set` flags; [`schema`] checks the result.
//! 3. [`engine`] renders the templates of a [`chart`]: values fill holes and never become text.
//! 4. [`release`] runs these steps; out come [`manifest`]s, in Helm's order.
//! 5. [`diff`] says what an upgrade from earlier manifests will do.
//! 6. [`report`] writes all of it, and draws [`diagnostics`] where something is wrong.
//!
//! The default manifests, with three replicas of the server:
//!
//! ```
//! use swanlab_render::chart;
//! use swanlab_render::release::{Release, Request};
//! use swanlab_render::report;
//! use swanlab_render::values::NoFiles;
//!
//! let request = Request::default().with_set("service.server.replicas=3");
//! let release = Release::new(chart::embedded()?, request, &NoFiles)?;
//! release.validate()?;
//! let rendered = release.render()?;
//! let mut text = String::new();
//! report::manifests::yaml(&rendered.manifests, &mut text);
//! assert!(text.contains("  replicas: 3\n"));
//! # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
//! ```
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod chart;
pub mod diagnostics;
pub mod diff;
pub mod engine;
pub mod files;
pub mod golden;
pub mod images;
pub mod krm;
pub mod kubernetes;
pub mod lint;
pub mod manifest;
pub mod preflight;
pub mod previous;
pub mod release;
pub mod report;
pub mod schema;
pub mod swanlab;
pub mod values;
pub mod yaml;
