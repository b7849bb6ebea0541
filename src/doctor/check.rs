//! The result of a check, and that of the pipeline.

use crate::cli::plan::Plan;
use anyhow::Result;
use serde::Serialize;
use starcite_ground::url;

/// The judgement of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Ok,
    /// The job works, and may not for long.
    Warn,
    /// The job does not work.
    Fail,
}

/// A check: what was found, and what to do about it.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) check: &'static str,
    pub(crate) status: Status,
    pub(crate) told: String,
    pub(crate) todo: Option<String>,
}

impl Check {
    pub(crate) fn ok(check: &'static str, told: String) -> Self {
        Self { check, status: Status::Ok, told, todo: None }
    }

    pub(super) fn warn(check: &'static str, told: String, todo: &str) -> Self {
        Self { check, status: Status::Warn, told, todo: Some(todo.to_owned()) }
    }

    pub(super) fn fail(check: &'static str, told: String, todo: &str) -> Self {
        Self { check, status: Status::Fail, told, todo: Some(todo.to_owned()) }
    }

    /// Returns the failure that an error describes: behind the last colon of its own message is the next step, as in all errors of the program; its causes
    /// are told before that.
    pub(super) fn failed(check: &'static str, error: &anyhow::Error) -> Self {
        let message = url::told(&error.to_string());
        let causes: Vec<String> = error.chain().skip(1).map(|cause| url::told(&cause.to_string())).collect();
        let causes = if causes.is_empty() { String::new() } else { format!(" ({})", causes.join(": ")) };
        match message.rsplit_once(": ") {
            Some((told, todo)) => Self::fail(check, format!("{told}{causes}"), todo),
            None => Self::fail(check, format!("{message}{causes}"), "mend that, and run this again"),
        }
    }

    /// Returns the check as a line for people.
    pub(crate) fn line(&self) -> String {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warn => "warn",
            Status::Fail => "fail",
        };
        let todo = self.todo.as_ref().map(|todo| format!("  -> {todo}")).unwrap_or_default();
        format!("{status:<4}  {:<9} {}{todo}", self.check, self.told)
    }
}

/// Checks that the pipeline can be read.
pub(super) fn pipeline(read: &Result<Plan>) -> Check {
    match read {
        Ok(plan) => Check::ok("pipeline", format!("{} can be read", plan.file.display())),
        // an error in a line of the file has no colon before a next step: to correct that line is the step
        Err(error) if error.chain().len() == 1 => Check::fail("pipeline", url::told(&error.to_string()), "correct the file"),
        Err(error) => Check::failed("pipeline", error),
    }
}
