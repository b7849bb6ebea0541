//! The two APIs of GitHub.

use serde::{Deserialize, Serialize};

/// The API that receives a request; each has a primary limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// `POST /graphql`, limited in points.
    Graphql,
    /// All other requests, limited by their number.
    Rest,
}
