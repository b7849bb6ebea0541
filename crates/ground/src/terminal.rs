//! The only module that prints. Most of its output contains third-party text, so it makes all output visible.

use crate::visible::{line, lines};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;
use std::time::Duration;

/// The bar on standard error, hidden at first. All printing pauses it, so that a line and the bar do not garble each other.
static BAR: LazyLock<ProgressBar> = LazyLock::new(ProgressBar::hidden);

/// True if standard error is a terminal.
#[expect(clippy::disallowed_methods, reason = "nothing is written")]
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// True if standard input is a terminal: a person types it.
pub fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// The columns of a terminal that does not say how wide it is.
const USUAL_COLUMNS: u16 = 80;

/// Returns the columns of the terminal that standard output is; `None` if it is something else.
#[expect(clippy::disallowed_methods, reason = "nothing is written")]
pub fn columns() -> Option<u16> {
    let to = io::stdout();
    let width = || terminal_size::terminal_size_of(&to).map(|(width, _)| width.0).filter(|columns| *columns > 0);
    to.is_terminal().then(|| width().unwrap_or(USUAL_COLUMNS))
}

/// Template of a bar without a size.
pub const SPINNER: &str = "{spinner} {wide_msg}";

/// Shows the bar from now on; false if standard error is not a terminal that can show one.
pub fn show_bar() -> bool {
    if is_watched() {
        BAR.set_style(ProgressStyle::with_template(SPINNER).unwrap_or_else(|_| ProgressStyle::default_spinner()));
        BAR.set_draw_target(ProgressDrawTarget::stderr());
        BAR.enable_steady_tick(Duration::from_millis(100));
    }
    !BAR.is_hidden()
}

/// Returns the bar; its messages are visible text.
pub fn bar() -> &'static ProgressBar {
    &BAR
}

/// Writes to standard error; the caller has made the text in its lines visible. An error has nowhere to be reported, and ends nothing.
#[expect(clippy::disallowed_methods, reason = "the one place where standard error is written")]
pub fn write_error(text: &str) {
    let _ = BAR.suspend(|| io::stderr().write_all(lines(text).as_bytes()));
}

/// The error if the reader of the output has gone: that is the reader's choice, and not a failure.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads what is written")]
pub struct ReaderGone;

/// True if a command ended because the reader of its data has gone.
pub fn is_reader_gone(error: &anyhow::Error) -> bool {
    let is_gone = |error: &io::Error| error.get_ref().is_some_and(|inner| inner.is::<ReaderGone>());
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_gone))
}

/// Adds the name of the output to an error, or returns [`ReaderGone`] for a broken pipe.
pub fn named<T>(name: &str, written: io::Result<T>) -> io::Result<T> {
    written.map_err(|error| match error.kind() {
        _ if error.get_ref().is_some_and(|inner| inner.is::<ReaderGone>()) => error,
        io::ErrorKind::BrokenPipe => io::Error::new(io::ErrorKind::BrokenPipe, ReaderGone),
        kind => io::Error::new(kind, format!("cannot write {name}: is the disk full?: {error}")),
    })
}

/// Returns a number of bytes in the unit that fits it.
pub fn bytes(count: u64) -> String {
    let units = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let unit = units.iter().find(|(unit, _)| count >= *unit);
    unit.map_or_else(|| format!("{count} B"), |(unit, name)| format!("{:.1} {name}", count as f64 / *unit as f64))
}

/// Prints one line.
pub fn print_line(text: &str) -> io::Result<()> {
    print(&format!("{}\n", line(text)))
}

/// Prints a text and keeps its line breaks; the caller has made the text in its lines visible. If the reader has gone, nothing else changes.
#[expect(clippy::disallowed_methods, reason = "the one place where people's words are printed")]
pub fn print(text: &str) -> io::Result<()> {
    let mut to = io::stdout();
    match BAR.suspend(|| to.write_all(lines(text).as_bytes()).and_then(|()| to.flush())) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => named(STDOUT, printed),
    }
}

/// Returns standard output for data: bytes without changes to a pipe or a file, visible text to a terminal.
#[expect(clippy::disallowed_methods, reason = "the one place where data is printed")]
pub fn data() -> Box<dyn Write> {
    let to = io::stdout();
    if to.is_terminal() { Box::new(Looked { to, begun: Vec::new() }) } else { Box::new(to) }
}

/// Prints data that is complete.
pub fn print_data(bytes: &[u8]) -> io::Result<()> {
    let mut to = data();
    named(STDOUT, to.write_all(bytes).and_then(|()| to.flush()))
}

/// The name of standard output, for the user.
pub const STDOUT: &str = "standard output";

/// Writer of data to a terminal.
struct Looked<W> {
    to: W,
    /// The first bytes of a character whose rest is still to come.
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
        BAR.suspend(|| self.to.write_all(lines(&String::from_utf8_lossy(&text)).as_bytes()))?;
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
