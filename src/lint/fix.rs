//! The edits that findings are certain about, made in the user's files: keys with another name or place, slips of the
//! finger, quotes. What is not certain is left as it is.

use super::Finding;
use crate::diagnostics::{Diagnostic, Source};
use crate::yaml::{Edit, Path, edit};

/// Files after the edits of findings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fix {
    /// All files, in the same order.
    pub files: Vec<Source>,
    /// What was put right, with places in the files as they were.
    pub done: Vec<Diagnostic>,
}

/// Makes the edits of findings in the files that they are about. Findings about flags, and those whose edits would give one
/// key two values, are left.
///
/// ```
/// use swanlab_render::chart;
/// use swanlab_render::lint;
/// use swanlab_render::release::{Release, Request};
/// use swanlab_render::values::NoFiles;
///
/// let request = Request::default().with_values("my-values.yaml", "gateway: {replicaz: 2} # two\n");
/// let release = Release::new(chart::embedded()?, request, &NoFiles)?;
/// let findings = lint::release(&release, &lint::Options::default());
/// let fix = lint::fix(&findings, &release.overrides().files);
/// assert_eq!(fix.files[0].text(), "gateway: {replicas: 2} # two\n");
/// # Ok::<(), swanlab_render::diagnostics::Diagnostics>(())
/// ```
pub fn fix(findings: &[Finding], files: &[Source]) -> Fix {
    let edits: Vec<(&Diagnostic, &Edit)> = findings
        .iter()
        .filter_map(|finding| Some((&finding.diagnostic, finding.diagnostic.edit()?)))
        .collect();
    let targets: Vec<Path> = edits.iter().map(|(_, edit)| target(edit)).collect();
    let mut fix = Fix {
        files: Vec::with_capacity(files.len()),
        done: Vec::new(),
    };
    for file in files {
        let mut text = file.text().to_owned();
        for ((diagnostic, one), target) in edits.iter().zip(&targets) {
            let label = diagnostic.labels.first();
            let Some(label) = label.filter(|label| label.source == *file) else {
                continue;
            };
            let is_only = targets.iter().filter(|other| *other == target).count() == 1;
            let part = part_at(file, label.range.start);
            let edited = part.and_then(|part| edit(&text, part, one).ok());
            if let (true, Some(edited)) = (is_only, edited) {
                text = edited;
                fix.done.push((*diagnostic).clone());
            }
        }
        fix.files.push(if text == file.text() {
            file.clone()
        } else {
            Source::new(file.name().to_owned(), text)
        });
    }
    fix
}

/// The path that an edit gives a value to.
fn target(edit: &Edit) -> Path {
    match edit {
        Edit::Rename { path, key } => path.parent().unwrap_or_default().join(key.as_str()),
        Edit::Move { to, .. } => to.clone(),
        other => other.path().clone(),
    }
}

/// The part of a text that a byte is in.
fn part_at(file: &Source, at: usize) -> Option<usize> {
    let parts = file.parts().ok()?;
    parts
        .iter()
        .position(|part| part.range.contains(&at) || part.range.end == at)
}
