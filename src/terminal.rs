//! The one place that prints. Texts of strangers are in most of what it prints, so that all of it is made visible.

use crate::visible::{line, lines};
use std::io::{self, IsTerminal, Write};

/// True if standard error is a terminal.
#[expect(clippy::disallowed_methods, reason = "nothing is written")]
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Tells a person something on standard error, on one line.
pub(crate) fn tell(message: &str) {
    write_error(&format!("starcite: {}\n", line(message)));
}

/// Tells a person something on standard error that has line breaks of its own: what is in its lines is shown already.
pub(crate) fn tell_lines(message: &str) {
    write_error(&format!("{}\n", lines(message.trim_end())));
}

/// Writes to standard error as it is. Nobody is left to tell that it can't be written.
#[expect(clippy::disallowed_methods, reason = "the one place where standard error is written")]
pub(crate) fn write_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The reader of what is written has gone: that is its choice, and no failure.
#[derive(Debug)]
pub(crate) struct ReaderGone;

impl std::fmt::Display for ReaderGone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody reads what is written")
    }
}

impl std::error::Error for ReaderGone {}

/// True if a command ended because the reader of its data has gone.
pub(crate) fn is_reader_gone(error: &anyhow::Error) -> bool {
    let is_gone = |error: &io::Error| error.get_ref().is_some_and(|inner| inner.is::<ReaderGone>());
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_gone))
}

/// Names what could not be written, or tells that its reader has gone.
pub(crate) fn named<T>(name: &str, written: io::Result<T>) -> io::Result<T> {
    written.map_err(|error| match error.kind() {
        _ if error.get_ref().is_some_and(|inner| inner.is::<ReaderGone>()) => error,
        io::ErrorKind::BrokenPipe => io::Error::new(io::ErrorKind::BrokenPipe, ReaderGone),
        kind => io::Error::new(kind, format!("cannot write {name}: is the disk full?: {error}")),
    })
}

/// Prints one line.
pub(crate) fn print_line(text: &str) -> io::Result<()> {
    print(&format!("{}\n", line(text)))
}

/// Prints a text that has line breaks of its own: what is in its lines is shown already. A reader that has gone misses it, and nothing else changes.
#[expect(clippy::disallowed_methods, reason = "the one place where people's words are printed")]
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut to = io::stdout();
    match to.write_all(lines(text).as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => named(STDOUT, printed),
    }
}

/// Gives standard output for data: bytes as they are to a pipe or a file, and as text that can be looked at to a terminal.
#[expect(clippy::disallowed_methods, reason = "the one place where data is printed")]
pub(crate) fn data() -> Box<dyn Write> {
    let to = io::stdout();
    if to.is_terminal() { Box::new(Looked { to, begun: Vec::new() }) } else { Box::new(to) }
}

/// Prints data that is there as a whole.
pub(crate) fn print_data(bytes: &[u8]) -> io::Result<()> {
    let mut to = data();
    named(STDOUT, to.write_all(bytes).and_then(|()| to.flush()))
}

/// The name of standard output, for people.
pub(crate) const STDOUT: &str = "standard output";

/// Data on a terminal.
struct Looked<W> {
    to: W,
    /// The beginning of a character whose end is still to come.
    begun: Vec<u8>,
}

impl<W: Write> Write for Looked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend(bytes);
        let whole = match str::from_utf8(&self.begun) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.begun.len(),
        };
        let text: Vec<u8> = self.begun.drain(..whole).collect();
        self.to.write_all(lines(&String::from_utf8_lossy(&text)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn data_is_looked_at_the_same_however_it_is_cut(text in "(\\PC|[\u{0}-\u{ff}\u{2020}-\u{2030}])*", size in 1_usize..9) {
            let mut looked = Looked { to: Vec::new(), begun: Vec::new() };
            text.as_bytes().chunks(size).for_each(|piece| looked.write_all(piece).unwrap());
            prop_assert_eq!(String::from_utf8(looked.to).unwrap(), lines(&text));
        }
    }
}
