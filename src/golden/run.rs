//! Runs cases on all cores. The results stand in the order of the cases, whatever the threads do.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use super::case::{Case, Checked, Status};
use super::discover::Found;
use super::render::{Charts, unreadable, with_release};
use crate::diagnostics::{Diagnostics, Source};
use crate::manifest::{Mirror, documents, previous};
use crate::release::Before;

/// How cases are run.
pub struct Setup<'a> {
    /// The mirror that all images are taken from, if they are.
    pub mirror: Option<Mirror>,
    /// At most this many cases at a time.
    pub threads: NonZeroUsize,
    /// Told how many cases are done, from any thread.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// Renders every case and holds its golden file against it; orphaned golden files come last.
pub fn check(found: &Found, setup: &Setup<'_>) -> Vec<Checked> {
    let charts = Charts::of(&found.cases);
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Checked>>> = Mutex::new(vec![None; found.cases.len()]);
    thread::scope(|scope| {
        for _ in 0..setup.threads.get().min(found.cases.len()) {
            scope.spawn(|| {
                while let Some(index) = next_of(&next, found.cases.len()) {
                    let checked = check_one(&found.cases[index], &charts, setup.mirror.as_ref());
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(checked);
                    (setup.progress)(done.fetch_add(1, Ordering::Relaxed) + 1);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    let orphans = found.orphans.iter().map(|golden| {
        let name = golden.display().to_string();
        let case = Case::by_convention(name, Vec::new(), golden.clone());
        Checked::new(&case, Status::Orphan)
    });
    results.into_iter().flatten().chain(orphans).collect()
}

fn next_of(counter: &AtomicUsize, count: usize) -> Option<usize> {
    let index = counter.fetch_add(1, Ordering::Relaxed);
    (index < count).then_some(index)
}

fn check_one(case: &Case, charts: &Charts, mirror: Option<&Mirror>) -> Checked {
    if let Some(refused) = &case.refused {
        return Checked::new(case, Status::Error(refused.clone().into()));
    }
    let mut checked = Checked::new(case, Status::Ok);
    let rendered = with_release(case, charts, mirror, |release, engine, values| {
        let rendered = release.render_with(engine)?;
        checked.new = rendered.manifests;
        let hooks = rendered.hooks.into_iter().map(|(manifest, _)| manifest);
        checked.new.extend(hooks);
        documents(&checked.new, &mut checked.text);
        checked.status = hold(&mut checked)?;
        // Only a difference is worth the renders that tell where it comes from.
        if checked.status == Status::Differs && !values.user.is_empty() {
            let defaults = Value::Object(values.defaults.clone());
            let before = Before {
                values: &defaults,
                overrides: None,
            };
            checked.reverted = release.reverted(engine, &before);
        }
        Ok(())
    });
    if let Err(problems) = rendered {
        checked.status = Status::Error(problems);
    }
    checked
}

/// Bytes decide; only where they differ are the objects looked at.
fn hold(checked: &mut Checked) -> Result<Status, Diagnostics> {
    let path = &checked.case.golden;
    let golden = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Status::Missing),
        Err(error) => return Err(unreadable(path, &error).into()),
    };
    // A checkout on Windows may have changed the ends of lines.
    if golden == checked.text || golden.replace("\r\n", "\n") == checked.text {
        return Ok(Status::Ok);
    }
    let source = Source::new(path.display().to_string(), golden);
    checked.old = previous(&[source], &checked.case.namespace)?.manifests;
    Ok(if checked.diff().objects.is_empty() {
        Status::Format
    } else {
        Status::Differs
    })
}
