//! A render as text only, for callers that compare it with what is expected: what another release of the same chart has
//! written is not made again.

use std::sync::Arc;

use super::gathered::Object;
use super::{Release, Rendered, no_object};
use crate::diagnostics::Diagnostics;
use crate::manifest::{Manifest, documents};

impl Release {
    /// The text of each object, as [`documents`] writes it. What another release of the same
    /// chart has written is not written again.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn texts(&self) -> Result<Rendered<Arc<str>>, Diagnostics> {
        // Helm renders all at once, and a mirror is a matter of one release.
        if self.chart.helm().is_some() || self.request.mirror.is_some() {
            return self.render_as(|manifest| text(&manifest));
        }
        let run = self.own_run()?;
        self.render_templates(run, |template, gathered| {
            let source = self.source_of(template);
            let made = run.made_of_manifests(template, |documents| {
                let shared: Arc<str> = source.as_str().into();
                let mut all = Vec::new();
                for (document, object) in documents.enumerate() {
                    if !object.is_object() {
                        return None;
                    }
                    let manifest = Manifest {
                        source: source.clone(),
                        document,
                        object: object.clone(),
                    };
                    let write = |manifest| text(&manifest);
                    all.push(Object::of(Arc::clone(&shared), manifest, write));
                }
                Some(all)
            })?;
            let Some(made) = &*made else {
                return Err(no_object(template));
            };
            made.iter().cloned().for_each(|one| gathered.push(one));
            Ok(())
        })
    }
}

fn text(manifest: &Manifest) -> Arc<str> {
    let mut text = String::new();
    documents(std::slice::from_ref(manifest), &mut text);
    text.into()
}
