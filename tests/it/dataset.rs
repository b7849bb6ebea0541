//! The folder of all weeks as a dataset: the files that describe it. `scripts/check_dataset/check.py` tests it with real readers and validators.

use crate::damage::edit_manifest;
use crate::github::all_live;
use crate::server::Server;
use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files, paper, papers};
use crate::tables::{column, manifest};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
const FILES: [&str; 6] = ["README.md", "DATA_DICTIONARY.md", "LICENSES.md", "CITATION.cff", "croissant.json", "datapackage.json"];

impl Starcite {
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path("out").join(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    fn changed_at(&self, name: &str) -> SystemTime {
        fs::metadata(self.path("out").join(name)).unwrap().modified().unwrap()
    }

    /// Runs one week of papers, with lines added to the pipeline.
    fn run_with(&self, before: &str, after: &str) -> Ended {
        self.write_papers(&papers(2));
        let pipeline = fs::read_to_string(self.path("pipeline.toml")).unwrap();
        self.write("pipeline.toml", format!("{before}{pipeline}{after}"));
        self.run(&["--offline"])
    }
}

fn two_weeks() -> Starcite {
    let mut starcite = Starcite::new();
    starcite.write_papers(&papers(2));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write_papers(&papers(3));
    starcite.at(MONDAY_OF_W49).run(&["--offline"]).with_code(0);
    starcite
}

/// Returns the files of the dataset in a folder, with their bytes.
fn description(starcite: &Starcite, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let ours = |path: &PathBuf| path.starts_with("schemas") || FILES.iter().any(|name| path == &PathBuf::from(name));
    files(&starcite.path(folder)).into_iter().filter(|(path, _)| ours(path)).collect()
}

#[test]
fn the_sample_says_what_it_is_whose_it_is_and_how_to_cite_it() {
    let starcite = Starcite::new();
    starcite.end(&["run", SAMPLE]).with_code(0);
    for (name, file) in [("card", "README.md"), ("licences", "LICENSES.md"), ("citation", "CITATION.cff")] {
        insta::assert_snapshot!(name, starcite.text(file));
    }
}

#[test]
fn a_table_is_described_to_programs_and_people() {
    let starcite = Starcite::new();
    starcite.run_with("tables = [\"stars\"]\n", "").with_code(0);
    insta::assert_snapshot!("dictionary", starcite.text("DATA_DICTIONARY.md"));
    insta::assert_snapshot!("schema", starcite.text("schemas/stars.json"));
    insta::assert_snapshot!("json_schema", starcite.text("schemas/stars.schema.json"));
    let mut package = starcite.json("datapackage.json");
    package["resources"][0]["hash"] = "that of the manifest".into();
    insta::assert_snapshot!("datapackage", format!("{package:#}"));
    let mut croissant = starcite.json("croissant.json");
    croissant["@context"] = "the specification's".into();
    insta::assert_snapshot!("croissant", format!("{croissant:#}"));
    let manifest: Value = serde_json::from_slice(&fs::read(starcite.week("2026-W47").join("manifest.json")).unwrap()).unwrap();
    let hash = format!("sha256:{}", manifest["tables"][0]["sha256"].as_str().unwrap());
    assert_eq!(starcite.json("datapackage.json")["resources"][0]["hash"], hash.as_str());
}

#[test]
fn a_list_of_structures_is_an_array_with_parts() {
    let starcite = two_weeks();
    let croissant = starcite.json("croissant.json");
    let links = croissant["recordSet"].as_array().unwrap().iter().find(|table| table["name"] == "links").unwrap().clone();
    let mentions = links["field"].as_array().unwrap().iter().find(|field| field["name"] == "mentions").unwrap().clone();
    assert_eq!((&mentions["isArray"], &mentions["arrayShape"], mentions.get("dataType")), (&json!(true), &json!("-1"), None));
    let part = json!({"@type": "cr:Field", "@id": "links/mentions/start", "name": "start", "dataType": "cr:Int64", "source":
        {"fileSet": {"@id": "links.parquet"}, "extract": {"column": "mentions"}, "transform": {"jsonPath": "start"}}});
    assert_eq!(mentions["subField"][1], part);
}

#[test]
fn tables_that_the_pipeline_does_not_want_are_left_out() {
    let starcite = Starcite::new();
    starcite.run_with("tables = [\"papers\", \"links\"]\n", "").with_code(0);
    assert!(starcite.path("out/schemas/links.json").exists() && !starcite.path("out/schemas/repos.json").exists());
    assert_eq!(starcite.json("datapackage.json")["resources"].as_array().unwrap().len(), 2);
    assert_eq!(starcite.json("croissant.json")["distribution"].as_array().unwrap().len(), 2);
    assert!(!starcite.text("DATA_DICTIONARY.md").contains("## `repos`"));
    let card = starcite.text("README.md");
    assert!(card.contains("- config_name: papers\n  data_files: \"week=*/papers.parquet\"\n  default: true\n"), "{card}");
    assert!(!card.contains("week=*/repos.parquet"), "{card}");
}

#[test]
fn a_table_without_rows_is_no_configuration_for_datasets_cannot_load_it() {
    let starcite = two_weeks();
    let card = starcite.text("README.md");
    assert!(card.contains("config_name: papers") && !card.contains("config_name: rejects") && card.contains("| `rejects` |"), "{card}");
}

#[test]
fn another_week_is_told_of_and_one_that_was_removed_no_longer() {
    let starcite = two_weeks();
    let card = starcite.text("README.md");
    let (newer, older) = (card.find("| 2026-W48 |").unwrap(), card.find("| 2026-W47 |").unwrap());
    assert!(newer < older, "the newest week comes first: {card}");
    assert_eq!(starcite.json("croissant.json")["version"], "2026.48.0");
    assert_eq!(starcite.json("datapackage.json")["resources"].as_array().unwrap().len(), 22);

    fs::remove_dir_all(starcite.week("2026-W48")).unwrap();
    let ended = starcite.end(&["dataset"]).with_code(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("out: 28 files describe the dataset, 4 of them written now\n", ""));
    assert!(!starcite.text("README.md").contains("2026-W48"));
    assert!(starcite.text("CITATION.cff").contains("version: \"2026-W47\"\ndate-released: \"2026-11-22\"\n"));
}

#[test]
fn the_same_weeks_give_the_same_bytes_and_what_is_the_same_is_not_written() {
    let starcite = two_weeks();
    let before: Vec<SystemTime> = FILES.iter().map(|name| starcite.changed_at(name)).collect();
    let ended = starcite.end(&["dataset"]).with_code(0);
    assert!(ended.stdout.ends_with(" 0 of them written now\n"), "{}", ended.stdout);
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(FILES.iter().map(|name| starcite.changed_at(name)).collect::<Vec<_>>(), before);
    assert_eq!(description(&starcite, "out"), description(&two_weeks(), "out"));
}

#[test]
fn a_file_of_somebodys_own_stays_and_is_told_of() {
    let starcite = Starcite::new();
    starcite.write("out/README.md", "My weeks. I think that they were generated by starcite.");
    let ended = starcite.run_with("", "").with_code(0);
    assert!(ended.line().contains("out/README.md is not starcite's"), "{}", ended.stderr);
    assert_eq!(starcite.text("README.md"), "My weeks. I think that they were generated by starcite.");
    assert!(starcite.path("out/croissant.json").exists());

    let edited = starcite.text("LICENSES.md").replacen("<!-- generated by starcite", "<!-- once generated by starcite, now mine", 1);
    starcite.write("out/LICENSES.md", edited.replace("without these words", ""));
    let ended = starcite.end(&["dataset"]).with_code(0);
    assert_eq!(ended.stderr.lines().count(), 2, "{}", ended.stderr);
    assert!(starcite.text("LICENSES.md").contains("now mine"));
}

#[test]
fn a_pipeline_names_title_author_address_and_licence() {
    let starcite = Starcite::new();
    let section = "[dataset]\ntitle = \"Papers: \\\"code\\\" & {more}\"\nauthor = \"A. Person\"\nurl = \"https://example.org/d\"\nlicense = \"ODC-By-1.0\"\n";
    starcite.run_with("", section).with_code(0);
    let card = starcite.text("README.md");
    assert!(card.starts_with("---\nlicense: odc-by\npretty_name: \"Papers: \\\"code\\\" & {more}\"\n"), "{card}");
    assert!(card.contains("title = {{Papers: \"code\" \\& \\textbraceleft{}more\\textbraceright{}}}") && card.contains("author = {{A. Person}}"), "{card}");
    let cff = starcite.text("CITATION.cff");
    assert!(cff.contains("  - name: \"A. Person\"\n") && cff.contains("license: ODC-By-1.0\nurl: \"https://example.org/d\"\n"), "{cff}");
    let package = starcite.json("datapackage.json");
    assert_eq!((&package["name"], &package["homepage"]), (&json!("papers-code-more"), &json!("https://example.org/d")));
    assert_eq!(starcite.json("croissant.json")["license"], "https://spdx.org/licenses/ODC-By-1.0");
    assert!(starcite.text("LICENSES.md").contains("A. Person offers the dataset as a whole under ODC-By-1.0"));
}

#[test]
fn a_wrong_word_on_the_dataset_is_refused_with_its_line() {
    let cases = [
        ("license = \"MINE\"", "expected one of CC0-1.0, "),
        ("title = \" \"", "no text on one line"),
        ("author = \"A\\nB\"", "no text on one line"),
        ("url = \"example.org\"", "not an address such as https://"),
        ("licence = \"MIT\"", "expected one of `title`, `author`, `url`, `report_url`, `license`"),
    ];
    for (line, said) in cases {
        let starcite = Starcite::new();
        let ended = starcite.run_with("", &format!("[dataset]\n{line}\n")).with_code(1);
        assert!(ended.line().contains("pipeline.toml, line 6") && ended.line().contains(said), "{line}: {}", ended.stderr);
    }
}

#[test]
fn sources_are_named_with_what_they_say_of_their_data() {
    let starcite = Starcite::new();
    starcite.write("papers.jsonl", format!("{}\n", json!({"id": "2401.00001", "title": "T", "abstract": "A.", "update_date": "2026-11-18"})));
    starcite.write("seen.csv", "repo,date,source,stars\no/n,2026-11-18,a-list,5\n");
    starcite.write_pipeline("arxiv-snapshot", "path = \"papers.jsonl\"\n[[source]]\nkind = \"observations\"\npath = \"seen.csv\"");
    starcite.run(&["--offline"]).with_code(0);
    let text = starcite.text("LICENSES.md");
    assert!(text.contains("## arXiv\n") && text.contains("CC0 1.0") && text.contains("## `a-list`\n"), "{text}");
    assert!(!text.contains("## GitHub") && !text.contains("## Hugging Face") && !text.contains("## OpenAlex"), "{text}");
}

#[test]
fn papers_of_a_table_are_the_publishers_own() {
    let starcite = Starcite::new();
    starcite.write("library.csv", "title,abstract\nT,A.\n");
    starcite.write_pipeline("table", "path = \"library.csv\"");
    starcite.run(&["--offline"]).with_code(0);
    let text = starcite.text("LICENSES.md");
    assert!(text.contains("## Records of the publisher's own\n") && text.matches("\n## ").count() == 1, "{text}");
}

#[test]
fn a_name_under_which_somebody_observed_is_one() {
    let starcite = Starcite::new();
    let names =
        ["a-list", "github.com/me: the list @2026", "Größe 深度", "](javascript:alert(1))", "<img src=x onerror=alert(1)>", "a\nb", "a|b", "`a`", "\u{202e}a"];
    let long = "a".repeat(101);
    let seen = names
        .iter()
        .copied()
        .chain([long.as_str()])
        .enumerate()
        .map(|(at, name)| json!({"repo": format!("o/n{at}"), "date": "2026-11-18", "source": name, "stars": 5}));
    starcite.write("seen.jsonl", seen.map(|row| format!("{row}\n")).collect::<String>());
    starcite.write_papers(&papers(10));
    let pipeline = fs::read_to_string(starcite.path("pipeline.toml")).unwrap();
    starcite.write("pipeline.toml", format!("{pipeline}[[source]]\nkind = \"observations\"\npath = \"seen.jsonl\"\n"));
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(ended.stderr.contains("observed_by"), "{}", ended.stderr);
    let week = starcite.week("2026-W47");
    let told = manifest(&week);
    assert_eq!(told["coverage"]["observed_by"], json!(["Größe 深度", "a-list", "github.com/me: the list @2026", "observations"]));
    assert_eq!(told["bad_values"], json!({"observed_by": 7}));
    assert_eq!(column(&week, "repos", "stars"), ["5"; 10]);
    assert!(starcite.text("README.md").contains("- `github.com/me: the list @2026`\n") && starcite.text("LICENSES.md").contains("\n## `Größe 深度`\n"));
}

/// Text that would be a link, a tag, a cell, code, a template, or an end of a text or of front matter, if a format did not escape it.
const WORDS: &str = "](javascript:alert(1)) <img src=x onerror=alert(1)> </title> & &lt; | x ``` ` {{ 7*7 }} {% x %} }} , x = {{ \\ \" ' * _ ~ $x$ # --- - \
    https://evil.org www.evil.org WWW.evil.org e@evil.org end";

/// Returns a file without code blocks, whose text is literal, and without escaped characters.
fn prose(text: &str) -> String {
    let mut letters = text.split("\n```").step_by(2).flat_map(str::chars);
    let unescaped = || loop {
        match letters.next()? {
            '\\' => drop(letters.next()),
            letter => return Some(letter),
        }
    };
    std::iter::from_fn(unescaped).collect()
}

/// Asserts that the files that describe the dataset contain the words as plain text only.
#[track_caller]
fn assert_mere_words(starcite: &Starcite) {
    let texts = FILES.map(|name| starcite.text(name));
    let is_obeyed = |c: char| c != '\n' && c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0041}');
    for (name, text) in FILES.iter().zip(&texts) {
        assert!(!text.contains(is_obeyed), "{name}: {text:?}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("evil")), "{name}: {text}");
    }
    let [card, dictionary, licences, cff, ..] = &texts;
    let (front, page) = card.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    let keys = ["license", "license_name", "license_link", "pretty_name", "tags", "size_categories", "configs"];
    let is_known = |line: &str| line.starts_with(['-', ' ']) || keys.iter().any(|key| line.starts_with(&format!("{key}:")));
    assert!(front.lines().all(is_known), "{front}");
    for page in [page, dictionary, licences].map(prose) {
        for sign in ["](javascript", "<img", "</title", "{{", "{%", "& ", "&lt; |", "://evil", ".evil", "@evil"] {
            assert!(!page.contains(sign), "{sign}: {page}");
        }
    }
    assert_eq!(card.matches("\n```").count(), 6, "{card}");
    let keys = [
        "#",
        "cff-version:",
        "message:",
        "type: dataset",
        "title: \"",
        "abstract: \"",
        "authors:",
        "  - name: \"",
        "version: \"",
        "date-released: \"",
        "license: ",
        "url: \"",
    ];
    assert!(cff.lines().all(|line| keys.iter().any(|key| line.starts_with(key))), "{cff}");
    let cited = starcite.json("croissant.json")["citeAs"].as_str().unwrap().to_owned();
    assert!(cited.lines().all(|line| line.matches('{').count() == line.matches('}').count() || line.starts_with("@misc{") || line == "}"), "{cited}");
}

#[test]
fn what_a_pipeline_says_of_the_dataset_stays_words() {
    let starcite = Starcite::new();
    let words = json!(format!("{WORDS}\u{2028}\u{202e}\u{feff}"));
    starcite.run_with("", &format!("[dataset]\ntitle = {words}\nauthor = {words}\nlicense = \"MIT\"\nurl = \"https://example.org/?a=b&c=d\"\n")).with_code(0);
    assert_mere_words(&starcite);
    assert!(starcite.text("README.md").contains("\n# \\](javascript:alert(1)) &lt;img src=x"), "{}", starcite.text("README.md"));
}

#[test]
fn an_address_of_the_dataset_is_one() {
    for url in [
        "javascript:alert(1)",
        "https://e.org/\\nevil: x",
        "https://e.org/?a=}}, evil = {{b",
        "https://e.org/ x",
        "https://e.org/\\\"<img>",
        "https://e.org/\u{202e}x",
        "data:x",
    ] {
        let starcite = Starcite::new();
        let ended = starcite.run_with("", &format!("[dataset]\nurl = \"{url}\"\n")).with_code(1);
        assert!(ended.line().contains("url is not an address such as https://"), "{url}: {}", ended.stderr);
        assert!(!ended.stderr.contains(url), "it may hold a password: {}", ended.stderr);
    }
}

/// Replaces every text in a manifest, except those that identify tables and weeks.
fn spoil(value: &mut Value, words: &str) {
    match value {
        Value::String(text) => *text = words.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| spoil(item, words)),
        Value::Object(fields) => {
            let kept = ["week", "compared_with", "built_on", "dataset", "table", "file"];
            fields.iter_mut().filter(|(name, _)| !kept.contains(&name.as_str())).for_each(|(_, value)| spoil(value, words));
        }
        _ => {}
    }
}

#[test]
fn what_another_weeks_manifest_says_stays_words() {
    let words = format!("{WORDS}\n---\nevil: x\n\n<script>\r\u{2028}evil\u{85}evil\u{1b}[2J\u{202e}\u{e0041}\u{feff}\n```\nevil");
    let starcite = two_weeks();
    for week in ["2026-W47", "2026-W48"] {
        edit_manifest(&starcite.week(week), |manifest| {
            spoil(manifest, &words);
            manifest["coverage"]["observed_by"] = json!([words, "a-list"]);
            manifest["coverage"]["unknown_by_reason"] = json!({&words: 5});
            manifest["bad_values"] = json!({&words: 5});
            manifest["answers_owed"] = json!({&words: 5});
        });
    }
    starcite.end(&["dataset"]).with_code(0);
    assert_mere_words(&starcite);
    let package = starcite.json("datapackage.json");
    let paths: Vec<&str> = package["resources"].as_array().unwrap().iter().map(|resource| resource["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"week=2026-W48/repos.parquet") && paths.iter().all(|path| !path.contains("evil")), "{paths:?}");
    assert!(starcite.text("LICENSES.md").contains("\n## `a-list`\n"));
}

#[test]
fn what_github_told_is_named_as_githubs() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(1));
    starcite.run(&[]).with_code(0);
    let text = starcite.text("LICENSES.md");
    assert!(text.contains("## GitHub\n") && text.contains("acceptable use policies"), "{text}");
}

#[test]
fn a_week_whose_manifest_cannot_be_read_is_left_out_and_told_of() {
    let starcite = two_weeks();
    let path = starcite.week("2026-W47").join("manifest.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("\"schema_version\": 6", "\"schema_version\": 2")).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(ended.line().contains("week=2026-W47/manifest.json") && ended.line().contains("left out"), "{}", ended.stderr);
    assert!(!starcite.text("README.md").contains("2026-W47"));
}

#[test]
fn a_folder_without_weeks_is_refused() {
    let starcite = Starcite::new();
    fs::create_dir(starcite.path("out")).unwrap();
    assert!(starcite.end(&["dataset"]).with_code(1).line().contains("holds no week"));
    assert!(starcite.end(&["dataset", "--out", "nowhere"]).with_code(1).line().contains("nowhere"));
    assert_eq!(fs::read_dir(starcite.path("out")).unwrap().count(), 0);
}

#[test]
fn the_dictionary_is_the_schema() {
    let starcite = two_weeks();
    let printed = starcite.end(&["schema", "--markdown"]).with_code(0).stdout;
    assert!(starcite.text("DATA_DICTIONARY.md").ends_with(&printed) && printed.starts_with("## `overview`\n"));
    assert!(starcite.end(&["schema", "links", "--markdown"]).with_code(0).stdout.starts_with("## `links`\n"));
    starcite.end(&["schema", "--markdown", "--json"]).with_code(2);
}

#[test]
fn what_a_column_may_hold_stands_in_every_form_of_the_schema() {
    let starcite = two_weeks();
    let printed: Value = serde_json::from_str(&starcite.end(&["schema", "--json"]).with_code(0).stdout).unwrap();
    let croissant = starcite.json("croissant.json");
    let record_set = |id: &str| croissant["recordSet"].as_array().unwrap().iter().find(|set| set["@id"] == id).cloned().unwrap_or_default();
    let mut seen = 0;
    for table in printed["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let (frictionless, json_schema) = (starcite.json(&format!("schemas/{name}.json")), starcite.json(&format!("schemas/{name}.schema.json")));
        for column in table["columns"].as_array().unwrap().iter().filter(|column| column["values"].is_array()) {
            let (column_name, values) = (column["name"].as_str().unwrap(), column["values"].as_array().unwrap());
            let place = format!("{name}.{column_name}");
            let field = frictionless["fields"].as_array().unwrap().iter().find(|field| field["name"] == column_name).unwrap();
            let property = &json_schema["properties"][column_name];
            if column["type"] == "text" {
                let null = (column["null"]["means"] != "never").then_some(Value::Null);
                assert_eq!(field["constraints"]["enum"], column["values"], "{place}");
                assert_eq!(property["enum"].as_array().unwrap(), &values.iter().cloned().chain(null).collect::<Vec<_>>(), "{place}");
            } else {
                assert_eq!(property["items"]["enum"], column["values"], "{place}");
            }
            let enumeration = record_set(&place);
            let data: Vec<&Value> = enumeration["data"].as_array().unwrap().iter().map(|row| &row[format!("{place}/value")]).collect();
            assert_eq!(data, values.iter().collect::<Vec<_>>(), "{place}");
            let words = values.iter().map(|value| value.as_str().unwrap()).collect::<Vec<_>>().join(", ");
            assert!(starcite.text("DATA_DICTIONARY.md").contains(&format!(" | one of {words} | ")), "{place}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn what_was_published_describes_the_weeks_that_are_there() {
    let starcite = two_weeks();
    let ended = starcite.end(&["publish", "dest", "--week", "2026-W47"]).with_code(0);
    assert!(ended.stdout.ends_with("dataset   28 files sent\n"), "{}", ended.stdout);
    let card = fs::read_to_string(starcite.path("dest/README.md")).unwrap();
    assert!(card.contains("| 2026-W47 |") && !card.contains("2026-W48"), "{card}");

    let ended = starcite.end(&["publish", "dest"]).with_code(0);
    assert!(ended.stdout.ends_with("dataset   4 files sent, 24 already there\n"), "{}", ended.stdout);
    assert_eq!(description(&starcite, "dest"), description(&starcite, "out"));
    fs::remove_dir_all(starcite.week("2026-W47")).unwrap();
    let ended = starcite.end(&["publish", "dest"]).with_code(0);
    assert!(ended.stdout.ends_with("dataset   already there\n"), "a week that is there alone is still told of: {}", ended.stdout);
}

#[test]
fn a_file_of_somebodys_own_stays_where_weeks_are_published_to() {
    let starcite = two_weeks();
    starcite.write("dest/README.md", "mine");
    starcite.write("dest/datapackage.json", "{}");
    for _ in 0..2 {
        let ended = starcite.end(&["publish", "dest"]).with_code(0);
        assert!(ended.stderr.contains("dest/README.md is not starcite's") && ended.stderr.lines().count() == 2, "{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(starcite.path("dest/README.md")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(starcite.path("dest/datapackage.json")).unwrap(), "{}");
    assert!(starcite.path("dest/croissant.json").exists());
}

#[test]
fn hashes_of_a_week_that_is_replaced_are_withdrawn_before_its_first_file_is_touched() {
    let starcite = two_weeks();
    starcite.end(&["publish", "dest"]).with_code(0);
    starcite.write_papers(&[paper("t:9", &["o/other"])]);
    starcite.run(&["--offline"]).with_code(0);
    let taken = starcite.path("dest/week=2026-W48/rankings.parquet");
    fs::remove_file(&taken).unwrap();
    fs::create_dir_all(taken.join("in the way")).unwrap();
    starcite.end(&["publish", "dest"]).with_code(1);
    assert!(!starcite.path("dest/datapackage.json").exists() && starcite.path("dest/README.md").exists());

    fs::remove_dir_all(&taken).unwrap();
    starcite.end(&["publish", "dest"]).with_code(0);
    assert_eq!(description(&starcite, "dest"), description(&starcite, "out"));
}
