//! Writes assignments into the user's map, as Helm's `strvals` does.
//! It does not see the chart's defaults: `l[1]=x` on a list that only the chart has begins a new list.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{Action, Assignment, Error, spell};
use crate::values::merge::layer;
use crate::yaml::Step;

/// The highest index that Helm writes (`MaxIndex`).
const MAX_INDEX: usize = 65_536;

/// How many items all flags together may still add below the indices that they name. Helm limits each list; a short
/// argument can name many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    left: usize,
    is_exceeded: bool,
}

impl Room {
    /// Four lists as long as Helm allows: more than people write, and little memory.
    const WHOLE: usize = 4 * (MAX_INDEX + 1);

    /// Whether more was asked for than was left. Every later flag could only say so again.
    pub fn is_exceeded(&self) -> bool {
        self.is_exceeded
    }
}

impl Default for Room {
    fn default() -> Self {
        Self {
            left: Self::WHOLE,
            is_exceeded: false,
        }
    }
}

/// Does what one assignment says. Values are replaced freely; a container that the path walks through must be of its kind:
/// a map before a key, a list before an index, and null is neither.
///
/// Differs from Helm in one point: a list that a values file holds under the empty key grows when `[5]=x` asks for it, while Helm
/// writes only into the items it has.
///
/// # Errors
/// A path that does not fit what is there, an index above 65536, no room left. The map may then be half written; Helm gives up as well.
pub fn apply(
    user: &mut Map<String, Value>,
    assignment: Assignment,
    room: &mut Room,
) -> Result<(), Error> {
    let Assignment {
        path,
        action,
        range,
    } = assignment;
    let (value, ends_early) = match action {
        Action::Merge(document) => {
            layer(user, document);
            return Ok(());
        }
        Action::Write(value) => (Some(value), false),
        Action::WriteEmpty => (Some(Value::from("")), true),
        Action::Visit => (None, true),
    };
    let mut walk = Walk {
        path: &path,
        range,
        value,
        ends_early,
        room,
    };
    match path.split_first() {
        Some((Step::Key(key), rest)) => walk.in_map(user, key, rest),
        _ => Err(walk.error("a path begins with a key")),
    }
}

/// One assignment on its way down.
struct Walk<'p> {
    path: &'p [Step],
    range: Range<usize>,
    /// What to store at the end of the path.
    value: Option<Value>,
    /// The argument ended inside this assignment: list items that do not exist yet are not kept, and no name is missed.
    ends_early: bool,
    room: &'p mut Room,
}

impl<'p> Walk<'p> {
    /// At `key` of `map`, with `rest` of the path still to go.
    fn in_map(
        &mut self,
        map: &mut Map<String, Value>,
        key: &'p str,
        rest: &'p [Step],
    ) -> Result<(), Error> {
        match rest.split_first() {
            None => {
                if let Some(value) = self.value.take() {
                    store(map, key, value);
                }
            }
            Some((Step::Key(next), below)) => {
                let mut new = Map::new();
                let inner = match map.get_mut(key) {
                    Some(Value::Object(existing)) => existing,
                    Some(other) => return Err(self.misfit(rest, other, "map")),
                    None => &mut new,
                };
                self.in_map(inner, next, below)?;
                if inner.is_empty() && !self.ends_early {
                    let place = self.spell_before(rest);
                    return Err(
                        self.error(format!("a name is missing behind the dot of `{place}.`"))
                    );
                }
                if !new.is_empty() {
                    store(map, key, new.into());
                }
            }
            Some((Step::Index(index), below)) => match map.get_mut(key) {
                Some(Value::Array(existing)) => self.in_list(existing, *index, below)?,
                Some(other) => return Err(self.misfit(rest, other, "list")),
                None => {
                    let mut new = Vec::new();
                    self.in_list(&mut new, *index, below)?;
                    store(map, key, new.into());
                }
            },
        }
        Ok(())
    }

    /// At `index` of `list`, with `rest` of the path still to go.
    fn in_list(
        &mut self,
        list: &mut Vec<Value>,
        index: usize,
        rest: &'p [Step],
    ) -> Result<(), Error> {
        let new = match (rest.split_first(), list.get_mut(index)) {
            (None, _) => self.value.take(),
            (Some((Step::Key(next), below)), Some(item)) => {
                // Unlike in a map, an item of another kind gives way.
                let mut inner = match item.take() {
                    Value::Object(existing) => existing,
                    _ => Map::new(),
                };
                let done = self.in_map(&mut inner, next, below);
                *item = inner.into();
                return done;
            }
            (Some((Step::Key(next), below)), None) => {
                let mut inner = Map::new();
                self.in_map(&mut inner, next, below)?;
                (!self.ends_early).then(|| inner.into())
            }
            (Some((Step::Index(next), below)), Some(Value::Array(inner))) => {
                return self.in_list(inner, *next, below);
            }
            (Some((Step::Index(next), below)), None | Some(Value::Null)) => {
                let mut inner = Vec::new();
                self.in_list(&mut inner, *next, below)?;
                (!self.ends_early).then(|| inner.into())
            }
            (Some((Step::Index(_), _)), Some(other)) => {
                return Err(self.misfit(rest, other, "list"));
            }
        };
        match new {
            Some(_) if index > MAX_INDEX => Err(self.error(format!(
                "the index {index} is too high: Helm's limit is {MAX_INDEX}"
            ))),
            Some(value) => {
                if let Some(more) = (index + 1).checked_sub(list.len()) {
                    let Some(left) = self.room.left.checked_sub(more) else {
                        self.room.is_exceeded = true;
                        return Err(self.error(format!(
                            "the indices of all flags together make lists of more than {} items",
                            Room::WHOLE
                        )));
                    };
                    self.room.left = left;
                    list.resize(index + 1, Value::Null);
                }
                list[index] = value;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn misfit(&self, rest: &[Step], found: &Value, needed: &str) -> Error {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "a map",
        };
        let place = self.spell_before(rest);
        let path = spell(self.path);
        self.error(format!(
            "`{path}` needs a {needed} at `{place}`, but an earlier values file or flag made it {found}; set `{place}` as a whole instead"
        ))
    }

    /// The part of the path that comes before `rest`.
    fn spell_before(&self, rest: &[Step]) -> String {
        spell(&self.path[..self.path.len() - rest.len()])
    }

    fn error(&self, message: impl Into<String>) -> Error {
        Error::new(message, self.range.clone())
    }
}

/// Helm sets nothing under an empty key, and says nothing.
fn store(map: &mut Map<String, Value>, key: &str, value: Value) {
    if !key.is_empty() {
        map.insert(key.to_owned(), value);
    }
}
