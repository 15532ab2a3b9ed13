//! What Helm prints, as objects. Renders of one chart have most of their documents in common: each of them is read once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::super::gathered::Gathered;
use super::super::{Release, Rendered};
use crate::diagnostics::{Diagnostics, Source};
use crate::manifest::{Hook, Manifest};
use crate::{previous, yaml};

/// What messages call Helm's output.
const NAME: &str = "helm template";

impl Release {
    /// The objects that Helm has printed.
    pub(super) fn read_output(&self, output: String) -> Result<Rendered, Diagnostics> {
        let source = Source::new(NAME, output);
        let found = previous::read(std::slice::from_ref(&source), &self.request.namespace);
        let found = found.inspect_err(|problems| {
            // Helm itself refuses templates that do not make YAML.
            if yaml::read(source.text()).is_err()
                && let Some(problem) = problems.0.first()
            {
                self.unusable(problem.clone());
            }
        })?;
        let mut manifests = found.manifests;
        number(&mut manifests);
        let mut gathered = Gathered::new(self.request.mirror.as_ref());
        for manifest in manifests {
            gathered.add(manifest, |manifest| manifest);
        }
        let mut rendered = gathered.in_order(self)?;
        rendered.warnings.extend(found.notes);
        Ok(rendered)
    }
}

/// Numbers the objects of each template. Helm has sorted them by kind, so they need not be next to each other.
fn number(manifests: &mut [Manifest]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for manifest in manifests {
        let count = counts.entry(manifest.source.clone()).or_default();
        manifest.document = *count;
        *count += 1;
    }
}

/// Reads many outputs of one chart.
pub(super) struct Reader<'a> {
    namespace: &'a str,
    /// The objects of each document that was read, by its text.
    documents: Mutex<HashMap<String, Vec<Manifest>>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(namespace: &'a str) -> Self {
        Self {
            namespace,
            documents: Mutex::default(),
        }
    }

    /// The objects of an output, in its order; none if it cannot be read.
    pub(super) fn read(&self, output: &str) -> Option<Vec<Manifest>> {
        let mut manifests = Vec::new();
        for document in documents(output) {
            let known = self.known(document);
            let objects = match known {
                Some(known) => known,
                None => self.keep(document)?,
            };
            manifests.extend(objects);
        }
        number(&mut manifests);
        // As in any render: an object with a hook that Helm does not know is left out.
        manifests.retain(|manifest| Hook::of(manifest).is_ok());
        Some(manifests)
    }

    fn known(&self, document: &str) -> Option<Vec<Manifest>> {
        let known = self.documents.lock();
        known
            .unwrap_or_else(PoisonError::into_inner)
            .get(document)
            .cloned()
    }

    fn keep(&self, document: &str) -> Option<Vec<Manifest>> {
        let source = Source::new(NAME, document.to_owned());
        let found = previous::read(&[source], self.namespace).ok()?.manifests;
        let known = self.documents.lock();
        known
            .unwrap_or_else(PoisonError::into_inner)
            .insert(document.to_owned(), found.clone());
        Some(found)
    }
}

/// The documents of an output. `---` at the beginning of a line begins one, whatever is before it.
pub(super) fn documents(output: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut start = 0;
    for (at, _) in output.match_indices("\n---") {
        documents.push(&output[start..=at]);
        start = at + 1;
    }
    documents.push(&output[start..]);
    documents
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn documents_that_were_read_before_are_the_same() {
        let one = "---\n# Source: c/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
        let two = "---\n# Source: c/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
        let other = two.replace("name: b", "name: c");
        let reader = Reader::new("default");
        for output in [
            format!("{one}{two}"),
            format!("{one}{other}"),
            format!("{one}{two}"),
        ] {
            let read = reader.read(&output).unwrap();
            let mut whole = previous::read(&[Source::new(NAME, output)], "default")
                .unwrap()
                .manifests;
            number(&mut whole);
            assert_eq!(read, whole);
        }
        assert_eq!(reader.documents.lock().unwrap().len(), 3);
    }
}
