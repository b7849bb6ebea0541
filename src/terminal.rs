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

/// Prints one line.
pub(crate) fn print_line(text: &str) -> io::Result<()> {
    print(&format!("{}\n", line(text)))
}

/// Prints a text that has line breaks of its own: what is in its lines is shown already.
#[expect(clippy::disallowed_methods, reason = "the one place where people's words are printed")]
pub(crate) fn print(text: &str) -> io::Result<()> {
    io::stdout().write_all(lines(text).as_bytes())
}

/// Gives standard output for data: bytes as they are to a pipe or a file, and as text that can be looked at to a terminal.
#[expect(clippy::disallowed_methods, reason = "the one place where data is printed")]
pub(crate) fn data() -> Box<dyn Write> {
    let to = io::stdout();
    if to.is_terminal() { Box::new(Looked { to, begun: Vec::new() }) } else { Box::new(to) }
}

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
