//! Files of OAI-PMH replies: arXiv's three formats, deleted records, errors, and documents crafted to do harm.

use crate::starcite::Starcite;
use crate::tables::{column, row, rows};
use serde_json::json;

/// Returns a reply with these records.
pub(crate) fn reply(records: &[String]) -> String {
    let head = r#"<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-20T00:00:00Z</responseDate>"#;
    format!("{head}<ListRecords>{}<resumptionToken>1|2</resumptionToken></ListRecords></OAI-PMH>", records.concat())
}

fn record(id: &str, day: &str, metadata: &str) -> String {
    format!("<record><header><identifier>oai:arXiv.org:{id}</identifier><datestamp>{day}</datestamp></header><metadata>{metadata}</metadata></record>")
}

/// Returns a record in the format arXiv.
pub(crate) fn paper(id: &str, day: &str, text: &str) -> String {
    record(id, day, &format!("<arXiv><id>{id}</id><title>Paper {id}</title><abstract>{text}</abstract></arXiv>"))
}

pub(crate) fn deleted(id: &str, day: &str) -> String {
    format!(r#"<record><header status="deleted"><identifier>oai:arXiv.org:{id}</identifier><datestamp>{day}</datestamp></header></record>"#)
}

/// Creates an offline pipeline over one file of replies.
fn of(records: &[String]) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("arxiv-oai", "path = \"oai.xml\"");
    starcite.write("oai.xml", reply(records));
    starcite
}

const IN_ARXIV: &str = "<arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>2611.00001</id><created>2026-11-02</created><updated>2026-11-17</updated>
  <authors><author><keyname>One</keyname><forenames>Ann</forenames></author><author><keyname>Two</keyname><forenames>Bob</forenames><suffix>Jr</suffix></author></authors>
  <title>A &lt; B &amp; caf&#233;</title><categories>cs.CV cs.LG</categories><comments>5 pages</comments><doi>10.1000/ABC 10.1000/def</doi>
  <abstract>Code: <![CDATA[https://github.com/o/one]]></abstract></arXiv>";
const IN_RAW: &str = "<arXivRaw><id>2611.00002</id><submitter>S</submitter><version version='v1'><date>Mon, 2 Nov 2026 10:00:00 GMT</date></version>
  <version version='v2'><date>Tue, 17 Nov 2026 23:59:59 GMT</date></version><title>Raw</title><authors>A. One (MIT, and Harvard), B. Two and C. Three</authors>
  <categories>math.CO</categories><abstract>Words.</abstract></arXivRaw>";
const IN_DC: &str = "<oai_dc:dc xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Dublin</dc:title><dc:creator>One, Ann</dc:creator>
  <dc:subject>Computer Science</dc:subject><dc:description>The abstract.</dc:description><dc:description>Comment: at https://github.com/o/three</dc:description>
  <dc:date>2026-11-02</dc:date><dc:date>2026-11-17</dc:date><dc:identifier>http://arxiv.org/abs/2611.00003</dc:identifier><dc:identifier>doi:10.1000/xyz</dc:identifier></oai_dc:dc>";

#[test]
fn the_three_formats_come_to_the_same_columns() {
    let day = "2026-11-18";
    let starcite = of(&[record("2611.00001", day, IN_ARXIV), record("2611.00002", day, IN_RAW), record("2611.00003", day, IN_DC)]);
    starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W47");
    let of = |id: &str| row(&week, "papers", "paper_id", id);
    let arxiv = of("arxiv:2611.00001");
    assert_eq!((&arxiv["title"], &arxiv["authors"], &arxiv["doi"]), (&json!("A < B & café"), &json!(["Ann One", "Bob Two Jr"]), &json!("10.1000/abc")));
    assert_eq!((&arxiv["published"], &arxiv["updated"], &arxiv["categories"]), (&json!("2026-11-02"), &json!("2026-11-17"), &json!(["cs.CV", "cs.LG"])));
    let raw = of("arxiv:2611.00002");
    assert_eq!((&raw["authors"], &raw["published"], &raw["updated"]), (&json!(["A. One", "B. Two", "C. Three"]), &json!("2026-11-02"), &json!("2026-11-17")));
    let dc = of("arxiv:2611.00003");
    assert_eq!((&dc["abstract"], &dc["comment"], &dc["doi"]), (&json!("The abstract."), &json!("at https://github.com/o/three"), &json!("10.1000/xyz")));
    assert_eq!(dc["authors"], json!(["Ann One"]));
    assert_eq!(column(&week, "links", "repo"), ["github.com/o/one", "github.com/o/three"]);
}

#[test]
fn a_record_belongs_to_the_week_of_its_datestamp() {
    let starcite = of(&[paper("2611.00001", "2026-11-15", ""), paper("2611.00002", "2026-11-16", "")]);
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week("2026-W47"), "papers", "paper_id"), ["arxiv:2611.00002"]);
}

#[test]
fn a_deleted_paper_has_no_row_and_its_links_end() {
    let code = "Code: https://github.com/o/n";
    let starcite = of(&[paper("2611.00001", "2026-11-10", code), paper("2611.00002", "2026-11-10", code)]);
    starcite.run(&["--offline", "--week", "2026-W46"]).with_code(0);
    starcite.write("oai.xml", reply(&[deleted("2611.00001", "2026-11-18"), deleted("2611.09999", "2026-11-18")]));
    starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W47");
    assert!(rows(&week, "papers").is_empty());
    assert_eq!(column(&week, "links", "last_week"), ["2026-W46", "null"]);
    assert_eq!(column(&week, "rankings", "paper_id"), ["arxiv:2611.00002"]);
}

#[test]
fn entities_of_a_documents_own_are_not_expanded_and_the_rest_is_read() {
    let bomb = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY out SYSTEM "file:///etc/hostname">]>"#;
    let records = [paper("2611.00001", "2026-11-18", "&b;"), paper("2611.00002", "2026-11-18", "&out;"), paper("2611.00003", "2026-11-18", "")];
    let starcite = of(&[]);
    starcite.write("oai.xml", reply(&records).replace("<OAI-PMH", &format!("{bomb}<OAI-PMH")));
    let ended = starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "papers", "paper_id"), ["arxiv:2611.00001", "arxiv:2611.00002", "arxiv:2611.00003"]);
    assert_eq!(column(&week, "papers", "abstract")[..2], ["null", "null"]);
    assert!(ended.line().contains("record 1: abstract \"&b;\"") && ended.line().contains("record 2: abstract \"&out;\""), "{}", ended.stderr);
}

#[test]
fn only_a_header_says_that_a_record_is_deleted() {
    let metadata = "<arXiv><id>2611.00001</id><title status=\"deleted\" code=\"x\">T</title><abstract></abstract></arXiv>";
    let starcite = of(&[record("2611.00001", "2026-11-18", metadata)]);
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week("2026-W47"), "papers", "title"), ["T"]);
}

#[test]
fn an_error_of_the_server_is_a_reject_and_a_quiet_week_is_none() {
    let starcite = of(&[]);
    let answer = |error: &str| starcite.write("oai.xml", format!("<OAI-PMH>{error}</OAI-PMH>"));
    answer("<error code=\"badArgument\"/>");
    starcite.run(&["--offline"]).with_code(3);
    assert!(column(&starcite.week("2026-W47"), "rejects", "reason")[0].contains("badArgument"));
    answer("<error code=\"noRecordsMatch\">Nothing.</error>");
    starcite.run(&["--offline"]).with_code(0);
}

#[test]
fn a_tag_that_is_not_closed_costs_its_record_and_no_other() {
    let records = ["2611.00001", "2611.00002", "2611.00003"].map(|id| paper(id, "2026-11-18", ""));
    for missing in ["</abstract>", "</record>", "<title>", "<record>"] {
        let broken = [records[0].clone(), records[1].replace(missing, ""), records[2].clone()];
        let starcite = of(&broken);
        starcite.run(&["--offline"]).with_code(3);
        let week = starcite.week("2026-W47");
        assert_eq!(column(&week, "papers", "paper_id"), ["arxiv:2611.00001", "arxiv:2611.00003"], "{missing}");
        assert_eq!(column(&week, "rejects", "reason").len(), 1, "{missing}");
        assert!(column(&week, "rejects", "excerpt")[0].contains("2611.00002"), "{missing}: {:?}", column(&week, "rejects", "excerpt"));
    }
}

#[test]
fn what_was_read_before_a_file_breaks_off_counts() {
    let whole = reply(&[paper("2611.00001", "2026-11-18", ""), paper("2611.00002", "2026-11-18", "")]);
    let starcite = of(&[]);
    let cut = whole.rfind("</abstract>").unwrap();
    starcite.write("oai.xml", &whole[..cut]);
    starcite.run(&["--offline"]).with_code(3);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "papers", "paper_id"), ["arxiv:2611.00001"]);
    assert!(column(&week, "rejects", "reason")[0].contains("cut off or damaged"), "{:?}", column(&week, "rejects", "reason"));
}
