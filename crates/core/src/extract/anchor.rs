//! Where a link may stand: one pass over the text for the bytes that every link contains.

/// Every link holds a slash, but for a bare host (`www.example.org`), which holds a full stop. Both bytes look the same in
/// upper and lower case and with spaces in the link, and are found at the speed of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchors {
    /// Links with a path.
    Slashes,
    /// Bare hosts too.
    SlashesAndDots,
}

impl Anchors {
    /// The first anchor at or after `from`.
    pub(super) fn next(self, text: &str, from: usize) -> Option<usize> {
        let rest = text.as_bytes().get(from..)?;
        let found = match self {
            Self::Slashes => memchr::memchr(b'/', rest),
            Self::SlashesAndDots => memchr::memchr2(b'/', b'.', rest),
        };
        found.map(|at| from + at)
    }
}
