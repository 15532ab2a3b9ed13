//! The objects of a render, gathered while they are made: in Helm's order, hooks apart, from the mirror if there is one,
//! no two of them the same. Of each only what its caller makes of it is kept.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};

use super::{Release, Rendered};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::images::{Mirror, containers};
use crate::manifest::{Hook, Identity, Manifest, sort_by_kind};

/// The objects so far.
pub(super) struct Gathered<'r, T> {
    mirror: Option<&'r Mirror>,
    /// The images of all objects, before they are taken from the mirror.
    images: Vec<String>,
    /// The template of the last object.
    source: Arc<str>,
    manifests: Vec<Object<T>>,
    hooks: Vec<(Object<T>, Hook)>,
    warnings: Vec<Diagnostic>,
}

/// An object, and what the others have to know of it.
#[derive(Clone)]
pub(super) struct Object<T> {
    /// The same text for all objects of a template.
    source: Arc<str>,
    /// Its kind, if it has no identity.
    kind: Box<str>,
    identity: Option<Identity>,
    made: T,
}

/// An object, with its events if it is a hook; or a warning, if nothing comes of it.
pub(super) type Made<T> = Result<(Object<T>, Option<Hook>), Diagnostic>;

impl<T> Object<T> {
    /// The object that a template's manifest becomes.
    pub(super) fn of(
        source: Arc<str>,
        manifest: Manifest,
        make: impl FnOnce(Manifest) -> T,
    ) -> Made<T> {
        let hook = Hook::of(&manifest)?;
        let identity = manifest.identity();
        let kind = if identity.is_none() {
            manifest.kind()
        } else {
            ""
        };
        let object = Self {
            source,
            kind: kind.into(),
            identity,
            made: make(manifest),
        };
        Ok((object, hook))
    }

    fn kind(&self) -> &str {
        let identity = self.identity.as_ref();
        identity.map_or(&*self.kind, |identity| &identity.kind)
    }
}

impl<'r, T> Gathered<'r, T> {
    pub(super) fn new(mirror: Option<&'r Mirror>) -> Self {
        Self {
            mirror,
            images: Vec::new(),
            source: Arc::default(),
            manifests: Vec::new(),
            hooks: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Takes one more object.
    pub(super) fn add(&mut self, mut manifest: Manifest, make: impl FnOnce(Manifest) -> T) {
        if let Some(mirror) = self.mirror {
            let images = containers(&manifest.object).into_iter();
            self.images
                .extend(images.map(|container| container.image.to_owned()));
            mirror.apply(&mut manifest);
        }
        if *self.source != *manifest.source {
            self.source = manifest.source.as_str().into();
        }
        self.push(Object::of(Arc::clone(&self.source), manifest, make));
    }

    /// Takes what [`Object::of`] made.
    pub(super) fn push(&mut self, made: Made<T>) {
        match made {
            Ok((object, None)) => self.manifests.push(object),
            Ok((object, Some(hook))) => self.hooks.push((object, hook)),
            Err(warning) => self.warnings.push(warning),
        }
    }

    /// All of them.
    ///
    /// # Errors
    /// Two images with one name in the mirror, and objects that are made twice.
    pub(super) fn in_order(mut self, release: &Release) -> Result<Rendered<T>, Diagnostics> {
        if let Some(mirror) = self.mirror {
            mirror.targets(self.images.iter().map(String::as_str))?;
        }
        sort_by_kind(&mut self.manifests, Object::kind);
        sort_by_kind(&mut self.hooks, |(object, _)| object.kind());
        self.refuse_collisions(release)?;
        let manifests = self.manifests.into_iter();
        let hooks = self.hooks.into_iter();
        Ok(Rendered {
            manifests: manifests.map(|object| object.made).collect(),
            hooks: hooks.map(|(object, hook)| (object.made, hook)).collect(),
            notes: None,
            warnings: self.warnings,
        })
    }

    fn refuse_collisions(&self, release: &Release) -> Result<(), Diagnostics> {
        let mut seen: HashMap<&Identity, &str> = HashMap::new();
        let mut problems = Vec::new();
        let hooks = self.hooks.iter().map(|(object, _)| object);
        for object in self.manifests.iter().chain(hooks) {
            let Some(identity) = &object.identity else {
                continue;
            };
            if let Some(first) = seen.get(identity) {
                problems.push(release.collision(identity, first, &object.source));
            } else {
                seen.insert(identity, &object.source);
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Diagnostics(problems))
        }
    }
}
