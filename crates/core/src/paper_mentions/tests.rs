//! Tests files that name a paper, and files that only seem to.

use super::*;
use proptest::prelude::*;

fn how(text: &str, paper: PaperKey<'_>) -> Option<MatchedBy> {
    Searchable::within(text, std::iter::once(0..text.len()).collect()).names(&paper).map(|naming| naming.how)
}

fn arxiv(id: &str) -> PaperKey<'_> {
    PaperKey { arxiv_id: Some(id), ..PaperKey::default() }
}

#[test]
fn an_old_arxiv_id_is_known_with_its_class_and_without() {
    let named = |text: &str, id: &str| {
        let searchable = Searchable::within(text, std::iter::once(0..text.len()).collect());
        searchable.names(&arxiv(id)).map(|naming| searchable.matched(&naming).to_owned())
    };
    for (text, id) in [
        ("Code of our paper https://arxiv.org/abs/math.GT/0309136v2.", "math/0309136"),
        ("Code of our paper https://arxiv.org/abs/math/0309136", "math.GT/0309136"),
        ("Code of our paper arXiv:cond-mat.supr-con/0309136", "cond-mat/0309136"),
    ] {
        let found = named(text, id).unwrap();
        assert!(found.ends_with("/0309136") && !found.starts_with('/') && !found.contains("arxiv"), "{text}: {found}");
    }
    for text in ["Code of our paper https://arxiv.org/abs/hep-th/0309136", "Code of our paper arXiv:math/03091367", "Code of our paper x.math/0309136"] {
        assert_eq!(named(text, "math/0309136"), None, "{text}");
    }
}

#[test]
fn an_arxiv_id_is_known_by_the_words_before_it() {
    for text in [
        "https://arxiv.org/abs/2101.00001v3",
        "[pdf](http://arxiv.org/pdf/2101.00001.pdf)",
        "![](https://img.shields.io/badge/arXiv-2101.00001-b31b1b.svg)",
        "eprint        = {2101.00001},",
        "journal={arXiv preprint arXiv:2101.00001}",
        "https://huggingface.co/papers/2101.00001",
        "https://doi.org/10.48550/arXiv.2101.00001",
    ] {
        assert_eq!(how(text, arxiv("2101.00001")), Some(MatchedBy::ArxivId), "{text}");
    }
    assert_eq!(how("see arXiv:hep-th/9901001", arxiv("hep-th/9901001")), Some(MatchedBy::ArxivId));
    let by_doi = PaperKey { doi: Some("10.48550/arXiv.2101.00001"), ..PaperKey::default() };
    assert_eq!(how("arxiv.org/abs/2101.00001", by_doi), Some(MatchedBy::ArxivId), "arXiv's DOI is its id");
}

#[test]
fn digits_that_only_look_like_the_id_are_none() {
    for text in ["doi.org/10.1145/3642101.00001", "10.1145/2101.00001", "arxiv.org/abs/2101.000012", "arxiv.org/abs/12101.00001", "version 2101.00001"] {
        assert_eq!(how(text, arxiv("2101.00001")), None, "{text}");
    }
}

#[test]
fn a_doi_is_known_in_any_case_and_as_part_of_a_badge() {
    let paper = PaperKey { doi: Some("10.1000/Ab.12"), ..PaperKey::default() };
    for text in ["doi: 10.1000/ab.12", "https://doi.org/10.1000/AB.12.", "badge/DOI-10.1000%2Fab.12-blue"] {
        assert_eq!(how(text, paper), Some(MatchedBy::Doi), "{text}");
    }
    for text in ["10.1000/ab.123", "10.1000/ab.12.s001", "110.1000/ab.12"] {
        assert_eq!(how(text, paper), None, "{text}");
    }
}

#[test]
fn a_title_is_known_through_markup_accents_and_line_breaks() {
    let paper = PaperKey { title: Some("Schrödinger's Hats: A Study of Multi-Head Knitting"), ..PaperKey::default() };
    for text in [
        "# Schrödinger's Hats: A Study of Multi-Head Knitting",
        "title = {Schr{\\\"o}dinger's {Hats}: {A} Study of\n  Multi-head Knitting},",
        "<b>Schrodinger’s Hats</b><br>a study of multihead knitting (2026)",
        "official code of *\\textit{Schrödinger's Hats: A Study of Multi-Head Knitting}*",
    ] {
        assert_eq!(how(text, paper), Some(MatchedBy::Title), "{text}");
    }
    assert_eq!(how("Schrödinger's Hats: A Study of Multi-Head Knittings", paper), None, "whole words only");
    let short = PaperKey { title: Some("Attention and Memory"), ..PaperKey::default() };
    assert_eq!(how("# Attention and Memory", short), None, "too short to be one paper's alone");
}

proptest! {
    #[test]
    fn any_text_can_be_searched_and_a_match_is_a_span_of_it(before in ".{0,80}", after in ".{0,80}") {
        let title = "A Study of Unlikely Words in Ordinary Places";
        let text = format!("{before}\n{title}\n{after}");
        let searchable = Searchable::new("README.md", &text);
        let paper = PaperKey { title: Some(title), arxiv_id: Some(&after), doi: Some(&before) };
        if let Some(naming) = searchable.names(&paper) {
            prop_assert!(text.get(naming.start..naming.end).is_some());
        }
    }
}

fn cited(text: &str) -> Vec<String> {
    papers_in([("README.md", text)]).into_iter().map(|paper| paper.cited).collect()
}

#[test]
fn papers_are_found_in_badges_bibtex_addresses_and_yaml() {
    for text in [
        "![](https://img.shields.io/badge/arXiv-2101.00001-b31b1b.svg)",
        "  eprint        = {2101.00001},",
        "eprint={2101.00001}",
        "arxiv: 2101.00001",
        "- value: \"arXiv:2101.00001\"",
        "[Paper](https://arxiv.org/pdf/2101.00001v2.pdf)",
        "https://doi.org/10.48550/arXiv.2101.00001",
    ] {
        assert_eq!(cited(text), ["arxiv:2101.00001"], "{text}");
    }
    for text in [
        "doi: 10.1162/qss_a_00167\n",
        "<a href='https://doi.org/10.1162/qss_a_00167'>",
        "[DOI](https://doi.org/10.1162/qss_a_00167)",
        "https://direct.example/10.1162/qss_a_00167.pdf",
        "https://direct.example/doi/10.1162/qss_a_00167?x=1#abstract",
        "doi = {10.1162/qss\\_a\\_00167},",
    ] {
        assert_eq!(cited(text), ["doi:10.1162/qss_a_00167"], "{text}");
    }
    assert_eq!(cited("https://zenodo.org/badge/DOI/10.5281/zenodo.123.svg"), ["doi:10.5281/zenodo.123"]);
}

#[test]
fn numbers_that_name_no_paper_are_none() {
    for text in ["version 2101.00001", "torch==2101.00001", "myarxiv-2101.00001", "arXiv, see chapter four, 2101.00001", "PDF 2101.00001"] {
        assert_eq!(cited(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_paper_named_in_several_files_stands_where_it_is_named_first() {
    let papers = papers_in([("CITATION.cff", "url: arxiv.org/abs/2101.00001"), ("README.md", "arXiv:2101.00001 and doi:10.1000/é")]);
    assert_eq!(papers.len(), 1, "{papers:?}");
    assert_eq!((papers[0].file.as_str(), papers[0].raw.as_str()), ("CITATION.cff", "arxiv.org/abs/2101.00001"));
}

#[test]
fn archives_are_known_by_badges_and_identifiers() {
    let hash = "94a9ed024d3859793618152ea559a168bbcbb5e2";
    let text = format!(
        "img.shields.io/badge/DOI-10.5281%2FZenodo.42-blue https://doi.org/10.5281/zenodo.7.
         https://archive.softwareheritage.org/swh:1:dir:{hash};origin=https://github.com/o/n swh:1:rev:{hash} swh:1:xyz:{hash} swh:1:rev:abc zenodo.org/badge/latestdoi/99"
    );
    let expected = ["doi:10.5281/zenodo.42".to_owned(), "doi:10.5281/zenodo.7".to_owned(), format!("swh:1:dir:{hash}"), format!("swh:1:rev:{hash}")];
    assert_eq!(archive_ids(&text), expected);
}

#[test]
fn a_citation_file_says_how_the_software_is_cited_and_not_how_its_paper_is() {
    let file = CitationFile::parse(
        "CITATION.cff",
        "\u{feff}cff-version: 1.2.0\r\nmessage: cite it\r\ntitle: >-\r\n  A tool:\r\n  in two lines\r\nversion: 1.10\r\ndate-released: 2021-08-18\r\nlicense: [MIT, Apache-2.0]\r\n\
         authors:\r\n  - family-names: Last\r\n    given-names: First\r\n    name-particle: von\r\n    name-suffix: Jr\r\n  - name: The A Team\r\n  - alias: jdoe\r\n\
         identifiers:\r\n  - type: other\r\n    value: 10.1000/other\r\n  - type: doi\r\n    value: 10.5281/Zenodo.7\r\npreferred-citation:\r\n  title: A paper\r\n  doi: 10.1000/paper\r\n",
    );
    let expected = CitationFile {
        title: Some("A tool: in two lines".into()),
        authors: Some(vec!["von Last, Jr, First".into(), "The A Team".into(), "jdoe".into()]),
        version: Some("1.10".into()),
        doi: Some("10.5281/zenodo.7".into()),
        date_released: "2021-08-18".parse().ok(),
        license: Some("MIT OR Apache-2.0".into()),
    };
    assert_eq!(file, expected);
    assert_eq!(CitationFile::parse("CITATION.cff", "preferred-citation: {doi: 10.1000/paper, title: A paper}"), CitationFile::default());
}

#[test]
fn what_a_citation_file_does_not_say_readably_is_unknown() {
    let file = CitationFile::parse("CITATION.cff", "title: [a, list]\nauthors: Jane Doe\nversion: 2\ndoi: PLACEHOLDER\ndate-released: 2020-10\nlicense: null");
    assert_eq!(file, CitationFile { version: Some("2".into()), ..CitationFile::default() });
    for text in ["", "\u{feff}", "just a text", "- a\n- list", "\t", "{", "&a", "*a", "%", "\0"] {
        assert_eq!(CitationFile::parse("CITATION.cff", text), CitationFile::default(), "{text:?}");
    }
    assert_eq!(CitationFile::parse("CITATION.cff", "version: 1\nversion: 2").version.as_deref(), Some("2"), "as other readers take it");
}

#[test]
fn of_a_damaged_citation_file_what_stands_whole_before_the_damage_counts() {
    let file = CitationFile::parse("CITATION.cff", "version: 1.2\ntitle: \"A \"quoted\" tool\"\nlicense: MIT\n");
    assert_eq!(file, CitationFile { version: Some("1.2".into()), ..CitationFile::default() });
    let file = CitationFile::parse("CITATION.cff", "title: A tool\nversion: 1.2\nauthors:\n  - family-names: Doe\n\tgiven-names: Jane\n");
    assert_eq!((file.title.as_deref(), file.authors), (Some("A tool"), None));
}

#[test]
fn aliases_are_followed_and_a_bomb_of_them_is_not_unpacked() {
    let file = CitationFile::parse("CITATION.cff", "preferred-citation:\n  authors: &us\n    - name: We\nauthors: *us\n");
    assert_eq!(file.authors.unwrap(), ["We"]);
    let bomb: String = (1..64).map(|i| format!("a{i}: &a{i} [*a{0},*a{0},*a{0},*a{0},*a{0},*a{0},*a{0},*a{0}]\n", i - 1)).collect();
    let file = CitationFile::parse("CITATION.cff", &format!("a0: &a0 [x]\n{bomb}authors: *a63\nversion: 3\n"));
    assert_eq!((file.version.as_deref(), file.authors), (Some("3"), None));
}

#[test]
fn deep_and_endless_files_end() {
    for unit in ["[", "{", "- ", "? ", "a: ", "{---", "*", "&a ", "\"", "'", "|\n", "---\n", "a:\n ", "{a: ", "...", "%\n", "!!", "<<: "] {
        CitationFile::parse("CITATION.cff", &unit.repeat(100_000 / unit.len()));
    }
}

const CODEMETA: &str = r#"{
	"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode", "name": "Sheep \ud83d\udc11 counter",
	"author": [{"givenName": "Jane", "familyName": "Doe"}, {"@type": "Organization", "name": "The A Team"}],
	"version": "1.10", "identifier": {"propertyID": "DOI", "value": "https://doi.org/10.5281/zenodo.7"}, "datePublished": "2026-01-31",
	"license": "https://spdx.org/licenses/MIT", "citation": "https://doi.org/10.1000/cited",
	"referencePublication": [{"@type": "ScholarlyArticle", "name": "Counting Very Small Sheep at Night", "@id": "https://doi.org/10.1000/own"}, "https://arxiv.org/abs/2101.00001"]
}"#;

const ZENODO: &str = r#"{"title": "Sheep counter", "creators": [{"name": "Doe, Jane", "orcid": "0000"}], "license": {"id": "mit"}, "version": "1.10",
    "publication_date": "2026-01-31", "related_identifiers": [
        {"relation": "cites", "identifier": "10.1000/cited"},
        {"relation": "isSupplementTo", "identifier": "arXiv:2101.00001", "resource_type": "publication-article"},
        {"relation": "isDescribedBy", "identifier": "10.1000/own"}]}"#;

#[test]
fn codemeta_and_zenodo_say_how_the_software_is_cited() {
    let file = CitationFile::parse("codemeta.json", CODEMETA);
    let expected = CitationFile {
        title: Some("Sheep \u{fffd}\u{fffd} counter".into()),
        authors: Some(vec!["Doe, Jane".into(), "The A Team".into()]),
        version: Some("1.10".into()),
        doi: Some("10.5281/zenodo.7".into()),
        date_released: "2026-01-31".parse().ok(),
        license: Some("MIT".into()),
    };
    assert_eq!(file, expected);
    let file = CitationFile::parse(".zenodo.json", ZENODO);
    assert_eq!(file, CitationFile { title: Some("Sheep counter".into()), authors: Some(vec!["Doe, Jane".into()]), doi: None, ..expected.clone() });
    assert_eq!(
        CitationFile { title: Some("Another".into()), ..CitationFile::default() }.or(expected.clone()),
        CitationFile { title: Some("Another".into()), ..expected }
    );
    for text in ["[]", "{", "null", "\"", "{\"name\": 1", "[[[[[[[["] {
        CitationFile::parse("codemeta.json", text);
    }
}

/// Returns the identifiers that a file names as its own, of an arXiv id, two DOIs and a title.
fn own(name: &str, text: &str) -> Vec<MatchedBy> {
    let keys = [
        arxiv("2101.00001"),
        PaperKey { doi: Some("10.1000/own"), ..PaperKey::default() },
        PaperKey { doi: Some("10.1000/cited"), ..PaperKey::default() },
        PaperKey { title: Some("Counting very small sheep at night"), ..PaperKey::default() },
    ];
    let file = Searchable::new(name, text);
    keys.iter().filter_map(|key| file.names(key)).map(|naming| naming.how).collect()
}

#[test]
fn metadata_names_its_own_papers_and_not_those_that_it_cites() {
    assert_eq!(own("codemeta.json", CODEMETA), [MatchedBy::ArxivId, MatchedBy::Doi, MatchedBy::Title]);
    assert_eq!(own(".zenodo.json", ZENODO), [MatchedBy::ArxivId, MatchedBy::Doi]);
    let cff = "title: é\r\npreferred-citation:\r\n  title: >-\r\n    Counting very small\r\n    sheep at night\r\n  doi: 10.1000/own\r\n  identifiers:\r\n  - {type: other, value: 'arXiv:2101.00001'}\r\n\
               references:\r\n- {type: article, doi: 10.1000/cited}\r\nabstract: as in 10.1000/cited\r\n";
    assert_eq!(own("Citation.CFF", cff), [MatchedBy::ArxivId, MatchedBy::Doi, MatchedBy::Title]);
    assert_eq!(
        own("CITATION.cff", "title: 'Counting Very Small Sheep at Night'\ndoi: 10.1000/own\n"),
        [MatchedBy::Doi, MatchedBy::Title],
        "authors had only that to fill in"
    );
    assert_eq!(own("CITATION.cff", "doi: 10.1000/own\ntitle: \"A \"quoted\" tool\"\n"), [MatchedBy::Doi], "what stands before the damage counts");
    assert_eq!(own("NOTES.md", "# Counting Very Small Sheep at Night\n10.1000/own"), [], "a file that is not known to say such things");
}

#[test]
fn a_match_in_metadata_is_the_very_place() {
    let text = "\u{feff}title: \"é ü\"\npreferred-citation: {doi: 'https://doi.org/10.1000/own'}\n";
    let file = Searchable::new("CITATION.cff", text);
    let naming = file.names(&PaperKey { doi: Some("10.1000/OWN"), ..PaperKey::default() }).unwrap();
    assert_eq!((file.matched(&naming), &text[naming.start..naming.end]), ("10.1000/own", "10.1000/own"));
}

#[test]
fn bombs_and_deep_files_name_what_stands_before_them() {
    let bomb: String = (1..64).map(|i| format!("a{i}: &a{i} [*a{0},*a{0},*a{0},*a{0},*a{0},*a{0},*a{0},*a{0}]\n", i - 1)).collect();
    assert_eq!(own("CITATION.cff", &format!("doi: 10.1000/own\na0: &a0 [x]\n{bomb}identifiers: *a63\npreferred-citation: *a63\n")), [MatchedBy::Doi]);
    let deep = format!("{{\n\"title\": \"Counting Very Small Sheep at Night\",\n\"version\": \"1\",\n\"related_identifiers\": {}", "[".repeat(100_000));
    assert_eq!(own(".zenodo.json", &deep), [MatchedBy::Title]);
    let deep = format!("{{\n\"name\": \"Counting Very Small Sheep at Night\",\n\"version\": \"1\",\n\"referencePublication\": {}", "{\"@id\":".repeat(20_000));
    assert_eq!(own("codemeta.json", &deep), [MatchedBy::Title]);
}

/// Reads files of real repositories, if they are present; one is damaged.
#[test]
fn real_citation_files_are_read() {
    let Some(folder) = needs::shared("data/sources/cff") else { return };
    for path in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let file = CitationFile::parse("CITATION.cff", &std::fs::read_to_string(&path).unwrap());
        assert!(file.title.is_some() && file.authors.is_some(), "{}: {file:?}", path.display());
    }
}

/// A citation file, in lines.
const CFF: &[&str] = &[
    "cff-version: 1.2.0",
    "title: \"A: tool\"",
    "authors: &a",
    "  - family-names: Doe",
    "    given-names: 'J'",
    "doi: 10.1000/a",
    "x: *a",
    "y: {a: [b, c]}",
    "z: >-",
    "  folded",
];

proptest! {
    #[test]
    fn any_text_can_be_read_for_citations_papers_and_archives(text in "[ -~\n\té:{}\\[\\]&*#?|>'\"%!-]{0,200}") {
        for name in ["CITATION.cff", "codemeta.json", ".zenodo.json"] {
            CitationFile::parse(name, &text);
            own(name, &text);
        }
        archive_ids(&text);
        for paper in papers_in([("README.md", text.as_str())]) {
            prop_assert_eq!(text.get(paper.start..paper.end), Some(paper.raw.as_str()));
        }
    }

    #[test]
    fn metadata_damaged_anywhere_can_be_read(at in 0usize..600, drop in 0usize..4, put in "[\\[\\]{}:&*#?|>'\"%!\t\n \\\\ué-]{0,4}") {
        for (name, text) in [("codemeta.json", CODEMETA), (".zenodo.json", ZENODO)] {
            let mut text: Vec<char> = text.chars().collect();
            let at = at.min(text.len());
            let end = (at + drop).min(text.len());
            text.splice(at..end, put.chars());
            let text: String = text.into_iter().collect();
            prop_assert!(CitationFile::parse(name, &text).doi.is_none_or(|doi| doi.starts_with("10.")));
            prop_assert!(super::statements::places(name, &text).into_iter().all(|place| text.get(place).is_some()));
        }
    }

    #[test]
    fn a_citation_file_damaged_anywhere_can_be_read(at in 0usize..160, drop in 0usize..4, put in "[\\[\\]{}:&*#?|>'\"%!\t\n -]{0,4}") {
        let mut text: Vec<char> = CFF.join("\n").chars().collect();
        let at = at.min(text.len());
        let end = (at + drop).min(text.len());
        text.splice(at..end, put.chars());
        let file = CitationFile::parse("CITATION.cff", &text.into_iter().collect::<String>());
        prop_assert!(file.doi.is_none_or(|doi| doi.starts_with("10.1000/")));
    }
}
