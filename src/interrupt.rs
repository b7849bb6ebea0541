//! Ctrl-C: the first one lets what is in flight come in and ends the run in good order, the second ends it at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Listens for the rest of the process's life, on a thread of its own.
pub(crate) fn listen() {
    std::thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if INTERRUPTED.swap(true, Ordering::SeqCst) {
                    #[expect(clippy::exit, reason = "the second Ctrl-C ends the program at once")]
                    std::process::exit(130);
                }
            }
        });
    });
}

/// The command was interrupted; what it had finished before stays.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted: run the same command again to go on")
    }
}

impl std::error::Error for Interrupted {}

/// Fails if it came: for stages whose half is worth nothing.
pub(crate) fn check() -> Result<(), Interrupted> {
    if came() { Err(Interrupted) } else { Ok(()) }
}

/// Whether it came.
pub(crate) fn came() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Completes when it comes.
pub(crate) async fn first() {
    while !came() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Does something, unless it comes first.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        () = first() => Err(Interrupted.into()),
    }
}
