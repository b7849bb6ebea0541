//! `README.md`: the card that people and Hugging Face read.

use super::words::{markdown, yaml};
use super::{ABSTRACT, Dataset, MARKER, citation, licences};
use starcite_rows::{OVERVIEW, Table, WEEK};
use starcite_tables::manifest::Manifest;

/// Returns the text of the card.
pub(super) fn text(dataset: &Dataset) -> String {
    let sections = [
        format!("{}<!-- {MARKER} -->\n\n# {}\n\n{ABSTRACT}", front_matter(dataset), markdown(&dataset.title())),
        tables(dataset),
        weeks(dataset),
        loading(dataset),
        UNKNOWN.to_owned(),
        sources(dataset),
        format!(
            "## How to cite it\n\nName the week that you used. [CITATION.cff](CITATION.cff) says the same:\n\n```bibtex\n{}\n```",
            citation::bibtex(dataset)
        ),
        LIMITS.to_owned(),
    ];
    sections.join("\n\n") + "\n"
}

const UNKNOWN: &str = "## What null means\n\n\
    One thing in each column, which [DATA_DICTIONARY.md](DATA_DICTIONARY.md) names. Mostly that it is unknown: nobody observed it, or nobody was asked. \
    Never zero, never false, never gone. Where there is none and somebody said so, the column says it too (`license_spdx` is `NONE`, a `description` the \
    empty text), or another column of the row decides (no `archived_at` where `is_archived` is false). `repos.state` is `not_found` only where the host \
    said so, and `unknown` with a reason in `state_reason` where it did not answer. An empty list is one that was looked at and holds nothing. Every \
    figure of a repository is of `observed_at`, by whom `observed_by` names.";

const LIMITS: &str = "## Known limits\n\n\
    - Links are found in titles, abstracts, comments and fields of the record, not in the papers' full text.\n\
    - What a paper says of a repository (`role`) is read off the words around the link: mostly right, not always.\n\
    - Repositories on other hosts than GitHub are listed, and unknown.\n\
    - A score is about availability of code, not about its quality or the paper's.\n\
    - A repository is shown as it was known until seven days after the week; later figures are never filled in.";

/// Returns the metadata for Hugging Face: a configuration for each table, except empty tables, which `datasets` can't load.
fn front_matter(dataset: &Dataset) -> String {
    let mut lines = vec!["---".to_owned()];
    match dataset.about().licence() {
        Some(licence) => lines.push(format!("license: {}", licence.hf)),
        None => lines.extend(["license: other".to_owned(), "license_name: by-source".to_owned(), "license_link: LICENSES.md".to_owned()]),
    }
    lines.push(format!("pretty_name: {}", yaml(&dataset.title())));
    lines.push("tags:".to_owned());
    lines.extend(["papers", "code", "github", "citations", "reproducibility", "parquet"].map(|tag| format!("- {tag}")));
    lines.push("size_categories:".to_owned());
    lines.push(format!("- {}", size_category(dataset.tables().into_iter().map(|table| dataset.rows(table)).sum())));
    let main = dataset.main_table().map(|table| table.name);
    let configs = dataset.tables().into_iter().filter(|table| dataset.rows(table) > 0);
    let configs: Vec<String> = configs.flat_map(|table| config(table, &dataset.data_files(table), main == Some(table.name))).collect();
    if !configs.is_empty() {
        lines.push("configs:".to_owned());
    }
    lines.extend(configs);
    lines.join("\n") + "\n---\n"
}

fn config(table: &Table, files: &[String], is_default: bool) -> Vec<String> {
    let mut lines = vec![format!("- config_name: {}", table.name)];
    match files {
        [file] => lines.push(format!("  data_files: \"{file}\"")),
        files => {
            lines.push("  data_files:".to_owned());
            lines.extend(files.iter().map(|file| format!("  - \"{file}\"")));
        }
    }
    lines.extend(is_default.then(|| "  default: true".to_owned()));
    lines
}

/// Returns Hugging Face's category for a number of rows.
fn size_category(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        100_000_000..1_000_000_000 => "100M<n<1B",
        _ => "n>1B",
    }
}

fn tables(dataset: &Dataset) -> String {
    let row = |table: &&Table| {
        format!("| `{}` | {} | {} |\n", table.name, table.meaning, table.key.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", "))
    };
    let rows: String = dataset.tables().iter().map(row).collect();
    let begin = if dataset.main_table().is_some_and(|table| table.name == OVERVIEW.name) {
        "Begin with `overview`: which papers have code, whose, in which state and under which licence, and why the others have none.\n\n"
    } else {
        ""
    };
    format!(
        "## Tables\n\n{begin}| table | what it holds | key within a week |\n| --- | --- | --- |\n{rows}\n\
        A table that is *complete as of the week* says the same again in the next week, with what changed: read one week of it, mostly the \
        newest, or count everything once a week. [DATA_DICTIONARY.md](DATA_DICTIONARY.md) has every column with type, unit, meaning, allowed values and what a null says; \
        [croissant.json](croissant.json) and [datapackage.json](datapackage.json) say it to programs."
    )
}

/// Returns the section on the weeks, newest first.
fn weeks(dataset: &Dataset) -> String {
    let tables = dataset.tables();
    let names: String = tables.iter().map(|table| format!(" {} |", table.name)).collect();
    let line: String = tables.iter().map(|_| " ---: |").collect();
    let rows: String = dataset
        .weeks()
        .rev()
        .map(|week| {
            let counts: String = tables.iter().map(|table| week.rows(table).map_or_else(|| " – |".to_owned(), |rows| format!(" {rows} |"))).collect();
            format!("| {} |{counts} {} |\n", week.week, status(week))
        })
        .collect();
    format!("## Weeks\n\nRows of each table, by ISO week (Monday to Sunday, UTC):\n\n| week |{names} |\n| --- |{line} --- |\n{rows}").trim_end().to_owned()
}

fn status(week: &Manifest) -> &'static str {
    if !week.papers_complete {
        "papers incomplete"
    } else if week.is_complete() {
        "complete"
    } else {
        "answers owed"
    }
}

/// Returns the section on loading the default table in the newest week.
fn loading(dataset: &Dataset) -> String {
    let Some(table) = dataset.main_table().map(|table| table.name) else {
        return "## How to load it\n\nNo table has a row yet.".to_owned();
    };
    let week = dataset.newest.week;
    format!(
        "## How to load it\n\n\
        In this folder; `datasets` wants its whole path, or its name once it is on Hugging Face.\n\n\
        ```python\n\
        import datasets\n\
        datasets.load_dataset(\"/path/to/this/folder\", \"{table}\", split=\"train\")\n\
        \n\
        import polars as pl\n\
        pl.scan_parquet(\"week=*/{table}.parquet\").filter(pl.col(\"{WEEK}\") == \"{week}\").collect()\n\
        \n\
        import pandas as pd    # with Arrow's types: days, true and false, and whole numbers stay so where some are unknown\n\
        pd.read_parquet(\"week={week}/{table}.parquet\", dtype_backend=\"pyarrow\")\n\
        \n\
        import mlcroissant\n\
        mlcroissant.Dataset(\"croissant.json\").records(\"{table}\")\n\
        ```\n\n\
        ```sql\n\
        SELECT * FROM read_parquet('week=*/{table}.parquet') WHERE week = '{week}';  -- DuckDB\n\
        ```"
    )
}

fn sources(dataset: &Dataset) -> String {
    let line = |source: licences::Source| match source.url {
        Some(url) => format!("- {} ([terms]({url}))\n", source.heading()),
        None => format!("- {}\n", source.heading()),
    };
    let lines: String = licences::sources(dataset).into_iter().map(line).collect();
    format!("## Sources and licences\n\n{lines}\n[LICENSES.md](LICENSES.md) says under what each of them is. The tables were made by starcite.")
}
