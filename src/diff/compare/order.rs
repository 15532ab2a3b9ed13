//! Which elements can stay where they are when a list is brought into another order, so that few are moved.

use std::collections::HashSet;

/// The members of a longest increasing part of `order`, whose numbers are all different.
pub(super) fn steady(order: &[usize]) -> HashSet<usize> {
    // For each length the part that ends with the smallest number; for each member the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(order.len());
    for (index, number) in order.iter().enumerate() {
        let length = ends.partition_point(|&end| order[end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut members = HashSet::new();
    let mut next = ends.last().copied();
    while let Some(index) = next {
        members.insert(order[index]);
        next = before[index];
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_that_went_to_the_end_is_the_only_one_to_move() {
        assert_eq!(steady(&[3, 0, 1, 2]), HashSet::from([0, 1, 2]));
        assert_eq!(steady(&[1, 2, 3, 0]), HashSet::from([1, 2, 3]));
        assert_eq!(steady(&[]), HashSet::new());
    }
}
