//! Our output in other programs, and our scripts in the shells of the containers. `tests/tools/get` brings helm and
//! kubectl; what is not installed is skipped, and a line says so.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod agents;
#[cfg(unix)]
mod backups;
mod browser;
mod chart_versions;
mod completions;
#[cfg(unix)]
mod conformance_tools;
mod editor;
mod go_charts;
mod habits;
#[cfg(unix)]
mod pager;
#[cfg(unix)]
mod plans;
mod readers;
#[cfg(unix)]
mod registries;
#[cfg(unix)]
mod scripts;
mod sums;
#[cfg(unix)]
mod unpacking;
