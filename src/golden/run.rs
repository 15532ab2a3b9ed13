//! Runs cases on all cores. The results have the order of the cases.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::case::{Case, Checked, Status};
use super::discover::{Found, is_golden, is_named_golden};
use super::exposed::exposed;
use super::render::{Charts, located, release, unreadable};
use crate::chart::Language;
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::diff::{self, fingerprint};
use crate::files::{Access, LARGEST, text};
use crate::images::Mirror;
use crate::manifest::documents;
use crate::previous;
use crate::release::{Helm, Release, Reverted};
use crate::threads::in_order;
use crate::yaml;

/// How cases are run.
pub struct Setup<'a> {
    /// The mirror that all images are taken from, if they are.
    pub mirror: Option<Mirror>,
    /// Renders charts in Go templates; without one, their cases are errors.
    pub helm: Option<Arc<dyn Helm>>,
    /// At most this many cases at a time.
    pub threads: NonZeroUsize,
    /// Told how many cases are done, from any thread.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// Of so many cases that differ the values behind the differences are looked for: it takes a render
/// for each value. When a new version of the chart changes them all, a few explain as much.
const TRACED: usize = 25;

/// Renders every case and compares it with its golden file; orphaned golden files come last.
pub fn check(found: &Found, setup: &Setup<'_>) -> Vec<Checked> {
    let charts = Charts::of(&found.cases, setup.helm.as_ref());
    let mirror = setup.mirror.as_ref();
    let done = AtomicUsize::new(0);
    let mut results = in_order(found.cases.iter(), setup.threads, |case| {
        let checked = check_one(case, &charts, mirror);
        (setup.progress)(done.fetch_add(1, Ordering::Relaxed) + 1);
        checked
    });
    let mut differing: Vec<&mut Checked> = results
        .iter_mut()
        .filter(|checked| checked.status == Status::Differs)
        .take(TRACED)
        .collect();
    let reverted = in_order(differing.iter(), setup.threads, |checked| {
        behind(checked, &charts, mirror)
    });
    for (checked, reverted) in differing.iter_mut().zip(reverted) {
        checked.reverted = reverted;
    }
    results.extend(found.orphans.iter().map(|golden| {
        let name = golden.display().to_string();
        let case = Case::by_convention(name, Vec::new(), golden.clone());
        Checked::new(&case, Status::Orphan)
    }));
    results
}

fn check_one(case: &Case, charts: &Charts, mirror: Option<&Mirror>) -> Checked {
    let mut checked = Checked::new(case, Status::Ok);
    if let Some(refused) = &case.refused {
        checked.status = Status::Error(refused.clone().into());
        return checked;
    }
    let status = release(case, charts, mirror).and_then(|release| {
        if is_current(&mut checked, &release)? {
            return Ok(Status::Ok);
        }
        let mut rendered = release.render()?;
        checked.warnings = release.warnings();
        checked.warnings.append(&mut rendered.warnings);
        checked.new = rendered.into_all();
        if case.hide_secrets {
            fingerprint(&mut checked.new, &case.namespace);
        } else {
            let objects = checked.new.iter().map(|manifest| &manifest.object);
            checked.exposed = exposed(case, &release, objects);
        }
        documents(&checked.new, &mut checked.text);
        hold(&mut checked, &release)
    });
    checked.status = status.unwrap_or_else(|problems| Status::Error(located(case, problems)));
    // A thousand cases would not fit into memory as trees.
    if checked.status != Status::Differs {
        checked.new = Vec::new();
        checked.old = Vec::new();
    }
    if !checked.status.is_stale() {
        checked.text = String::new();
    }
    checked
}

/// Whether the golden file is what the values give, byte for byte, as it is in nearly all of a thousand cases. False where
/// only the objects can tell.
fn is_current(checked: &mut Checked, release: &Release) -> Result<bool, Diagnostics> {
    let case = &checked.case;
    // Helm's own functions may give something else each time, and it is not to run twice.
    let is_ours = release.chart().language == Language::Jinja;
    if !is_ours || case.hide_secrets {
        return Ok(false);
    }
    let Ok(golden) = Access::default().regular(&case.golden, LARGEST) else {
        return Ok(false);
    };
    let mut rendered = release.texts()?;
    checked.warnings = release.warnings();
    checked.warnings.append(&mut rendered.warnings);
    let texts = rendered.into_all();
    let mut rest = Some(&*golden);
    for text in &texts {
        rest = rest.and_then(|rest| rest.strip_prefix(text.as_bytes()));
    }
    if rest.is_none_or(|rest| !rest.is_empty()) {
        return Ok(false);
    }
    let secrets = texts.iter().filter(|text| text.contains("kind: Secret"));
    let secrets: Vec<Value> = secrets
        .filter_map(|text| yaml::read(text).ok())
        .flatten()
        .collect();
    checked.exposed = exposed(case, release, secrets.iter());
    Ok(true)
}

/// Renders with one value set back, to find the values behind a difference.
fn behind(checked: &Checked, charts: &Charts, mirror: Option<&Mirror>) -> Vec<Reverted> {
    let case = &checked.case;
    // It rendered before.
    let Ok(release) = release(case, charts, mirror) else {
        return Vec::new();
    };
    if release.values().user.is_empty() {
        return Vec::new();
    }
    let (mut reverted, _) = release.reverted(None);
    for one in &mut reverted {
        if case.hide_secrets {
            fingerprint(&mut one.manifests, &case.namespace);
        }
        diff::take_over(&checked.random, &checked.new, &mut one.manifests);
    }
    reverted
}

/// What people wrote is not replaced by manifests.
fn foreign(checked: &mut Checked) -> Diagnostic {
    checked.is_foreign = true;
    Diagnostic::error(format!(
        "{} is not a golden file: it has no manifests",
        checked.case.golden.display()
    ))
    .with_help("name another file, or remove this one if nobody needs it")
}

/// Bytes decide; only where they differ are the objects looked at.
fn hold(checked: &mut Checked, release: &Release) -> Result<Status, Diagnostics> {
    let path = &checked.case.golden.clone();
    if !path.exists() {
        return Ok(Status::Missing);
    }
    let bytes = Access::default().regular(path, LARGEST);
    let bytes = bytes.map_err(|why| unreadable(path, &why))?;
    if bytes == checked.text.as_bytes() {
        return Ok(Status::Ok);
    }
    let text = match text(bytes) {
        Ok(text) => text,
        Err(_) if !is_named_golden(path) => return Err(foreign(checked).into()),
        Err((_, why)) => {
            let error = Diagnostic::error(format!("{}: {why}", path.display()));
            return Ok(Status::Unreadable(error.into()));
        }
    };
    // A checkout on Windows may have changed the ends of lines.
    if text.contains('\r') && text.replace("\r\n", "\n") == checked.text {
        return Ok(Status::Ok);
    }
    let source = Source::new(path.display().to_string(), text);
    let previous = previous::read(std::slice::from_ref(&source), &checked.case.namespace);
    if !is_named_golden(path) && !is_golden(source.text(), &previous) {
        return Err(foreign(checked).into());
    }
    match previous {
        Ok(previous) => checked.old = previous.manifests,
        Err(problems) => return Ok(Status::Unreadable(problems)),
    }
    // What differs from render to render is not compared.
    let mut again = release.render_again()?.unwrap_or_default();
    if checked.case.hide_secrets {
        fingerprint(&mut again, &checked.case.namespace);
    }
    checked.random = diff::random_fields(&checked.new, &again);
    if !checked.random.is_empty() {
        diff::take_over(&checked.random, &checked.old, &mut checked.new);
        checked.text.clear();
        documents(&checked.new, &mut checked.text);
        if source.text() == checked.text {
            return Ok(Status::Ok);
        }
    }
    let (diff, unmatched) = checked.compared();
    if diff.objects.is_empty() {
        return Ok(Status::Format);
    }
    let case = &checked.case.name;
    let warnings: Vec<Diagnostic> = unmatched
        .iter()
        .map(|one| Diagnostic::warning(format!("{case}: accept {one}: there is no such effect")))
        .collect();
    checked.warnings.extend(warnings);
    Ok(Status::Differs)
}
