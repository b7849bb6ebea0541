//! Progress of a command for the user: a bar or a spinner on a terminal, and an event for each stage and one a minute.

use crate::log::PROGRESS;
use indicatif::{HumanBytes, ProgressState, ProgressStyle};
use starcite_ground::parallel_ordered::lock;
use starcite_ground::{terminal, visible};
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};
use tracing::{Level, Span, enabled, info};

/// The name of standard input, as inputs have it.
const STDIN: &str = "-";

/// The time between two events of a stage.
const PERIOD: Duration = Duration::from_secs(60);

/// Shows progress; clones show the same.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<Shared>);

#[derive(Default)]
struct Shared {
    stage: Mutex<Option<Stage>>,
    /// The thread that reports the stage once a minute.
    reporter: OnceLock<()>,
}

/// The stage that a command is in.
struct Stage {
    /// Its kind in events, such as `reading`, and its name for people.
    kind: &'static str,
    name: String,
    begun: Instant,
    /// The answers that there were when it began, which count for no rate.
    before: usize,
    done: Done,
    /// The span in which it began.
    span: Span,
}

/// The finished part of a stage.
#[derive(Debug, Clone, Copy)]
enum Done {
    /// The size of the stage is not known, nor what is finished.
    Unmeasured,
    Bytes {
        read: u64,
        total: Option<u64>,
    },
    Answers {
        answered: usize,
        wanted: usize,
        points_left: Option<i64>,
    },
}

/// The requests of a stage.
pub(crate) struct HostProgress<'a> {
    pub(crate) host: &'a str,
    pub(crate) what: &'a str,
    pub(crate) answered: usize,
    pub(crate) wanted: usize,
    /// Points or requests left until the limit's reset.
    pub(crate) points_left: Option<i64>,
}

impl Progress {
    /// Begins to read an input. A person who types it sees how it ends, and no bar, which would write over what is typed.
    pub(crate) fn reading(&self, input: &str) {
        if input == STDIN && terminal::is_typed() {
            self.done();
            return info!(target: "starcite::input", "reading standard input; Ctrl-D ends");
        }
        self.begin("reading", format!("reading {input}"));
    }

    /// Shows how much of an input was read.
    pub(crate) fn read(&self, read: u64, total: Option<u64>) {
        self.show(Done::Bytes { read, total });
    }

    /// Shows how many requests of a stage are answered.
    pub(crate) fn asking(&self, asked: &HostProgress<'_>) {
        let &HostProgress { host, what, answered, wanted, points_left } = asked;
        let name = format!("{host}: {what}");
        let is_this = |stage: &Stage| stage.name == name && matches!(stage.done, Done::Answers { wanted: known, .. } if known == wanted);
        if !self.lock().as_ref().is_some_and(is_this) {
            self.begin("asking", name);
            self.lock().iter_mut().for_each(|stage| stage.before = answered);
        }
        self.show(Done::Answers { answered, wanted, points_left });
    }

    /// Shows a wait for a limit: a countdown on a terminal.
    pub(crate) fn waiting(&self, until: chrono::DateTime<chrono::Utc>) {
        let left = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
            let seconds = (until - starcite_ground::clock::now()).num_seconds().max(0);
            let _ = write!(text, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60); // a bar's text has no error to report
        };
        self.begin("waiting", format!("GitHub's limit: waiting until {}", until.format("%Y-%m-%d %H:%M:%S UTC")));
        terminal::bar().set_style(style("{spinner} {left} {wide_msg}").with_key("left", left));
    }

    pub(crate) fn writing(&self, table: &str) {
        self.begin("writing", format!("writing {table}"));
    }

    pub(crate) fn publishing(&self, week: starcite_core::Week) {
        self.begin("publishing", format!("publishing {week}"));
    }

    /// Removes the bar.
    pub(crate) fn done(&self) {
        *self.lock() = None;
        terminal::bar().finish_and_clear();
    }

    /// Begins a stage, as a spinner.
    fn begin(&self, kind: &'static str, name: String) {
        info!(target: PROGRESS, stage = kind, "{name}");
        let bar = terminal::bar();
        bar.set_style(style(terminal::SPINNER)); // before the rest, which draws
        bar.set_message(visible::line(&name).into_owned());
        bar.reset();
        bar.unset_length();
        *self.lock() = Some(Stage { kind, name, begun: Instant::now(), before: 0, done: Done::Unmeasured, span: Span::current() });
        if enabled!(target: PROGRESS, Level::INFO) {
            self.0.reporter.get_or_init(|| self.report_each_minute());
        }
    }

    /// Shows the finished part of the stage; a stage of known size has a bar.
    fn show(&self, done: Done) {
        let mut stage = self.lock();
        let Some(stage) = stage.as_mut() else { return };
        let is_first = matches!(stage.done, Done::Unmeasured);
        stage.done = done;
        let bar = terminal::bar();
        let (position, total, template) = match done {
            Done::Unmeasured => return,
            Done::Bytes { read, total } => (read, total, BYTES),
            Done::Answers { answered, wanted, points_left } => {
                bar.set_message(visible::line(&format!("{}{}", stage.name, left_of(points_left))).into_owned());
                (answered as u64, Some(wanted as u64), ANSWERS)
            }
        };
        if let (true, Some(total)) = (is_first, total) {
            bar.set_length(total);
            bar.set_style(style(template).progress_chars("=> ").with_key("left", left).with_key("rate", rate));
        }
        bar.set_position(position);
        if is_first {
            bar.reset_eta(); // what was done before counts for no rate
        }
    }

    /// Reports the stage once a minute, on a thread that ends with the program.
    fn report_each_minute(&self) {
        let progress = self.clone();
        let report = move || {
            loop {
                std::thread::sleep(PERIOD);
                progress.lock().iter().filter(|stage| stage.begun.elapsed() >= PERIOD / 2).for_each(|stage| stage.span.in_scope(|| stage.report()));
            }
        };
        std::thread::Builder::new().name("progress".to_owned()).spawn(report).ok(); // without it there are fewer lines
    }

    fn lock(&self) -> MutexGuard<'_, Option<Stage>> {
        lock(&self.0.stage)
    }
}

impl Stage {
    /// Reports how much is done, at which rate, and how long the rest takes.
    fn report(&self) {
        let Self { kind: stage, name, begun, before, done, .. } = self;
        let elapsed = begun.elapsed();
        match *done {
            Done::Unmeasured => info!(target: PROGRESS, stage, seconds = elapsed.as_secs(), "{name}: {} so far", duration(elapsed)),
            Done::Bytes { read, total } => {
                let (pace, of) = (Pace::of(read, total, elapsed), total.map(|total| format!(" of {}", HumanBytes(total))).unwrap_or_default());
                let bytes_per_second = pace.per_second as u64;
                info!(target: PROGRESS, stage, bytes = read, bytes_total = total, bytes_per_second, seconds_left = pace.seconds_left(),
                    "{name}: {}{of}, {}/s{pace}", HumanBytes(read), HumanBytes(bytes_per_second));
            }
            Done::Answers { answered, wanted, points_left } => {
                let pace = Pace::of((answered - before) as u64, Some((wanted - before) as u64), elapsed);
                let (per_second, points) = (pace.per_second, left_of(points_left));
                info!(target: PROGRESS, stage, answered, wanted, points_left, per_second, seconds_left = pace.seconds_left(),
                    "{name}: {answered} of {wanted}, {per_second:.1}/s{pace}{points}");
            }
        }
    }
}

// The message is last, because it is shortened where the line is too long.
const BYTES: &str = "{spinner} [{bar:20}] {bytes} of {total_bytes}, {bytes_per_sec}{left}  {wide_msg}";
const ANSWERS: &str = "{spinner} [{bar:20}] {pos} of {len}, {rate}{left}  {wide_msg}";

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Writes the time left on a bar, once something is done.
fn left(state: &ProgressState, text: &mut dyn std::fmt::Write) {
    if state.pos() > 0 {
        let _ = write!(text, ", {} left", duration(state.eta())); // a bar's text has no error to report
    }
}

fn rate(state: &ProgressState, text: &mut dyn std::fmt::Write) {
    let _ = write!(text, "{:.1}/s", state.per_sec());
}

fn left_of(points: Option<i64>) -> String {
    points.map(|points| format!(", {points} points left")).unwrap_or_default()
}

/// The rate of a stage so far, and the time left at that rate.
#[derive(Debug, PartialEq)]
struct Pace {
    per_second: f64,
    left: Option<Duration>,
}

impl Pace {
    fn of(done: u64, total: Option<u64>, elapsed: Duration) -> Self {
        let per_second = done as f64 / elapsed.as_secs_f64().max(f64::MIN_POSITIVE);
        let left = total.and_then(|total| Duration::try_from_secs_f64(total.saturating_sub(done) as f64 / per_second).ok());
        Self { per_second, left }
    }

    fn seconds_left(&self) -> Option<u64> {
        self.left.map(|left| left.as_secs())
    }
}

/// Writes the time left, if it is known.
impl Display for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.left.map_or(Ok(()), |left| write!(f, ", {} left", duration(left)))
    }
}

fn duration(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7_199 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    #[test]
    fn the_time_left_follows_from_the_rate_and_is_unknown_without_a_size_or_a_rate() {
        let minute = Duration::from_secs(60);
        assert_eq!(Pace::of(600, Some(1_800), minute), Pace { per_second: 10.0, left: Some(minute * 2) });
        assert_eq!(Pace::of(600, None, minute).left, None);
        assert_eq!(Pace::of(0, Some(10), minute).left, None);
        assert_eq!(Pace::of(20, Some(10), minute).left, Some(Duration::ZERO), "an input that grew");
    }

    /// Returns the event of a stage that began a minute ago.
    fn reported(done: Done, before: usize) -> serde_json::Value {
        let file = Arc::new(tempfile::NamedTempFile::new().unwrap().reopen().unwrap());
        let log = tracing_subscriber::fmt().json().flatten_event(true).with_writer(Arc::clone(&file)).finish();
        let stage = Stage { kind: "kind", name: "name".to_owned(), begun: Instant::now().checked_sub(PERIOD).unwrap(), before, done, span: Span::none() };
        tracing::subscriber::with_default(log, || stage.report());
        let mut text = String::new();
        (&*file).rewind().unwrap();
        (&*file).read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_is_reported_each_minute_has_the_rate_and_the_time_left_in_words_and_fields() {
        let read = reported(Done::Bytes { read: 6 << 20, total: Some(18 << 20) }, 0);
        let words = read["message"].as_str().unwrap();
        assert!(words.starts_with("name: 6.00 MiB of 18.00 MiB, ") && words.contains(" KiB/s, ") && words.ends_with(" min left"), "{words}");
        assert_eq!((&read["stage"], &read["bytes"], &read["bytes_total"]), (&"kind".into(), &(6 << 20).into(), &(18 << 20).into()));
        let asked = reported(Done::Answers { answered: 600, wanted: 1_800, points_left: Some(4_990) }, 0);
        let words = asked["message"].as_str().unwrap();
        assert!(words.starts_with("name: 600 of 1800, ") && words.ends_with(", 4990 points left"), "{words}");
        assert_eq!((&asked["answered"], &asked["wanted"], &asked["points_left"]), (&600.into(), &1_800.into(), &4_990.into()));
        assert!(asked["per_second"].as_f64() <= Some(10.0) && asked["seconds_left"].as_u64() >= Some(120), "{asked}");
        let resumed = reported(Done::Answers { answered: 600, wanted: 1_800, points_left: None }, 540);
        assert!(resumed["per_second"].as_f64() <= Some(1.0) && resumed["seconds_left"].as_u64() >= Some(1_200), "after a wait: {resumed}");
        assert!(reported(Done::Unmeasured, 0)["message"].as_str().unwrap().ends_with(" s so far"));
    }

    #[test]
    fn a_time_is_told_in_the_unit_that_people_would_take() {
        let told = [5, 119, 120, 121, 7_199, 7_201].map(|seconds| duration(Duration::from_secs(seconds)));
        assert_eq!(told, ["5 s", "119 s", "2 min", "3 min", "120 min", "3 h"]);
    }
}
