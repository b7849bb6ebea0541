//! Progress of a run for the user: a spinner with a text, only on a terminal; or a JSON object a line for each event.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use starcite_ground::{terminal, visible};
use std::time::Duration;

/// Format of progress on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// Words, for people
    #[default]
    Text,
    /// One JSON object a line, for machines
    Json,
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Writes progress to standard error.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    format: LogFormat,
}

impl Progress {
    pub(crate) fn new(format: LogFormat) -> Self {
        let visible = format == LogFormat::Text && terminal::is_watched();
        let bar = if visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if visible {
            bar.set_style(style());
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar, format }
    }

    pub(crate) fn reading(&self, file: &str) {
        self.event("reading", &format!("reading {file}"));
    }

    pub(crate) fn asking(&self, what: &str, answered: usize, wanted: usize, remaining: Option<i64>) {
        let left = remaining.map(|left| format!(", {left} points left")).unwrap_or_default();
        self.bar.set_style(style());
        self.event("asking", &format!("GitHub: {answered} of {wanted} {what}{left}"));
    }

    pub(crate) fn counting(&self, service: &str, answered: usize, wanted: usize) {
        self.event("asking", &format!("{service}: {answered} of {wanted} cited papers"));
    }

    /// Shows a wait for a limit: a countdown on a terminal, else a line.
    pub(crate) fn waiting(&self, until: chrono::DateTime<chrono::Utc>) {
        let message = format!("GitHub's limit: waiting until {}", until.format("%Y-%m-%d %H:%M:%S UTC"));
        if self.format == LogFormat::Text && self.bar.is_hidden() {
            terminal::tell(&message);
        }
        let left = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
            let seconds = (until - starcite_ground::clock::now()).num_seconds().max(0);
            let _ = write!(text, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60); // a spinner's text has no error to report
        };
        let style = ProgressStyle::with_template("{spinner} {left} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        self.bar.set_style(style.with_key("left", left));
        self.event("waiting", &message);
    }

    /// Prints a note for the user that does not end the command.
    pub(crate) fn note(&self, message: &str) {
        match self.format {
            LogFormat::Text => self.bar.suspend(|| terminal::tell(message)),
            LogFormat::Json => self.event("note", message),
        }
    }

    /// Prints while the spinner is paused.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    pub(crate) fn writing(&self, table: &str) {
        self.event("writing", &format!("writing {table}"));
    }

    pub(crate) fn publishing(&self, week: starcite_core::Week) {
        self.event("publishing", &format!("publishing {week}"));
    }

    fn event(&self, event: &str, message: &str) {
        let message = visible::line(message);
        self.bar.set_message(message.clone().into_owned());
        if self.format == LogFormat::Json {
            terminal::write_error(&format!("{}\n", serde_json::json!({ "event": event, "message": message })));
        }
    }

    /// Removes the spinner.
    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
