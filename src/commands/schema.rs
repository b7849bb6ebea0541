//! `starcite schema`: tables, columns, types, units, meanings; and the sources.

use crate::cli::SchemaArgs;
use crate::dataset::dictionary;
use crate::outcome::Outcome;
use crate::source;
use crate::tables::schema::{self, Allowed, SCHEMA_VERSION, Table};
use anyhow::{Context, Result};
use serde_json::json;
use std::io::Write;

pub(crate) fn schema(args: &SchemaArgs) -> Result<Outcome> {
    let tables: Vec<&Table> = match &args.table {
        None => schema::TABLES.to_vec(),
        Some(name) => {
            let known = || schema::TABLES.iter().map(|t| t.name).collect::<Vec<_>>().join(", ");
            vec![schema::table(name).with_context(|| format!("no table {name:?}: there are {}", known()))?]
        }
    };
    let text = match (args.json, args.markdown) {
        _ if args.sources => source::pages(),
        (true, _) => as_json(&tables)?,
        (_, true) => dictionary::text(&tables),
        _ => tables.iter().map(|t| as_text(t)).collect::<Vec<_>>().join("\n"),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(Outcome::Complete)
}

fn as_text(table: &Table) -> String {
    let mut text = format!("{} (key {}): {}\n", table.name, table.key.join(" + "), table.meaning);
    for c in table.columns {
        let unit = if c.unit.is_empty() { String::new() } else { format!(" [{}]", c.unit) };
        let allowed = allowed(c.allowed);
        text.push_str(&format!("  {:<20} {:<18} {}{unit}{allowed}\n", c.name, c.kind.as_str(), c.meaning));
    }
    text
}

/// What a column may hold, behind its meaning.
fn allowed(allowed: Allowed) -> String {
    match allowed {
        Allowed::OneOf(values) => format!("; one of {}", values.join(", ")),
        Allowed::Within(least, most) if most.is_finite() => format!("; {least} to {most}"),
        Allowed::Within(least, _) => format!("; {least} or more"),
        Allowed::UntilClose => "; not after the week's observations have closed".to_owned(),
        Allowed::Any => String::new(),
    }
}

fn as_json(tables: &[&Table]) -> Result<String> {
    let column = |c: &schema::Column| {
        let mut column = json!({ "name": c.name, "type": c.kind.as_str(), "unit": c.unit, "meaning": c.meaning });
        match c.allowed {
            Allowed::OneOf(values) => column["values"] = json!(values),
            Allowed::Within(least, most) => column["range"] = json!([least, Some(most).filter(|most| most.is_finite())]),
            Allowed::UntilClose | Allowed::Any => {}
        }
        column
    };
    let table = |t: &&Table| json!({ "name": t.name, "key": t.key, "meaning": t.meaning, "columns": t.columns.iter().map(column).collect::<Vec<_>>() });
    let all = json!({ "schema_version": SCHEMA_VERSION, "tables": tables.iter().map(table).collect::<Vec<_>>() });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}
