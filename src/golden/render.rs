//! The release of one case, as `template` with its files and flags would make it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::case::Case;
use crate::chart::{self, Chart};
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::engine::Engine;
use crate::files::{self, Access, LARGEST};
use crate::manifest::Mirror;
use crate::release::{DEFAULT_NAMES, NameError, Release, check_name, check_namespace};
use crate::values::{Flag, Overrides, Values, set, validate};

/// The charts of all cases, each read and compiled once.
pub(super) struct Charts(HashMap<Key, Result<(Chart, Engine), Diagnostics>>);

/// A chart, and where its links may lead.
type Key = (Option<PathBuf>, Access);

impl Charts {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut charts = HashMap::new();
        for case in cases {
            charts
                .entry((case.chart.clone(), case.access.clone()))
                .or_insert_with(|| {
                    let chart = match &case.chart {
                        None => chart::embedded()?,
                        Some(folder) => chart::load_with(folder, &case.access)?,
                    };
                    let engine = Engine::new(&chart)?;
                    Ok((chart, engine))
                });
        }
        Self(charts)
    }
}

/// Does something with the release that a case describes, as `template` would make it. What is
/// wrong and stands in no file is wrong where the case is described.
pub(super) fn with_release<T>(
    case: &Case,
    charts: &Charts,
    mirror: Option<&Mirror>,
    work: impl FnOnce(&Release<'_>, &Engine, &Values) -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    let result = release(case, charts, mirror, work);
    result.map_err(|mut problems| {
        for problem in &mut problems.0 {
            if problem.labels.iter().all(|label| label.source.is_typed()) {
                problem.labels.extend(case.described.clone());
            }
        }
        problems
    })
}

fn release<T>(
    case: &Case,
    charts: &Charts,
    mirror: Option<&Mirror>,
    work: impl FnOnce(&Release<'_>, &Engine, &Values) -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    let (chart, engine) = match charts.0.get(&(case.chart.clone(), case.access.clone())) {
        Some(Ok(chart)) => chart,
        Some(Err(problems)) => return Err(problems.clone()),
        None => return Err(Diagnostic::error("the chart was not loaded").into()),
    };
    let overrides = Overrides {
        files: values_files(case)?,
        flags: case
            .set
            .iter()
            .map(|argument| Flag::new(set::Kind::Set, argument))
            .collect(),
    };
    let no_files = |_: &str| Err("a case has --set alone".to_owned());
    let values = overrides.over(chart, &no_files)?;
    let default = DEFAULT_NAMES[usize::from(!chart.is_embedded)];
    let name = case.release.as_deref().unwrap_or(default);
    let refused = |problem: NameError| Diagnostic::error(problem.0);
    check_name(name, chart.is_embedded).map_err(refused)?;
    check_namespace(&case.namespace).map_err(refused)?;
    validate(chart, &overrides, &values.tree)?;
    let release = Release {
        name: name.to_owned(),
        namespace: case.namespace.clone(),
        is_upgrade: false,
        kube_version: case.kube_version.clone(),
        api_versions: Vec::new(),
        chart,
        values: &values.tree,
        overrides: &overrides,
        mirror: mirror.cloned(),
    };
    work(&release, engine, &values)
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
