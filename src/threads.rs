//! Work on many items by several threads.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// As many threads as there are processors for this process.
pub(crate) fn all() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// What work makes of each item, in the order of the items. The thread that asks is one of the threads; where the system
/// does not give more, it works alone.
pub(crate) fn in_order<I: Send, T: Send>(
    items: impl ExactSizeIterator<Item = I> + Send,
    threads: NonZeroUsize,
    work: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let count = items.len();
    let items = Mutex::new(items.enumerate());
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let work_on = || {
        loop {
            let next = lock(&items).next();
            let Some((index, item)) = next else { break };
            let result = work(item);
            lock(&results).push((index, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.get().min(count) {
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

/// So many items are a part, where the work on one takes less time than to start a thread.
pub(crate) const PART: usize = 64;

/// What work makes of the items of each part, in their order, by as many threads as there are processors.
pub(crate) fn in_parts<P: Send, T: Send>(
    parts: impl ExactSizeIterator<Item = P> + Send,
    work: impl Fn(P) -> Vec<T> + Sync,
) -> Vec<T> {
    // To count the processors, files are read: not for a single part.
    let threads = if parts.len() > 1 {
        all()
    } else {
        NonZeroUsize::MIN
    };
    let found = in_order(parts, threads, work);
    found.into_iter().flatten().collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_items_with_any_number_of_threads() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [1, 2, 7, 200] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let squares = in_order(items.iter(), threads, |item| item * item);
            assert!(
                squares
                    .iter()
                    .enumerate()
                    .all(|(index, square)| *square == index * index)
            );
            assert_eq!(squares.len(), items.len());
        }
        let doubles = in_parts(items.chunks(7), |part| {
            part.iter().map(|item| item * 2).collect()
        });
        assert!(
            doubles
                .iter()
                .enumerate()
                .all(|(index, double)| *double == index * 2)
        );
        assert_eq!(doubles.len(), items.len());
        assert!(in_order([0; 0].into_iter(), all(), |item| item).is_empty());
    }
}
