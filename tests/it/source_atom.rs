//! Files of replies of arXiv's API: entries, errors, empty pages, several one after the other.

use crate::starcite::Starcite;
use crate::tables::{column, row};
use serde_json::json;

/// Returns a reply with these entries, which claims `total` results.
pub(crate) fn feed(total: usize, entries: &[String]) -> String {
    let head = r#"<?xml version='1.0' encoding='UTF-8'?><feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/api/x</id><title>arXiv Query</title>"#;
    format!("{head}<opensearch:totalResults>{total}</opensearch:totalResults>{}</feed>\n", entries.concat())
}

/// Returns an entry with an id and a summary.
pub(crate) fn entry(id: &str, summary: &str) -> String {
    format!("<entry><id>http://arxiv.org/abs/{id}v1</id><title>Paper {id}</title><summary>{summary}</summary></entry>")
}

/// Returns arXiv's error for a request that it can't answer.
pub(crate) fn error_entry(words: &str) -> String {
    format!("<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>{words}</summary><author><name>arXiv api core</name></author></entry>")
}

const WHOLE: &str = r#"<entry>
    <id>http://arxiv.org/abs/2611.00001v3</id><title>A &lt; B
  &amp; C</title><updated>2026-11-17T15:05:19Z</updated>
    <link href="https://arxiv.org/abs/2611.00001v3" rel="alternate" type="text/html"/><link title="pdf" href="https://arxiv.org/pdf/2611.00001v3" rel="related"/>
    <summary>  Words. Code: https://github.com/o/one
</summary>
    <category term="cs.SE" scheme="http://arxiv.org/schemas/atom"/><category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <published>2026-11-02T15:05:19Z</published><arxiv:comment>Data at https://github.com/o/two</arxiv:comment><arxiv:primary_category term="cs.SE"/>
    <author><name>Ann One</name><arxiv:affiliation>MIT</arxiv:affiliation></author><author><name>Bob Two</name></author>
    <arxiv:doi>10.1000/ABC</arxiv:doi></entry>"#;

/// Creates an offline pipeline over one file of replies.
fn of(replies: &str) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("arxiv-atom", "path = \"page.xml\"");
    starcite.write("page.xml", replies);
    starcite
}

#[test]
fn an_entry_becomes_the_paper_that_other_sources_of_arxiv_make_of_it() {
    let starcite = of(&feed(1, &[WHOLE.to_owned()]));
    starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W47");
    let paper = row(&week, "papers", "paper_id", "arxiv:2611.00001");
    assert_eq!((&paper["title"], &paper["abstract"]), (&json!("A < B & C"), &json!("Words. Code: https://github.com/o/one")));
    assert_eq!((&paper["authors"], &paper["categories"]), (&json!(["Ann One", "Bob Two"]), &json!(["cs.SE", "cs.LG"])));
    assert_eq!((&paper["published"], &paper["updated"], &paper["year"]), (&json!("2026-11-02"), &json!("2026-11-17"), &json!(2026)));
    assert_eq!((&paper["doi"], &paper["url"]), (&json!("10.1000/abc"), &json!("https://arxiv.org/abs/2611.00001")));
    assert_eq!(column(&week, "links", "repo"), ["github.com/o/one", "github.com/o/two"]);
}

#[test]
fn replies_may_follow_each_other_and_pages_without_entries_are_no_error() {
    let pages = [feed(3, &[entry("2611.00001", ""), entry("hep-th/9901001", "")]), feed(3, &[]), feed(3, &[entry("math.GT/0309136", "")])];
    let starcite = of(&pages.concat());
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(column(&starcite.week("2026-W47"), "papers", "paper_id"), ["arxiv:2611.00001", "arxiv:hep-th/9901001", "arxiv:math/0309136"]);
}

#[test]
fn an_empty_page_says_that_it_holds_no_records() {
    let starcite = of(&feed(0, &[]));
    assert!(starcite.run(&["--offline"]).with_code(0).stderr.contains("page.xml holds no records"));
}

#[test]
fn an_error_is_rejected_with_arxivs_words_and_the_rest_is_read() {
    let starcite = of(&[feed(1, &[error_entry("incorrect id format for abc")]), feed(1, &[entry("2611.00001", "")])].concat());
    starcite.run(&["--offline"]).with_code(3);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "rejects", "reason"), ["arXiv's error: incorrect id format for abc"]);
    assert_eq!(column(&week, "papers", "paper_id"), ["arxiv:2611.00001"]);
}

#[test]
fn an_entry_needs_an_arxiv_id_or_a_title() {
    let titled = |id: &str, title: &str| format!("<entry><id>http://arxiv.org/abs/{id}v1</id>{title}</entry>");
    let entries = [
        titled("2611.00001", "<title>0</title>"),
        titled("2611.00002", "<title>Error</title>"),
        titled("2611.00003", "<title> </title>"),
        titled("cs/1", "<title>T</title>"),
        titled("cs/1", ""),
    ];
    let starcite = of(&feed(5, &entries));
    let ended = starcite.run(&["--offline"]).with_code(3);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "papers", "title"), ["0", "Error", "null", "T"]);
    assert_eq!(column(&week, "rejects", "reason"), ["neither an id nor a title"]);
    assert!(ended.stderr.contains("(1 arxiv_id): page.xml, record 4: arxiv_id \"http://arxiv.org/abs/cs/1v1\""), "{}", ended.stderr);
}

#[test]
fn entities_of_a_documents_own_are_not_expanded() {
    let bomb = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let page = feed(2, &[entry("2611.00001", "&b;"), entry("2611.00002", "")]);
    let starcite = of(&page.replace("<feed", &format!("{bomb}<feed")));
    let ended = starcite.run(&["--offline"]).with_code(0);
    let week = starcite.week("2026-W47");
    assert_eq!(column(&week, "papers", "paper_id"), ["arxiv:2611.00001", "arxiv:2611.00002"]);
    assert_eq!(column(&week, "papers", "abstract")[0], "null");
    assert!(ended.line().contains("record 1: abstract \"&b;\""), "{}", ended.stderr);
}
