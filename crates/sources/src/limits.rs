//! Limits for reading an input, and for its decompressed size.

use std::io;

/// The limits of an input; real data stays far below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest record, in bytes: arXiv's longest is about 60 KB.
    pub record_bytes: usize,
    /// The factor by which an input may grow that is compressed, as a whole or in parts: texts become three to ten times as large.
    pub expansion: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 16 * 1024 * 1024, expansion: 200 }
    }
}

impl Limits {
    /// Returns the defaults, except for the given values.
    pub fn of(record_mib: Option<u16>, expansion: Option<u64>) -> Self {
        let default = Self::default();
        let record_bytes = record_mib.map_or(default.record_bytes, |mib| usize::from(mib) * 1024 * 1024);
        Self { record_bytes, expansion: expansion.unwrap_or(default.expansion) }
    }

    /// Fails if the output is out of all proportion to the input: a decompression bomb.
    pub(super) fn check_expansion(self, given: u64, made: u64) -> io::Result<()> {
        if made > EXPANSION_FREE_BYTES && made / self.expansion > given {
            return Err(io::Error::other(format!("it becomes more than {} times as large: raise max_expansion if it is meant to", self.expansion)));
        }
        Ok(())
    }
}

/// The decompressed bytes of a file that is compressed in parts.
pub(super) struct Expansion {
    /// The file's size.
    given: u64,
    made: u64,
    limits: Limits,
}

impl Expansion {
    pub(super) fn of(given: u64, limits: Limits) -> Self {
        Self { given, made: 0, limits }
    }

    /// Counts bytes before they are decompressed.
    ///
    /// # Errors
    /// When the file becomes too large.
    pub(super) fn add(&mut self, bytes: u64) -> io::Result<()> {
        self.made = self.made.saturating_add(bytes);
        self.limits.check_expansion(self.given, self.made)
    }
}

/// The expansion is not checked before so many bytes: a small file may well consist of whitespace.
const EXPANSION_FREE_BYTES: u64 = 64 * 1024 * 1024;
