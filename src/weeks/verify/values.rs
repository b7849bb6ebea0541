//! Values: in their lists and ranges, no time in the future, and the week that of the table.

use super::Problems;
use super::under_test::Rows;
use anyhow::Result;
use chrono::{DateTime, Utc};
use polars::prelude::{AnyValue, DataType};
use starcite_core::Week;
use starcite_ground::clock;
use starcite_rows::{Allowed, Column, Type, WEEK};

/// Data for the checks of all tables of a week.
pub(super) struct Values {
    week: String,
    /// The first time that is too late.
    close: DateTime<Utc>,
}

impl Values {
    pub(super) fn of(week: Week) -> Self {
        Self { week: week.to_string(), close: week.observations_close().min(clock::horizon()) }
    }

    pub(super) fn verify(&self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        for column in &rows.columns.sound {
            match column.allowed {
                Allowed::OneOf(values) => one_of(rows, column, values, problems)?,
                Allowed::Within(least, most) => within(rows, column, least, most, problems)?,
                Allowed::UntilClose => self.until_close(rows, column, problems)?,
                Allowed::Any if column.name == WEEK => self.of_week(rows, problems)?,
                Allowed::Any => {}
            }
        }
        Ok(())
    }

    fn of_week(&self, rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
        let weeks = rows.frame.column(WEEK)?.str()?;
        for (row, week) in weeks.iter().enumerate().filter(|(_, week)| *week != Some(&self.week)) {
            rows.damaged(problems, "of another week", row, format!("{WEEK} is {}, the manifest's {}", week.unwrap_or("null"), self.week));
        }
        Ok(())
    }

    fn until_close(&self, rows: &Rows<'_>, column: &Column, problems: &mut Problems) -> Result<()> {
        let moments = rows.frame.column(column.name)?.cast(&DataType::Int64)?;
        for (row, micros) in moments.i64()?.iter().enumerate() {
            if let Some(micros) = micros.filter(|micros| *micros >= self.close.timestamp_micros()) {
                let moment = DateTime::from_timestamp_micros(micros).map_or_else(|| micros.to_string(), |moment| moment.to_rfc3339());
                let close = self.close.to_rfc3339();
                rows.damaged(problems, "time of the future", row, format!("{} is {moment}, what counts for the week was before {close}", column.name));
            }
        }
        Ok(())
    }
}

fn one_of(rows: &Rows<'_>, column: &Column, values: &[&str], problems: &mut Problems) -> Result<()> {
    let found = rows.frame.column(column.name)?;
    let mut tell = |row, value: &str| {
        let table = rows.columns.table.name;
        let what = format!("{} is {value:?}, which is none of those that starcite schema {table} names", column.name);
        rows.damaged(problems, "value outside its list", row, what);
    };
    if column.kind == Type::TextList {
        for row in 0..found.len() {
            let AnyValue::List(items) = found.get(row)? else { continue };
            items.str()?.iter().flatten().filter(|value| !values.contains(value)).for_each(|value| tell(row, value));
        }
    } else {
        let texts = found.str()?.iter().enumerate();
        texts.filter_map(|(row, value)| Some((row, value?))).filter(|(_, value)| !values.contains(value)).for_each(|(row, value)| tell(row, value));
    }
    Ok(())
}

/// Checks that numbers are in a range; NaN is in no range.
fn within(rows: &Rows<'_>, column: &Column, least: f64, most: f64, problems: &mut Problems) -> Result<()> {
    let numbers = rows.frame.column(column.name)?.cast(&DataType::Float64)?;
    for (row, number) in numbers.f64()?.iter().enumerate() {
        if let Some(number) = number.filter(|number| !(least..=most).contains(number)) {
            let range = if most.is_finite() { format!("{least} to {most}") } else { format!("{least} or more") };
            rows.damaged(problems, "number out of range", row, format!("{} is {number}, which is not {range}", column.name));
        }
    }
    Ok(())
}
