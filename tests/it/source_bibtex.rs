//! Bibliographies: entries as people and reference managers write them, broken ones among them.

use crate::starcite::Starcite;
use crate::tables::{column, row, rows};
use serde_json::json;

/// Runs a .bib file offline, and asserts the exit code.
fn run_of(bib: impl AsRef<[u8]>, code: i32) -> Starcite {
    let starcite = Starcite::new();
    starcite.write_pipeline("bibtex", "path = \"library.bib\"");
    starcite.write("library.bib", bib);
    starcite.run(&["--offline"]).with_code(code);
    starcite
}

impl Starcite {
    fn of_week(&self, table: &str, name: &str) -> Vec<String> {
        column(&self.week("2026-W47"), table, name)
    }
}

const WHOLE: &str = r#"
@string{one = "Ann"}
@comment{an older one: @article{x, title={No paper}}}
@preamble{"\newcommand{\x}{y}"}
@Article{key:1,
  Title = {The {{GPU}} of P{\'o}lya: \emph{a} study},
  author = {N{\~u}{\~n}ez, Luc{\'i}a and } # one # { van der Two and {The Third Group} and others},
  year = 2026, month = nov, day = "2",
  eprint = {2611.00001v2}, archivePrefix = "arXiv", primaryClass = {cs.SE},
  doi = {\url{https://doi.org/10.1000/A\_b}},
  url = {https://example.org/a\_b},
  abstract = {We cost \$5, or 5$, and 10\%.
    Code: https://github.com/o/in\_text},
  note = "Data at \url{https://github.com/o/in_note}",
}
"#;

#[test]
fn an_entry_becomes_a_paper() {
    let starcite = run_of(WHOLE, 0);
    let week = starcite.week("2026-W47");
    let paper = row(&week, "papers", "paper_id", "arxiv:2611.00001");
    assert_eq!(paper["title"], json!("The GPU of Pólya: a study"));
    assert_eq!(paper["authors"], json!(["Lucía Nũñez", "Ann van der Two", "The Third Group"]));
    assert_eq!((&paper["doi"], &paper["url"]), (&json!("10.1000/a_b"), &json!("https://example.org/a_b")));
    assert_eq!((&paper["published"], &paper["year"], &paper["categories"]), (&json!("2026-11-02"), &json!(2026), &json!(["cs.SE"])));
    assert_eq!(paper["comment"], json!("Data at \\url{https://github.com/o/in_note}"));
    assert_eq!(column(&week, "links", "repo"), ["github.com/o/in_note", "github.com/o/in_text"]);
}

#[test]
fn braces_behind_a_backslash_count_as_in_bibtex_where_they_balance_and_not_where_they_do_not() {
    let title = |title: &str| format!("@misc{{k,\n  title = {title},\n  note = {{See https://github.com/o/n}},\n}}\n");
    for (written, read_as) in [
        (r"{The {\{O}}zbek way}", "zbek way"),
        (r"{Sets \{a, b\}}", "Sets"),
        (r"{The half-open \{0, 1)}", "half-open"),
        (r"{On C:\dir\}", "On C:"),
        (r"{A line \\}", "A line"),
        (r#""A quoted {"}brace{"} title""#, "brace"),
        (r#""A {\"o} and {{"}}""#, "A ö and"),
        (r"{A {C\#} \& \$ story}", "A C# & $ story"),
    ] {
        let starcite = run_of([title("{Before}"), title(written), title("{After}")].concat(), 0);
        let titles = starcite.of_week("papers", "title");
        assert_eq!((titles.len(), &titles[0][..], &titles[2][..]), (3, "Before", "After"), "{written}: {titles:?}");
        assert!(titles[1].contains(read_as), "{written}: {titles:?}");
        assert_eq!(starcite.of_week("papers", "comment").len(), 3, "{written}");
    }
}

#[test]
fn an_old_id_is_read_from_the_field_that_names_its_archive() {
    let bib = "@misc{a, title={A}, eprint={math.GT/0309136}, archivePrefix={arXiv}}\n@misc{b, title={B}, eprint={0309137}, archivePrefix={arXiv}, primaryClass={math.GT}}\n\
               @misc{c, title={C}, eprint={9901001}, archivePrefix={hep-th}}\n@misc{d, title={D}, url={https://arxiv.org/abs/cs.SE/0512090v1}}\n\
               @misc{e, title={E}, doi={10.48550/arXiv.math.GT/0309138}}\n@misc{f, title={F}, eprint={0309136}, eprinttype={pubmed}}\n";
    let starcite = run_of(bib, 0);
    let ids = starcite.of_week("papers", "arxiv_id");
    assert_eq!(ids, ["math/0309136", "math/0309137", "hep-th/9901001", "cs/0512090", "math/0309138", "null"]);
}

#[test]
fn a_doi_may_stand_in_the_address_alone() {
    let bib = "@misc{a, title={A}, url={https://doi.org/10.1000/A}}\n@misc{b, title={B}, doi={10.1000/b}, url={https://doi.org/10.1000/other}}\n\
               @misc{c, title={C}, url={https://example.org/10.1000/c}}\n";
    let with_more = "@misc{d, title={D}, url={https://doi.org/10.1000/d?download=true#sec2}}\n@misc{e, title={E}, url={https://dx.doi.org/10.1000%2Fe}}\n@misc{f, title={F}, url={10.1000/f}}\n";
    let read = run_of(format!("{bib}{with_more}"), 0).of_week("papers", "doi");
    assert_eq!(read, ["10.1000/a", "10.1000/b", "null", "10.1000/d", "10.1000/e", "null"]);
}

#[test]
fn files_that_were_joined_have_marks_of_utf_8_between_them() {
    let starcite = run_of("\u{feff}@misc{a, title={First}}\n\u{feff}@misc{b, title={Second}}\n\u{feff}\u{feff} @misc{c, title={Third}}", 0);
    assert_eq!(starcite.of_week("papers", "title"), ["First", "Second", "Third"]);
}

#[test]
fn one_brace_that_is_missing_costs_one_entry() {
    let bib = "@misc{a, title={First}}\n@misc{b, title={Broken, year={2020}\n}\n\n  @misc{c, title = {Third}}\n@misc{d, title={Fourth}} @misc{e, title={Fifth}}\n@misc{f, title={Cut";
    let starcite = run_of(bib, 3);
    assert_eq!(starcite.of_week("papers", "title"), ["First", "Third", "Fourth", "Fifth"]);
    let rejects = rows(&starcite.week("2026-W47"), "rejects");
    let told: Vec<(i64, i64)> = rejects.iter().map(|reject| (reject["record"].as_i64().unwrap(), reject["byte_offset"].as_i64().unwrap())).collect();
    assert_eq!(told, [(2, 24), (6, 140)]);
    assert_eq!(&bib[140..], "@misc{f, title={Cut");
    assert!(rejects.iter().all(|reject| reject["reason"] == "the entry does not end: a closing brace is missing"), "{rejects:?}");
}

#[test]
fn every_broken_entry_is_rejected_with_its_reason() {
    let broken: [(&[u8], &str); 6] = [
        (b"@misc{a, title {No equals sign}}", "no BibTeX: expected equals at byte 15 of the record"),
        (b"@misc{a, title = {T} year = 2020}", "no BibTeX: expected comma at byte 21 of the record"),
        (b"@misc{a, title = \"No end}", "no BibTeX: unexpected end of file at byte 25 of the record"),
        (b"@misc{a, title = {Caf\xe9}}", "invalid UTF-8 at byte 21 of the record: save the file as UTF-8"),
        (b"@misc{a, year = 2020}", "neither an arXiv id, a DOI nor a title"),
        (b"@string{a b}", "no BibTeX: expected equals at byte 10 of the record"),
    ];
    for (entry, reason) in broken {
        let starcite = run_of([entry, b"\n@misc{b, title={The next}}"].concat(), 3);
        assert_eq!(starcite.of_week("rejects", "reason"), [reason]);
        assert_eq!(starcite.of_week("papers", "title"), ["The next"]);
    }
}

#[test]
fn entries_without_a_key_in_parentheses_and_between_other_text_are_read() {
    let bib =
        "Some words, me@home{}.\n%@misc{x, title={Commented out}}\n@misc{\n  title = {No key}\n}\n@misc(k, title = {In (these)})\n@misc{,title={Empty key}}";
    assert_eq!(run_of(bib, 0).of_week("papers", "title"), ["No key", "In (these)", "Empty key"]);
}

#[test]
fn an_arxiv_id_is_found_wherever_people_put_it() {
    let fields = [
        "eprint = {2611.00001}",
        "eprint = {https://arxiv.org/abs/2611.00002}, eprinttype = {arxiv}",
        "doi = {10.48550/arXiv.2611.00003}",
        "journal = {arXiv preprint arXiv:2611.00004}",
        "journal = {CoRR}, volume = {abs/2611.00005}",
        "journal = {arXiv e-prints}, eid = {arXiv:2611.00006}",
        "url = {http://arxiv.org/pdf/2611.00007v1.pdf}",
        "number = {arXiv:hep-th/9901001}",
    ];
    let bib: String = fields.iter().map(|fields| format!("@article{{k, title = {{T}}, {fields}}}\n")).collect();
    let mut expected: Vec<String> = (1..8).map(|at| format!("2611.0000{at}")).collect();
    expected.push("hep-th/9901001".to_owned());
    assert_eq!(run_of(bib, 0).of_week("papers", "arxiv_id"), expected);
    let of_others =
        "@article{k, title = {A}, eprint = {2611.00001}, eprinttype = {jstor}}\n@article{k, title = {B}, pages = {2611.00001}, note = {see arXiv:2611.00002}}";
    assert_eq!(run_of(of_others, 0).of_week("papers", "arxiv_id"), ["null", "null"]);
}

#[test]
fn an_address_of_code_is_a_link_of_the_whole_field_and_other_addresses_are_none() {
    let bib =
        "@misc{a, title={A}, url={https://github.com/o/one}}\n@misc{b, title={B}, url={https://example.org/x}, howpublished={\\url{https://github.com/o/two}}}";
    let starcite = run_of(bib, 0);
    let told = ["repo", "field", "role", "role_rule"].map(|name| starcite.of_week("links", name));
    assert_eq!(told, [["github.com/o/two", "github.com/o/one"], ["comment", "url"], ["own", "own"], ["abstract_default", "source_field"]]);
}

#[test]
fn papers_of_two_files_with_the_same_keys_are_two_papers() {
    let starcite = Starcite::new();
    starcite.write_pipeline("bibtex", "path = \"bib\"");
    starcite.write("bib/one.bib", "@misc{smith2020, title={One}}\n@misc{both, title={The Same}}");
    starcite.write("bib/two.bib", "@misc{smith2020, title={Two}}\n@misc{both, title={The same}}");
    starcite.run(&["--offline"]).with_code(3);
    assert_eq!(starcite.of_week("papers", "title"), ["One", "The Same", "Two"]);
    assert!(starcite.of_week("rejects", "reason")[0].contains("an earlier record, which counts"), "{:?}", starcite.of_week("rejects", "reason"));
}

#[test]
fn macros_that_stand_for_themselves_or_for_too_much_do_no_harm() {
    let doubling: String = (1..40).map(|at| format!("@string{{s{at} = s{} # s{}}}\n", at - 1, at - 1)).collect();
    let bib = format!("@string{{s0 = {{ten bytes.}}}}\n{doubling}@string{{me = me}}\n@misc{{a, title = {{T}} # me # s2 # s39, author = unknown}}");
    let starcite = run_of(bib, 3);
    assert_eq!(starcite.of_week("papers", "title"), [format!("T{}", "ten bytes.".repeat(4))]);
    assert!(starcite.of_week("rejects", "reason")[0].contains("s13 stands for more text than is kept"), "{:?}", starcite.of_week("rejects", "reason"));
}

#[test]
fn braces_without_end_and_entries_without_measure_are_rejected() {
    let deep = format!("@misc{{a, title = {}{}}}\n", "{".repeat(5000), "}".repeat(5000));
    let long = format!("@misc{{b, title = {{{}}}}}\n", "x ".repeat(600 * 1024));
    let groups = format!("@misc{{c, title = {{{}}}}}\n", "{a}".repeat(100_000));
    let starcite = Starcite::new();
    starcite.write_pipeline("bibtex", "path = \"library.bib\"\n[input]\nmax_record_mib = 1");
    starcite.write("library.bib", format!("{deep}{long}{groups}@misc{{d, title={{The next}}}}"));
    starcite.run(&["--offline"]).with_code(3);
    assert_eq!(starcite.of_week("rejects", "reason"), ["braces in more than 64 braces", "longer than 1 MiB"]);
    assert_eq!(starcite.of_week("papers", "title")[1], "The next");
}

#[test]
fn what_was_read_before_a_file_breaks_off_counts() {
    let starcite = Starcite::new();
    starcite.write_pipeline("bibtex", "path = \"library.bib.zst\"");
    let [first, second] = ["@misc{a, title={First}}\n", "@misc{b, title={Second}}"].map(|entry| zstd::encode_all(entry.as_bytes(), 1).unwrap());
    starcite.write("library.bib.zst", [&first[..], &second[..second.len() - 4]].concat());
    starcite.run(&["--offline"]).with_code(3);
    assert_eq!(starcite.of_week("papers", "title"), ["First"]);
    assert!(starcite.of_week("rejects", "reason")[0].contains("cut off or damaged"), "{:?}", starcite.of_week("rejects", "reason"));
}

#[test]
fn it_is_a_filter_as_well() {
    let ended =
        Starcite::new().filter(&["extract", "--from", "bibtex", "--kinds", "repo"], "@misc{a, title={A}, howpublished={\\url{https://github.com/o/my\\_n}}}");
    assert_eq!(ended.with_code(0).rows()[0]["repo"], "github.com/o/my_n");
}
