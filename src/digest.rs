//! The week by mail: what a reader asked for, as a message and as Markdown, made of finished weeks alone.
//!
//! The flow: `content` chooses the papers of a `Report`, `templates` write them, `message` makes a letter of that, `post` decides whose turn it is,
//! `smtp` hands it over.

mod content;
mod message;
mod post;
mod smtp;
mod templates;
#[cfg(test)]
mod tests;

pub(crate) use content::Digest;
pub(crate) use message::Letter;
pub(crate) use post::{Counts, Mailing};
pub(crate) use smtp::Server;
pub(crate) use templates::Templates;
