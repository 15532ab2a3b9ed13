//! The two sides of a comparison: objects that were read, or rendered from values that are known.

use swanlab_render::diff::{self, Attribution, Candidate, Diff, Options, RandomField};
use swanlab_render::manifest::Manifest;
use swanlab_render::release::Release;

use super::args::{Diff as Arguments, Render, Target};
use super::files::Files;
use super::input::{release_from, validate};
use super::previous;
use super::streams::Streams;
use super::versions::changed_defaults;

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
    /// The fields that another render had otherwise.
    random: Vec<RandomField>,
}

impl Side {
    /// What `template` would print, hooks included.
    pub(super) fn rendered(
        target: &Target,
        render: &Render,
        files: &Files,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        let release = release_from(files, target, render, streams)?;
        validate(&release, render)?;
        let (mut first, second) = release.render_twice()?;
        streams.warn(std::mem::take(&mut first.warnings), render.strict)?;
        let manifests = first.into_all();
        let random = second.map_or_else(Vec::new, |second| {
            diff::random_fields(&manifests, &second.into_all())
        });
        Ok(Self::Rendered(Box::new(Rendered {
            release,
            manifests,
            random,
        })))
    }

    /// The manifests that `--manifests` names, or else a render.
    pub(super) fn of(
        manifests: Option<&str>,
        target: &Target,
        render: &Render,
        files: &Files,
        streams: &Streams,
    ) -> anyhow::Result<Self> {
        match manifests {
            Some(argument) => {
                let found =
                    previous::read("--manifests", argument, &render.namespace, files, streams)?;
                Ok(Self::Read(found))
            }
            None => Self::rendered(target, render, files, streams),
        }
    }

    /// The release, where the side was rendered from the chart that is built in.
    pub(super) fn of_embedded_chart(&self) -> Option<&Release> {
        self.rendered_release()
            .filter(|release| release.chart().is_embedded)
    }

    /// The release that was rendered.
    pub(super) fn rendered_release(&self) -> Option<&Release> {
        match self {
            Self::Read(_) => None,
            Self::Rendered(rendered) => Some(&rendered.release),
        }
    }

    /// The release's name, where the side was rendered.
    pub(super) fn release(&self) -> Option<&str> {
        self.rendered_release().map(Release::name)
    }

    pub(super) fn manifests(&self) -> &[Manifest] {
        match self {
            Self::Read(manifests) => manifests,
            Self::Rendered(rendered) => &rendered.manifests,
        }
    }
}

impl Side {
    /// The fields that differ from render to render; none of a side that was read.
    pub(super) fn random_fields(&self) -> &[RandomField] {
        match self {
            Self::Read(_) => &[],
            Self::Rendered(rendered) => &rendered.random,
        }
    }

    /// Gives fields the values of other manifests.
    pub(super) fn take_over(&mut self, fields: &[RandomField], from: &[Manifest]) {
        let to = match self {
            Self::Read(manifests) => manifests,
            Self::Rendered(rendered) => &mut rendered.manifests,
        };
        diff::take_over(fields, from, to);
    }
}

/// Says which values made the changes, as far as the values of a side are known. Returns how many values were not tried.
pub(super) fn explain(
    diff: &mut Diff<'_>,
    [old, new]: [&Side; 2],
    command: &Arguments,
    options: &Options<'_>,
) -> usize {
    let Side::Rendered(now) = new else { return 0 };
    let is_default = now.release.values().user.is_empty();
    if diff.objects.is_empty() || is_default && matches!(old, Side::Read(_)) {
        return 0;
    }
    let earlier = match old {
        Side::Rendered(earlier) => Some(&earlier.release),
        Side::Read(_) => None,
    };
    let (mut reverted, left) = now.release.reverted(earlier);
    for one in &mut reverted {
        diff::take_over(&diff.random, &now.manifests, &mut one.manifests);
    }
    let candidates: Vec<Candidate<'_>> = reverted
        .iter()
        .map(|one| {
            let (from, to) = if command.reverse {
                (&now.manifests, &one.manifests)
            } else {
                (&one.manifests, &now.manifests)
            };
            let attribution = Attribution::new(&one.value, &one.place);
            let diff = diff::differences(from, to, options);
            Candidate::new(attribution, one.given.clone(), diff)
        })
        .collect();
    match earlier {
        Some(earlier) if command.from_chart.is_some() => {
            // Templates differ too: that a value decides a field does not show that it made the change.
            diff::attribute_to_overrides(diff, &candidates);
            let defaults = changed_defaults(&now.release, earlier, &candidates);
            diff.values.extend(defaults);
        }
        Some(_) => diff::attribute(diff, &candidates),
        None => diff::attribute_to_overrides(diff, &candidates),
    }
    left
}
