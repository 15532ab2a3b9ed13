//! The values of a release: how files, flags and chart defaults become one tree, as Helm makes it.
//! It reads no files and knows no templates; callers hand it data and get data back.

mod documents;
pub mod merge;
mod origin;
mod overrides;
pub mod set;

pub use origin::{Origin, Origins};
pub use overrides::{Flag, NoFiles, Overrides, ReadFile, Values, defaults};
