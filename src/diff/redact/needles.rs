//! Finds many texts in another text. Time and memory grow linearly with the lengths of the texts, even if they repeat.

use std::ops::Range;

use foldhash::{HashMap, HashMapExt as _};

/// The length of the shortest text that is searched for, in characters, and so in bytes at least.
pub(super) const SHORTEST: usize = 6;

/// The first bytes of a text, by which it is looked up.
type Head = [u8; SHORTEST];

/// Texts of at least [`SHORTEST`] bytes.
#[derive(Default)]
pub(super) struct Needles {
    /// All texts, one after the other.
    bytes: Vec<u8>,
    /// The range of each text in `bytes`, sorted by the texts, without duplicates.
    texts: Vec<Range<usize>>,
    /// For each text the index of the longest other one that it begins with.
    prefixes: Vec<Option<u32>>,
    /// The ranges of indexes of texts with the same head.
    groups: HashMap<Head, Group>,
    /// A bit for each pair of bytes: whether a text begins with it. At most places of most texts none does, and there
    /// nothing has to be looked up.
    beginnings: Vec<u64>,
}

struct Group {
    texts: Range<usize>,
    longest: usize,
}

/// The number of bytes that are compared before a search is given up.
fn patience(text: &[u8]) -> usize {
    const FOR_EACH_BYTE: usize = 64;
    FOR_EACH_BYTE.saturating_mul(text.len().saturating_add(1 << 14))
}

impl Needles {
    /// Adds a text, unless it is too short. Call [`Needles::sort`] after the last one, before the first search.
    pub(super) fn add(&mut self, text: &[u8]) {
        if text.len() >= SHORTEST {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(text);
            self.texts.push(start..self.bytes.len());
        }
    }

    /// Prepares the search for all texts that were added.
    pub(super) fn sort(&mut self) {
        let bytes = &self.bytes;
        self.texts
            .sort_by(|a, b| bytes[a.clone()].cmp(&bytes[b.clone()]));
        self.texts
            .dedup_by(|a, b| bytes[a.clone()] == bytes[b.clone()]);
        self.groups = HashMap::new();
        self.beginnings = vec![0; (1 << 16) / 64];
        self.prefixes = Vec::with_capacity(self.texts.len());
        // The texts that the current text begins with, the longest last.
        let mut open: Vec<u32> = Vec::new();
        for (index, range) in self.texts.iter().enumerate() {
            let text = &bytes[range.clone()];
            while let Some(last) = open.last() {
                if text.starts_with(&bytes[self.texts[*last as usize].clone()]) {
                    break;
                }
                open.pop();
            }
            self.prefixes.push(open.last().copied());
            open.extend(u32::try_from(index));
            if let Some(head) = head(text) {
                let (word, bit) = beginning(head);
                self.beginnings[word] |= bit;
                let new = Group {
                    texts: index..index,
                    longest: 0,
                };
                let group = self.groups.entry(head).or_insert(new);
                group.texts.end = index + 1;
                group.longest = group.longest.max(text.len());
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Removes all texts that are a part of a public one.
    pub(super) fn remove_parts_of(&mut self, public: &[u8]) {
        let mut removed = vec![false; self.texts.len()];
        let mut patience = patience(public);
        for at in 0..public.len() {
            let mut found = self.longest(&public[at..], 0, &mut patience);
            while let Some(index) = found.filter(|index| !removed[*index]) {
                removed[index] = true;
                found = self.prefixes[index].map(|index| index as usize);
            }
        }
        let mut removed = removed.into_iter();
        self.texts.retain(|_| removed.next() == Some(false));
        self.sort();
    }

    /// The ranges of `text` in which texts are found, in order; overlapping ranges are joined. If the search takes too
    /// long, because many texts have the same beginning, it returns the whole of `text`.
    pub(super) fn cover(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut covered: Vec<Range<usize>> = Vec::new();
        let mut patience = patience(text);
        let mut end = 0_usize;
        for at in 0..text.len() {
            let least = end.saturating_sub(at);
            let Some(found) = self.longest(&text[at..], least, &mut patience) else {
                if patience == 0 {
                    covered.clear();
                    covered.push(0..text.len());
                    return covered;
                }
                continue;
            };
            let length = self.texts[found].len();
            if length <= least {
                continue;
            }
            match covered.last_mut() {
                Some(last) if at < last.end => last.end = at + length,
                _ => covered.push(at..at + length),
            }
            end = at + length;
        }
        covered
    }

    /// The longest text that `rest` begins with; `None` if it is not longer than `least` bytes, or if the search was
    /// given up.
    fn longest(&self, rest: &[u8], least: usize, patience: &mut usize) -> Option<usize> {
        let head = head(rest)?;
        let (word, bit) = beginning(head);
        if self.beginnings.get(word)? & bit == 0 {
            return None;
        }
        let group = self.groups.get(&head)?;
        if group.longest <= least || *patience == 0 {
            return None;
        }
        let text = |index: usize| &self.bytes[self.texts[index].clone()];
        // The last text that is not greater than `rest` begins with all texts that `rest` begins with.
        let (mut low, mut high) = (group.texts.start, group.texts.end);
        while low < high {
            let middle = low.midpoint(high);
            let common = common(text(middle), rest);
            *patience = patience.saturating_sub(common + 1);
            if text(middle).get(common) <= rest.get(common) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let last = low
            .checked_sub(1)
            .filter(|last| *last >= group.texts.start)?;
        let common = common(text(last), rest);
        *patience = patience.saturating_sub(common + 1);
        let mut found = Some(last);
        while let Some(index) = found {
            if text(index).len() <= common {
                return found;
            }
            *patience = patience.saturating_sub(1);
            found = self.prefixes[index].map(|index| index as usize);
        }
        None
    }
}

fn head(text: &[u8]) -> Option<Head> {
    text.first_chunk().copied()
}

/// The place of the first two bytes in [`Needles::beginnings`]: the word, and the bit in it.
fn beginning([first, second, ..]: Head) -> (usize, u64) {
    let pair = usize::from(u16::from_be_bytes([first, second]));
    (pair / 64, 1 << (pair % 64))
}

/// The length of the common prefix of two texts.
fn common(a: &[u8], b: &[u8]) -> usize {
    const STRIDE: usize = 64;
    let strides = a.chunks_exact(STRIDE).zip(b.chunks_exact(STRIDE));
    let same = STRIDE * strides.take_while(|(a, b)| a == b).count();
    let rest = a[same..].iter().zip(&b[same..]);
    same + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of ranges is meant")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needles(texts: &[&str]) -> Needles {
        let mut needles = Needles::default();
        for text in texts {
            needles.add(text.as_bytes());
        }
        needles.sort();
        needles
    }

    #[test]
    fn texts_that_overlap_leave_nothing_between_them() {
        let needles = needles(&["abcdefgh", "fghijklmnop", "abcdefghij", "short"]);
        assert_eq!(needles.cover(b"-abcdefghijklmnop- abcdefg short"), [1..17]);
    }

    #[test]
    fn parts_of_public_texts_are_left_out() {
        let mut needles = needles(&["swanlab", "swanlab-s3", "swanlab-db", "hunter"]);
        needles.remove_parts_of(b"the-swanlab-s3-bucket");
        assert_eq!(needles.cover(b"swanlab-s3 swanlab-db"), [11..21]);
    }

    #[test]
    fn a_thousand_texts_that_begin_alike_are_found_in_time() {
        let lines: Vec<String> = (SHORTEST..1000).map(|length| "a".repeat(length)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let text = "a".repeat(1_000_000);
        let start = std::time::Instant::now();
        assert_eq!(needles(&lines).cover(text.as_bytes()), [0..text.len()]);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn every_byte_of_a_text_that_is_there_is_covered(
            texts in prop::collection::vec("[ab]{6,10}", 0..6), text in "[ab]{0,60}"
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut wanted = vec![false; text.len()];
            for one in &texts {
                for at in 0..text.len() {
                    if text[at..].starts_with(one) {
                        wanted[at..at + one.len()].fill(true);
                    }
                }
            }
            let mut covered = vec![false; text.len()];
            let found = needles(&texts).cover(text.as_bytes());
            for range in &found {
                covered[range.clone()].fill(true);
            }
            prop_assert_eq!(covered, wanted);
            prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
