//! The `--set` family as data: what one argument assigns, where, and which bytes of it say so.
//! It opens no files and knows no defaults: reading a `--set-file` path is the caller's, merging with the chart is [`merge`](super::merge)'s.
//!
//! ```text
//! argument ──parse──► Assignment<Leaf> ──load (files)──► Assignment ──apply──► the user's map
//! ```
//! The rules are those of Helm 4.1.4 (`pkg/strvals`), observed; its documentation is
//! <https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set>.

mod apply;
mod grammar;
mod json;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use apply::{Room, apply};
pub use grammar::{Leaf, parse};

use std::ops::Range;

use serde_json::{Map, Value};

use crate::yaml::Step;

/// Why an argument cannot be used, with the bytes at fault. Names keys, never repeats a value: that may be a secret.
pub use crate::yaml::Error;

/// The flags of the family, in Helm's order of precedence: all arguments of a later kind are applied after all of an earlier one,
/// whatever their order on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `--set-json KEY=JSON,…`, or one whole object `{…}`.
    Json,
    /// `--set KEY=VALUE,…`: values are typed by how they look.
    Set,
    /// `--set-string KEY=VALUE,…`: values are text.
    String,
    /// `--set-file KEY=PATH,…`: values are the content of files.
    File,
    /// `--set-literal KEY=VALUE`: one key, and the rest of the argument unchanged.
    Literal,
}

impl Kind {
    /// The flag as it is typed.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Json => "--set-json",
            Self::Set => "--set",
            Self::String => "--set-string",
            Self::File => "--set-file",
            Self::Literal => "--set-literal",
        }
    }
}

/// One `KEY=VALUE` of an argument. `L` is [`Leaf`] as parsed, and a plain [`Value`] once files are read ([`Assignment::load`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment<L = Value> {
    /// Where it writes; empty for [`Action::Merge`]. Begins with a key. One can walk through an empty key, but nothing
    /// is ever stored under it.
    pub path: Vec<Step>,
    /// What it does there.
    pub action: Action<L>,
    /// The bytes of the argument it was read from, without the comma after it.
    pub range: Range<usize>,
}

/// What an assignment does at its path.
///
/// The last two are arguments that end early. Helm accepts them and creates the containers on the way, but forgets the items it was about
/// to add to a list: `a[0]` and even `a[0].b=` leave `a: []`.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<L = Value> {
    /// Replaces what is there (`a=1`).
    Write(L),
    /// Merges this object into the top, as a values file would be (`--set-json '{…}'`).
    Merge(Map<String, Value>),
    /// Writes the empty string: the argument ends right behind a key's `=` (`a=`).
    WriteEmpty,
    /// Writes nothing, only visits the containers before the last segment: the argument ends before any `=` (`a.b.`, `a[0]`).
    Visit,
}

/// Spells a path as every flag but `--set-literal` reads it: `metadata.annotations.a\.b[0]`.
pub fn spell(path: &[Step]) -> String {
    let mut text = String::new();
    for (at, segment) in path.iter().enumerate() {
        match segment {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) => {
                if at > 0 {
                    text.push('.');
                }
                for c in key.chars() {
                    if matches!(c, '\\' | '.' | ',' | '=' | '[') {
                        text.push('\\');
                    }
                    text.push(c);
                }
            }
        }
    }
    text
}
