//! `croissant.json`: Croissant 1.1, the metadata that machine-learning tools read. A table is a record set over the file of every week.

use super::{ABSTRACT, Dataset, MARKER, citation};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use starcite_rows::Null;
use starcite_rows::{self as schema, Column, Table, Type, WEEK};

/// The context that the specification requires, verbatim.
const CONTEXT: &str = include_str!("croissant_context.json");

/// Returns the text of the file.
pub(super) fn text(dataset: &Dataset) -> Result<String> {
    let about = dataset.about();
    let context: Value = serde_json::from_str(CONTEXT).context("bug: the context of Croissant")?;
    let licence = about.licence().map_or_else(|| "LICENSES.md".to_owned(), |licence| format!("https://spdx.org/licenses/{}", licence.spdx));
    let first = dataset.weeks().next().map(|week| week.week.start().date_naive());
    let mut root = json!({
        "@context": context,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": dataset.name(),
        "alternateName": dataset.title(),
        "description": ABSTRACT,
        "version": dataset.version(),
        "datePublished": dataset.released().to_string(),
        "temporalCoverage": first.map(|first| format!("{first}/{}", dataset.released())),
        "isLiveDataset": true,
        "license": licence,
        "creator": {"@type": "sc:Organization", "name": dataset.author()},
        "sdPublisher": {"@type": "sc:Organization", "name": "starcite", "description": MARKER},
        "citeAs": citation::bibtex(dataset),
        "distribution": dataset.tables().into_iter().map(|table| files(dataset, table)).collect::<Vec<_>>(),
        "recordSet": dataset.tables().into_iter().map(records).chain(dataset.tables().into_iter().flat_map(enumerations)).collect::<Vec<_>>(),
    });
    if let Some(url) = about.url() {
        root["url"] = url.into();
    }
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

/// Returns the file set of a table.
fn files(dataset: &Dataset, table: &Table) -> Value {
    let included = dataset.data_files(table);
    let included = if let [all] = &included[..] { json!(all) } else { json!(included) };
    json!({
        "@type": "cr:FileSet",
        "@id": files_id(table),
        "name": table.name,
        "description": format!("The table {} of every week.", table.name),
        "encodingFormat": "application/x-parquet",
        "includes": included,
    })
}

fn files_id(table: &Table) -> String {
    format!("{}.parquet", table.name)
}

/// Returns the record set of a table; the week is part of its key, because it covers all weeks.
fn records(table: &Table) -> Value {
    let key = table.key.iter().copied().chain([WEEK]).map(|column| json!({"@id": format!("{}/{column}", table.name)}));
    json!({
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.meaning,
        "key": key.collect::<Vec<_>>(),
        "field": table.columns.iter().map(|column| field(table, column)).collect::<Vec<_>>(),
    })
}

/// Returns the allowed texts of a table's columns, each as a record set, as Croissant requires for enumerations.
fn enumerations(table: &Table) -> impl Iterator<Item = Value> {
    table.columns.iter().filter_map(|column| {
        let values = column.allowed.texts()?;
        let (id, field) = enumeration(table, column);
        let data: Vec<Value> = values.iter().map(|value| json!({&field: value})).collect();
        Some(json!({
            "@type": "cr:RecordSet",
            "@id": id,
            "name": id,
            "description": format!("The values that {} of {} may have.", column.name, table.name),
            "dataType": "sc:Enumeration",
            "key": {"@id": field},
            "field": [{"@type": "cr:Field", "@id": field, "name": "value", "dataType": "sc:Text"}],
            "data": data,
        }))
    })
}

/// Returns the ids of a column's enumeration, and of its only field.
fn enumeration(table: &Table, column: &Column) -> (String, String) {
    let id = format!("{}.{}", table.name, column.name);
    let field = format!("{id}/value");
    (id, field)
}

fn field(table: &Table, column: &Column) -> Value {
    let id = format!("{}/{}", table.name, column.name);
    let source = json!({"fileSet": {"@id": files_id(table)}, "extract": {"column": column.name}});
    let mut field = json!({"@type": "cr:Field", "@id": id, "name": column.name, "description": column.described()});
    match column.kind {
        Type::Places => field["subField"] = parts(&id, &source, schema::PLACE),
        Type::Candidates => field["subField"] = parts(&id, &source, schema::CANDIDATE),
        kind => {
            field["dataType"] = data_type(kind).into();
            field["source"] = source;
        }
    }
    // mlcroissant can't follow the references of a list, nor those of a column that is null in all rows.
    if column.allowed.texts().is_some() && column.kind == Type::Text && column.null == Null::Never {
        field["references"] = json!({"field": {"@id": enumeration(table, column).1}});
    }
    if matches!(column.kind, Type::TextList | Type::IntList | Type::Places | Type::Candidates) {
        field["isArray"] = true.into();
        field["arrayShape"] = "-1".into();
    }
    field
}

/// Returns the fields of a structure.
fn parts(id: &str, source: &Value, fields: &[(&str, Type)]) -> Value {
    let part = |(name, kind): &(&str, Type)| {
        let mut source = source.clone();
        source["transform"] = json!({"jsonPath": name});
        json!({"@type": "cr:Field", "@id": format!("{id}/{name}"), "name": name, "dataType": data_type(*kind), "source": source})
    };
    fields.iter().map(part).collect()
}

/// Returns Croissant's name of a type; for a list, that of its items.
fn data_type(kind: Type) -> &'static str {
    match kind {
        Type::Text | Type::TextList | Type::Places | Type::Candidates => "sc:Text",
        Type::Int | Type::IntList => "cr:Int64",
        Type::Float => "cr:Float64",
        Type::Bool => "sc:Boolean",
        Type::Date => "sc:Date",
        Type::Time => "sc:DateTime",
    }
}
