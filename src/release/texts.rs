//! A render as text only, for callers that compare it with what is expected: what another release of the same chart has
//! written is not made again.

use std::sync::Arc;

use super::gathered::Object;
use super::{Release, Rendered, no_object};
use crate::diagnostics::Diagnostics;
use crate::engine::ObjectText;
use crate::manifest::{Manifest, begin_document, document};

impl Release {
    /// The text of each object, as [`document`] writes it. What another release of the same
    /// chart has written is not written again.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn texts(&self) -> Result<Rendered<Arc<str>>, Diagnostics> {
        // Helm renders all at once, and a mirror is a matter of one release.
        if self.chart.helm().is_some() || self.request.mirror.is_some() {
            return self.render_as(|manifest| document(&manifest));
        }
        let run = self.own_run()?;
        self.render_templates(run, |template, gathered| {
            let source = self.source_of(template);
            let shared: Arc<str> = source.as_str().into();
            let mut begin = String::new();
            begin_document(&source, &mut begin);
            let make = |ObjectText { head, text }: ObjectText| {
                if !head.is_object() {
                    return None;
                }
                let head = Manifest {
                    source: source.clone(),
                    document: 0,
                    object: head,
                };
                let with_source = |_| [begin.as_str(), &text].concat().into();
                Some(Object::of(Arc::clone(&shared), head, with_source))
            };
            let mut is_other = false;
            run.each_made_of_text(template, make, |object| match object {
                Some(object) => gathered.push(object),
                None => is_other = true,
            })?;
            if is_other {
                return Err(no_object(template));
            }
            Ok(())
        })
    }
}
