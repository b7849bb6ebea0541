//! The templates of a digest: those of the program, or a user's own. Every value is escaped for the form that it is put into.

use super::content::Digest;
use crate::cli::plan::DigestPlan;
use anyhow::{Context, Result, anyhow, ensure};
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, escape_formatter};
use starcite_ground::interrupt::waiting;
use std::path::Path;

/// A template, as text.
struct Source {
    /// Its file, for errors.
    name: String,
    text: String,
}

/// The templates of one digest.
pub(crate) struct Templates {
    subject: Source,
    html: Source,
    text: Source,
}

/// The template of a subject, for digests that name none.
const SUBJECT: &str = "{{ week }}: {{ headline }}";

/// The longest subject, in characters: readers show fewer.
const LONGEST_SUBJECT: usize = 200;

impl Templates {
    /// Reads a digest's own templates, or takes the program's.
    ///
    /// # Errors
    /// When a file can't be read, or is not a template.
    pub(crate) fn of(plan: &DigestPlan) -> Result<Self> {
        let own = |path: &Path| -> Result<Source> {
            let text = waiting(|| std::fs::read_to_string(path)).with_context(|| format!("cannot read the template {}: check the path", path.display()))?;
            Ok(Source { name: path.display().to_string(), text })
        };
        let or_ours = |path: Option<&Path>, name: &str, text: &str| path.map_or_else(|| Ok(Source { name: name.to_owned(), text: text.to_owned() }), own);
        let templates = Self {
            subject: Source { name: format!("the subject of the digest {}", plan.name), text: plan.subject.clone().unwrap_or_else(|| SUBJECT.to_owned()) },
            html: or_ours(plan.template.as_deref(), "digest.html", include_str!("assets/digest.html"))?,
            text: or_ours(plan.text_template.as_deref(), "digest.txt", include_str!("assets/digest.txt"))?,
        };
        Ok(templates)
    }

    /// Returns the subject.
    ///
    /// # Errors
    /// For a wrong template, and a subject with a character that no header may have.
    pub(crate) fn subject(&self, digest: &Digest) -> Result<String> {
        let subject = filled(&self.subject, AutoEscape::None, digest)?.trim_end().to_owned();
        crate::cli::plan::check_line(&subject).map_err(|why| anyhow!("{}: {why}", self.subject.name))?;
        ensure!(subject.chars().count() <= LONGEST_SUBJECT, "{} has more than {LONGEST_SUBJECT} characters: make it shorter", self.subject.name);
        Ok(subject)
    }

    pub(crate) fn html(&self, digest: &Digest) -> Result<String> {
        filled(&self.html, AutoEscape::Html, digest)
    }

    pub(crate) fn text(&self, digest: &Digest) -> Result<String> {
        filled(&self.text, AutoEscape::None, digest)
    }

    /// Returns a digest as Markdown.
    pub(crate) fn markdown(digest: &Digest) -> Result<String> {
        let source = Source { name: "digest.md".to_owned(), text: include_str!("assets/digest.md").to_owned() };
        filled(&source, AutoEscape::Custom("markdown".into()), digest)
    }
}

/// Returns a template with the values of a digest; a name that is not one of its fields is an error.
fn filled(source: &Source, escape: AutoEscape, digest: &Digest) -> Result<String> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(move |_| escape.clone());
    templates.set_formatter(formatted);
    templates.add_template("digest", &source.text).map_err(|error| told(source, &error))?;
    let template = templates.get_template("digest").map_err(|error| told(source, &error))?;
    let values = Value::from(Serde(digest));
    let known: Vec<String> = values.try_iter().map(|names| names.map(|name| name.to_string()).collect()).unwrap_or_default();
    let is_known = |name: &String| known.contains(name) || templates.globals().any(|(function, _)| function == name);
    let unknown = template.undeclared_variables(false).into_iter().filter(|name| !is_known(name)).min();
    if let Some(unknown) = unknown {
        let line = source.text.lines().position(|line| line.contains(&unknown)).map_or(1, |at| at + 1);
        return Err(anyhow!("{}, line {line}: a digest has no field {unknown:?}; its fields are {} (docs/DIGEST.md)", source.name, known.join(", ")));
    }
    let text = template.render(values).map_err(|error| told(source, &error))?;
    Ok(format!("{}\n", text.trim_end()))
}

/// Describes an error in a template, with its line.
fn told(source: &Source, error: &Error) -> anyhow::Error {
    let number = error.line().unwrap_or(1);
    let line = source.text.lines().nth(number.saturating_sub(1)).unwrap_or_default().trim();
    let why = match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, _) => "it names a field that is not there (docs/DIGEST.md lists them)".to_owned(),
        (_, Some(detail)) => detail.to_owned(),
        (kind, None) => kind.to_string(),
    };
    anyhow!("{}, line {number}: {why}: {}", source.name, starcite_ground::visible::line(line))
}

/// Writes a value into a template; the one form that minijinja does not know is Markdown.
fn formatted(to: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if !matches!(state.auto_escape(), AutoEscape::Custom(_)) {
        return escape_formatter(to, state, value);
    }
    let text = value.to_string();
    let is_text = value.kind() == ValueKind::String && !value.is_safe();
    to.write_str(&if is_text { markdown(&text) } else { text }).map_err(|error| Error::new(ErrorKind::WriteFailure, error.to_string()))
}

/// Escapes a text on one line, so that Markdown shows it as it is.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    // at the start of a line these would begin a list or a heading
    let begins = |at: usize, char: char| match char {
        '-' | '+' | '=' => at == 0,
        '.' | ')' => at > 0 && text[..at].bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    for (at, char) in text.char_indices() {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => escaped.extend(['\\', char]),
            char if begins(at, char) => escaped.extend(['\\', char]),
            char => escaped.push(char),
        }
    }
    escaped
}
