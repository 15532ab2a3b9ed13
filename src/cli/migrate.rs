//! `migrate`: a values file of an older official chart, made fit for the built-in one.

use std::path::Path;

use anyhow::bail;
use swanlab_render::migrate::{migrate, with_schema};
use swanlab_render::report::migrate as report;
use swanlab_render::swanlab::versions::{OFFICIAL, Version};

use super::Outcome;
use super::args::{Migrate, MigrateFormat};
use super::docker;
use super::files::Files;
use super::init::SCHEMA;
use super::streams::Streams;
use super::write;

pub(super) fn run(command: &Migrate, streams: &mut Streams) -> anyhow::Result<Outcome> {
    if let Some(folder) = &command.from_docker {
        return docker::run(command, folder, streams);
    }
    let values = command.values.as_deref().unwrap_or_default();
    let from = command.from.as_deref().map(version).transpose()?;
    if command.write && values == "-" {
        bail!(
            "--write: standard input cannot be replaced; leave --write out to print the new file"
        );
    }
    let source = Files::default().values_of("-f", values)?;
    let mut migration = migrate(&source, from)?;
    // Only a schema that is there helps an editor.
    let has_schema = command.write && Path::new(values).with_file_name(SCHEMA).exists();
    if has_schema && migration.text != source.text() {
        migration.text = with_schema(&migration.text, SCHEMA);
    }
    if command.write && migration.text != source.text() {
        write::rewrite_all([(values, &*migration.text)])?;
    }
    let out = streams.output();
    match command.output {
        MigrateFormat::Json => report::json(&migration, out),
        MigrateFormat::Yaml if command.write => {}
        MigrateFormat::Yaml => out.push_str(&migration.text),
    }
    if command.output == MigrateFormat::Yaml {
        streams.say(&report::text(&migration));
    }
    Ok(if migration.is_unfinished() {
        Outcome::Found
    } else {
        Outcome::Fine
    })
}

fn version(text: &str) -> anyhow::Result<Version> {
    let Some(version) = Version::parse(text) else {
        let known: Vec<String> = OFFICIAL.iter().map(ToString::to_string).collect();
        bail!(
            "--from {text}: no version of the official chart that this program knows; they are {}",
            known.join(", ")
        );
    };
    Ok(version)
}
