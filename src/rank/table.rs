//! Ranked papers as a table for people, as wide as their terminal.

use super::Ranked;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};
use starcite_core::availability::Tier;
use starcite_ground::visible;

/// A column, which a terminal shows that is at least so wide.
struct Column {
    title: &'static str,
    from_width: u16,
    is_number: bool,
    /// The most characters, for a column of long texts.
    most: Option<u16>,
    cell: fn(&Ranked, i64) -> String,
}

const UNKNOWN: &str = "–";

const COLUMNS: &[Column] = &[
    Column { title: "#", from_width: 0, is_number: true, most: None, cell: |_, rank| rank.to_string() },
    Column { title: "score", from_width: 0, is_number: true, most: None, cell: |paper, _| format!("{:.1}", paper.score.score) },
    Column { title: "at most", from_width: 120, is_number: true, most: None, cell: |paper, _| format!("{:.1}", paper.score.high) },
    Column { title: "tier", from_width: 40, is_number: false, most: None, cell: |paper, _| paper.tier.map_or(UNKNOWN, Tier::as_str).to_owned() },
    Column { title: "paper", from_width: 0, is_number: false, most: Some(80), cell: |paper, _| paper.title.clone().unwrap_or_else(|| paper.paper_id.clone()) },
    Column {
        title: "repository",
        from_width: 60,
        is_number: false,
        most: Some(44),
        cell: |paper, _| or_unknown(paper.repo.as_ref().map(|repo| repo.trim_start_matches("github.com/"))),
    },
    Column { title: "licence", from_width: 80, is_number: false, most: Some(16), cell: |paper, _| or_unknown(paper.license_spdx.as_ref()) },
    Column { title: "stars", from_width: 100, is_number: true, most: None, cell: |paper, _| or_unknown(paper.stars) },
    Column { title: "week", from_width: 100, is_number: true, most: None, cell: |paper, _| or_unknown(paper.stars_1w.map(|gained| format!("{gained:+}"))) },
    Column { title: "published", from_width: 120, is_number: true, most: None, cell: |paper, _| or_unknown(paper.published) },
];

fn or_unknown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string())
}

/// Returns the table: a line a paper, with its rank.
pub(crate) fn table<'p>(papers: impl IntoIterator<Item = (&'p Ranked, i64)>, width: u16) -> String {
    let columns: Vec<&Column> = COLUMNS.iter().filter(|column| column.from_width <= width).collect();
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width).set_truncation_indicator("…");
    let mut header = Row::from(columns.iter().map(|column| cell(column, column.title)).collect::<Vec<_>>());
    header.max_height(1);
    table.set_header(header);
    let mut has_unknown = false;
    for (paper, rank) in papers {
        let cells: Vec<String> = columns.iter().map(|column| visible::line(&(column.cell)(paper, rank)).into_owned()).collect();
        has_unknown |= cells.iter().any(|cell| cell == UNKNOWN);
        let mut row = Row::from(columns.iter().zip(&cells).map(|(column, text)| cell(column, text)).collect::<Vec<_>>());
        row.max_height(1);
        table.add_row(row);
    }
    for (at, column) in columns.iter().enumerate() {
        let constraint = match column.most {
            Some(most) => ColumnConstraint::UpperBoundary(Width::Fixed(most)),
            None => ColumnConstraint::ContentWidth,
        };
        table.column_mut(at).into_iter().for_each(|column| {
            column.set_constraint(constraint);
        });
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>();
    if has_unknown { format!("{lines}{UNKNOWN} is unknown, not zero\n") } else { lines }
}

fn cell(column: &Column, text: &str) -> Cell {
    Cell::new(text).set_alignment(if column.is_number { CellAlignment::Right } else { CellAlignment::Left })
}
