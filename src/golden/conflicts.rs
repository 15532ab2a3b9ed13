//! Cases that cannot all be right: two with one golden file, and one whose golden file is a values file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::case::Case;
use super::path::identity;
use crate::diagnostics::{Diagnostic, Label};

/// A swanlab-render.yaml may say more of a case that names tell already; then what it says counts.
pub(super) fn describe_once(beside: &mut Vec<Case>) {
    let listed: BTreeSet<PathBuf> = beside
        .iter()
        .filter(|case| case.described.is_some())
        .flat_map(|case| &case.values)
        .map(|path| identity(path))
        .collect();
    beside.retain(|case| {
        case.described.is_some()
            || !case
                .values
                .iter()
                .all(|path| listed.contains(&identity(path)))
    });
}

/// A golden file that is a values file too: --update would overwrite what people wrote.
pub(super) fn refuse_values(cases: &mut [Case]) {
    for case in cases {
        let mut error = Diagnostic::error(format!(
            "{} is a values file, so it cannot hold the manifests",
            case.golden.display()
        ));
        if let Some(place) = &case.described {
            error = error.at(place.clone());
        }
        case.refused = Some(error.with_help("give the case a golden file of its own"));
    }
}

/// Cases with one golden file: only one of them could ever be right.
pub(super) fn refuse_common(cases: &mut [Case]) {
    let places: Vec<Label> = cases
        .iter()
        .filter_map(|case| case.described.clone())
        .collect();
    let names: Vec<String> = cases
        .iter()
        .map(|case| format!("`{}`", case.name))
        .collect();
    let message = format!(
        "{} have one golden file: {}",
        names.join(" and "),
        cases[0].golden.display()
    );
    for case in cases {
        let mut error = Diagnostic::error(&message);
        let own = case.described.iter();
        let others = places
            .iter()
            .filter(|place| Some(*place) != case.described.as_ref());
        for label in own.chain(others) {
            error = error.at(label.clone());
        }
        case.refused = Some(error.with_help("give each case a golden file of its own"));
    }
}
