//! `diff --from-chart`: what another version of the chart does with the values.

use std::collections::HashMap;

use swanlab_render::diagnostics::{Label, is_secret_key};
use swanlab_render::diff::{
    self, Attribution, Candidate, Options, ValueChange, ValueFinding, fields_of, names_a_secret,
};
use swanlab_render::release::Release;
use swanlab_render::values::ReadFile;
use swanlab_render::yaml::{Path, Step};

use super::args::{Render, Target};
use super::files::Files;
use super::input::{unwarned_release, validate};
use super::streams::Streams;

/// The name and version of the chart of a release.
fn version(release: &Release) -> String {
    let metadata = &release.chart().metadata;
    format!("{} {}", metadata.name, metadata.version.0)
}

/// The name and version of a chart, if it renders.
pub(super) fn fine_with(
    target: &Target,
    render: &Render,
    files: &Files,
    streams: &Streams,
) -> Option<String> {
    let release = unwarned_release(files, target, render, streams).ok()?;
    validate(&release, render).ok()?;
    release.render().ok()?;
    Some(version(&release))
}

fn finding(change: ValueChange, value: &Path, place: &Label, message: String) -> ValueFinding {
    let Attribution { value, file, line } = Attribution::new(value, place);
    ValueFinding {
        change,
        value,
        message,
        help: None,
        file,
        line,
        fields: None,
    }
}

/// The values of the user that the old chart knows and the new one does not, with what they do in the old one.
pub(super) fn unknown(
    new: &Release,
    old: &Release,
    files: &dyn ReadFile,
    options: &Options<'_>,
) -> Vec<ValueFinding> {
    // The old chart with the same values: what they did.
    let Ok(before) = Release::new(old.compiled().clone(), new.request().clone(), files) else {
        return Vec::new();
    };
    let lost = new.unknown_to_it_alone(&before);
    if lost.is_empty() {
        return Vec::new();
    }
    let paths: Vec<Path> = lost.iter().map(|one| one.value.clone()).collect();
    let with_all = before.render_known().unwrap_or_default();
    let without = before.without_each(&paths).into_iter();
    let (of_new, of_old) = (version(new), version(old));
    lost.iter()
        .zip(without)
        .map(|(one, without)| {
            let fields = without
                .filter(|_| !with_all.is_empty())
                .map(|without| fields_of(&diff::differences(&without, &with_all, options)));
            let message = match &fields {
                None => format!("{of_new} does not know this value, and {of_old} does"),
                Some(fields) if fields.is_empty() => format!(
                    "{of_new} does not know this value; it has no effect in {of_old} either"
                ),
                Some(_) => format!(
                    "{of_new} does not know this value; in {of_old} it decides these fields"
                ),
            };
            ValueFinding {
                help: one.help.clone(),
                fields,
                ..finding(ValueChange::Unknown, &one.value, &one.place, message)
            }
        })
        .collect()
}

/// The defaults that are other ones in the new chart, with what they change.
pub(super) fn changed_defaults(
    new: &Release,
    old: &Release,
    candidates: &[Candidate<'_>],
) -> Vec<ValueFinding> {
    let tried: HashMap<&str, &Candidate<'_>> = candidates
        .iter()
        .map(|candidate| (candidate.attribution.value.as_str(), candidate))
        .collect();
    let changed = new.changed_defaults(old).into_iter();
    changed
        .map(|one| {
            let is_hidden = one.value.0.iter().any(|step| match step {
                Step::Key(key) => names_a_secret(key) || is_secret_key(key),
                Step::Index(_) => false,
            });
            let is_long = [&one.old, &one.new]
                .iter()
                .any(|value| value.is_object() || value.is_array());
            let message = if is_hidden || is_long {
                "the default is another one".to_owned()
            } else {
                format!("the default was {}, and is {}", one.old, one.new)
            };
            let found = finding(ValueChange::Default, &one.value, &one.place, message);
            let candidate = tried.get(found.value.as_str());
            ValueFinding {
                fields: candidate.map(|candidate| fields_of(&candidate.diff)),
                ..found
            }
        })
        .collect()
}
