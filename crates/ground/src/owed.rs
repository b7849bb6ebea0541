//! The error of an incomplete answer: a host did not answer, or not to the end. Running again helps, and the exit code reports it.

/// The reason why an answer is owed, for the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Owed(pub String);
