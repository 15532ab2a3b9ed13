//! Compares lists. The changes are: elements that are removed, moved, added, and changed, in this order. Each change
//! has the index at which it applies after the changes before it.

use std::collections::HashSet;

use serde_json::Value;

use super::{Comparison, Shape};
use crate::diff::pair::elements;
use crate::diff::tree::same;
use crate::diff::{Class, FieldStep, Op};

/// The greatest cost of computing moves. If it is exceeded, the list is replaced as a whole.
const MOVING: usize = 1 << 22;

impl Comparison<'_> {
    pub(super) fn list(&mut self, old: &[Value], new: &[Value], shape: Shape) {
        if old.is_empty() && new.is_empty() {
            return;
        }
        let element = shape.element();
        let found = elements(old, new, element.type_name(), self.renames);
        // For each old element its index in the new list.
        let mut staying: Vec<Option<usize>> = vec![None; old.len()];
        for (place, partner) in found.partners.iter().enumerate() {
            if let Some(partner) = partner {
                staying[*partner] = Some(place);
            }
        }
        let mut order: Vec<usize> = staying.iter().copied().flatten().collect();
        // Mostly, no element has moved.
        let steady = (!order.is_sorted()).then(|| steady(&order));
        let moving = steady
            .as_ref()
            .map_or(0, |steady| order.len() - steady.len());
        if moving.saturating_mul(order.len()) > MOVING {
            let (old, new) = (Value::Array(old.to_vec()), Value::Array(new.to_vec()));
            return self.add(Op::Replace, Some(&old), Some(&new));
        }

        // From the end, so that the indexes before stay the same.
        for (place, value) in old.iter().enumerate().rev() {
            if staying[place].is_none() {
                let step = found.step(value, place);
                self.element(step, place, |walk| walk.add(Op::Remove, Some(value), None));
            }
        }
        if let Some(steady) = steady {
            let mut wanted = order.clone();
            wanted.sort_unstable();
            for (rank, &place) in wanted.iter().enumerate() {
                if steady.contains(&place) {
                    continue;
                }
                // All elements before it are in order already, steady or moved.
                let position =
                    |wanted: usize, order: &[usize]| order.iter().position(|at| *at == wanted);
                let Some(from) = position(place, &order) else {
                    continue;
                };
                order.remove(from);
                let before = rank
                    .checked_sub(1)
                    .and_then(|rank| position(wanted[rank], &order));
                let to = before.map_or(0, |before| before + 1);
                order.insert(to, place);
                let value = found.partners[place].map(|partner| &old[partner]);
                self.moved(found.step(&new[place], place), from, to, value);
            }
        }
        for (place, value) in new.iter().enumerate() {
            if found.partners[place].is_none() {
                let step = found.step(value, place);
                self.element(step, place, |walk| walk.add(Op::Add, None, Some(value)));
            }
        }
        for (place, value) in new.iter().enumerate() {
            if let Some(partner) = found.partners[place]
                && !same(&old[partner], value)
            {
                let step = found.step(value, place);
                self.element(step, place, |walk| {
                    walk.value(&old[partner], value, element);
                });
            }
        }
    }

    fn moved(&mut self, step: FieldStep, from: usize, to: usize, value: Option<&Value>) {
        let from = format!("{}/{from}", self.pointer);
        self.element(step, to, |walk| walk.add(Op::Move, value, value));
        if let Some(change) = self.changes.last_mut() {
            change.from = Some(from);
            change.class = Class::Order;
        }
    }

    fn element(&mut self, step: FieldStep, place: usize, visit: impl FnOnce(&mut Self)) {
        self.step(step, &place.to_string(), visit);
    }
}

/// The elements that need not be moved: the members of a longest increasing subsequence of `order`, whose numbers are
/// all different.
pub(super) fn steady(order: &[usize]) -> HashSet<usize> {
    // For each length the index of the smallest last member of a subsequence; for each member the index of the one
    // before.
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
    fn only_the_element_that_changed_its_place_moves() {
        assert_eq!(steady(&[3, 0, 1, 2]), HashSet::from([0, 1, 2]));
        assert_eq!(steady(&[1, 2, 3, 0]), HashSet::from([1, 2, 3]));
        assert_eq!(steady(&[]), HashSet::new());
    }
}
