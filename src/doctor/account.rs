//! Checks the account at a host: is its secret safe, is it accepted, and what has it left.

use super::check::Check;
use crate::cli::plan::HostPlan;
use crate::run::ask::{Quota, quota};
use chrono::{DateTime, Utc};
use starcite_ground::{clock, secret};

/// A token that expires sooner than this is worth a warning: two weekly runs.
const SOON_DAYS: i64 = 14;

/// Fewer points than this share of an hour's are worth a warning.
const FEW: f64 = 0.1;

/// Checks the access to the file with the token or the key, if there is one.
pub(super) fn file(host: &HostPlan) -> Option<Check> {
    let file = host.secret_file().filter(|file| file.exists())?;
    Some(match secret::warning(file) {
        Some(_) => Check::warn("secret", format!("others may read {}", file.display()), &format!("chmod 600 {}", file.display())),
        None => Check::ok("secret", format!("{} is for its owner alone", file.display())),
    })
}

/// Checks the account at a host, and returns the host's clock.
pub(super) fn account(host: &HostPlan) -> (Vec<Check>, Option<DateTime<Utc>>) {
    match quota(host) {
        Ok(quota) => (vec![token(host, &quota), points(host, &quota)], quota.date),
        Err(error) => (vec![Check::failed("token", &error)], None),
    }
}

fn token(host: &HostPlan, quota: &Quota) -> Check {
    let host = &host.host;
    if !quota.is_somebody {
        let todo = "set GITHUB_TOKEN (of an Enterprise server GH_ENTERPRISE_TOKEN), or name a file with --token-file";
        return Check::warn("token", format!("{host} is asked without a token: 60 requests an hour, and no more than scalars and stars"), todo);
    }
    let until = quota.expires_at.map(|at| (at, (at - clock::now()).num_days()));
    match until {
        Some((at, days)) if days < SOON_DAYS => {
            Check::warn("token", format!("{host} accepts the token until {}, for {days} days", at.format("%Y-%m-%d")), "make another one in time")
        }
        _ if !quota.scopes.is_empty() => {
            let todo = "use a token without scopes: starcite reads public data alone";
            Check::warn("token", format!("{host} accepts the token, which may do more than it needs ({})", quota.scopes.join(", ")), todo)
        }
        Some((at, _)) => Check::ok("token", format!("{host} accepts it until {}", at.format("%Y-%m-%d"))),
        None => Check::ok("token", format!("{host} accepts it")),
    }
}

fn points(host: &HostPlan, quota: &Quota) -> Check {
    let host = &host.host;
    let what = if quota.is_somebody { "points" } else { "requests" };
    let (Some(remaining), Some(limit)) = (quota.remaining, quota.limit) else {
        return Check::ok("points", format!("{host} names no limit"));
    };
    let reset = quota.reset_at.map(|at| format!(", full again at {}", at.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
    let told = format!("{host} has {remaining} of {limit} {what} left{reset}");
    if (remaining as f64) < limit as f64 * FEW {
        return Check::warn("points", told, "wait until then, or run with --wait");
    }
    Check::ok("points", told)
}
