//! Many renders by Helm, each with one value changed, on all processors and until a deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::{Release, Search};
use super::output::Reader;
use super::{Helm, changed};
use crate::manifest::Manifest;
use crate::threads::{self, in_order};
use crate::yaml::Path;

/// What became of a render.
#[derive(Debug, PartialEq)]
pub(in crate::release) enum Tried {
    Rendered(Vec<Manifest>),
    /// Helm does not render these values.
    Refused,
    /// The time was over.
    Untried,
}

impl Tried {
    pub(in crate::release) fn rendered(self) -> Option<Vec<Manifest>> {
        match self {
            Self::Rendered(manifests) => Some(manifests),
            Self::Refused | Self::Untried => None,
        }
    }
}

impl Search {
    fn deadline(self) -> Option<Instant> {
        match self {
            Self::None => Some(Instant::now()),
            Self::Within(budget) => Some(Instant::now() + budget),
            Self::Full => None,
        }
    }
}

impl Release {
    /// What the release renders to with each of some values in turn, in the order of the values.
    pub(in crate::release) fn with_each_by_helm(
        &self,
        helm: &Arc<dyn Helm>,
        changes: &[(Path, Option<Value>)],
    ) -> Vec<Tried> {
        let deadline = self.request.search.deadline();
        let (question, user) = (self.question(helm), &self.values.user);
        let mirror = self.request.mirror.as_ref();
        let reader = Reader::new(&self.request.namespace);
        let one = |(path, value): &(Path, Option<Value>)| {
            let tree = changed(user, path, value.clone())?;
            let output = helm.template_or_known(&question.call(&tree)).ok()?;
            let mut manifests = reader.read(&output)?;
            if let Some(mirror) = mirror {
                for manifest in &mut manifests {
                    mirror.apply(manifest);
                }
            }
            Some(manifests)
        };
        let (done, total) = (AtomicUsize::new(0), changes.len());
        let tried = in_order(changes.iter(), threads::all(), |change| {
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Tried::Untried;
            }
            let tried = one(change).map_or(Tried::Refused, Tried::Rendered);
            helm.progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            tried
        });
        helm.progress(total, total);
        tried
    }

    /// Whether so many renders can be expected to be made in time, if each takes as long as another one did.
    pub(in crate::release) fn has_time_for(&self, renders: usize, each: Duration) -> bool {
        let threads = threads::all().get();
        match self.request.search {
            Search::None => renders == 0,
            Search::Within(budget) => {
                let rounds = u32::try_from(renders.div_ceil(threads)).unwrap_or(u32::MAX);
                each.saturating_mul(rounds) <= budget
            }
            Search::Full => true,
        }
    }
}
