//! What fetching a list came to.

use super::input::Input;

/// What fetching came to: what can be read, and why the rest can't.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) inputs: Vec<Input>,
    /// The first failure, for people; what is fetched so far is in `inputs`.
    pub(crate) failure: Option<String>,
    /// What was strange but no failure, for people.
    pub(crate) note: Option<String>,
}
