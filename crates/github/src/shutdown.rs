//! The caller's request to end.

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

    /// Completes when the caller requests the end, or at once if it already did.
    pub(crate) async fn came(&mut self) {
        if !self.asked {
            self.future.as_mut().await;
            self.asked = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_completed_shutdown_is_not_polled_again() {
        let mut shutdown = Shutdown::new(async {});
        shutdown.came().await;
        shutdown.came().await;
    }
}
