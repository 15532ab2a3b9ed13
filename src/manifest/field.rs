//! A field of an object that a template made, and what made it what it is, as whoever asks and
//! whoever answers share them. It refuses to find anything out (`release` does).

use crate::diagnostics::Label;
use crate::yaml::Path;

/// A field of a rendered object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// [`Manifest::source`](super::Manifest::source) of the object.
    pub source: &'a str,
    /// [`Manifest::document`](super::Manifest::document) of the object.
    pub document: usize,
    /// The way from the object to the field.
    pub path: &'a Path,
    /// What of it is meant.
    pub part: Part,
}

/// A part of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is called.
    Key,
    /// What it is.
    Value,
}

/// What made a field what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// The value that feeds it, if one alone does.
    pub value: Option<Path>,
    /// The places, the one to look at first in front: of the value if there is one, and the
    /// template's.
    pub labels: Vec<Label>,
}
