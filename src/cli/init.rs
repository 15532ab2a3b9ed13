//! `init`: asks for what no flag says, and writes a first values file, with fresh passwords in files of their own.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use swanlab_render::chart::{self, Chart};
use swanlab_render::commands::quote;
use swanlab_render::diagnostics::{Diagnostics, visible};
use swanlab_render::init::{self, Choices, External, Size};
use swanlab_render::keys::Keys;
use swanlab_render::release::{CompiledChart, Release, Request};
use swanlab_render::report::values as report;
use swanlab_render::values::{self, NoFiles};

use super::args::{Init, external};
use super::input::mirror;
use super::random::password;
use super::streams::Streams;
use super::write::{New, create_all};

/// The schema beside the values, for editors.
pub(super) const SCHEMA: &str = "swanlab-values.schema.json";

pub(super) fn run(command: &Init, streams: &mut Streams) -> anyhow::Result<()> {
    let Some(stem) = stem(&command.output) else {
        bail!(
            "--output {}: write the name of a values file, such as my-values.yaml",
            command.output.display()
        );
    };
    let beside = |ending: &str| command.output.with_file_name(format!("{stem}{ending}"));
    let (passwords_file, secrets_file) = (beside(".passwords.yaml"), beside(".secrets.yaml"));
    // Before anything is asked.
    for file in [&command.output, &passwords_file, &secrets_file] {
        if file.symlink_metadata().is_ok() {
            bail!(
                "`{}` is there already, and init replaces nothing: give another name with --output",
                file.display()
            );
        }
    }
    let choices = choices(command)?;
    let wrong = choices.check();
    if !wrong.is_empty() {
        return Err(Diagnostics(wrong).into());
    }

    let chart = Arc::new(CompiledChart::new(chart::embedded()?));
    let defaults = serde_json::Value::Object(values::defaults(chart.chart())?);
    let values = init::values(&choices, &defaults);
    let name = command.output.to_string_lossy().into_owned();
    let request = Request::default().with_values(name, values.clone());
    let release = Release::new(chart, request, &NoFiles)?;
    release.validate()?;
    let mut failed = None;
    let mut fresh = || match password() {
        Ok(password) => password,
        Err(error) => {
            failed = Some(error);
            String::new()
        }
    };
    let passwords = init::passwords(&choices, &release, &mut fresh)?;
    let secrets = init::secrets(&choices, &release, &mut fresh)?;
    if let Some(error) = failed {
        return Err(error);
    }

    let mut files = vec![New {
        path: command.output.clone(),
        text: values,
        is_private: false,
    }];
    files.extend(passwords.map(|text| New {
        path: passwords_file.clone(),
        text,
        is_private: true,
    }));
    if !secrets.is_empty() {
        files.push(New {
            path: secrets_file,
            text: secrets_text(&choices, &secrets, &command.output),
            is_private: true,
        });
    }
    files.extend(schema_beside(&command.output, release.chart())?);
    create_all(&files)?;
    for file in &files {
        let path = file.path.to_string_lossy();
        *streams.output() += &format!("wrote {}\n", visible(&path));
    }
    streams.say(&next_steps(&files, &choices));
    Ok(())
}

/// The schema for the language server, unless that of an earlier run is there.
pub(super) fn schema_beside(values: &Path, chart: &Chart) -> anyhow::Result<Option<New>> {
    let path = values.with_file_name(SCHEMA);
    if path.exists() {
        return Ok(None);
    }
    let mut text = String::new();
    report::json(&Keys::of(chart)?.closed_schema(), &mut text);
    Ok(Some(New {
        path,
        text,
        is_private: false,
    }))
}

/// The name of the values file without its ending.
pub(super) fn stem(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let stem = name
        .strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"))
        .unwrap_or(name);
    (!stem.is_empty() && name != "-").then(|| stem.to_owned())
}

/// What the flags say, and what was answered.
fn choices(command: &Init) -> anyhow::Result<Choices> {
    let asks = !command.yes && io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut choices = Choices::default();
    SCHEMA.clone_into(&mut choices.schema);
    choices.size = match command.size {
        Some(size) => size.into(),
        None if asks => loop {
            match &*ask("Size: small, medium or large", "small")? {
                "" | "small" => break Size::Small,
                "medium" => break Size::Medium,
                "large" => break Size::Large,
                _ => say("Write small, medium or large."),
            }
        },
        None => Size::default(),
    };
    choices.host.clone_from(&command.host);
    choices.storage_class.clone_from(&command.storage_class);
    choices.external.clone_from(&command.external);
    let mut registry = command.image_registry.clone();
    if asks {
        if choices.host.is_none() {
            choices.host = given(ask("Host that users log in to", "none yet")?);
        }
        if choices.storage_class.is_none() {
            choices.storage_class = given(ask("Storage class", "the cluster's default")?);
        }
        if choices.external.is_empty() {
            choices.external = loop {
                let answer = ask(
                    "Stores that run elsewhere: postgres, redis, clickhouse, s3, each as STORE=HOST, with commas",
                    "none",
                )?;
                match externals(&answer) {
                    Ok(externals) => break externals,
                    Err(why) => say(&why),
                }
            };
        }
        if registry.is_none() {
            registry = given(ask("Mirror of all images: HOST/PREFIX", "none")?);
        }
    }
    choices.mirror = mirror("--image-registry", registry.as_deref())?;
    Ok(choices)
}

fn externals(answer: &str) -> Result<Vec<External>, String> {
    let words = answer.split([',', ' ']).filter(|word| !word.is_empty());
    words.map(external).collect()
}

fn given(answer: String) -> Option<String> {
    (!answer.is_empty()).then_some(answer)
}

/// Asks on standard error, so that standard output has the result alone.
fn ask(question: &str, default: &str) -> anyhow::Result<String> {
    let _ = write!(io::stderr(), "{question} [{default}]: ");
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        bail!("the questions were not answered: write flags instead, and --yes");
    }
    Ok(line.trim().to_owned())
}

fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The Secrets as a stream, below what is to be done about them.
fn secrets_text(choices: &Choices, secrets: &[serde_json::Value], values: &Path) -> String {
    let values = quote(&values.to_string_lossy());
    let mut text = "# The accounts of the stores that run elsewhere, with new passwords. Create these accounts there, or make the\n\
                    # Secrets for the accounts that you have:\n"
        .to_owned();
    for external in &choices.external {
        let name = external.store.name();
        text += &format!("#   swanlab-render secret {name} -f {values}\n");
    }
    text += "# Keep this file out of Git.\n";
    for secret in secrets {
        text += "---\n";
        text += &swanlab_render::yaml::to_string(secret);
    }
    text
}

/// What to type next.
fn next_steps(files: &[New], choices: &Choices) -> String {
    let named = |ending: &str| -> Option<String> {
        let path = files.iter().map(|file| &file.path);
        let path = path
            .filter_map(|path| path.to_str())
            .find(|path| path.ends_with(ending))?;
        Some(quote(path))
    };
    let values: Vec<String> = files
        .iter()
        .take(1)
        .filter_map(|file| file.path.to_str().map(quote))
        .chain(named(".passwords.yaml"))
        .map(|path| format!("-f {path}"))
        .collect();
    let values = values.join(" ");
    let mut text = "\nNext:\n".to_owned();
    text += &format!("  swanlab-render lint {values}\n");
    text += "  kubectl create namespace swanlab\n";
    if let Some(secrets) = named(".secrets.yaml") {
        text += &format!("  kubectl apply -n swanlab -f {secrets}\n");
    }
    text += &format!("  swanlab-render preflight -n swanlab {values}\n");
    text +=
        &format!("  swanlab-render template -n swanlab {values} | kubectl apply -n swanlab -f -\n");
    let is_open = choices
        .external
        .iter()
        .any(|external| external.host.is_none());
    if is_open {
        text +=
            "The hosts of external stores that end with `.example.org` are to be replaced first.\n";
    }
    text
}
