//! The error of an incomplete answer: a host did not answer, or not to the end. Running again helps, and the exit code reports it.

/// The reason why an answer is owed, for the user.
#[derive(Debug)]
pub(crate) struct Owed(pub(crate) String);

impl std::fmt::Display for Owed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Owed {}
