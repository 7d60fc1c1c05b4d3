//! Parallel work of which only so much is under way at a time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

/// Applies `work` to every task, to at most `limit` of them at a time, and returns the results in order.
///
/// The provers spread over all threads of the pool by themselves, and a thread that waits for them may begin another
/// task: only the number of workers bounds how many tasks hold memory.
///
/// # Errors
/// The error of the first task that failed; no further task begins after it.
pub(super) fn map_limited<T: Send, R: Send, E: Send>(
    tasks: Vec<T>,
    limit: usize,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let slots: Vec<Mutex<Option<T>>> =
        tasks.into_iter().map(|task| Mutex::new(Some(task))).collect();
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let worker = |_| {
        let mut done = vec![];
        while !failed.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = slots.get(index) else { break };
            let task = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(task) = task else { continue };
            let result = work(task);
            if result.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            done.push((index, result));
        }
        done
    };
    let workers = limit.clamp(1, slots.len().max(1));
    let mut done: Vec<(usize, Result<R, E>)> =
        (0..workers).into_par_iter().with_max_len(1).flat_map_iter(worker).collect();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_no_more_than_the_limit_run() {
        for limit in [0, 1, 3, 100] {
            let running = AtomicUsize::new(0);
            let most = AtomicUsize::new(0);
            let squares = map_limited((0..50usize).collect(), limit, |i| {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                std::thread::yield_now();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, ()>(i * i)
            });
            assert_eq!(squares, Ok((0..50).map(|i| i * i).collect()));
            assert!(most.into_inner() <= limit.max(1));
        }
    }

    #[test]
    fn an_error_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let result = map_limited((0..1000usize).collect(), 1, |i| {
            begun.fetch_add(1, Ordering::SeqCst);
            if i == 3 { Err(i) } else { Ok(i) }
        });
        assert_eq!(result, Err(3));
        assert_eq!(begun.into_inner(), 4);
        assert_eq!(map_limited(vec![], 4, Ok::<u8, ()>), Ok(vec![]));
    }
}
