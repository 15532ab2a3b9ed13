//! `migrate`: a values file of an older official chart, made fit for the built-in one.

use anyhow::bail;
use swanlab_render::migrate::migrate;
use swanlab_render::report::migrate as report;
use swanlab_render::swanlab::versions::{OFFICIAL, Version};

use super::Outcome;
use super::args::{Migrate, MigrateFormat};
use super::docker;
use super::files::Files;
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
    let migration = migrate(&source, from)?;
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
