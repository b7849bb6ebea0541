//! `starcite init`: each preset is a pipeline that runs, and reads the files of the program that it names. The exports are made up, with the headers that
//! Zotero and OpenAlex write.

use crate::hf_live::entry;
use crate::server::{Server, say};
use crate::starcite::Starcite;
use crate::tables::{column, rows, shown};
use serde_json::json;
use std::fs;

const WEEK: &str = "2026-W47";
const PRESETS: [&str; 4] = ["hf-daily", "arxiv", "zotero", "openalex"];

/// Creates a folder with the pipeline of a preset, and an export.
fn of(preset: &str, name: &str, export: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write(name, export);
    starcite.end(&["init", "--preset", preset]).with_code(0);
    starcite
}

/// Runs the preset over an export, offline, and returns the papers' values of some columns.
fn told<const N: usize>(preset: &str, name: &str, export: &str, names: [&str; N]) -> (Starcite, Vec<[String; N]>) {
    let starcite = of(preset, name, export);
    starcite.end(&["run", "starcite.toml", "--offline"]).with_code(0);
    starcite.end(&["verify", "out"]).with_code(0);
    let papers = rows(&starcite.week(WEEK), "papers").iter().map(|row| names.map(|name| shown(&row[name]))).collect();
    (starcite, papers)
}

/// Returns a CSV as Zotero writes it, with all of its columns, from some cells of each row.
fn zotero(items: &[&[(&str, &str)]]) -> String {
    const COLUMNS: &str = "Key,Item Type,Publication Year,Author,Title,Publication Title,ISBN,ISSN,DOI,Url,Abstract Note,Date,Date Added,Date Modified,Access Date,Pages,Num Pages,Issue,Volume,Number Of Volumes,\
        Journal Abbreviation,Short Title,Series,Series Number,Series Text,Series Title,Publisher,Place,Language,Rights,Type,Archive,Archive Location,Library Catalog,Call Number,Extra,Notes,\
        File Attachments,Link Attachments,Manual Tags,Automatic Tags,Editor,Series Editor,Translator,Contributor,Attorney Agent,Book Author,Cast Member,Commenter,Composer,Cosponsor,Counsel,\
        Interviewer,Producer,Recipient,Reviewed Author,Scriptwriter,Words By,Guest,Number,Edition,Running Time,Scale,Medium,Artwork Size,Filing Date,Application Number,Assignee,Issuing Authority,\
        Country,Meeting Name,Conference Name,Court,References,Reporter,Legal Status,Priority Numbers,Programming Language,Version,System,Code,Code Number,Section,Session,Committee,History,Legislative Body";
    let columns: Vec<&str> = COLUMNS.split(',').collect();
    let line = |cells: Vec<&str>| cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
    let cell = |item: &[(&str, &str)], name: &str| item.iter().find(|(known, _)| *known == name).map(|(_, cell)| (*cell).to_owned()).unwrap_or_default();
    let mut csv = format!("\u{feff}{}", line(columns.clone()));
    for item in items {
        assert!(item.iter().all(|(name, _)| columns.contains(name)));
        let cells: Vec<String> = columns.iter().map(|name| cell(item, name)).collect();
        csv += &format!("\n{}", line(cells.iter().map(String::as_str).collect()));
    }
    csv
}

#[test]
fn a_pipeline_is_written_once_and_its_next_step_is_told() {
    let starcite = Starcite::new();
    let said = starcite.end(&["init"]).with_code(0);
    let written = fs::read_to_string(starcite.path("starcite.toml")).unwrap();
    assert!(written.contains("kind = \"hf-daily\"") && said.stdout.is_empty());
    assert!(
        said.stderr.contains("wrote starcite.toml") && said.stderr.contains("arxiv, zotero, openalex") && said.stderr.contains("starcite run starcite.toml")
    );
    starcite.write("starcite.toml", "mine");
    let refused = starcite.end(&["init", "--preset", "arxiv"]).with_code(1);
    assert!(refused.line().contains("starcite.toml is there and stays as it is"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(starcite.path("starcite.toml")).unwrap(), "mine");
    assert_eq!(starcite.end(&["init", "-"]).with_code(0).stdout, written);
    assert!(starcite.end(&["init", "no/such.toml"]).with_code(1).line().contains("check the folder"));
    let unknown = starcite.end(&["init", "--preset", "scopus"]).with_code(2).stderr;
    assert!(PRESETS.iter().all(|name| unknown.contains(name)), "{unknown}");
    assert!(starcite.end(&["run", "missing.toml"]).with_code(1).line().contains("starcite init writes one"));
    for command in ["run", "plan"] {
        assert!(starcite.end(&[command]).with_code(2).stderr.contains("tip: starcite init writes a pipeline"));
    }
}

/// Each line that is a comment for one key, and each section that is one, is a line of a pipeline.
#[test]
fn what_a_preset_leaves_in_comments_can_be_put_in() {
    for preset in PRESETS {
        let starcite = Starcite::new();
        let text = starcite.end(&["init", "--preset", preset, "-"]).with_code(0).stdout;
        let is_key = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        let is_section = |line: &str| line.starts_with('[');
        let mut seen = std::collections::BTreeSet::new();
        let mut section = String::new();
        let mut whole = String::new();
        for line in text.lines() {
            let put_in = line.strip_prefix("# ").filter(|line| is_key(line) || is_section(line)).unwrap_or(line);
            if is_section(put_in) {
                section = format!("{put_in}{}", if put_in.starts_with("[[") { whole.len().to_string() } else { String::new() });
            }
            // An example of a key that is there as well stays out.
            if !is_key(put_in) || seen.insert((section.clone(), put_in.split(" = ").next().map(str::to_owned))) {
                whole += &format!("{put_in}\n");
            }
        }
        assert!(whole.matches("\n# ").count() < text.matches("\n# ").count());
        starcite.write("whole.toml", &whole);
        let said = starcite.end(&["plan", "whole.toml", "--offline"]).stderr;
        assert!(!said.contains("whole.toml, line") && !said.contains("unknown"), "{preset}: {said}\n{whole}");
    }
}

#[test]
fn the_presets_of_services_ask_for_the_papers_of_the_week() {
    let starcite = of("hf-daily", "unused", "");
    let server = Server::start(|_, request| say(200, if request.path.contains("2026-11-18") { json!([entry("2026-11-18", 0)]) } else { json!([]) }));
    let github = Server::start(|_, _| say(404, r#"{"message": "Not Found"}"#));
    let addresses = ["--hf-url", &server.url, "--github-url", &github.url, "--source-pause-ms", "0"];
    starcite.end(&[&["run", "starcite.toml"][..], &addresses].concat()).with_code(0);
    assert_eq!(column(&starcite.week(WEEK), "papers", "title"), ["Paper 0 of 2026-11-18"]);
    // What arXiv answers is tested elsewhere: here the pipeline is read, and the source is the one that is asked.
    let said = of("arxiv", "unused", "").end(&["plan", "starcite.toml", "--offline"]).with_code(75).stderr;
    assert!(said.contains("the source arxiv-atom is not asked offline"), "{said}");
}

#[test]
fn a_zotero_library_becomes_papers_with_what_its_columns_say() {
    let export = zotero(&[
        &[
            ("Key", "AAAA2345"),
            ("Item Type", "preprint"),
            ("Publication Year", "2024"),
            ("Author", "Lovelace, Ada; Müller, Jürgen; The Glacier Consortium"),
            ("Title", "On Lattices &amp; Code"),
            ("Url", "http://arxiv.org/abs/2401.00001v2"),
            ("Abstract Note", "Our code: https://github.com/o/one"),
            ("Date", "2024-01-03"),
            ("Extra", "arXiv:2401.00001 [cs.CL] Comment: data at https://github.com/o/two"),
            ("Number", "arXiv:2401.00001"),
            ("Automatic Tags", "Computer Science - Computation and Language"),
        ],
        &[
            ("Key", "BBBB2345"),
            ("Item Type", "journalArticle"),
            ("Publication Year", "2024"),
            ("Author", "王, 小明"),
            ("Title", "=SUM(1;2) of \"Parts\""),
            ("DOI", "https://doi.org/10.1000/ABC"),
            ("Date", "January 2024"),
            ("Manual Tags", "to read; method"),
        ],
        &[("Key", "CCCC2345"), ("Item Type", "thesis"), ("Title", "Undated"), ("Date", "n.d."), ("Extra", "DOI: 10.1000/xyz, read twice")],
        &[("Key", "DDDD2345"), ("Item Type", "journalArticle"), ("Title", "ON NOTHING"), ("DOI", "10.1000/abc")],
        &[("Key", "EEEE2345"), ("Item Type", "attachment"), ("Title", "Full Text PDF"), ("File Attachments", "C:\\paper.pdf")],
        &[("Key", "FFFF2345"), ("Item Type", "conferencePaper"), ("Publication Year", "2019"), ("Title", ""), ("Date", "2019")],
    ]);
    let names = ["source_key", "paper_id", "title", "authors", "published", "year", "doi", "arxiv_id", "categories"];
    let (starcite, papers) = told("zotero", "zotero.csv", &export, names);
    let authors = "[\"Ada Lovelace\",\"Jürgen Müller\",\"The Glacier Consortium\"]";
    assert_eq!(
        papers,
        [
            ["AAAA2345", "arxiv:2401.00001", "On Lattices & Code", authors, "2024-01-03", "2024", "null", "2401.00001", "[\"cs.CL\"]"],
            ["BBBB2345", "doi:10.1000/abc", "=SUM(1;2) of \"Parts\"", "[\"王, 小明\"]", "null", "2024", "10.1000/abc", "null", "[\"to read\",\"method\"]"],
            ["CCCC2345", "doi:10.1000/xyz", "Undated", "null", "null", "null", "10.1000/xyz", "null", "null"],
            ["FFFF2345", "table:FFFF2345", "null", "null", "null", "2019", "null", "null", "null"],
        ]
    );
    assert_eq!(column(&starcite.week(WEEK), "links", "repo"), ["github.com/o/one", "github.com/o/two"]);
    assert_eq!(column(&starcite.week(WEEK), "links", "field"), ["abstract", "comment"]);
    assert!(column(&starcite.week(WEEK), "citations", "cited").is_empty(), "its own id is no citation");
    let reasons = column(&starcite.week(WEEK), "rejects", "reason");
    assert_eq!(
        reasons,
        ["the same paper_id as an earlier record, which counts", "not a paper: its type is \"attachment\", which the pipeline does not list in one_of"]
    );
}

#[test]
fn works_that_openalex_exported_become_papers_under_the_names_of_then_and_now() {
    let then = "id,doi,title,display_name,publication_year,publication_date,type,cited_by_count,abstract,primary_location.landing_page_url,locations.landing_page_url,\
                authorships.author.display_name,primary_topic.display_name,topics.display_name\n\
                https://openalex.org/W1,https://doi.org/10.1000/ABC,On Lattices,On Lattices,2024,2024-01-03,article,42,Code: https://github.com/o/one,https://doi.org/10.1000/abc,\
                https://doi.org/10.1000/abc|http://arxiv.org/abs/2401.00001,Ada Lovelace|Alan Turing,Lattices,Lattices|Proofs\n\
                https://openalex.org/W2,,,Without a Title,,,preprint,0,,,,,Lattices,\n\
                https://openalex.org/W3,,Front Matter,Front Matter,2024,2024-01-01,paratext,0,,,,,,\n";
    let names = ["source_key", "arxiv_id", "doi", "title", "authors", "published", "categories", "url"];
    let (starcite, papers) = told("openalex", "works.csv", then, names);
    assert_eq!(
        papers,
        [
            [
                "https://openalex.org/W1",
                "2401.00001",
                "10.1000/abc",
                "On Lattices",
                "[\"Ada Lovelace\",\"Alan Turing\"]",
                "2024-01-03",
                "[\"Lattices\",\"Proofs\"]",
                "https://doi.org/10.1000/abc"
            ],
            ["https://openalex.org/W2", "null", "null", "Without a Title", "null", "null", "[\"Lattices\"]", "null"],
        ]
    );
    assert_eq!(column(&starcite.week(WEEK), "links", "repo"), ["github.com/o/one"]);
    assert!(column(&starcite.week(WEEK), "rejects", "reason")[0].contains("\"paratext\""));

    let now = "Title,Author,Year,DOI,Type,Source,Citation count,Abstract,ID\n\
               On Lattices,Ada Lovelace|Alan Turing,2024,https://doi.org/10.48550/arXiv.2401.00001,article,arXiv,42,Code: https://github.com/o/one,https://openalex.org/W1\n\
               Peer Review,,2024,,peer-review,,,,https://openalex.org/W4\n";
    let (starcite, papers) = told("openalex", "works.csv", now, ["source_key", "arxiv_id", "title", "authors", "year"]);
    assert_eq!(papers, [["https://openalex.org/W1", "2401.00001", "On Lattices", "[\"Ada Lovelace\",\"Alan Turing\"]", "2024"]]);
    assert_eq!(column(&starcite.week(WEEK), "links", "repo"), ["github.com/o/one"]);
}
