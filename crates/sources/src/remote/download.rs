//! A reader of an object: it continues after an interruption, and never ends before the object does.

use super::Remote;
use super::kept::Kept;
use super::object::{Object, Reply, Version};
use crate::hosts::Hosts;
use crate::rates;
use anyhow::{Result, anyhow};
use bytes::Bytes;
use futures_util::StreamExt;
use starcite_ground::bucket::Failure;
use starcite_ground::http::{self, Pieces};
use starcite_ground::interrupt::{Interrupted, unless_interrupted};
use starcite_ground::owed::Owed;
use std::io::{self, Read};
use std::time::Duration;
use tokio::runtime::Runtime;

/// The most tries in a row that bring next to nothing.
const MAX_TRIES: u32 = 5;
/// The retry counter resets after a connection has delivered so much.
const PROGRESS_BYTES: u64 = 1024 * 1024;
const PIECE_BYTES: usize = 256 * 1024;

/// An object being read. Waits block the thread that reads.
pub(crate) struct Download {
    runtime: Runtime,
    arriving: Arriving,
    /// Bytes that have arrived and were not read yet.
    piece: Bytes,
    /// The reason why the rest is missing.
    failure: Option<anyhow::Error>,
}

/// The error that a reader gets when the rest is missing; [`Download::failure`] returns the reason.
#[derive(Debug, thiserror::Error)]
#[error("the rest did not arrive")]
pub(crate) struct CutOff;

impl Download {
    /// Requests the object, from the byte at which an earlier run was cut off if it is still the same.
    ///
    /// # Errors
    /// When it does not exist, or its host does not answer ([`Owed`]).
    pub(crate) fn begin(remote: &Remote, hosts: &Hosts) -> Result<Self> {
        let runtime = http::runtime()?;
        let arriving = runtime.block_on(unless_interrupted(Arriving::begin(remote, hosts)))?;
        Ok(Self { runtime, arriving, piece: Bytes::new(), failure: None })
    }

    /// Returns the size of the whole object, if its host reports it.
    pub(crate) fn size(&self) -> Option<u64> {
        self.arriving.version.bytes
    }

    /// Returns the reason why the rest is missing, if it is.
    pub(crate) fn failure(&mut self) -> Option<anyhow::Error> {
        self.failure.take()
    }
}

impl Read for Download {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() && self.failure.is_none() {
            match self.runtime.block_on(unless_interrupted(self.arriving.next())) {
                Ok(piece) => self.piece = piece,
                Err(error) => self.failure = Some(error),
            }
        }
        if self.failure.is_some() {
            return Err(io::Error::other(CutOff));
        }
        let read = self.piece.len().min(to.len());
        to[..read].copy_from_slice(&self.piece.split_to(read));
        Ok(read)
    }
}

/// The origin and the progress of an object.
struct Arriving {
    object: Object,
    name: String,
    first_wait: Duration,
    kept: Option<Kept>,
    /// Bytes that are still to be read from the file of an earlier run.
    replay: u64,
    version: Version,
    stream: Option<Pieces>,
    /// Bytes that were returned, and their hash: it proves that a server that only sends the whole object still has the same one.
    position: u64,
    hash: blake3::Hasher,
    is_whole: bool,
    tries: u32,
    /// Position at which the last connection began.
    connected_at: u64,
}

impl Arriving {
    async fn begin(remote: &Remote, hosts: &Hosts) -> Result<Self> {
        let kept = remote.kept.as_deref().map(Kept::open).transpose()?;
        let mut arriving = Self {
            object: Object::open(remote, hosts).await?,
            name: remote.name(),
            first_wait: hosts.scaled(rates::OBJECTS.first_wait),
            kept,
            replay: 0,
            version: Version::default(),
            stream: None,
            position: 0,
            hash: blake3::Hasher::new(),
            is_whole: false,
            tries: 0,
            connected_at: 0,
        };
        if !arriving.resume().await? {
            let reply = arriving.ask(0).await?;
            arriving.restart(reply)?;
        }
        Ok(arriving)
    }

    /// Continues the download of an earlier run; false if there is none, or the object is another one now.
    async fn resume(&mut self) -> Result<bool> {
        let Some((bytes, version)) = self.kept.as_ref().and_then(Kept::begun).filter(|(_, version)| version.is_known()) else { return Ok(false) };
        self.version = version;
        if self.version.bytes != Some(bytes) {
            match self.ask(bytes).await {
                Ok(reply) if reply.from == bytes && self.version.is_same(&reply.version) => self.stream = Some(reply.stream),
                Ok(reply) if reply.from == 0 => return self.restart(reply).map(|()| true),
                Err(error) if error.is::<Owed>() => return Err(error),
                Ok(_) | Err(_) => {
                    self.version = Version::default();
                    return Ok(false);
                }
            }
        }
        self.replay = bytes;
        self.connected_at = bytes;
        self.kept.as_mut().map_or(Ok(()), Kept::rewind)?;
        Ok(true)
    }

    fn restart(&mut self, reply: Reply) -> Result<()> {
        self.version = reply.version;
        self.stream = Some(reply.stream);
        self.kept.as_mut().map_or(Ok(()), |kept| kept.restart(&self.version))
    }

    /// Returns the next bytes; none at the object's end.
    async fn next(&mut self) -> Result<Bytes> {
        let piece = if self.replay > 0 { self.replayed()? } else { self.arrived().await? };
        self.hash.update(&piece);
        self.position += piece.len() as u64;
        Ok(piece)
    }

    fn replayed(&mut self) -> Result<Bytes> {
        let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(self.replay)?)];
        let read = self.kept.as_mut().map_or(Ok(0), |kept| kept.read(&mut piece))?;
        anyhow::ensure!(read > 0, "what was kept of {} has become shorter: run again when nobody changes the cache", self.name);
        piece.truncate(read);
        self.replay -= read as u64;
        Ok(piece.into())
    }

    async fn arrived(&mut self) -> Result<Bytes> {
        while !self.is_whole {
            let Some(stream) = &mut self.stream else {
                self.reconnect().await?;
                continue;
            };
            match stream.next().await {
                Some(Ok(piece)) if piece.is_empty() => {}
                Some(Ok(piece)) => {
                    self.kept.as_mut().map_or(Ok(()), |kept| kept.append(&piece))?;
                    return Ok(piece);
                }
                None if self.version.bytes.is_none_or(|bytes| bytes == self.position) => self.finish()?,
                None => self.cut(anyhow!("the connection ended early")).await?,
                Some(Err(error)) => self.cut(error).await?,
            }
        }
        Ok(Bytes::new())
    }

    fn finish(&mut self) -> Result<()> {
        self.is_whole = true;
        self.kept.as_ref().map_or(Ok(()), Kept::finish)
    }

    /// Records that a connection brought no more, and waits.
    async fn cut(&mut self, error: anyhow::Error) -> Result<()> {
        self.stream = None;
        if self.position.saturating_sub(self.connected_at) >= PROGRESS_BYTES {
            self.tries = 0;
        }
        self.tries += 1;
        if self.tries >= MAX_TRIES {
            return Err(self.owed(&error));
        }
        self.object.wait(self.first_wait * 2u32.pow(self.tries - 1), &error).await;
        Ok(())
    }

    /// Requests the rest.
    async fn reconnect(&mut self) -> Result<()> {
        self.connected_at = self.position;
        if self.position > 0 && self.version.bytes == Some(self.position) {
            return self.finish(); // the last byte had arrived when the connection broke, or when an earlier run was killed
        }
        let from = if self.version.is_known() { self.position } else { 0 };
        let reply = self.ask(from).await?;
        if self.position == 0 {
            return self.restart(reply);
        }
        if reply.from == self.position && self.version.is_same(&reply.version) {
            (self.version.bytes, self.stream) = (reply.version.bytes.or(self.version.bytes), Some(reply.stream));
            return Ok(());
        }
        if reply.from != 0 || self.version.is_other(&reply.version) {
            return Err(self.changed());
        }
        self.skip(reply).await
    }

    /// Reads the bytes again that were returned already: only if they are the same, byte for byte, the rest belongs to them.
    async fn skip(&mut self, mut reply: Reply) -> Result<()> {
        let mut hash = blake3::Hasher::new();
        let mut left = self.position;
        while left > 0 {
            let mut piece = match reply.stream.next().await {
                Some(Ok(piece)) => piece,
                Some(Err(error)) => return self.cut(error).await,
                None => return Err(self.changed()),
            };
            let skipped = piece.split_to(piece.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
            hash.update(&skipped);
            left -= skipped.len() as u64;
            reply.stream = if piece.is_empty() { reply.stream } else { futures_util::stream::iter([Ok(piece)]).chain(reply.stream).boxed() };
        }
        if hash.finalize() != self.hash.finalize() {
            return Err(self.changed());
        }
        (self.version, self.stream) = (reply.version, Some(reply.stream));
        Ok(())
    }

    /// Requests a reply, with retries.
    async fn ask(&mut self, from: u64) -> Result<Reply> {
        loop {
            let error = match self.object.get(from, &self.version).await {
                Ok(reply) => return Ok(reply),
                Err(Failure::Missing) => anyhow::bail!("{} does not exist: check its address", self.name),
                Err(Failure::Refused(error)) => return Err(error.context(format!("cannot fetch {}", self.name))),
                Err(Failure::Changed) => return Err(self.changed()),
                Err(Failure::TooLong(error)) if error.is::<Interrupted>() => return Err(error),
                Err(Failure::TooLong(error)) => return Err(self.owed(&error)),
                Err(Failure::Nobody(error)) if self.object.reconnects(&error).await => continue,
                Err(Failure::Nobody(error)) => return Err(self.owed(&error)),
                Err(Failure::MayPass(error)) => error,
            };
            self.cut(error).await?;
        }
    }

    fn changed(&self) -> anyhow::Error {
        anyhow!("{} was changed while it was read: run again when nobody writes to it", self.name)
    }

    fn owed(&self, error: &anyhow::Error) -> anyhow::Error {
        let said = match (self.position, self.version.bytes) {
            (0, _) => format!("{} did not answer ({error:#})", self.name),
            (some, None) => format!("{} was cut off after {some} bytes ({error:#})", self.name),
            (some, Some(all)) => format!("{} was cut off after {some} of {all} bytes ({error:#})", self.name),
        };
        Owed(said).into()
    }
}
