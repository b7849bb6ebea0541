#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod answer;
pub mod archive;
pub mod availability;
pub mod change;
pub mod citation;
pub mod conflict;
pub mod date;
pub mod extract;
pub mod field;
pub mod framework;
pub mod listed;
mod named;
pub mod normal;
pub mod observation;
pub mod paper;
pub mod paper_mentions;
pub mod part;
pub mod reject;
pub mod repo;
mod rules;
pub mod score;
pub mod source_names;
pub mod trend;
mod typed_id;
pub mod verdict;
pub mod week;

pub use archive::{Archive, ArchiveKind};
pub use change::ChangeKind;
pub use citation::Citation;
pub use conflict::{Conflict, Merged};
pub use date::Date;
pub use extract::{Candidate, Extractor, Link, LinkKind, Mention, Role};
pub use field::Field;
pub use listed::ListClaim;
pub use observation::{Observation, RepoFacts, RepoState, StateReason};
pub use paper::Paper;
pub use part::Part;
pub use repo::{RepoKind, RepoName};
pub use rules::RULES;
pub use source_names::SOURCE_NAMES;
pub use typed_id::TypedId;
pub use week::Week;
