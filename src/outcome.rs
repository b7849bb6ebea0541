//! The ways in which a command ends without an error.

use starcite_ground::interrupt;
use std::process::ExitCode;

/// An end of a command that did not fail; the worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Complete,
    SomeRejected,
    AnswersOwed,
    Interrupted,
}

impl Outcome {
    /// Returns the exit code that README documents.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Complete => ExitCode::SUCCESS,
            Self::SomeRejected => ExitCode::from(3),
            Self::AnswersOwed => ExitCode::from(75),
            Self::Interrupted => interrupt::exit_code(),
        }
    }
}
