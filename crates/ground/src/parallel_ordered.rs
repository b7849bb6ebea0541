//! Parallel work with ordered results: several threads work on items, and results are taken in the order of the items. Only a few
//! items are in progress at a time, so that memory stays bounded however slow the taker is.

use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// Number of items in progress for each thread: drawn, worked on, or waiting for an earlier one.
const UNDER_WAY: usize = 3;

static THREADS: OnceLock<usize> = OnceLock::new();

/// Sets the number of worker threads, once.
pub fn set_threads(threads: u16) {
    let _ = THREADS.set(threads.into()); // a second call is a harmless bug
}

fn threads() -> usize {
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Runs two functions at the same time, the first on another thread.
///
/// # Errors
/// Those of the first function, else those of the second.
pub fn both<A: Send, B>(first: impl FnOnce() -> Result<A> + Send, second: impl FnOnce() -> Result<B>) -> Result<(A, B)> {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((first?, second?))
    })
}

/// Draws `items` on one thread, works on them on others, and passes the results to `take` on this thread, in order.
///
/// # Errors
/// The first error of `take`; the remaining items are dropped.
pub fn parallel_ordered<I: Send, T: Send>(
    items: impl Iterator<Item = I> + Send,
    work: impl Fn(u64, I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let (draw, drawn) = sync_channel(1);
    let drawn = Arc::new(Mutex::new(drawn));
    let (finish, finished) = sync_channel(1);
    // A permit for each item: a slow item holds up the others before they fill the memory.
    let under_way = UNDER_WAY * threads();
    let (permit, permits) = sync_channel(under_way);
    (0..under_way).try_for_each(|_| permit.send(()))?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut items = (0..).zip(items);
            // An error of `recv` or `send` means that the taker has stopped.
            while permits.recv().is_ok() && items.next().is_some_and(|item| draw.send(item).is_ok()) {}
        });
        for _ in 0..threads() {
            let (drawn, finish, work) = (Arc::clone(&drawn), finish.clone(), &work);
            scope.spawn(move || {
                while let Some((number, item)) = next(&drawn) {
                    if finish.send((number, work(number, item))).is_err() {
                        return;
                    }
                }
            });
        }
        // Only the threads hold these ends of the channels, and this scope holds the others: when the taker fails, each thread notices that
        // the rest is not needed.
        drop((drawn, finish));
        let permit = permit;
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (number, result) in finished {
            early.insert(number, result);
            while let Some(result) = early.remove(&wanted) {
                wanted += 1;
                take(result)?;
                let _ = permit.send(()); // the drawing thread may have ended
            }
        }
        Ok(())
    })
}

fn next<I>(drawn: &Mutex<std::sync::mpsc::Receiver<I>>) -> Option<I> {
    lock(drawn).recv().ok()
}

/// Locks a mutex, also one whose holder panicked: the panic ends the command by itself.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shared data that the workers of [`parallel_ordered`] change one after the other, in the order of their items.
pub struct OrderedGate<D> {
    inner: Mutex<Turn<D>>,
    moved: Condvar,
}

struct Turn<D> {
    /// The item whose turn it is.
    number: u64,
    /// The first item whose worker failed: later items stop waiting.
    failed: Option<u64>,
    data: D,
}

impl<D> OrderedGate<D> {
    /// Creates the gate of work whose first batch has number 0.
    pub fn new(data: D) -> Self {
        Self { inner: Mutex::new(Turn { number: 0, failed: None, data }), moved: Condvar::new() }
    }

    /// Returns the data, after all items have passed.
    pub fn into_data(self) -> D {
        self.inner.into_inner().unwrap_or_else(PoisonError::into_inner).data
    }

    /// Works on an item, which must [`pass`](Self::pass) once, or fail.
    pub fn with<T>(&self, number: u64, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut guard = Guard { turnstile: self, number, failed: true };
        let worked = work();
        guard.failed = worked.is_err();
        worked
    }

    /// Waits until all earlier items have passed, and changes the data.
    ///
    /// # Errors
    /// When the worker of an earlier item has failed.
    pub fn pass<T>(&self, number: u64, change: impl FnOnce(&mut D) -> T) -> Result<T> {
        let waiting = |turn: &mut Turn<D>| turn.number != number && turn.failed.is_none_or(|failed| failed > number);
        let mut turn = self.moved.wait_while(lock(&self.inner), waiting).unwrap_or_else(PoisonError::into_inner);
        if turn.number != number {
            bail!("an earlier item failed");
        }
        let value = change(&mut turn.data);
        turn.number += 1;
        self.moved.notify_all();
        Ok(value)
    }
}

/// Notifies the others when a worker fails or panics.
struct Guard<'a, D> {
    turnstile: &'a OrderedGate<D>,
    number: u64,
    failed: bool,
}

impl<D> Drop for Guard<'_, D> {
    fn drop(&mut self) {
        if self.failed {
            let failed = &mut lock(&self.turnstile.inner).failed;
            *failed = Some(failed.map_or(self.number, |earlier| earlier.min(self.number)));
            self.turnstile.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut taken = Vec::new();
        let slow_first = |_, item: u64| {
            std::thread::sleep(std::time::Duration::from_micros(if item.is_multiple_of(7) { 500 } else { 0 }));
            item
        };
        let take = |item| {
            taken.push(item);
            Ok(())
        };
        parallel_ordered(0..500, slow_first, take).unwrap();
        assert!(taken.iter().copied().eq(0..500));
    }

    #[test]
    fn a_slow_item_holds_up_what_comes_behind_it() {
        let drawn = AtomicUsize::new(0);
        let items = (0..10_000).inspect(|_| {
            drawn.fetch_add(1, Ordering::SeqCst);
        });
        let seen_by_the_slow_one = |number: u64, _| {
            std::thread::sleep(std::time::Duration::from_millis(if number == 0 { 100 } else { 0 }));
            if number == 0 { drawn.load(Ordering::SeqCst) } else { 0 }
        };
        let take = |seen: usize| {
            assert!(seen <= UNDER_WAY * threads(), "{seen} were drawn");
            Ok(())
        };
        parallel_ordered(items, seen_by_the_slow_one, take).unwrap();
    }

    #[test]
    fn a_taker_that_fails_ends_the_work() {
        let error = parallel_ordered(0.., |_, item: u64| item, |item| if item == 20 { anyhow::bail!("enough") } else { Ok(()) });
        assert_eq!(error.unwrap_err().to_string(), "enough");
    }

    #[test]
    fn turns_are_passed_in_order() {
        let turnstile = OrderedGate::new(Vec::new());
        let work = |number, item: u64| turnstile.with(number, || turnstile.pass(number, |passed: &mut Vec<u64>| passed.push(item)));
        parallel_ordered(0..500, work, |passed| passed).unwrap();
        assert!(turnstile.into_data().into_iter().eq(0..500));
    }

    #[test]
    fn a_worker_that_fails_before_its_turn_ends_the_work_with_its_error() {
        let turnstile = OrderedGate::new(());
        let work = |number, item: u64| turnstile.with(number, || if item == 20 { bail!("enough") } else { turnstile.pass(number, |()| ()) });
        assert_eq!(parallel_ordered(0..500, work, |passed| passed).unwrap_err().to_string(), "enough");
    }
}
