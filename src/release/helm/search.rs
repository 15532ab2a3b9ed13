//! Many renders by Helm, each with one value changed, on all processors and until a deadline.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::super::Release;
use super::output::Reader;
use super::{Helm, changed};
use crate::manifest::Manifest;
use crate::yaml::Path;

/// How far values behind fields are looked for by rendering again.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// How long Helm may take; none for as long as it needs. Jinja templates are fast, and have no limit of time.
    pub budget: Option<Duration>,
    /// Told how many of how many renders are done, from any thread.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl Search<'_> {
    /// A search that takes at most so long.
    pub fn within(budget: Duration) -> Self {
        Self {
            budget: Some(budget),
            ..Self::default()
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.budget.map(|budget| Instant::now() + budget)
    }
}

impl Default for Search<'_> {
    /// A search without a limit of time.
    fn default() -> Self {
        Self {
            budget: None,
            progress: &|_, _| {},
        }
    }
}

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

impl Release {
    /// What the release renders to with each of some values in turn, in the order of the values.
    pub(in crate::release) fn with_each_by_helm(
        &self,
        helm: &Arc<dyn Helm>,
        changes: &[(Path, Option<Value>)],
        search: Search<'_>,
    ) -> Vec<Tried> {
        let deadline = search.deadline();
        let (question, user) = (self.question(helm), &self.values.user);
        let mirror = self.request.mirror.as_ref();
        let reader = Reader::new(&self.request.namespace);
        let one = |(path, value): &(Path, Option<Value>)| {
            let tree = changed(user, path, value.clone())?;
            let output = helm.template_or_known(&question.call(&tree)).ok()?;
            let mut manifests = reader.read(&output)?;
            if let Some(mirror) = mirror {
                mirror.apply(&mut manifests);
            }
            Some(manifests)
        };
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = Mutex::new(Vec::new());
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        thread::scope(|scope| {
            for _ in 0..threads.min(changes.len()) {
                scope.spawn(|| {
                    while deadline.is_none_or(|deadline| Instant::now() < deadline) {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(change) = changes.get(index) else {
                            break;
                        };
                        let tried = one(change).map_or(Tried::Refused, Tried::Rendered);
                        let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                        results.push((index, tried));
                        drop(results);
                        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                        (search.progress)(done, changes.len());
                    }
                });
            }
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Tried> = changes.iter().map(|_| Tried::Untried).collect();
        for (index, tried) in results {
            all[index] = tried;
        }
        all
    }
}
