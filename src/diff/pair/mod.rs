//! Which objects and which list elements of two sides correspond. It refuses to say what differs between them.
//! Every step is a look-up in a hash map: the time grows with the input, not with removed times added.

mod elements;
mod keys;
mod likeness;
mod objects;
mod prefix;

pub(super) use elements::elements;
pub(super) use objects::{Pair, Pairs, objects};
pub(super) use prefix::follows;
