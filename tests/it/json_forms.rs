//! JSON in the forms in which people have it: every source of JSON reads the same data from it, with `--kinds repo` and without.

use crate::starcite::{Ended, Starcite};
use std::collections::BTreeSet;

/// The sources that read JSON, each with a template of a record: `TITLE`, `NUMBER` and `MORE` (a field of its object, or nothing) are placeholders.
const SOURCES: &[(&[&str], &str)] = &[
    (&["jsonl"], r#"{"id": "t:NUMBER", "title": TITLE MORE}"#),
    (&["arxiv-snapshot"], r#"{"id": "2611.0000NUMBER", "title": TITLE MORE}"#),
    (&["hf-daily"], r#"{"paper": {"id": "2611.0000NUMBER", "title": TITLE MORE}, "publishedAt": "2026-11-17T00:00:00.000Z"}"#),
    (&["hf-search"], r#"{"paper": {"id": "2611.0000NUMBER", "title": TITLE MORE}}"#),
    (&["openalex"], r#"{"id": "https://openalex.org/WNUMBER", "title": TITLE MORE}"#),
    (&["semantic-scholar"], r#"{"paperId": "abcNUMBER", "title": TITLE MORE}"#),
    (&["crossref"], r#"{"DOI": "10.1000/NUMBER", "title": [TITLE] MORE}"#),
    (&["datacite"], r#"{"id": "10.1000/NUMBER", "titles": [{"title": TITLE MORE}], "types": {"resourceTypeGeneral": "Text"}}"#),
    (&["zenodo"], r#"{"id": NUMBER, "metadata": {"doi": "10.1000/NUMBER", "title": TITLE, "upload_type": "publication" MORE}}"#),
    (&["pwc"], r#"{"paper_url": "https://paperswithcode.com/paper/NUMBER", "paper_title": TITLE, "repo_url": null MORE}"#),
    (&["table", "--map", "title=name"], r#"{"name": TITLE MORE}"#),
];

/// Returns the record with a number: its title as JSON, and more of its object.
fn record(template: &str, number: usize, title: &str, more: &str) -> String {
    template.replace("NUMBER", &number.to_string()).replace("TITLE", title).replace("MORE", more)
}

/// Returns the repositories that are found in a file, by name.
fn repos(ended: &Ended) -> BTreeSet<String> {
    ended.rows().iter().filter_map(|row| Some(row["repo"].as_str()?.strip_prefix("github.com/ferro/")?.to_owned())).collect()
}

/// Reads a text as each source does.
fn read(text: impl Fn(&str) -> String, check: impl Fn(&Ended, &str)) {
    for (source, template) in SOURCES {
        for kinds in [&[][..], &["--kinds", "repo"]] {
            let starcite = Starcite::new();
            starcite.write("in.json", text(template));
            let ended = starcite.end(&[&["extract", "--from"], *source, kinds, &["in.json"]].concat());
            check(&ended, &format!("{source:?} {kinds:?}"));
        }
    }
}

#[test]
fn what_is_written_beside_json_costs_no_record_and_is_the_same_in_every_source() {
    let variants = [
        (r#""Code: https://github.com/ferro/plain""#, ""),
        (r#""Code: https://github.com/ferro/nan""#, r#", "score": NaN"#),
        (r#""Code: https://github.com/ferro/infinite""#, r#", "score": [Infinity, {"x": -Infinity}]"#),
        (r#""Half \ud83d: https://github.com/ferro/half""#, ""),
        (r#""\udE00 https://github.com/ferro/other-half \uD83D""#, ""),
        (r#""\ud83d\ude00 \u0000 https://github.com/ferro/whole""#, r#", "x": null"#),
        (r#""Code: https://github.com/ferro/large""#, r#", "x": 123456789012345678901234567890, "y": 1e999, "z": -1E+400"#),
        (r#""Code: https://github.com/ferro/twice""#, r#", "x": 1, "x": {"y": 2, "y": 3}"#),
        (r#""https://github.com/ferro/side""#, r#", "authors": 7, "abstract": {"a": []}, "date": true, "doi": [1.5], "url": -0.0, "categories": {"c": null}"#),
    ];
    let lines = |template: &str| -> String {
        variants.iter().enumerate().map(|(at, (title, more))| record(template, at + 1, title, more) + if at % 2 == 0 { "\n" } else { "\n\u{feff}" }).collect()
    };
    let all: BTreeSet<String> = ["plain", "nan", "infinite", "half", "other-half", "whole", "large", "twice", "side"].map(str::to_owned).into();
    let whole = |ended: &Ended, of: &str| {
        assert_eq!((ended.code, repos(ended)), (Some(0), all.clone()), "{of}: {}", ended.stderr);
    };
    read(lines, whole);
    let array = |template: &str| -> String {
        let records: Vec<String> = variants.iter().enumerate().map(|(at, (title, more))| record(template, at + 1, title, more)).collect();
        format!("\u{feff}[{}]", records.join(",\n"))
    };
    read(array, whole);
}

#[test]
fn of_a_key_that_stands_twice_the_last_value_counts() {
    let text = |template: &str| record(&template.replace("TITLE", r#""No https://github.com/ferro/first""#), 1, "", "");
    let twice = |template: &str| {
        let first = text(template);
        let (key, _) = first.split_once(r#""No"#).unwrap();
        let name = &key[key.trim_end_matches([':', ' ', '[', '"']).rfind('"').unwrap() + 1..].trim_end_matches([':', ' ', '[', '"']).to_owned();
        let last = if template.contains("[TITLE]") { r#"["https://github.com/ferro/last"]"# } else { r#""https://github.com/ferro/last""# };
        record(template, 1, r#""No https://github.com/ferro/first""#, &format!(", \"{name}\": {last}"))
    };
    read(twice, |ended, of| assert_eq!((ended.code, repos(ended)), (Some(0), ["last".to_owned()].into()), "{of}: {}", ended.stderr));
}

#[test]
fn objects_of_several_lines_and_several_of_a_line_are_read_like_an_array() {
    let records =
        |template: &str| [1, 2, 3].map(|number| record(template, number, &format!("\"Code: https://github.com/ferro/r{number}\""), ", \"x\": [{}, 1]"));
    let all: BTreeSet<String> = ["r1", "r2", "r3"].map(str::to_owned).into();
    let forms: [fn(&str) -> String; 5] = [
        |record| format!("{}\n", serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(record).unwrap()).unwrap()),
        |record| format!("{}\r\n\r\n", record.replacen(": ", ":\r\n", 1).replace(", ", "\r\n, ")),
        |record| record.replace(", ", ",\n  ") + " ",
        |record| record.to_owned(),
        |record| format!("{record} \u{feff}"),
    ];
    for form in forms {
        read(
            |template| records(template).map(|record| form(&record)).concat(),
            |ended, of| assert_eq!((ended.code, repos(ended)), (Some(0), all.clone()), "{of}: {}", ended.stderr),
        );
    }
}

#[test]
fn a_line_that_breaks_off_costs_that_line() {
    let text = |template: &str| {
        let [first, second] = [1, 2].map(|number| record(template, number, &format!("\"Code: https://github.com/ferro/r{number}\""), ""));
        format!("{}\n{second}\n", &first[..first.len() - 3])
    };
    read(text, |ended, of| {
        assert_eq!(repos(ended), ["r2".to_owned()].into(), "{of}: {}", ended.stderr);
        assert_eq!(ended.code, Some(3), "{of}: {}", ended.stderr);
    });
}
