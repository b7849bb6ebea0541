//! `starcite schema`: prints tables, columns, types, units, meanings, meanings of null; and the sources.

use crate::cli::SchemaArgs;
use crate::cli::outcome::Outcome;
use crate::weeks::dataset::dictionary;
use anyhow::Result;
use serde_json::json;
use starcite_ground::terminal;
use starcite_rows::{self as schema, Allowed, SCHEMA_VERSION, Table};

pub(crate) fn schema(args: &SchemaArgs) -> Result<Outcome> {
    let is_wanted = |table: &&&Table| args.table.as_ref().is_none_or(|name| name == table.name);
    let tables: Vec<&Table> = schema::TABLES.iter().filter(is_wanted).copied().collect();
    let text = match (args.json, args.markdown) {
        _ if args.sources => starcite_sources::pages(),
        (true, _) => as_json(&tables)?,
        (_, true) => dictionary::text(&tables),
        _ => tables.iter().map(|t| as_text(t)).collect::<Vec<_>>().join("\n"),
    };
    terminal::print(&text)?;
    Ok(Outcome::Complete)
}

fn as_text(table: &Table) -> String {
    let mut text = format!("{} (key {}): {}\n", table.name, table.key.join(" + "), table.meaning);
    for c in table.columns {
        text.push_str(&format!("  {:<20} {:<18} {}\n", c.name, c.kind.as_str(), c.described()));
    }
    text
}

fn as_json(tables: &[&Table]) -> Result<String> {
    let column = |c: &schema::Column| {
        let mut column = json!({ "name": c.name, "type": c.kind.as_str(), "unit": c.unit, "null": c.null.as_json(), "meaning": c.meaning });
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
