//! The order of objects in all results: by kind in Helm's order, namespace and name. The texts of thousands of objects are
//! far apart in memory, so as few of them as possible are read.

use std::cmp::Ordering;

/// What an object is sorted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    /// The place of its kind in Helm's order of kinds.
    pub(super) rank: usize,
    /// Its kind and its namespace: mostly, those of two objects are one text.
    pub(super) common: [&'a str; 2],
    /// The [`Beginning`] of its name.
    pub(super) beginning: Beginning,
    /// What else makes it an object of its own: the name first.
    pub(super) own: [&'a str; 3],
}

/// The first eight bytes of a text, as a number that is in the order of the texts. Equal ones say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Beginning(u64);

impl Beginning {
    pub(super) fn of(text: &str) -> Self {
        let mut bytes = [0; 8];
        for (byte, first) in bytes.iter_mut().zip(text.bytes()) {
            *byte = first;
        }
        Self(u64::from_be_bytes(bytes))
    }
}

impl Ord for Order<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let ranks = self.rank.cmp(&other.rank);
        ranks
            .then_with(|| texts(&self.common, &other.common))
            .then_with(|| self.beginning.cmp(&other.beginning))
            .then_with(|| texts(&self.own, &other.own))
    }
}

fn texts(these: &[&str], others: &[&str]) -> Ordering {
    let mut pairs = these.iter().zip(others);
    let differ = pairs.find(|(one, other)| !std::ptr::eq(**one, **other) && one != other);
    differ.map_or(Ordering::Equal, |(one, other)| one.cmp(other))
}

impl PartialOrd for Order<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Order<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Order<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn order(rank: usize, texts: &[String]) -> Order<'_> {
        let text = |place: usize| texts[place].as_str();
        Order {
            rank,
            common: [text(0), text(1)],
            beginning: Beginning::of(text(2)),
            own: [text(2), text(3), text(4)],
        }
    }

    proptest! {
        #[test]
        fn it_is_that_of_the_rank_and_all_texts(
            ranks in [0..2usize, 0..2usize],
            one in prop::collection::vec("[ab\0é]{0,10}", 5),
            other in prop::collection::vec("[ab\0é]{0,10}", 5),
            same in prop::collection::vec(any::<bool>(), 5),
        ) {
            let other: Vec<String> = other
                .into_iter()
                .enumerate()
                .map(|(place, text)| if same[place] { one[place].clone() } else { text })
                .collect();
            let expected = (ranks[0], &one).cmp(&(ranks[1], &other));
            prop_assert_eq!(order(ranks[0], &one).cmp(&order(ranks[1], &other)), expected);
        }
    }
}
