//! `check`: compares golden manifests with a fresh render of their values.

use std::mem::take;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use swanlab_render::diagnostics::{Diagnostic, Diagnostics, visible};
use swanlab_render::golden::{self, Checked, Reach, Setup, Status};
use swanlab_render::report::golden as report;

use super::Outcome;
use super::args::{Check, CheckFormat};
use super::helm_program::HelmProgram;
use super::input::mirror;
use super::progress::Progress;
use super::streams::Streams;
use super::write::replace_all;

/// Fewer cases are done before anyone has read a line about them.
const MANY: usize = 100;

pub(super) fn run(command: &Check, streams: &mut Streams) -> anyhow::Result<Outcome> {
    if command.update && !command.force && is_ci() {
        bail!(
            "--update changes what was reviewed, and CI is set: run it where you can look at the result, or add --force"
        );
    }
    let mirror = mirror("--image-registry", command.image_registry.as_deref())?;
    let here = [PathBuf::from(".")];
    let paths = if command.paths.is_empty() {
        &here[..]
    } else {
        &command.paths
    };
    let reach = if command.allow_outside {
        Reach::Anywhere
    } else {
        Reach::Below
    };
    let mut found = golden::find(paths, reach)?;
    for case in &mut found.cases {
        case.hide_secrets |= command.hide_secrets;
    }
    let total = found.cases.len();
    let progress = Progress::new(total >= MANY);
    // Not for each of thousands.
    let show = |done: usize| {
        if done.is_multiple_of(16) || done == total {
            progress.show("", done, total);
        }
    };
    let setup = Setup {
        mirror,
        helm: Some(Arc::new(HelmProgram::default())),
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        progress: &show,
    };
    let mut checked = golden::check(&found, &setup);
    progress.clear();
    let updated = if command.update {
        update(&mut checked)?
    } else {
        Vec::new()
    };
    let warnings = checked.iter_mut().flat_map(|one| {
        let exposed = one.exposed.take().filter(|_| one.status != Status::Missing);
        take(&mut one.warnings).into_iter().chain(exposed)
    });
    streams.warn(warnings.collect(), false)?;
    if command.output != CheckFormat::Text {
        let notes = updated.iter().map(|path| Diagnostic::note(line(path)));
        streams.warn(notes.collect(), false)?;
    }
    let style = streams.output_style();
    let out = streams.output();
    match command.output {
        CheckFormat::Text => {
            for path in &updated {
                out.push_str(&line(path));
                out.push('\n');
            }
            report::text(&checked, style, out);
        }
        CheckFormat::Github => report::github(&checked, out),
        CheckFormat::Junit => report::junit(&checked, out),
        CheckFormat::Html => report::html(&checked, out),
        CheckFormat::Json => report::json(&checked, out),
    }
    Ok(if checked.iter().all(|one| one.status == Status::Ok) {
        Outcome::Fine
    } else {
        Outcome::Found
    })
}

/// Accepts what the values give now: writes the golden files that differ, and only those.
fn update(checked: &mut [Checked]) -> anyhow::Result<Vec<PathBuf>> {
    let foreign = checked.iter().filter(|one| one.is_foreign);
    let refused: Vec<Diagnostic> = foreign
        .filter_map(|one| match &one.status {
            Status::Error(problems) => Some(problems.0.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    if !refused.is_empty() {
        return Err(Diagnostics(refused).into());
    }
    let stale = || checked.iter().filter(|one| one.status.is_stale());
    replace_all(stale().map(|one| (&*one.case.golden, &*one.text)))?;
    let updated = stale().map(|one| one.case.golden.clone()).collect();
    for one in checked.iter_mut().filter(|one| one.status.is_stale()) {
        one.status = Status::Ok;
    }
    Ok(updated)
}

fn line(updated: &Path) -> String {
    format!("updated {}", visible(&updated.to_string_lossy()))
}

/// Whether this is a CI job: services set CI, people unset it with an empty text, 0 or false.
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| !matches!(&*ci.to_lowercase(), "" | "0" | "false"))
}
