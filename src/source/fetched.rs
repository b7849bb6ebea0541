//! The result of fetching a list.

use super::input::Input;

/// Inputs that were fetched, and the reason why the rest was not.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) inputs: Vec<Input>,
    /// The first failure, for people; what is fetched so far is in `inputs`.
    pub(crate) failure: Option<String>,
    /// A warning for people, where nothing failed.
    pub(crate) note: Option<String>,
}
