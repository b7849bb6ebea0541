//! Files that name a paper, and files that only seem to.

use super::*;
use proptest::prelude::*;

fn how(text: &str, paper: PaperKey<'_>) -> Option<How> {
    Searchable::new(text).names(&paper).map(|naming| naming.how)
}

fn arxiv(id: &str) -> PaperKey<'_> {
    PaperKey { arxiv_id: Some(id), ..PaperKey::default() }
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
        assert_eq!(how(text, arxiv("2101.00001")), Some(How::ArxivId), "{text}");
    }
    assert_eq!(how("see arXiv:hep-th/9901001", arxiv("hep-th/9901001")), Some(How::ArxivId));
    let by_doi = PaperKey { doi: Some("10.48550/arXiv.2101.00001"), ..PaperKey::default() };
    assert_eq!(how("arxiv.org/abs/2101.00001", by_doi), Some(How::ArxivId), "arXiv's DOI is its id");
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
        assert_eq!(how(text, paper), Some(How::Doi), "{text}");
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
        assert_eq!(how(text, paper), Some(How::Title), "{text}");
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
        let searchable = Searchable::new(&text);
        let paper = PaperKey { title: Some(title), arxiv_id: Some(&after), doi: Some(&before) };
        if let Some(naming) = searchable.names(&paper) {
            prop_assert!(text.get(naming.start..naming.end).is_some());
        }
    }
}
