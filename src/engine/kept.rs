//! What is kept for the next run of the same engine: results with what they were made of, values, and the outlines of
//! rendered texts. Values are holes, so what a template writes differs between runs only where its branches and loops do: of
//! a thousand cases that are checked, nearly all write the same texts.
//!
//! The first run keeps nothing. Most programs render once, and memory costs them more than the work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::ByName;
use super::memo::Memo;
use super::object_text::ObjectText;
use super::tree::Tree;
use crate::yaml::{self, Outline, outlines};

/// Longer texts are not kept, in bytes, and neither is what they become.
pub(super) const LONGEST: usize = 64 << 10;

/// The most bytes of texts that are kept. Their outlines take about twice as much.
const MOST: usize = 4 << 20;

#[derive(Default)]
pub(super) struct Kept {
    runs: AtomicUsize,
    pub(super) partials: Memo<Tree>,
    pub(super) manifests: Memo<serde_json::Value>,
    /// The manifests, where only their texts are wanted.
    pub(super) texts: Memo<ObjectText>,
    /// The texts of NOTES.txt.
    pub(super) notes: Memo<String>,
    /// Those of one run. Those of others are the same for the most part: the chart's defaults.
    values: OnceLock<Tree>,
    outlines: RwLock<Outlines>,
}

/// The outlines of texts.
#[derive(Default)]
struct Outlines {
    by_text: ByName<String, Arc<[Outline]>>,
    bytes: usize,
}

impl Kept {
    /// Counts a run.
    pub(super) fn begin_run(&self) {
        self.runs.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn is_first_run(&self) -> bool {
        self.runs.load(Ordering::Relaxed) < 2
    }

    /// The tree of the values of a run.
    pub(super) fn values(&self, json: &serde_json::Value) -> Tree {
        if self.is_first_run() {
            return Tree::from_json(json);
        }
        let known = self.values.get_or_init(|| Tree::from_json(json));
        Tree::from_json_like(json, known)
    }

    /// Gives the outline of each document of a text that is not empty; those before an error too.
    pub(super) fn each_outline(
        &self,
        text: &str,
        mut take: impl FnMut(&Outline),
    ) -> Result<(), yaml::Error> {
        if self.is_first_run() || text.len() > LONGEST {
            for outline in outlines(text)? {
                outline?.iter().for_each(&mut take);
            }
            return Ok(());
        }
        let read = self.outlines.read().unwrap_or_else(PoisonError::into_inner);
        let known = read.by_text.get(text).cloned();
        drop(read);
        if let Some(known) = known {
            known.iter().for_each(take);
            return Ok(());
        }
        let mut all = Vec::new();
        for outline in outlines(text)? {
            if let Some(outline) = outline? {
                take(&outline);
                all.push(outline);
            }
        }
        let write = self.outlines.write();
        let mut write = write.unwrap_or_else(PoisonError::into_inner);
        write.add(text, all.into());
        Ok(())
    }
}

impl Outlines {
    fn add(&mut self, text: &str, outlines: Arc<[Outline]>) {
        if self.bytes + text.len() > MOST {
            *self = Self::default();
        }
        if self.by_text.insert(text.to_owned(), outlines).is_none() {
            self.bytes += text.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(kept: &Kept, text: &str) -> (usize, Option<String>) {
        let mut count = 0;
        let failed = kept.each_outline(text, |_| count += 1).err();
        (count, failed.map(|error| error.message))
    }

    #[test]
    fn what_is_kept_gives_the_same_documents() {
        let kept = Kept::default();
        let texts = || kept.outlines.read().unwrap().by_text.len();
        let text = "a: 1\n---\n# nothing\n---\nb: 2\n";
        let wrong = "a: 1\n---\nb: [\n";
        kept.begin_run();
        let first = [documents(&kept, text), documents(&kept, wrong)];
        assert_eq!(first[0], (2, None));
        assert!(first[1].0 == 1 && first[1].1.is_some());
        assert_eq!(texts(), 0);
        kept.begin_run();
        for _ in 0..3 {
            assert_eq!([documents(&kept, text), documents(&kept, wrong)], first);
        }
        // An error is found again each time.
        assert_eq!(texts(), 1);
    }

    #[test]
    fn no_more_is_kept_than_the_bound() {
        let kept = Kept::default();
        kept.begin_run();
        kept.begin_run();
        for number in 0..200 {
            let text = format!("a: {number}{}\n", "x".repeat(LONGEST - 20));
            assert_eq!(documents(&kept, &text), (1, None));
        }
        let outlines = kept.outlines.read().unwrap();
        assert!(outlines.bytes <= MOST);
        let bytes: usize = outlines.by_text.keys().map(String::len).sum();
        assert_eq!(bytes, outlines.bytes);
    }
}
