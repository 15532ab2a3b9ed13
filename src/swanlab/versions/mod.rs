//! The official chart's other versions: which keys they have, what became of each, and which defaults they had. This is
//! the one place that knows; `lint` advises from it and `migrate` moves by it.

mod advice;
mod defaults;
mod later;
mod table;
mod version;

pub use defaults::{DEFAULTS, Default, OnUpgrade};
pub use later::advice;
pub use table::{Became, CHANGED, RENAMED, Row, Rule};
pub use version::{CURRENT, OFFICIAL, Version};

/// Whether a pattern matches a dotted path: `*` matches one key, and a pattern that ends in `.` matches everything below
/// as well.
pub fn matches(pattern: &str, path: &str) -> bool {
    let mut keys = path.split('.');
    for wanted in pattern.trim_end_matches('.').split('.') {
        match keys.next() {
            Some(key) if wanted == "*" || wanted == key => {}
            _ => return false,
        }
    }
    pattern.ends_with('.') || keys.next().is_none()
}

/// Whether a pattern matches only paths below this one, so that the entries below have to be looked at one by one.
pub fn matches_below(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.trim_end_matches('.').split('.');
    let is_above = path.split('.').all(|key| {
        let wanted = wanted.next();
        wanted.is_some_and(|wanted| wanted == "*" || wanted == key)
    });
    is_above && wanted.next().is_some()
}
