//! Whether an image is older than another.

use std::cmp::Ordering;

use serde_json::Value;

use crate::diff::Direction;
use crate::kubernetes::{Image, field};
use crate::stores::version::order;

pub(super) fn image(container: &Value) -> Image<'_> {
    Image::of(field(container, "image").as_str().unwrap_or_default())
}

/// Whether the new image is older than the old one: by the versions in their tags, or else if the comparison is about a
/// rollback. `None` if that is not known.
pub(super) fn is_older([was, is]: [&Image<'_>; 2], direction: Direction) -> Option<bool> {
    match order(was, is) {
        Some(order) => Some(order == Ordering::Greater),
        None if direction == Direction::Back => Some(true),
        None => None,
    }
}
