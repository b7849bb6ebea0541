//! `datapackage.json` and `schemas/`: a Frictionless data package. A resource is a table of a week; weeks share the table's schema.
//!
//! Frictionless reads Parquet through pandas. There lists are arrays of numpy, which its type `array` refuses, so lists are `any` and
//! `starciteType` specifies their type; gaps among numbers are `nan` and among times `NaT`, which are therefore missing values of such
//! fields. It does not count the bytes of Parquet files and reports any `bytes` as wrong, so only the manifests have them. Its constraints apply to a whole
//! value: only the table's JSON schema restricts the items of a list.

use super::json_schema::bounds;
use super::{ABSTRACT, Dataset, MARKER, licences};
use anyhow::Result;
use serde_json::{Value, json};
use starcite_ground::visible::line;
use starcite_rows::Null;
use starcite_rows::{Allowed, Column, Table, Type, table};
use starcite_tables::manifest::{Manifest, TableEntry};

/// The name of the file.
pub(crate) const DATAPACKAGE: &str = "datapackage.json";

/// Returns the text of the file.
pub(super) fn text(dataset: &Dataset) -> Result<String> {
    let about = dataset.about();
    let licence = about.licence().map_or_else(
        || json!({"path": "LICENSES.md", "title": "by source"}),
        |licence| json!({"name": licence.spdx, "path": format!("https://spdx.org/licenses/{}", licence.spdx)}),
    );
    let source = |source: licences::Source| match source.url {
        Some(url) => json!({"title": source.title, "path": url}),
        None => json!({"title": source.title}),
    };
    let resources = dataset.weeks().flat_map(|week| week.tables.iter().filter_map(move |entry| resource(week, entry)));
    let mut root = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": dataset.name(),
        "title": dataset.title(),
        "description": ABSTRACT,
        "generated": MARKER,
        "version": dataset.version(),
        "licenses": [licence],
        "contributors": [{"title": dataset.author(), "roles": ["publisher"]}],
        "sources": licences::sources(dataset).into_iter().map(source).collect::<Vec<_>>(),
        "resources": resources.collect::<Vec<_>>(),
    });
    if let Some(url) = about.url() {
        root["homepage"] = url.into();
    }
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

/// Returns the resource of a week's table; `None` if this program does not know the table.
fn resource(week: &Manifest, entry: &TableEntry) -> Option<Value> {
    let table = table(&entry.table)?;
    Some(json!({
        "name": format!("{}-{}", week.week.to_string().to_lowercase(), table.name.replace('_', "-")),
        "type": "table",
        "path": format!("week={}/{}.parquet", week.week, table.name),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": format!("{}, {}", week.week, table.meaning),
        "hash": format!("sha256:{}", line(&entry.sha256)),
        "rows": entry.rows,
        "schema": schema_path(table),
    }))
}

/// Returns the path of the schema of a table.
pub(super) fn schema_path(table: &Table) -> String {
    format!("schemas/{}.json", table.name)
}

/// Returns the schema of a table in a week.
pub(super) fn schema(table: &Table) -> Result<String> {
    let root = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "generated": MARKER,
        "fields": table.columns.iter().map(field).collect::<Vec<_>>(),
        "primaryKey": table.key,
        "missingValues": [],
    });
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

fn field(column: &Column) -> Value {
    let (kind, missing) = match column.kind {
        Type::Text => ("string", None),
        Type::Int => ("integer", Some("nan")),
        Type::Float => ("number", Some("nan")),
        Type::Bool => ("boolean", None),
        Type::Date => ("date", None),
        Type::Time => ("datetime", Some("NaT")),
        Type::TextList | Type::IntList | Type::Places | Type::Candidates => ("any", None),
    };
    let mut field =
        json!({"name": column.name, "type": kind, "starciteType": column.kind.as_str(), "description": column.meaning, "starciteNull": column.null.as_json()});
    if !column.unit.is_empty() {
        field["unit"] = column.unit.into();
    }
    let mut constraints = json!({});
    if column.null == Null::Never {
        constraints["required"] = true.into();
    }
    match column.allowed {
        Allowed::OneOf(values) if column.kind == Type::Text => constraints["enum"] = json!(values),
        Allowed::Within(least, most) => bounds(&mut constraints, least, most),
        Allowed::OneOf(_) | Allowed::UntilClose | Allowed::Any => {}
    }
    if constraints != json!({}) {
        field["constraints"] = constraints;
    }
    if let Some(missing) = missing {
        field["missingValues"] = json!([missing]);
    }
    field
}
