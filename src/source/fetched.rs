//! The result of fetching a list.

use super::input::Input;
use starcite_ground::http::Refused;
use starcite_ground::interrupt::Interrupted;

/// Inputs that were fetched, and the reason why the rest was not.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) inputs: Vec<Input>,
    /// The first failure, for the user; `inputs` has the inputs fetched before it.
    pub(crate) failure: Option<String>,
    /// A warning for the user, if nothing failed.
    pub(crate) note: Option<String>,
}

/// True for an error that ends the run, not the list alone: the user interrupted it, the cache can't be written, or the user has to name
/// another address.
pub(super) fn ends_the_run(error: &anyhow::Error) -> bool {
    error.is::<Interrupted>() || error.is::<std::io::Error>() || error.is::<Refused>()
}
