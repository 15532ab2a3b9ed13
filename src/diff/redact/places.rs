//! The parts of a text that are hidden, and how those that overlap become one.

use std::ops::Range;

use super::encodings::decode_percent;

/// A part of a text that is hidden.
pub(super) struct Place {
    pub(super) range: Range<usize>,
    /// What stands there, with its encoding undone; none if it is what is written.
    pub(super) value: Option<Vec<u8>>,
}

impl Place {
    /// A part that means what is written.
    pub(super) fn written(range: Range<usize>) -> Self {
        Self { range, value: None }
    }

    /// A part of a URL.
    pub(super) fn percent_encoded(text: &str, part: &Range<usize>) -> Self {
        Self {
            range: part.clone(),
            value: Some(decode_percent(&text[part.clone()])),
        }
    }

    /// Digits right behind it would be read as a part of its number, so they are hidden with it.
    pub(super) fn take_digits(&mut self, text: &str) {
        let behind = text.as_bytes()[self.range.end..].iter();
        let digits = behind.take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            self.range.end += digits;
            self.value = None;
        }
    }
}

/// What looks like a hidden value and is none. It is hidden too: equal numbers mean equal values, without exception.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = Range<usize>> {
    const SIGN: &str = "secret#";
    let found = text.match_indices(SIGN);
    let ends = found.map(|(start, _)| start..start + SIGN.len());
    ends.filter(|range| text[range.end..].starts_with(|c: char| c.is_ascii_digit()))
}

/// The places in order; those that overlap are one, of which nothing is decoded unless one holds the others.
pub(super) fn disjoint(text: &str, mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| (place.range.start, usize::MAX - place.range.end));
    let mut disjoint: Vec<Place> = Vec::new();
    for mut place in places {
        let written = place.range.clone();
        // A value that is no UTF-8 may begin inside a character.
        while !text.is_char_boundary(place.range.start) {
            place.range.start -= 1;
        }
        while !text.is_char_boundary(place.range.end) {
            place.range.end += 1;
        }
        if place.range != written {
            place.value = None;
        }
        match disjoint.last_mut() {
            _ if place.range.is_empty() => {}
            Some(last) if place.range.start < last.range.end => {
                if place.range.end > last.range.end {
                    last.range.end = place.range.end;
                    last.value = None;
                }
            }
            _ => disjoint.push(place),
        }
    }
    disjoint
}
