//! The two APIs of GitHub.

use serde::{Deserialize, Serialize};

/// The API that a request goes to: each has a primary limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// `POST /graphql`, limited in points.
    Graphql,
    /// All else, limited in requests.
    Rest,
}
