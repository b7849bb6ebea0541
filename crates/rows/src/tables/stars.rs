//! The columns of `stars`.

use super::{Column, Table};
use crate::Null::Unknown;
use crate::{Ints, Text};
use chrono::NaiveDate;
use starcite_core::Week;

table! {
    STARS, Stars<'a>: "stars", key ["repo", "week_start"], "stars of each repository, week by week";

    repo: Text<'a>, "current name of the repository, host/path";
    repo_id: Option<i64>, null Unknown, "host's number of the repository";
    week_start: NaiveDate, "first day of the week";
    days: Option<Ints<'a>>, null Unknown, "stars added each day, if the host reports them", unit("stars");
    added: Option<i64>, null Unknown, "stars added in the week, if the week before has an observation, too", unit("stars");
    total: Option<i64>, null Unknown, "last total observed in the week", unit("stars");
    source: Text<'a>, "stargazers/history (stars added), or the observer of the totals (stars added minus stars removed)";
    iso_week: Week, "ISO week of this table";
}
