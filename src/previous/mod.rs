//! The objects of an earlier render or of a cluster, read from YAML or JSON: output of this program, of
//! `helm template`, `helm get manifest` and `kubectl get -o yaml`. Anything that is not an object, and duplicate
//! objects, are errors: what is left out silently would be missed in a comparison.

mod applied;
mod document;
mod helm_release;
mod hidden;
mod managed;
mod object;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::diagnostics::{Diagnostic, Diagnostics, Label, Source};
use crate::manifest::{Identity, Manifest};

pub use applied::{is_applied, last_applied};
pub use helm_release::{newest_revision, release_manifests};
pub use managed::{Managed, joined, managed};

/// The objects of a previous render.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Previous {
    /// All objects in the order of the texts, hooks included; lists are taken apart. `source` is the template in
    /// Helm's comment before the object, else the name of the text; `document` is 0, since the text does not say it.
    pub manifests: Vec<Manifest>,
    /// What an operator may want to know: repeated keys.
    pub notes: Vec<Diagnostic>,
}

/// An object and its place.
struct Found {
    manifest: Manifest,
    /// Its name, else the whole object.
    place: Label,
}

/// Reads all texts of one side. `namespace` is the release's: where an object lives that names none.
///
/// What only a server writes is left out (`status`, `metadata.managedFields` and the like); `metadata.uid` stays
/// in place: it shows that an object comes from a cluster.
///
/// # Errors
/// Everything that is not YAML or JSON, or no object, and objects that come twice, with their places; excerpts
/// show keys and names, but no values.
pub fn read(sources: &[Source], namespace: &str) -> Result<Previous, Diagnostics> {
    let mut found = Vec::new();
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    for source in sources {
        document::read(source, &mut found, &mut notes, &mut problems);
    }
    problems.extend(duplicates(&found, namespace));
    if !problems.is_empty() {
        hide_values(&mut problems, sources);
        return Err(Diagnostics(problems));
    }
    let manifests = found.into_iter().map(|found| found.manifest).collect();
    Ok(Previous { manifests, notes })
}

/// Objects that another one before them already is.
fn duplicates(found: &[Found], namespace: &str) -> Vec<Diagnostic> {
    let mut first: HashMap<Identity, &Found> = HashMap::with_capacity(found.len());
    let mut problems = Vec::new();
    for object in found {
        let Some(identity) = object.manifest.identity() else {
            continue;
        };
        let identity = identity.applied_to(namespace);
        if let Some(before) = first.get(&identity) {
            let same = before.manifest.object == object.manifest.object;
            problems.push(
                Diagnostic::error(format!("duplicate object: {identity}"))
                    .at(object.place.clone().with_text("the second one"))
                    .at(before.place.clone().with_text("the first one"))
                    .with_help(if same {
                        "both say the same: remove one"
                    } else {
                        "they differ, so it is not known which one counts: remove one"
                    }),
            );
        } else {
            first.insert(identity, object);
        }
    }
    problems
}

/// Makes excerpts safe to show: they come from copies of the texts in which no value can be read.
fn hide_values(problems: &mut [Diagnostic], sources: &[Source]) {
    for source in sources {
        let labels = || problems.iter().flat_map(|problem| &problem.labels);
        if !labels().any(|label| label.source == *source) {
            continue;
        }
        let hidden = hidden::without_values(source);
        for label in problems.iter_mut().flat_map(|problem| &mut problem.labels) {
            if label.source == *source {
                label.source = hidden.clone();
            }
        }
    }
}
