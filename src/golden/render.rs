//! The release of one case, as `template` with its files and flags would make it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::case::Case;
use crate::chart::{self, Chart};
use crate::diagnostics::{Diagnostic, Diagnostics, Source};
use crate::engine::Engine;
use crate::manifest::Mirror;
use crate::release::{DEFAULT_NAMES, NameError, Release, check_name, check_namespace};
use crate::values::{Flag, Overrides, Values, set, validate};

/// The charts of all cases, each read and compiled once.
pub(super) struct Charts(HashMap<Option<PathBuf>, Result<(Chart, Engine), Diagnostics>>);

impl Charts {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut charts = HashMap::new();
        for case in cases {
            charts.entry(case.chart.clone()).or_insert_with(|| {
                let chart = match &case.chart {
                    None => chart::embedded()?,
                    Some(folder) => chart::load(folder)?,
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
    let (chart, engine) = match charts.0.get(&case.chart) {
        Some(Ok(chart)) => chart,
        Some(Err(problems)) => return Err(problems.clone()),
        None => return Err(Diagnostic::error("the chart was not loaded").into()),
    };
    let overrides = Overrides {
        files: files(&case.values)?,
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

fn files(paths: &[PathBuf]) -> Result<Vec<Source>, Diagnostics> {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match std::fs::read_to_string(path) {
            Ok(text) => sources.push(Source::new(path.display().to_string(), text)),
            Err(error) => problems.push(unreadable(path, &error)),
        }
    }
    if problems.is_empty() {
        Ok(sources)
    } else {
        Err(Diagnostics(problems))
    }
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error(format!("cannot read `{}`: {why}", path.display()))
}
