//! The columns of `stars`.

use super::{Column, Table};
use crate::Null::Unknown;
use crate::{Ints, Text};
use chrono::NaiveDate;
use starcite_core::Week;

table! {
    STARS, Stars<'a>: "stars", key ["repo", "week_start"], "stars week by week";

    repo: Text<'a>, "host/path by today's name";
    repo_id: Option<i64>, null Unknown, "the host's number";
    week_start: NaiveDate, "first day of the week";
    days: Option<Ints<'a>>, null Unknown, "added day by day, where the host gives them", unit("stars");
    added: Option<i64>, null Unknown, "added in the week, where the week before was observed too", unit("stars");
    total: Option<i64>, null Unknown, "last total observed in the week", unit("stars");
    source: Text<'a>, "stargazers/history (stars added), or who observed the totals (stars added less those taken back)";
    iso_week: Week, "the ISO week of this table";
}
