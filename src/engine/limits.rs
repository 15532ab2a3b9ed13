//! How large a value of a template may be. Fuel bounds what the template engine does; these bounds are for what a single
//! filter or operator makes at once, before it is made. They are far beyond what Kubernetes takes: etcd refuses an object
//! of more than 1.5 MiB (`--max-request-bytes`).

use minijinja::{Error, State, Value};

use super::tree::invalid;

/// The longest text, in bytes.
pub(super) const LONGEST_TEXT: usize = 4 << 20;

/// The most elements of a value, those of its elements included.
pub(super) const MOST_ELEMENTS: usize = 100_000;

/// The most elements that the values of all expressions of a template may have together.
pub(super) const MOST_IN_ALL: usize = 2_000_000;

/// The longest text of a whole template, in bytes.
pub(super) const LONGEST_OUTPUT: usize = 96 << 20;

/// The longest document that is read from a text, in bytes.
pub(super) const LONGEST_DOCUMENT: usize = 1 << 20;

/// A text that is being made, and refused as soon as it is too long.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    /// Adds to the text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Error> {
        check_length(self.0.len().saturating_add(text.len()))?;
        self.0.push_str(text);
        Ok(())
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Refuses a text of so many bytes if it is too long.
pub(super) fn check_length(bytes: usize) -> Result<(), Error> {
    if bytes > LONGEST_TEXT {
        return Err(invalid(format!(
            "the text is longer than {} MiB",
            LONGEST_TEXT >> 20
        )));
    }
    Ok(())
}

/// Refuses a value that is a text and too long.
pub(super) fn check_text(value: &Value) -> Result<(), Error> {
    value
        .as_str()
        .map_or(Ok(()), |text| check_length(text.len()))
}

/// Counts an element of a value, and refuses one too many.
pub(super) fn count(elements: &mut usize) -> Result<(), Error> {
    *elements += 1;
    if *elements > MOST_ELEMENTS {
        return Err(invalid(format!(
            "the value has more than {MOST_ELEMENTS} elements"
        )));
    }
    Ok(())
}

/// Refuses so many elements that a filter is asked for.
pub(super) fn check_count(elements: usize) -> Result<(), Error> {
    if elements > MOST_ELEMENTS {
        return Err(invalid(format!(
            "the filter makes more than {MOST_ELEMENTS} elements"
        )));
    }
    Ok(())
}

/// Charges a template for looking at elements, at the price of minijinja's own filters: half a step for each.
pub(super) fn charge(state: &State<'_, '_>, elements: usize) -> Result<(), Error> {
    state.consume_fuel(elements as u64 / 2)
}
