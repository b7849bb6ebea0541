//! The caller's wish to end.

use std::pin::Pin;

/// A future that ends the run when it completes; it is never polled again after that.
pub(crate) struct Shutdown<F> {
    future: Pin<Box<F>>,
    asked: bool,
}

impl<F: Future<Output = ()>> Shutdown<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Box::pin(future), asked: false }
    }

    /// The result of `work`, or `None` once the end is asked for: `work` is dropped where it stands.
    pub(crate) async fn or<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        if self.asked {
            return None;
        }
        tokio::select! {
            biased;
            () = self.future.as_mut() => {
                self.asked = true;
                None
            }
            done = work => Some(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_completed_shutdown_is_not_polled_again() {
        let mut shutdown = Shutdown::new(async {});
        assert_eq!(shutdown.or(async { 1 }).await, None);
        assert_eq!(shutdown.or(async { 1 }).await, None);
    }

    #[tokio::test]
    async fn work_goes_on_while_nobody_asks() {
        let mut shutdown = Shutdown::new(std::future::pending());
        assert_eq!(shutdown.or(async { 1 }).await, Some(1));
    }
}
