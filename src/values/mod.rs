//! The values of a release: how files, flags and chart defaults become one tree, as Helm makes it.
//! It reads no files and knows no templates; callers hand it data and get data back.

mod documents;
mod habits;
mod hints;
mod known;
pub mod merge;
mod node;
mod origin;
mod overrides;
mod refusal;
mod renamed;
mod resources;
mod schema;
pub mod set;
mod strings;
mod words;

pub use known::unknown_keys;
pub use origin::{Origin, Origins};
pub use overrides::{Flag, LoadFile, Overrides, Values};
pub use schema::validate;
pub use strings::Converted;
