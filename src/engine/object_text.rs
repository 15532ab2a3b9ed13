//! The text of an object, made at once from the outline of a template's text: where nobody looks at the objects, their trees
//! would cost more than all else.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Value};

use super::ByName;
use super::form::Document;
use super::holes::{Filling, Problem};
use super::kept::Kept;
use super::memo::Memo;
use crate::yaml::{self, NeedsSerializer, Next, Outline, Place, Walk, Writer};

const METADATA: &str = "metadata";

/// The keys of an object that say which one it is.
const HEAD: [&str; 3] = ["apiVersion", "kind", METADATA];

/// Those of its metadata; annotations say whether it is a hook.
const NAMES: [&str; 3] = ["name", "namespace", "annotations"];

/// An object as text.
#[derive(Clone)]
pub struct ObjectText {
    /// Its `apiVersion` and `kind`, and of its `metadata` at least the name, the namespace and the annotations. The whole
    /// tree, if it is no map.
    pub head: Value,
    /// The text that [`yaml::write`] makes of the object.
    pub text: String,
}

impl Document for ObjectText {
    fn of(filling: &mut Filling<'_>, outline: &Outline) -> Option<Self> {
        filling.object_text(outline)
    }

    fn memo(kept: &Kept) -> &Memo<Self> {
        &kept.texts
    }
}

impl Filling<'_> {
    fn object_text(&mut self, outline: &Outline) -> Option<ObjectText> {
        let mut walk = outline.walk(self.text);
        if let Some((range, Next::Map(pairs))) = walk.next() {
            let before = self.problems.len();
            let mut text = String::with_capacity(range.len());
            let mut root = walk.clone();
            let mut writer = Writer::new(&mut text);
            let written = self.write_map(pairs, &mut root, Place::Document, &mut writer);
            if written.is_ok() {
                let has_problems = self.problems.len() > before;
                return (!has_problems).then(|| ObjectText {
                    head: self.picked(&HEAD, pairs, &mut walk),
                    text,
                });
            }
            // They are found again.
            self.problems.truncate(before);
        }
        let tree: Value = self.tree(outline)?;
        let text = yaml::to_string(&tree);
        Some(ObjectText { head: tree, text })
    }

    /// The pairs of a map that has been written, those with some keys only. No key is there twice.
    fn picked(&mut self, keys: &[&str], pairs: usize, walk: &mut Walk<'_>) -> Value {
        let mut picked = Map::with_capacity(keys.len());
        let mut found = 0;
        for _ in 0..pairs {
            // In most objects they are the first ones.
            if found == keys.len() {
                break;
            }
            let key = self.next_key(walk);
            let key = key.and_then(|(key, _)| key.ok().flatten());
            let Some(key) = key.filter(|key| keys.contains(&key.as_ref())) else {
                walk.pass();
                continue;
            };
            found += 1;
            let mut below = walk.clone();
            let value = match below.next() {
                Some((_, Next::Map(pairs))) if key == METADATA => {
                    walk.pass();
                    Some(self.picked(&NAMES, pairs, &mut below))
                }
                _ => self.fill(walk),
            };
            if let Some(value) = value {
                picked.insert(key.into_owned(), value);
            }
        }
        Value::Object(picked)
    }

    /// Writes the next node. Whether there is something to write: not if it is omitted or has a problem.
    fn write(
        &mut self,
        walk: &mut Walk<'_>,
        place: Place,
        writer: &mut Writer<'_>,
    ) -> Result<bool, NeedsSerializer> {
        let Some((range, next)) = walk.next() else {
            return Ok(false);
        };
        match next {
            Next::Scalar(scalar) => {
                if writer.words(place, &scalar) {
                    return Ok(true);
                }
                let value = match self.hole(&scalar, &range) {
                    Ok(Some(hole)) => return self.value(hole).write(place, writer),
                    Ok(None) => yaml::scalar(&scalar, &range).map_err(Problem::from),
                    Err(problem) => Err(problem),
                };
                match value {
                    Ok(value) => {
                        writer.scalar(place, &value);
                        Ok(true)
                    }
                    Err(problem) => {
                        self.problems.push(problem);
                        Ok(false)
                    }
                }
            }
            Next::List(elements) => {
                let mut list = Writer::begin(place);
                for _ in 0..elements {
                    writer.element(&mut list, |writer, place| self.write(walk, place, writer))?;
                }
                writer.end_list(&list);
                Ok(true)
            }
            Next::Map(pairs) => {
                self.write_map(pairs, walk, place, writer)?;
                Ok(true)
            }
            Next::Shared => self.write(walk, place, writer),
        }
    }

    fn write_map(
        &mut self,
        pairs: usize,
        walk: &mut Walk<'_>,
        place: Place,
        writer: &mut Writer<'_>,
    ) -> Result<(), NeedsSerializer> {
        let mut map = Writer::begin(place);
        let mut keys = Keys::with_capacity(pairs);
        for _ in 0..pairs {
            let Some((key, range)) = self.next_key(walk) else {
                break;
            };
            let (key, problem) = match key {
                Ok(key) => (key, None),
                Err(problem) => (None, Some(problem)),
            };
            // A value has its problems even if it is left out with its key.
            let is_left_out = key.is_none();
            writer.pair(
                &mut map,
                key.as_deref().unwrap_or_default(),
                |writer, place| Ok(self.write(walk, place, writer)? && !is_left_out),
            )?;
            self.problems.extend(problem);
            if let Some(key) = key
                && let Err(problem) = keys.add(key, range)
            {
                self.problems.push(problem);
            }
        }
        writer.end_map(&map);
        Ok(())
    }
}

/// The keys of a map so far, each with its last place. Most maps have few, which are found faster without hashes.
struct Keys<'t> {
    few: Vec<(Cow<'t, str>, Range<usize>)>,
    many: ByName<Cow<'t, str>, Range<usize>>,
}

impl<'t> Keys<'t> {
    const FEW: usize = 16;

    fn with_capacity(pairs: usize) -> Self {
        Self {
            few: Vec::with_capacity(pairs.min(Self::FEW)),
            many: ByName::default(),
        }
    }

    /// Adds a key.
    ///
    /// # Errors
    /// The map has the key already.
    fn add(&mut self, key: Cow<'t, str>, range: Range<usize>) -> Result<(), Problem> {
        if let Some((_, place)) = self.few.iter_mut().find(|(known, _)| *known == key) {
            let earlier = std::mem::replace(place, range.clone());
            return Err(Problem::duplicate(&key, earlier, range));
        }
        if self.few.len() < Self::FEW {
            self.few.push((key, range));
            return Ok(());
        }
        match self.many.insert(key.clone(), range.clone()) {
            None => Ok(()),
            Some(earlier) => Err(Problem::duplicate(&key, earlier, range)),
        }
    }
}
