//! Sets up `tracing`: the lines of the log on standard error and in a file, with their levels and their form.
//!
//! Events name what happened in fields, and only those of starcite's own crates are written: those of libraries may contain URLs with secrets.

use anyhow::{Context, Result, ensure};
use chrono::SecondsFormat;
use clap::ArgAction;
use clap::builder::{PathBufValueParser, TypedValueParser};
use starcite_ground::{clock, files, terminal, visible};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt as lines, registry};

/// The target of events that a bar shows on a terminal.
pub(crate) const PROGRESS: &str = "starcite::progress";

/// The beginning of all targets of starcite: of the program, and of its crates such as `starcite_github`.
const OWN: &str = "starcite";
/// The variable with the filter, and the one that counts where that is not set: other programs read it, too.
const FILTER: &str = "STARCITE_LOG";
const OTHERS: &str = "RUST_LOG";

/// The heading of the options that every command has.
pub(crate) const LOG_AND_THREADS: &str = "Log and threads";

/// The log: its form, its file and its level.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = LOG_AND_THREADS)]
pub(crate) struct LogArgs {
    /// Form of the lines on standard error and in the log file
    #[arg(long, global = true, value_enum, default_value_t, env = "STARCITE_LOG_FORMAT")]
    log: LogFormat,
    /// A file to which the lines are added as well, with time and level
    #[arg(long, global = true, value_name = "FILE", env = "STARCITE_LOG_FILE", value_parser = no_dash("the lines go to standard error anyway: name a file"))]
    log_file: Option<PathBuf>,
    /// More lines: -v one for each request, -vv all. STARCITE_LOG, or else RUST_LOG, sets levels by target: warn,starcite::request=debug
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Only warnings and errors, and no bars
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

/// Returns the parser of a file's name that is not `-`, which other programs take for a stream; `instead` is the next step.
pub(crate) fn no_dash(instead: &'static str) -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(move |path| if path.as_os_str() == "-" { Err(instead) } else { Ok(path) })
}

/// Form of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum LogFormat {
    /// Words, for people
    #[default]
    Text,
    /// One JSON object a line, for machines
    Json,
}

impl LogArgs {
    fn level(&self) -> LevelFilter {
        match (self.quiet, self.verbose) {
            (true, _) => LevelFilter::WARN,
            (false, 0) => LevelFilter::INFO,
            (false, 1) => LevelFilter::DEBUG,
            (false, _) => LevelFilter::TRACE,
        }
    }

    /// Returns the levels of all targets, from the arguments and the variables, and a warning about a variable that does not count.
    ///
    /// # Errors
    /// When `STARCITE_LOG` is not a filter; the text names what to write.
    pub(crate) fn filter(&self) -> Result<(Targets, Option<String>), String> {
        let levels = Targets::new().with_target(OWN, self.level());
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(|value| value.to_string_lossy().into_owned());
        if let Some(value) = set(FILTER) {
            return overridden(levels, FILTER, &value).map(|levels| (levels, None));
        }
        let Some(value) = set(OTHERS) else { return Ok((levels, None)) };
        Ok(match overridden(levels.clone(), OTHERS, &value) {
            Ok(overridden) => (overridden, None),
            Err(why) => (levels, Some(format!("{why}. It does not count"))),
        })
    }

    /// Begins the log.
    ///
    /// # Errors
    /// When the log file can't be opened; the log on standard error has begun then.
    pub(crate) fn begin(&self, filter: Targets) -> Result<()> {
        let file = self.log_file.as_deref().map(opened).transpose();
        let has_bar = file.is_ok() && self.log == LogFormat::Text && !self.quiet && terminal::show_bar();
        let on_stderr = if has_bar && self.verbose == 0 { filter.clone().with_target(PROGRESS, LevelFilter::WARN) } else { filter.clone() };
        let is_dated = !terminal::is_watched();
        let mut layers = vec![self.layer(Destination::Stderr, is_dated, on_stderr)];
        layers.extend(file.iter().flatten().map(|file| self.layer(Destination::File(Arc::clone(file)), true, filter.clone())));
        registry().with(layers).init();
        file.map(drop)
    }

    fn layer(&self, to: Destination, is_dated: bool, filter: Targets) -> Box<dyn Layer<Registry> + Send + Sync> {
        // An internal error would be printed by `eprintln!`, which panics where nothing can be printed.
        let layer = lines::layer().log_internal_errors(false).with_ansi(false);
        match self.log {
            LogFormat::Json => {
                let layer = layer.json().flatten_event(true).with_current_span(false).with_timer(Clock);
                layer.with_writer(move || Line { to: to.clone(), shown: visible::json }).with_filter(filter).boxed()
            }
            LogFormat::Text => {
                let field = |to: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug| {
                    let value = format!("{value:?}");
                    let value = visible::line(&value);
                    if field.name() == MESSAGE { write!(to, "{value}") } else { write!(to, "{field}={value}") }
                };
                let layer = layer.fmt_fields(debug_fn(field).delimited(" ")).event_format(Text { is_dated });
                layer.with_writer(move || Line { to: to.clone(), shown: visible::lines }).with_filter(filter).boxed()
            }
        }
    }
}

/// Begins a log of errors where the arguments are wrong or ask for help, because help may be impossible to print.
pub(crate) fn begin_without_arguments() {
    let log = LogArgs { quiet: true, ..LogArgs::default() };
    log.begin(log.filter().unwrap_or_default().0).ok(); // there is no log file
}

/// The name that `tracing` gives to the words of an event.
const MESSAGE: &str = "message";

/// Sets the levels of a variable in place of others. `RUST_LOG` may name targets of other programs, and hides no error.
fn overridden(levels: Targets, name: &str, value: &str) -> Result<Targets, String> {
    let wrong = |why: &str| {
        let form = "write a level (off, error, warn, info, debug, trace), or targets with levels, such as warn,starcite::request=debug";
        Err(format!("{name}={value}: {why}: {form}; the form of the lines is --log or STARCITE_LOG_FORMAT"))
    };
    let set: Targets = match value.parse() {
        Ok(set) => set,
        Err(_) => return wrong("not a filter"),
    };
    let own = |target: &str| target.starts_with(OWN);
    if name == FILTER && set.iter().any(|(target, _)| !own(target)) {
        return wrong("it names a target that is not starcite's");
    }
    let least = if name == OTHERS { LevelFilter::ERROR } else { LevelFilter::OFF };
    let levels = set.default_level().map_or(levels.clone(), |level| levels.with_target(OWN, level.max(least)));
    Ok(levels.with_targets(set.iter().filter(|(target, _)| own(target))))
}

/// Opens a log file: a new one, a device, or one that begins as a log does.
fn opened(path: &Path) -> Result<Arc<File>> {
    let mut start = Vec::new();
    if path.is_file() {
        File::open(path).and_then(|file| file.take(BEGIN_OF_JSON.len() as u64).read_to_end(&mut start)).ok(); // opening it for writing reports the error
    }
    let is_log = start.is_empty() || start.starts_with(BEGIN_OF_TEXT) || start.starts_with(BEGIN_OF_JSON);
    ensure!(is_log, "{} is not a log file: name another one with --log-file", path.display());
    let file = files::append_private(path).with_context(|| format!("cannot open the log file {}: name another one with --log-file", path.display()))?;
    Ok(Arc::new(file))
}

/// The beginnings of a log: the century of a time, and the first key of an event.
const BEGIN_OF_TEXT: &[u8] = b"20";
const BEGIN_OF_JSON: &[u8] = b"{\"timestamp\"";

/// The destination of lines.
#[derive(Clone)]
enum Destination {
    Stderr,
    File(Arc<File>),
}

/// The writer of one line. It never fails, because a message that can't be written ends nothing.
struct Line {
    to: Destination,
    /// Makes third-party text visible.
    shown: fn(&str) -> std::borrow::Cow<'_, str>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        let line = (self.shown)(&line);
        match &self.to {
            Destination::Stderr => terminal::write_error(&line),
            Destination::File(file) => drop(file.as_ref().write_all(line.as_bytes())),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time of events.
struct Clock;

impl FormatTime for Clock {
    fn format_time(&self, to: &mut Writer<'_>) -> fmt::Result {
        write!(to, "{}", clock::now().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Lines for people. A message for the user is whole by itself; events of a lower level have fields and spans, too.
struct Text {
    /// True if time and level are written.
    is_dated: bool,
}

impl<S, N> FormatEvent<S, N> for Text
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let level = *event.metadata().level();
        if self.is_dated {
            Clock.format_time(&mut to)?;
            write!(to, " {level} ")?;
        }
        write!(to, "starcite: ")?;
        if level <= Level::INFO {
            let mut words = Words(Ok(()), to.by_ref());
            event.record(&mut words);
            words.0?;
        } else {
            context.format_fields(to.by_ref(), event)?;
            for span in context.event_scope().into_iter().flatten() {
                let extensions = span.extensions();
                let fields = extensions.get::<lines::FormattedFields<N>>().map(|fields| fields.fields.as_str()).filter(|fields| !fields.is_empty());
                write!(to, " {}{}{}", span.name(), if fields.is_some() { " " } else { "" }, fields.unwrap_or_default())?;
            }
        }
        writeln!(to)
    }
}

/// The writer of an event's message without its fields.
struct Words<'a>(fmt::Result, Writer<'a>);

impl tracing::field::Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == MESSAGE {
            self.0 = write!(self.1, "{}", visible::line(&format!("{value:?}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starcite_ground::http::REQUEST;

    fn levels(name: &str, value: &str) -> Result<Targets, String> {
        overridden(Targets::new().with_target(OWN, LevelFilter::INFO), name, value)
    }

    #[test]
    fn a_filter_sets_levels_by_target_and_never_those_of_libraries() {
        let set = |value| levels(OTHERS, value).unwrap();
        let enabled = |targets: &Targets| {
            let is = |target| [Level::WARN, Level::INFO, Level::DEBUG].iter().filter(|level| targets.would_enable(target, level)).count();
            [is("starcite::papers"), is(REQUEST), is("starcite_github::ask"), is("hyper::client")]
        };
        assert_eq!(enabled(&set("hyper=trace")), [2, 2, 2, 0]);
        assert_eq!(enabled(&set("debug")), [3, 3, 3, 0]);
        assert_eq!([set("off"), levels(FILTER, "off").unwrap()].map(|set| set.would_enable("starcite", &Level::ERROR)), [true, false]);
        assert_eq!(enabled(&set("warn,starcite::request=debug")), [1, 3, 1, 0]);
        assert_eq!(enabled(&set("starcite_github=off")), [2, 2, 0, 0]);
        assert_eq!(enabled(&levels(FILTER, "starcite::request=debug").unwrap()), [2, 3, 2, 0]);
    }

    #[test]
    fn a_wrong_filter_is_told_with_the_next_step() {
        for (name, value) in [(FILTER, "json"), (FILTER, "hyper=debug"), (FILTER, "starcite=loud"), (OTHERS, "a=b=c")] {
            let why = levels(name, value).unwrap_err();
            assert!(why.starts_with(&format!("{name}={value}: ")) && why.contains("starcite::request=debug"), "{why}");
        }
    }
}
