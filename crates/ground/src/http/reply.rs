//! Reads replies as they arrive: to their end within bounds, or piece by piece. No other code may read a body.

use super::innermost;
use anyhow::{Result, anyhow};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use reqwest::{Response, StatusCode};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The longest reply that is read whole, decompressed: pages of services have a few megabytes.
const MAX_WHOLE_MIB: usize = 64;
/// Time limit of such a reply: ten times what it takes over a slow line.
const WHOLE_TIME: Duration = Duration::from_secs(600);
/// The fewest bytes that a connection has to deliver in every [`WINDOW`]: a kilobyte a second, less than telephone lines once did.
const LEAST_KIB: usize = 60;
const WINDOW: Duration = Duration::from_secs(60);

/// Bytes as they arrive.
pub type Pieces = BoxStream<'static, Result<Bytes>>;

/// A complete reply.
pub struct FullResponse {
    /// The status.
    pub status: StatusCode,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl FullResponse {
    /// Returns the body of a successful reply.
    ///
    /// # Errors
    /// When the status is not a success.
    pub fn success(self) -> Result<Vec<u8>> {
        if self.status.is_success() { Ok(self.body) } else { Err(anyhow!("HTTP {}", self.status)) }
    }
}

/// Reason why a reply was not read to its end.
pub enum Unread {
    /// The connection ended, or was too slow.
    CutOff(anyhow::Error),
    /// It would be as long on another try.
    TooLong(anyhow::Error),
}

/// Reads a reply to its end, within bounds of size and time.
///
/// # Errors
/// When it is cut off, slower than [`steady`] ones, longer than 64 MiB, or has not ended after ten minutes.
pub async fn whole(reply: Response) -> Result<FullResponse, Unread> {
    Ok(FullResponse { status: reply.status(), body: gathered(pieces(reply)).await? })
}

/// Returns the bytes of a reply as they arrive [steadily](steady).
pub fn pieces(reply: Response) -> Pieces {
    #[expect(clippy::disallowed_methods, reason = "the one reader of bodies")]
    let stream = reply.bytes_stream();
    steady(stream.map(|piece| piece.map_err(innermost)).boxed())
}

/// Passes bytes on, and ends with an error if fewer than 60 KiB arrive in a minute of waiting. Time in which the caller does not read does
/// not count.
pub fn steady(pieces: Pieces) -> Pieces {
    let begun = (pieces, Duration::ZERO, 0);
    let step = |(mut pieces, mut waited, mut bytes): (Pieces, Duration, usize)| async move {
        loop {
            let began = Instant::now();
            let next = timeout(WINDOW.saturating_sub(waited), pieces.next()).await;
            waited += began.elapsed();
            match next {
                Ok(next) => {
                    let next = next?;
                    bytes += next.as_ref().map_or(0, Bytes::len);
                    return Some((next, (pieces, waited, bytes)));
                }
                Err(_) if bytes < LEAST_KIB * 1024 => {
                    let slow = anyhow!("fewer than {LEAST_KIB} KiB came in {} seconds", WINDOW.as_secs());
                    return Some((Err(slow), (pieces, Duration::ZERO, 0)));
                }
                Err(_) => (waited, bytes) = (Duration::ZERO, 0),
            }
        }
    };
    stream::unfold(begun, step).boxed()
}

async fn gathered(mut pieces: Pieces) -> Result<Vec<u8>, Unread> {
    let all = async {
        let mut body = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(Unread::CutOff)?;
            if body.len() + piece.len() > MAX_WHOLE_MIB * 1024 * 1024 {
                return Err(Unread::TooLong(anyhow!("its reply has more than {MAX_WHOLE_MIB} MiB")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    };
    let too_long = |_| Err(Unread::TooLong(anyhow!("its reply has not ended after {} minutes", WHOLE_TIME.as_secs() / 60)));
    timeout(WHOLE_TIME, all).await.unwrap_or_else(too_long)
}

/// The clock of these tests advances as soon as all tasks wait.
#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `times` pieces of so many bytes each, one in every period.
    fn arriving(bytes: usize, every: Duration, times: usize) -> Pieces {
        let piece = move |_| async move {
            tokio::time::sleep(every).await;
            Ok(Bytes::from(vec![b' '; bytes]))
        };
        stream::iter(0..times).then(piece).boxed()
    }

    async fn length(pieces: Pieces) -> Result<usize, String> {
        match gathered(steady(pieces)).await {
            Ok(body) => Ok(body.len()),
            Err(Unread::CutOff(error)) => Err(format!("cut off: {error}")),
            Err(Unread::TooLong(error)) => Err(format!("too long: {error}")),
        }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_byte_a_second_is_a_cut_after_a_minute() {
        for every in [SECOND / 10, SECOND, SECOND * 59, SECOND * 61] {
            let began = Instant::now();
            assert_eq!(length(arriving(1, every, usize::MAX)).await, Err("cut off: fewer than 60 KiB came in 60 seconds".to_owned()));
            assert_eq!(began.elapsed(), WINDOW, "{every:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_minute_counts_for_itself() {
        let fast_then_slow = arriving(1024 * 1024, SECOND, 2).chain(arriving(1, SECOND, usize::MAX)).boxed();
        let began = Instant::now();
        assert!(length(fast_then_slow).await.is_err());
        assert_eq!(began.elapsed(), WINDOW * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_reply_and_a_steady_one_are_read() {
        assert_eq!(length(arriving(1, SECOND * 5, 10)).await, Ok(10));
        assert_eq!(length(arriving(5 * 1024, SECOND * 3, 150)).await, Ok(150 * 5 * 1024));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_does_not_end_is_given_up_after_ten_minutes() {
        let began = Instant::now();
        assert_eq!(length(arriving(2 * 1024, SECOND, usize::MAX)).await, Err("too long: its reply has not ended after 10 minutes".to_owned()));
        assert_eq!(began.elapsed(), WHOLE_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_is_held_up_to_64_mebibytes() {
        const MIB: usize = 1024 * 1024;
        assert_eq!(length(arriving(MIB, Duration::ZERO, 64)).await, Ok(64 * MIB));
        assert_eq!(length(arriving(MIB, Duration::ZERO, usize::MAX)).await, Err("too long: its reply has more than 64 MiB".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_its_time_is_not_taken_for_a_slow_connection() {
        let mut pieces = steady(arriving(1, Duration::from_millis(1), 100));
        let mut read = 0;
        while let Some(piece) = pieces.next().await {
            read += piece.unwrap().len();
            tokio::time::sleep(WINDOW).await;
        }
        assert_eq!(read, 100);
    }
}
