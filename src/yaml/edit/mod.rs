//! Changes of a text that leave every other byte of it as it is: comments, order, quoting, anchors, indentation and line
//! ends. An edit is made in the text and then read back: if the text does not mean exactly what was asked for, because an
//! alias, a merge key or a repeated key is involved, nothing is changed and the reason is given.

mod cut;
mod insert;
mod lines;
mod place;
mod replace;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde_json::Value;

use super::compose::documents;
use super::{Error, Node, Path, Step, compose, locate, tree};

/// A change of one document. Paths are those of the document as it is before the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives an entry of a map another key in its place.
    Rename {
        /// The entry.
        path: Path,
        /// Its new key.
        key: String,
    },
    /// Moves an entry of a map, with its comments, to another place. Maps that are missing there are made; maps that it
    /// leaves empty are removed.
    Move {
        /// The entry.
        from: Path,
        /// Where it is afterwards.
        to: Path,
    },
    /// Removes an entry of a map, with its comments and the maps that it leaves empty.
    Remove {
        /// The entry.
        path: Path,
    },
    /// The same, but the entry becomes a comment: where it is, or above the brackets that it is in.
    CommentOut {
        /// The entry.
        path: Path,
    },
    /// Gives an entry or element another scalar as its value.
    Replace {
        /// The entry or element, whose value is a scalar, or an empty list or map.
        path: Path,
        /// The new value: no list and no map.
        value: Value,
    },
    /// Adds an entry to a map, or an element behind the last one of a list. Maps that are missing on the way are made.
    Insert {
        /// Where it is afterwards.
        path: Path,
        /// Its value.
        value: Value,
    },
}

impl Edit {
    /// The entry that the edit is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::Rename { path, .. }
            | Self::Remove { path }
            | Self::CommentOut { path }
            | Self::Replace { path, .. }
            | Self::Insert { path, .. } => path,
            Self::Move { from, .. } => from,
        }
    }
}

/// Makes an edit in one of the parts of a text (see [`parts`](super::parts)).
///
/// ```
/// use swanlab_render::yaml::{Edit, Path, edit};
///
/// let text = "# for pulls\nimagePullSecrets: [ {name: regcred} ] # ours\n";
/// let moved = Edit::Move {
///     from: Path::dotted("imagePullSecrets"),
///     to: Path::dotted("global.imagePullSecrets"),
/// };
/// assert_eq!(
///     edit(text, 0, &moved).as_deref(),
///     Ok("global:\n  # for pulls\n  imagePullSecrets: [ {name: regcred} ] # ours\n")
/// );
/// ```
///
/// # Errors
/// Why the edit cannot be made, with the place in the text that prevents it; the text is not YAML, or has no such part.
pub fn edit(text: &str, part: usize, edit: &Edit) -> Result<String, Error> {
    let range = documents(text)?.into_iter().nth(part);
    let range = range.ok_or_else(|| Error::new("there is no such document", 0..0))?;
    let edited = edit_document(&text[range.clone()], edit).map_err(|mut error| {
        error.range = range.start + error.range.start..range.start + error.range.end;
        error
    })?;
    Ok([&text[..range.start], &edited, &text[range.end..]].concat())
}

fn edit_document(text: &str, edit: &Edit) -> Result<String, Error> {
    let nodes = compose(text)?;
    let root = nodes.first();
    let before = root.map_or(Ok(Value::Null), tree)?;
    let expected = expected(&before, edit)
        .map_err(|(message, path)| Error::new(message, place_of(root, &path)))?;
    let edited = write(text, root, edit)?;
    let is_as_expected = compose(&edited)
        .and_then(|nodes| nodes.first().map_or(Ok(Value::Null), tree))
        .is_ok_and(|after| is_same(&after, &expected));
    if is_as_expected {
        return Ok(edited);
    }
    let message =
        "a change here would change other values too, or leave an alias without its anchor";
    Err(Error::new(message, place_of(root, edit.path())).help("change it by hand"))
}

/// The text after an edit, if it means what it should.
fn write(text: &str, root: Option<&Node<'_>>, edit: &Edit) -> Result<String, Error> {
    let way = |path: &Path| place::way(text, root, path);
    let form = lines::Form::of(text, root);
    match edit {
        Edit::Rename { path, key } => replace::key(text, &way(path)?, key),
        Edit::Replace { path, value } => replace::value(text, &way(path)?, value),
        Edit::Remove { path } => Ok(cut::cut(text, &way(path)?)?.rest),
        Edit::CommentOut { path } => cut::comment_out(text, &way(path)?),
        Edit::Move { from, to } => {
            let cut = cut::cut(text, &way(from)?)?;
            insert::insert(
                &cut.rest,
                to,
                &insert::New::Taken(&cut.taken),
                Some(cut.at),
                form,
            )
        }
        Edit::Insert { path, value } => {
            insert::insert(text, path, &insert::New::Value(value), None, form)
        }
    }
}

/// What the document means after an edit, or why the edit cannot be made, and the path of what prevents it.
fn expected(before: &Value, edit: &Edit) -> Result<Value, (&'static str, Path)> {
    let mut tree = before.clone();
    let missing = |path: &Path| ("there is no such key", path.clone());
    let put = |tree: &mut Value, path: &Path, value: &Value| {
        if let (Some(Step::Index(index)), Some(list)) = (path.0.last(), path.parent()) {
            let list = list.get_mut(tree).and_then(Value::as_array_mut);
            let list = list.filter(|list| list.len() == *index);
            list.ok_or_else(|| missing(path))?.push(value.clone());
            return Ok(());
        }
        if path.get(tree).is_some() {
            return Err(("the key that it becomes is there already", path.clone()));
        }
        let put = path.set(tree, Some(value.clone()));
        put.ok_or_else(|| ("there is no map at this path", path.clone()))
    };
    match edit {
        Edit::Rename { path, key } => {
            let above = path.parent().ok_or_else(|| missing(path))?;
            let value = path.get(&tree).cloned().ok_or_else(|| missing(path))?;
            let _ = path.set(&mut tree, None);
            put(&mut tree, &above.join(key.as_str()), &value)?;
        }
        Edit::Move { from, to } => {
            let value = take(&mut tree, from).ok_or_else(|| missing(from))?;
            put(&mut tree, to, &value)?;
        }
        Edit::Remove { path } | Edit::CommentOut { path } => {
            take(&mut tree, path).ok_or_else(|| missing(path))?;
        }
        Edit::Replace { path, value } => {
            *path.get_mut(&mut tree).ok_or_else(|| missing(path))? = value.clone();
        }
        Edit::Insert { path, value } => put(&mut tree, path, value)?,
    }
    Ok(tree)
}

/// Removes the value at a path, and the maps that this leaves empty.
fn take(tree: &mut Value, path: &Path) -> Option<Value> {
    let value = path.get(tree)?.clone();
    path.set(tree, None)?;
    let mut above = path.parent();
    while let Some(map) = above.filter(|path| matches!(path.0.last(), Some(Step::Key(_)))) {
        if map.get(tree)?.as_object().is_none_or(|map| !map.is_empty()) {
            break;
        }
        map.set(tree, None)?;
        above = map.parent();
    }
    Some(value)
}

/// Whether two documents mean the same; one without content is an empty map.
fn is_same(one: &Value, other: &Value) -> bool {
    let is_empty = |value: &Value| value.is_null() || *value == serde_json::json!({});
    one == other || is_empty(one) && is_empty(other)
}

/// The place of a path, or of the nearest thing above it.
fn place_of(root: Option<&Node<'_>>, path: &Path) -> Range<usize> {
    let Some(root) = root else { return 0..0 };
    let mut path = path.clone();
    while !path.0.is_empty() {
        if let Some(found) = locate(root, &path) {
            return found.key.unwrap_or(found.value);
        }
        path.0.pop();
    }
    root.range.start..root.range.start
}
