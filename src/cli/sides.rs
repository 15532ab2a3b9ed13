//! The two sides of a comparison: objects that were read, or rendered from values that are known.

use serde_json::Value;
use swanlab_render::diff::{self, Cause, Diff, Options, Origin};
use swanlab_render::engine::Engine;
use swanlab_render::manifest::Manifest;
use swanlab_render::release::Before;

use super::args::{Diff as Arguments, Render};
use super::files::Files;
use super::input::Input;
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
    input: Input,
    engine: Engine,
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
        let input = Input::read_from(files, &command.target, render, streams)?;
        let (engine, rendered) = input.rendered(render, streams)?;
        let manifests = rendered.into_all();
        Ok(Self::Rendered(Box::new(Rendered {
            input,
            engine,
            manifests,
        })))
    }

    /// The release's name, where the side was rendered.
    pub(super) fn release(&self) -> Option<&str> {
        match self {
            Self::Read(_) => None,
            Self::Rendered(rendered) => Some(&rendered.input.name),
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
    if diff.objects.is_empty() || now.input.values.user.is_empty() && matches!(old, Side::Read(_)) {
        return;
    }
    let earlier = match old {
        Side::Rendered(earlier) => Some(&earlier.input),
        Side::Read(_) => None,
    };
    let defaults = Value::Object(now.input.values.defaults.clone());
    let before = Before {
        values: earlier.map_or(&defaults, |earlier| &earlier.values.tree),
        overrides: earlier.map(|earlier| &earlier.overrides),
    };
    let release = now.input.release(&command.render);
    let reverted = release.reverted(&now.engine, &before);
    let causes: Vec<Cause<'_>> = reverted
        .iter()
        .map(|one| {
            let (from, to) = if command.reverse {
                (&now.manifests, &one.manifests)
            } else {
                (&one.manifests, &now.manifests)
            };
            Cause {
                origin: Origin::new(&one.value, &one.place),
                given: one.given.clone(),
                diff: diff::compare(from, to, options),
            }
        })
        .collect();
    if earlier.is_some() {
        diff::attribute(diff, &causes);
    } else {
        diff::attribute_to_overrides(diff, &causes);
    }
}
