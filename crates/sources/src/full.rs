//! A reader whose portions depend on its bytes alone, and which returns an error again on every later read.

use super::checksum::is_cut;
use super::remote::CutOff;
use std::io::{self, Read};

/// A reader that fills the whole buffer, up to the end or an error: pipes, connections and decompressors return what they have available.
///
/// After an error it reads nothing from the reader below and returns the error again, because a decompressor that is read again ends as if
/// nothing had happened, or aborts.
pub(super) struct Full<R> {
    reader: R,
    /// Its end or its error, once it has come.
    ended: Option<io::Result<()>>,
}

impl<R: Read> Full<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, ended: None }
    }
}

impl<R: Read> Read for Full<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < to.len() && self.ended.is_none() {
            match self.reader.read(&mut to[filled..]) {
                Ok(0) => self.ended = Some(Ok(())),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.ended = Some(Err(error)),
            }
        }
        match &self.ended {
            Some(Err(error)) if filled == 0 && !to.is_empty() => Err(again(error)),
            _ => Ok(filled),
        }
    }
}

fn again(error: &io::Error) -> io::Error {
    if is_cut(error) { io::Error::other(CutOff) } else { io::Error::new(error.kind(), error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a byte at a time, an error at the zero, and panics when it is read again.
    struct Fragile<'a>(&'a [u8]);

    impl Read for Fragile<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let (first, rest) = self.0.split_first().expect("asked again behind its error");
            self.0 = rest;
            if *first == 0 {
                self.0 = &[];
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a zero"));
            }
            to[0] = *first;
            Ok(1)
        }
    }

    #[test]
    fn portions_are_whole_and_an_error_is_said_again_and_again() {
        let mut full = Full::new(Fragile(b"abcde\0fgh"));
        let mut portion = [0; 3];
        assert_eq!((full.read(&mut portion).unwrap(), &portion), (3, b"abc"));
        assert_eq!((full.read(&mut portion).unwrap(), &portion[..2]), (2, &b"de"[..]));
        for _ in 0..3 {
            assert_eq!(full.read(&mut portion).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }
}
