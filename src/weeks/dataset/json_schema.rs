//! `schemas/….schema.json`: a row of a table as JSON Schema, in the form in which `starcite export jsonl` writes it.

use super::MARKER;
use anyhow::Result;
use serde_json::{Map, Value, json};
use starcite_rows::Null;
use starcite_rows::{self as schema, Allowed, Column, Table, Type};

/// Returns the path of the JSON schema of a table.
pub(super) fn path(table: &Table) -> String {
    format!("schemas/{}.schema.json", table.name)
}

/// Returns the JSON schema of a table's rows.
pub(super) fn text(table: &Table) -> Result<String> {
    let properties: Map<String, Value> = table.columns.iter().map(|column| (column.name.to_owned(), property(column))).collect();
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": MARKER,
        "title": table.name,
        "description": table.meaning,
        "type": "object",
        "properties": properties,
        "required": table.names().collect::<Vec<_>>(),
        "additionalProperties": false,
    });
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

fn property(column: &Column) -> Value {
    let mut property = value(column.kind, column.null != Null::Never);
    match column.allowed {
        Allowed::OneOf(values) if column.kind == Type::TextList => property["items"]["enum"] = json!(values),
        Allowed::OneOf(values) => {
            let null = (column.null != Null::Never).then_some(Value::Null);
            property["enum"] = values.iter().map(|value| json!(value)).chain(null).collect();
        }
        Allowed::Within(least, most) => bounds(&mut property, least, most),
        Allowed::UntilClose | Allowed::Any => {}
    }
    property["description"] = column.described().into();
    property
}

/// Adds the finite ends of a range; Frictionless requires whole numbers for integers.
pub(super) fn bounds(to: &mut Value, least: f64, most: f64) {
    for (name, end) in [("minimum", least), ("maximum", most)] {
        if end.is_finite() {
            to[name] = if end.fract() == 0.0 { json!(end as i64) } else { json!(end) };
        }
    }
}

/// Describes a value of a type. Items of lists and fields of structures are never null, except the position of a mention of a whole field.
fn value(kind: Type, may_be_null: bool) -> Value {
    let list = |items: Value| ("array", Some(("items", items)));
    let (name, more) = match kind {
        Type::Text => ("string", None),
        Type::Int => ("integer", None),
        Type::Float => ("number", None),
        Type::Bool => ("boolean", None),
        Type::Date => ("string", Some(("format", "date".into()))),
        Type::Time => ("string", Some(("format", "date-time".into()))),
        Type::TextList => list(value(Type::Text, false)),
        Type::IntList => list(value(Type::Int, false)),
        Type::Places => list(structure(schema::PLACE)),
        Type::Candidates => list(structure(schema::CANDIDATE)),
    };
    let mut value = json!({"type": if may_be_null { json!([name, "null"]) } else { json!(name) }});
    if let Some((key, more)) = more {
        value[key] = more;
    }
    value
}

fn structure(fields: &[(&str, Type)]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|(name, kind)| ((*name).to_owned(), value(*kind, *kind == Type::Int))).collect();
    json!({"type": "object", "properties": properties, "required": fields.iter().map(|(name, _)| name).collect::<Vec<_>>(), "additionalProperties": false})
}
