//! The ways in which a command ends without an error.

use starcite_ground::interrupt::{self, Interrupted};
use starcite_ground::owed::Owed;
use std::process::ExitCode;

/// The exit code of a failure that another run alone does not repair.
const FAILED: u8 = 1;

/// An end of a command that did not fail; the worse ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Complete,
    SomeRejected,
    /// The week knows fewer of its repositories than the pipeline wants; running again alone does not mend it.
    BelowCoverage,
    AnswersOwed,
    Interrupted,
}

impl Outcome {
    /// Returns the exit code that README documents.
    pub(crate) fn exit_code(self) -> ExitCode {
        self.code().into()
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::SomeRejected => 3,
            Self::BelowCoverage => 4,
            Self::AnswersOwed => 75,
            Self::Interrupted => interrupt::exit_code(),
        }
    }
}

/// Returns the exit code of an error.
pub(crate) fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<Interrupted>() {
        Outcome::Interrupted.code()
    } else if error.is::<Owed>() {
        Outcome::AnswersOwed.code()
    } else {
        FAILED
    }
}
