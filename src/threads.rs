//! Work on many items by several threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// As many threads as there are processors for this process.
pub(crate) fn all() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What work makes of each item, in the order of the items. The thread that asks is one of the threads; where the system
/// does not give more, it works alone.
pub(crate) fn in_order<I: Sync, T: Send>(
    items: &[I],
    threads: NonZeroUsize,
    work: impl Fn(&I) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(items.len()));
    let work_on = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            let result = work(item);
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.get().min(items.len()) {
            let started = thread::Builder::new().spawn_scoped(scope, work_on);
            if started.is_err() {
                break;
            }
        }
        work_on();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_items_with_any_number_of_threads() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [1, 2, 7, 200] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let squares = in_order(&items, threads, |item| item * item);
            assert!(
                squares
                    .iter()
                    .enumerate()
                    .all(|(index, square)| *square == index * index)
            );
            assert_eq!(squares.len(), items.len());
        }
        assert!(in_order(&[], all(), |item: &usize| *item).is_empty());
    }
}
