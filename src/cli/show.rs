//! `show`: the chart's own texts, and what its notes and partials come to with given values.

use anyhow::{Context as _, bail};
use serde_json::Value;
use swanlab_render::chart::Chart;
use swanlab_render::diagnostics::{Diagnostics, Source, visible_lines};
use swanlab_render::keys::Keys;
use swanlab_render::release::Release;
use swanlab_render::report::{entry, values};
use swanlab_render::swanlab::entry::Entry;

use super::args::{Part, Show};
use super::files::Files;
use super::input::{load, release, validate};
use super::streams::Streams;

pub(super) fn run(command: &Show, streams: &mut Streams) -> anyhow::Result<()> {
    if command.closed && command.what != Part::Schema {
        bail!("--closed is for `show schema`");
    }
    if command.ingress.is_some() && command.what != Part::Notes {
        bail!("--ingress is for `show notes`");
    }
    if matches!(command.what, Part::Notes | Part::Partials) {
        return rendered(command, streams);
    }
    let (_, chart) = load(
        &command.target,
        command.render.fetch(),
        &Files::of(&command.render)?,
        streams,
    )?;
    let text = match command.what {
        Part::Chart => chart.chart_yaml.text().to_owned(),
        Part::Schema if command.closed => closed_schema(&chart)?,
        Part::Schema => text(chart.schema.as_ref()).to_owned(),
        Part::Readme => text(chart.readme.as_ref()).to_owned(),
        Part::Templates => templates(&chart),
        Part::All => all(&chart),
        _ => chart.values.text().to_owned(),
    };
    *streams.output() += &text;
    Ok(())
}

fn rendered(command: &Show, streams: &mut Streams) -> anyhow::Result<()> {
    let release = release(&command.target, &command.render, streams)?;
    validate(&release, &command.render)?;
    if command.what == Part::Partials {
        values::yaml(&Value::Object(release.partials()?), streams.output());
    } else if let Some(host) = &command.ingress {
        let notes = release.notes()?;
        let Some(gateway) = gateway(&release) else {
            bail!(
                "--ingress is for the chart that is built in: of another chart it is not known which Service users \
                 are to reach"
            );
        };
        let entry = Entry {
            host,
            service: &gateway,
            namespace: &command.render.namespace,
            class: command.class.as_deref(),
            tls_secret: command.tls.as_deref(),
        };
        let wrong = entry.check();
        if !wrong.is_empty() {
            return Err(Diagnostics(wrong).into());
        }
        entry::yaml(notes.as_deref(), &entry, streams.output());
    } else {
        let notes = release
            .notes()?
            .context("the chart has no templates/NOTES.txt")?;
        // Values come into the notes, and the notes go to a terminal.
        *streams.output() += &visible_lines(notes.trim_end());
        *streams.output() += "\n";
    }
    Ok(())
}

/// The gateway's Service, where the chart says which it is.
fn gateway(release: &Release) -> Option<String> {
    let components = release.partial("components").ok()?;
    Some(components["gateway"]["name"].as_str()?.to_owned())
}

fn text(source: Option<&Source>) -> &str {
    source.map_or("", Source::text)
}

/// The schema for editors.
fn closed_schema(chart: &Chart) -> Result<String, Diagnostics> {
    let mut text = String::new();
    values::json(&Keys::of(chart)?.closed_schema(), &mut text);
    Ok(text)
}

/// Every template under its path.
fn templates(chart: &Chart) -> String {
    let texts = chart.templates.iter();
    texts
        .map(|template| {
            format!(
                "--- # {}\n{}\n",
                template.path,
                template.source.text().trim_end()
            )
        })
        .collect()
}

/// As `helm show all`: Chart.yaml, the values and the README, each after a `---`.
fn all(chart: &Chart) -> String {
    let mut parts = vec![chart.chart_yaml.text(), chart.values.text()];
    parts.extend(chart.readme.as_ref().map(Source::text));
    let parts: Vec<&str> = parts.into_iter().map(str::trim_end).collect();
    parts.join("\n---\n") + "\n"
}
