//! Scores are between their bounds, and ranks count from 1.

use super::Problems;
use super::under_test::Rows;
use anyhow::Result;
use starcite_rows::RANKINGS;

pub(super) fn verify(rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
    if rows.columns.have(&["score", "score_low", "score_high"]) {
        ends(rows, problems)?;
    }
    if rows.columns.table.name == RANKINGS.name && rows.columns.have(&["rank"]) {
        for (row, rank) in rows.frame.column("rank")?.i64()?.iter().enumerate() {
            let wanted = i64::try_from(rows.first + row)? + 1;
            if rank != Some(wanted) {
                rows.damaged(problems, "rank off", row, format!("its place is {wanted}"));
            }
        }
    }
    Ok(())
}

fn ends(rows: &Rows<'_>, problems: &mut Problems) -> Result<()> {
    let [scores, lows, highs] = ["score", "score_low", "score_high"].map(|name| rows.frame.column(name).and_then(|column| column.f64()));
    for (row, ((score, low), high)) in scores?.iter().zip(lows?.iter()).zip(highs?.iter()).enumerate() {
        let (Some(score), Some(low), Some(high)) = (score, low, high) else { continue };
        if score < low {
            rows.damaged(problems, "score below its low", row, format!("score is {score}, score_low {low}"));
        }
        if score > high {
            rows.damaged(problems, "score above its high", row, format!("score is {score}, score_high {high}"));
        }
    }
    Ok(())
}
