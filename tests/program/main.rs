//! What the program does: whole commands with their output, exit codes and files.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod check;
#[cfg(unix)]
mod ci;
#[cfg(unix)]
mod cmd;
mod diff_origins;
#[cfg(unix)]
mod docker;
#[cfg(unix)]
mod docs;
mod entry;
#[cfg(unix)]
mod files;
mod fix;
#[cfg(unix)]
mod go_charts;
mod habits;
mod hidden_values;
#[cfg(unix)]
mod hostile_charts;
mod hostile_names;
#[cfg(unix)]
mod images;
#[cfg(unix)]
mod init;
#[cfg(unix)]
mod krm;
#[cfg(unix)]
mod kubectl;
#[cfg(unix)]
mod large_secrets;
#[cfg(unix)]
mod live;
#[cfg(unix)]
mod mcp;
#[cfg(unix)]
mod operators;
#[cfg(unix)]
mod plan;
#[cfg(unix)]
mod preflight;
mod secret;
#[cfg(unix)]
mod status;
mod wrong_values;
