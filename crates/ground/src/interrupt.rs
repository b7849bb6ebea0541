//! Signals that end a program: Ctrl-C, SIGTERM of `docker stop` and similar, SIGHUP of a closing terminal. The first signal lets running requests finish
//! and ends the command in good order; the second one ends it at once.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The number of the first signal; 0 before any signal.
static CAME: AtomicU8 = AtomicU8::new(0);
/// True if the command checks [`came`]; the first signal ends any other command at once.
static IN_GOOD_ORDER: AtomicBool = AtomicBool::new(false);

/// Number of reads in progress that may block for ever, such as those of pipes: meanwhile a signal ends the program at once.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Two signals within this time count as one, because `timeout` sends its signal to the program and to its process group.
const ONCE: Duration = Duration::from_millis(100);

/// Base of the exit code of a program that a signal ended; the signal's number is added to it.
const BASE: u8 = 128;

/// Listens for the rest of the process's life, on its own thread.
pub fn listen() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let entered = runtime.enter();
    let mut signals = signals::Signals::listen();
    drop(entered);
    std::thread::spawn(move || {
        let mut first = None;
        loop {
            let number = runtime.block_on(signals.next());
            let began = *first.get_or_insert_with(Instant::now);
            take(number, began.elapsed());
        }
    });
}

/// Handles a signal; `after` is the time since the first one.
fn take(number: u8, after: Duration) {
    let is_first = CAME.compare_exchange(0, number, Ordering::SeqCst, Ordering::SeqCst).is_ok();
    let is_looked_at = IN_GOOD_ORDER.load(Ordering::SeqCst) && WAITING.load(Ordering::SeqCst) == 0;
    let is_awaited = is_looked_at && (is_first || after < ONCE);
    if !is_awaited {
        #[expect(clippy::exit, reason = "a second signal, or one that nobody waits for, ends the program at once")]
        std::process::exit((BASE + number).into());
    }
}

/// Declares that the command ends by itself when a signal comes.
pub fn end_in_good_order() {
    IN_GOOD_ORDER.store(true, Ordering::SeqCst);
}

/// Guard for the time in which an input is read that may block for ever.
pub struct Waiting(());

impl Waiting {
    /// Begins to wait.
    pub fn begin() -> Self {
        WAITING.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Opens or reads an input that a user names, which may be a pipe: meanwhile a signal ends the program at once.
pub fn waiting<T>(read: impl FnOnce() -> T) -> T {
    let _waiting = Waiting::begin();
    read()
}

/// Error of an interrupted command; the work that it had finished before stays.
#[derive(Debug, thiserror::Error)]
#[error("interrupted: run the same command again to go on")]
pub struct Interrupted;

/// Fails if a signal came: for stages whose partial result is useless.
pub fn check() -> Result<(), Interrupted> {
    if came() { Err(Interrupted) } else { Ok(()) }
}

/// True if a signal came.
pub fn came() -> bool {
    CAME.load(Ordering::SeqCst) != 0
}

/// Returns the exit code of a command that was interrupted.
pub fn exit_code() -> u8 {
    BASE + CAME.load(Ordering::SeqCst)
}

/// Completes when a signal comes.
pub async fn first() {
    while !came() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Runs `work`, unless a signal comes first.
pub async fn unless_interrupted<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        () = first() => Err(Interrupted.into()),
    }
}

#[cfg(unix)]
mod signals {
    use std::future::poll_fn;
    use std::task::Poll;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// The signals that the program listens for, with their numbers.
    pub(super) struct Signals(Vec<(u8, Signal)>);

    impl Signals {
        pub(super) fn listen() -> Self {
            let kinds = [(SIGINT, true), (SIGTERM, true), (SIGHUP, is_default(SIGHUP))];
            let listened = kinds.into_iter().filter(|(_, is_wanted)| *is_wanted);
            Self(listened.filter_map(|(number, _)| Some((number, signal(SignalKind::from_raw(number.into())).ok()?))).collect())
        }

        /// Returns the number of the next signal.
        pub(super) async fn next(&mut self) -> u8 {
            let came = |context: &mut std::task::Context<'_>| {
                let next = self.0.iter_mut().find_map(|(number, signal)| signal.poll_recv(context).is_ready().then_some(*number));
                next.map_or(Poll::Pending, Poll::Ready)
            };
            poll_fn(came).await
        }
    }

    const SIGHUP: u8 = 1;
    const SIGINT: u8 = 2;
    const SIGTERM: u8 = 15;

    /// True if the system reports that a signal is not ignored: a signal that `nohup` ignores stays ignored. Where the system does not report it, the program
    /// does not listen, and the signal has the effect that it had when the program started.
    fn is_default(number: u8) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
        ignored.is_some_and(|ignored| ignored >> (number - 1) & 1 == 0)
    }
}

#[cfg(not(unix))]
mod signals {
    const CTRL_C: u8 = 2;

    pub(super) struct Signals;

    impl Signals {
        pub(super) fn listen() -> Self {
            Self
        }

        pub(super) async fn next(&mut self) -> u8 {
            match tokio::signal::ctrl_c().await {
                Ok(()) => CTRL_C,
                Err(_) => std::future::pending().await, // the program can't listen for it
            }
        }
    }
}
