//! The two sides of a comparison: objects that were read, or rendered from values that are known.

use swanlab_render::diff::{self, Attribution, Candidate, Diff, Options};
use swanlab_render::manifest::Manifest;
use swanlab_render::release::Release;

use super::args::{Diff as Arguments, Render};
use super::files::Files;
use super::input::{release_from, rendered};
use super::streams::Streams;

/// One side.
pub(super) enum Side {
    /// Of texts.
    Read(Vec<Manifest>),
    /// Of values.
    Rendered(Box<Rendered>),
}

/// What a side was rendered from.
pub(super) struct Rendered {
    release: Release,
    manifests: Vec<Manifest>,
}

impl Side {
    /// What `template` would print, hooks included.
    pub(super) fn rendered(
        command: &Arguments,
        render: &Render,
        files: &Files,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let release = release_from(files, &command.target, render, streams)?;
        let manifests = rendered(&release, render, streams)?.into_all();
        Ok(Self::Rendered(Box::new(Rendered { release, manifests })))
    }

    /// The release's name, where the side was rendered.
    pub(super) fn release(&self) -> Option<&str> {
        match self {
            Self::Read(_) => None,
            Self::Rendered(rendered) => Some(rendered.release.name()),
        }
    }

    pub(super) fn manifests(&self) -> &[Manifest] {
        match self {
            Self::Read(manifests) => manifests,
            Self::Rendered(rendered) => &rendered.manifests,
        }
    }
}

/// Tells which values made the changes, as far as the values of a side are known.
pub(super) fn explain(
    diff: &mut Diff<'_>,
    old: &Side,
    new: &Side,
    command: &Arguments,
    options: &Options<'_>,
) {
    let Side::Rendered(now) = new else { return };
    let is_default = now.release.values().user.is_empty();
    if diff.objects.is_empty() || is_default && matches!(old, Side::Read(_)) {
        return;
    }
    let earlier = match old {
        Side::Rendered(earlier) => Some(&earlier.release),
        Side::Read(_) => None,
    };
    let reverted = now.release.reverted(earlier);
    let candidates: Vec<Candidate<'_>> = reverted
        .iter()
        .map(|one| {
            let (from, to) = if command.reverse {
                (&now.manifests, &one.manifests)
            } else {
                (&one.manifests, &now.manifests)
            };
            let attribution = Attribution::new(&one.value, &one.place);
            let diff = diff::compare(from, to, options);
            Candidate::new(attribution, one.given.clone(), diff)
        })
        .collect();
    if earlier.is_some() {
        diff::attribute(diff, &candidates);
    } else {
        diff::attribute_to_overrides(diff, &candidates);
    }
}
