//! What templates made in earlier runs of an engine, with what they read for it. A template that would read the same makes
//! the same, so it is not rendered again: of a thousand cases that are checked, each changes little of what the templates
//! read, and so does each value that is set back to find what feeds a field.
//!
//! What counts as read are whole objects and partials, or, of a map, the values of single keys: a template of one part of an
//! installation usually reads `components.server` and not all components.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::ByName;
use super::tree::{Keyed, Tree, is_same, shared_tree};

/// So many results of a template are kept: cases that differ in the same few values take turns.
const MOST: usize = 8;

/// The results of all templates, by their paths. Those of a template are in the order in which they were made.
pub(super) struct Memo<F>(RwLock<ByName<String, Vec<Arc<Made<F>>>>>);

/// What a template made of what it read.
pub(super) struct Made<F> {
    reads: Vec<Read>,
    pub(super) documents: Vec<F>,
    /// What a caller made of the documents.
    further: OnceLock<Arc<dyn Any + Send + Sync>>,
    /// Whether another run could use it.
    is_used: AtomicBool,
}

impl<F> Default for Memo<F> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<F> Memo<F> {
    /// The earlier results of a template, the latest last.
    pub(super) fn known(&self, path: &str) -> Vec<Arc<Made<F>>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(path).cloned().unwrap_or_default()
    }

    pub(super) fn keep(&self, path: &str, reads: Vec<Read>, documents: Vec<F>) -> Arc<Made<F>> {
        let made = Arc::new(Made {
            reads,
            documents,
            further: OnceLock::new(),
            is_used: AtomicBool::new(false),
        });
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(path.to_owned()).or_default();
        if kept.len() == MOST {
            kept.remove(0);
        }
        kept.push(Arc::clone(&made));
        made
    }
}

/// The latest of some results that is what the template would make now. `object` gives what has a name now.
pub(super) fn current<F>(
    known: &[Arc<Made<F>>],
    object: impl Fn(&str) -> Option<Value>,
) -> Option<Arc<Made<F>>> {
    let current = known.iter().rfind(|made| made.is_current(&object))?;
    current.is_used.store(true, Ordering::Relaxed);
    Some(Arc::clone(current))
}

/// Whether a template makes something else in every run, so that nothing is gained by keeping it.
pub(super) fn are_never_used<F>(known: &[Arc<Made<F>>]) -> bool {
    known.len() == MOST
        && !known
            .iter()
            .any(|made| made.is_used.load(Ordering::Relaxed))
}

impl<F> Made<F> {
    /// What a caller makes of the documents, made once.
    pub(super) fn further<T: Send + Sync + 'static>(&self, make: impl Fn(&[F]) -> T) -> Arc<T> {
        let first = self.further.get_or_init(|| Arc::new(make(&self.documents)));
        // Another caller may have made something else.
        let first = Arc::clone(first).downcast();
        first.unwrap_or_else(|_| Arc::new(make(&self.documents)))
    }

    /// Whether everything that was read is still the same. The order matters: what a template reads next depends only on
    /// what it has read before.
    fn is_current(&self, object: impl Fn(&str) -> Option<Value>) -> bool {
        self.reads
            .iter()
            .all(|read| object(&read.name).is_some_and(|value| read.part.is_of(&value)))
    }
}

/// Something that a template read.
pub(super) struct Read {
    /// The name of an object or partial.
    name: String,
    part: Part,
}

/// What was read of an object or partial, and what was there.
enum Part {
    /// All of it; none if it is not data.
    Whole(Option<Tree>),
    /// That it is a map.
    Map,
    /// A key of the map, which it may not have.
    Key(String, Option<Tree>),
}

impl Part {
    /// Whether the same part of this value is the same.
    fn is_of(&self, value: &Value) -> bool {
        match (self, shared_tree(value)) {
            (Self::Whole(Some(then)), _) => Tree::of(value).is_ok_and(|now| is_same(then, &now)),
            (Self::Map, Some(Tree::Map(_))) => true,
            (Self::Key(key, then), Some(Tree::Map(map))) => match (then, map.get(key)) {
                (Some(then), Some(now)) => is_same(then, now),
                (then, now) => then.is_none() && now.is_none(),
            },
            _ => false,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }

    fn is_key(&self, wanted: &str) -> bool {
        matches!(self, Self::Key(key, _) if key == wanted)
    }
}

/// What one rendering of a template has read so far.
#[derive(Default)]
pub(super) struct Reads(Mutex<Vec<Read>>);

impl std::fmt::Debug for Reads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reads")
    }
}

impl Reads {
    /// What the template sees of an object or partial: the same value, which notes what is read of it.
    pub(super) fn watch(self: &Arc<Self>, name: &str, value: Value) -> Value {
        if let Some(Tree::Map(map)) = shared_tree(&value) {
            self.add(name, |part| matches!(part, Part::Map), || Part::Map);
            let (name, reads) = (name.to_owned(), Arc::clone(self));
            return Value::from_object(Watched { name, map, reads });
        }
        self.add(name, Part::is_whole, || Part::Whole(Tree::of(&value).ok()));
        value
    }

    /// Notes a part of an object, unless it is known.
    fn add(&self, name: &str, is: impl Fn(&Part) -> bool, part: impl FnOnce() -> Part) {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !reads.iter().any(|read| is(&read.part) && read.name == name) {
            reads.push(Read {
                name: name.to_owned(),
                part: part(),
            });
        }
    }

    /// All of them, in their order.
    pub(super) fn take(&self) -> Vec<Read> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A map whose readers are noted.
pub(super) struct Watched {
    name: String,
    map: Arc<Keyed>,
    reads: Arc<Reads>,
}

impl Watched {
    /// The map, all of which counts as read.
    pub(super) fn whole(&self) -> Arc<Keyed> {
        let whole = || Part::Whole(Some(Tree::Map(Arc::clone(&self.map))));
        self.reads.add(&self.name, Part::is_whole, whole);
        Arc::clone(&self.map)
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.whole(), f)
    }
}

impl Object for Watched {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let tree = self.map.get(key);
        let part = || Part::Key(key.to_owned(), tree.cloned());
        self.reads.add(&self.name, |part| part.is_key(key), part);
        Some(tree?.clone().into_value())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.whole().enumerate()
    }
}
