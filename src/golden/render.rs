//! The release of one case, as `template` with its files and flags would make it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::case::Case;
use crate::chart;
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::files::{self, Access, LARGEST};
use crate::images::Mirror;
use crate::release::{CompiledChart, Helm, Release, Request};
use crate::values::{Flag, NoFiles, Overrides, set};

/// The charts of all cases, each read and compiled once.
pub(super) struct Charts(HashMap<Key, Result<Arc<CompiledChart>, Diagnostics>>);

/// A chart, and where its links may lead.
type Key = (Option<PathBuf>, Access);

impl Charts {
    pub(super) fn of(cases: &[Case], helm: Option<&Arc<dyn Helm>>) -> Self {
        let mut charts = HashMap::new();
        for case in cases {
            charts
                .entry((case.chart.clone(), case.access.clone()))
                .or_insert_with(|| {
                    let chart = match &case.chart {
                        None => chart::embedded()?,
                        Some(folder) => chart::load_with(folder, &case.access)?,
                    };
                    let mut chart = CompiledChart::new(chart);
                    if let Some(helm) = helm {
                        chart = chart.with_helm(Arc::clone(helm));
                    }
                    chart.compile()?;
                    Ok(Arc::new(chart))
                });
        }
        Self(charts)
    }

    fn get(&self, case: &Case) -> Result<Arc<CompiledChart>, Diagnostics> {
        let known = self.0.get(&(case.chart.clone(), case.access.clone()));
        known
            .cloned()
            .unwrap_or_else(|| Err(Diagnostic::error("the chart was not loaded").into()))
    }
}

/// The release that a case describes, with valid values.
pub(super) fn release(
    case: &Case,
    charts: &Charts,
    mirror: Option<&Mirror>,
) -> Result<Release, Diagnostics> {
    let chart = charts.get(case)?;
    let flags = case.set.iter();
    let overrides = Overrides {
        files: values_files(case)?,
        flags: flags
            .map(|argument| Flag::new(set::Kind::Set, argument))
            .collect(),
    };
    let request = Request {
        name: case.release.clone(),
        namespace: case.namespace.clone(),
        kube_version: case.kube_version.clone(),
        overrides,
        mirror: mirror.cloned(),
        ..Request::default()
    };
    let release = Release::new(chart, request, &NoFiles)?;
    release.validate()?;
    Ok(release)
}

/// Problems that have no place in a file, with the place where the case is described.
pub(super) fn located(case: &Case, mut problems: Diagnostics) -> Diagnostics {
    for problem in &mut problems.0 {
        if problem.labels.iter().all(|label| label.source.is_typed()) {
            problem.labels.extend(case.described.clone());
        }
    }
    problems
}

fn values_files(case: &Case) -> Result<Vec<Source>, Diagnostics> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for path in &case.values {
        match read(path, &case.access) {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(sources)
    } else {
        Err(Diagnostics(problems))
    }
}

/// The text of a regular file.
pub(super) fn read(path: &Path, access: &Access) -> Result<Source, Diagnostic> {
    let bytes = access.regular(path, LARGEST);
    let text = bytes.and_then(|bytes| files::text(bytes).map_err(|(_, why)| why.to_owned()));
    match text {
        Ok(text) => Ok(Source::new(path.display().to_string(), text)),
        Err(why) => Err(unreadable(path, &why)),
    }
}

pub(super) fn unreadable(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(format!("cannot read `{}`: {why}", path.display()))
}
