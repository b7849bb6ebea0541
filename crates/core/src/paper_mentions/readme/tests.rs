//! Tests READMEs that name their own paper, and READMEs about others' papers.

use super::super::{PaperKey, Searchable};
use super::own;
use proptest::prelude::*;

/// Returns those of some arXiv ids that a README names as its own.
fn named<'a>(readme: &str, ids: &[&'a str]) -> Vec<&'a str> {
    let readme = Searchable::new("README.md", readme);
    ids.iter().filter(|id| readme.names(&PaperKey { arxiv_id: Some(id), ..PaperKey::default() }).is_some()).copied().collect()
}

const ALL: &[&str] = &["2101.00001", "2101.00002", "2101.00003"];
const FIRST: &[&str] = &["2101.00001"];
const NONE: &[&str] = &[];

fn entry(title: &str, id: &str) -> String {
    format!("```bibtex\n@misc{{key,\n  title = {{{title}}},\n  eprint = {{{id}}}\n}}\n```\n")
}

#[test]
fn the_heading_is_the_papers_title_and_not_a_piece_of_one() {
    let title = PaperKey { title: Some("Counting Very Small Sheep at Night"), ..PaperKey::default() };
    let names = |readme: &str| Searchable::new("README.md", readme).names(&title).is_some();
    for heading in [
        "# Counting Very Small Sheep at Night",
        "# [ICML 2026] Counting very small sheep at night\nMore.",
        "Counting Very Small Sheep at Night\n====\n",
        "<h1 align=\"center\">\n Counting Very Small Sheep<br>at Night\n</h1>\n",
        "# SheepNet: **Counting Very Small Sheep at Night** (ICML)",
        "# Code for Counting Very Small Sheep at Night",
    ] {
        assert!(names(heading), "{heading}");
    }
    for heading in [
        "# On Counting Very Small Sheep at Night",
        "# Counting Very Small Sheep at Night in Australia",
        "# Counting Very Small Sheep at Night: Another Way",
        "# Re-Counting Very Small Sheep at Night",
        "# Counting Very Small Sheep at Night - PyTorch",
        "# Sheep\nIt differs from Counting Very Small Sheep at Night.",
        "# Sheep\n```\n# Counting Very Small Sheep at Night\n```",
        "# Sheep\n<!--\n# Counting Very Small Sheep at Night\n-->",
    ] {
        assert!(!names(heading), "{heading}");
    }
}

#[test]
fn the_opening_says_which_paper_is_ours() {
    for readme in [
        "# Sheep\nCode of our paper [Sheep](https://arxiv.org/abs/2101.00001). It builds on [wool](https://arxiv.org/abs/2101.00002).",
        "# Sheep\n\nThis is the official PyTorch implementation of [Sheep](https://arxiv.org/abs/2101.00001), beside [wool](https://arxiv.org/abs/2101.00002)",
        "# Sheep\n\nThis repository has what our ICML 2026 paper used:\n\n> **Sheep**\n> https://arxiv.org/abs/2101.00001\n\nWool is from https://arxiv.org/abs/2101.00002",
        "# Sheep &mdash; Official implementation\n\n![](a.png)\n\n**Sheep**<br>\nhttps://arxiv.org/abs/2101.00001\n\nAs in https://arxiv.org/abs/2101.00002",
        "# Sheep\nSource code for \"Sheep\" (https://arxiv.org/abs/2101.00001)\n",
    ] {
        assert_eq!(named(readme, ALL), FIRST, "{readme}");
    }
    for readme in [
        "# Sheep\nIt builds on our previous paper (https://arxiv.org/abs/2101.00001).",
        "# Sheep\nThe official implementation of wool is [here](https://github.com/o/wool), see https://arxiv.org/abs/2101.00001",
        "# Sheep\nA toolbox.\n## News\nRead our paper https://arxiv.org/abs/2101.00001",
        "# Sheep\nIt counts as [others do](https://arxiv.org/abs/2101.00001).",
    ] {
        assert_eq!(named(readme, ALL), NONE, "{readme}");
    }
}

#[test]
fn a_badge_above_the_text_leads_to_the_paper_if_it_is_the_only_one() {
    let badge = |id: &str| format!("[![arXiv](https://img.shields.io/badge/arXiv-{id}-b31b1b.svg)](https://arxiv.org/abs/{id})");
    let page = "[[Paper]](https://arxiv.org/abs/2101.00001) | [[Demo]](https://example.org)";
    let archive = "[![DOI](https://zenodo.org/badge/DOI/10.5281/zenodo.1.svg)](https://doi.org/10.5281/zenodo.1)";
    assert_eq!(named(&format!("# Sheep\n{} {archive}\n\nIt counts.", badge(FIRST[0])), ALL), FIRST);
    assert_eq!(named(&format!("# Sheep\n\nIt counts.\n\n### {page}\n"), ALL), FIRST);
    let journal = "[![Journal](https://img.shields.io/badge/Journal-of_Sheep-blue)](https://doi.org/10.1000/own)";
    let doi = PaperKey { doi: Some("10.1000/own"), ..PaperKey::default() };
    for line in [&format!("{journal} {archive}"), "DOI: 10.1000/own"] {
        assert!(Searchable::new("README.md", &format!("# Sheep\n{line}\n\nIt counts.")).names(&doi).is_some(), "{line}");
    }
    assert_eq!(named(&format!("# Sheep\n{} {}\n\nIt counts.", badge(ALL[0]), badge(ALL[1])), ALL), NONE);
    assert_eq!(named(&format!("# Sheep\nBased upon previous work:\n\n{page}\n"), ALL), NONE);
    assert_eq!(named(&format!("# Sheep\nIt counts.\n## Models\n{page}\n"), ALL), NONE);
}

#[test]
fn what_a_readme_asks_to_cite_is_its_own_if_it_is_one() {
    let (first, second) = (entry("Sheep", ALL[0]), entry("Wool", ALL[1]));
    for readme in [
        format!("# Sheep\nIt counts.\n## Citation\n{first}"),
        format!("# Sheep\nIt counts.\n\nIf you use it, please cite:\n\n{first}\n## References\n{second}"),
        format!("# Sheep\nIt counts.\n## How to cite\nPlease cite our paper:\n{first}\nWe use wool, which has this paper:\n{second}"),
        format!("# Sheep\nIt counts.\n**BibTeX**\n\n{first}\nTo use wool, cite it too:\n\n{second}"),
        "# Sheep\nIt counts.\n## Citation\nDoe et al. (2026). Sheep. arXiv:2101.00001\n## Wool\narXiv:2101.00002".to_owned(),
    ] {
        assert_eq!(named(&readme, ALL), FIRST, "{readme}");
    }
    for readme in [
        format!("# Sheep\nIt counts.\n## References\n{first}"),
        format!("# Sheep\nIt counts.\n## Citation\n{first}{second}"),
        format!("# Sheep\nIt counts.\n## Data\nIf you use the data, cite the original paper:\n{first}"),
        format!("# Sheep\nIt counts.\n## Data\nIf you use the Sheep dataset, please cite:\n{}", entry("Sheep dataset: Many Sheep", ALL[0])),
        format!("# Farm\nIt counts.\n## Papers that cite Farm\n{first}"),
        "# Sheep\nIt counts.\n## Citation\narXiv:2101.00001 and arXiv:2101.00002".to_owned(),
    ] {
        assert_eq!(named(&readme, ALL), NONE, "{readme}");
    }
}

#[test]
fn of_several_entries_the_one_that_is_named_is_own() {
    let (first, second) = (entry("Sheep: Counting in Fields", ALL[0]), entry("Wool: Counting in Shops", ALL[1]));
    assert_eq!(named(&format!("# Sheep\nIt counts.\n## Citation\n{first}{second}"), ALL), FIRST);
    assert_eq!(named(&format!("# Farm\nIt counts.\n## Citing Sheep\n{second}{first}"), ALL), FIRST);
    assert_eq!(named(&format!("# Farm\nIt counts.\n## Citation\n{first}{second}"), ALL), NONE);
    let many: String = (0..62).map(|i| entry(&format!("Sheep: Part {i}"), &format!("2101.{i:05}"))).collect();
    assert_eq!(named(&format!("# Sheep\nIt counts.\n## Citations\n{many}"), ALL), NONE, "a list of many");
}

#[test]
fn who_implements_anothers_paper_has_none() {
    let (cited, badge) = (entry("Sheep: Counting in Fields", ALL[0]), "[Paper](https://arxiv.org/abs/2101.00001)");
    for opening in [
        "# Sheep - Pytorch\nIt counts.",
        "# sheep-pytorch\nIt counts.",
        "# Sheep\nImplementation of <a href=\"https://arxiv.org/abs/2101.00001\">Sheep</a>, in Pytorch",
        "# Sheep\nAn unofficial implementation of the paper.",
        "# Sheep\nA re-implementation in JAX.",
        "# Awesome Sheep\nA curated list.",
    ] {
        assert_eq!(named(&format!("{opening}\n\n{badge}\n\n## Citations\n{cited}"), ALL), NONE, "{opening}");
    }
    let ours = format!("# Sheep\nA PyTorch implementation of Sheep.\n## Citation\nPlease cite our paper:\n{cited}");
    assert_eq!(named(&ours, ALL), FIRST, "its authors say so");
}

#[test]
fn an_entry_whose_braces_do_not_close_ends_at_the_next() {
    let broken = "@misc{a,\n title = {Sheep: {Counting},\n eprint = {2101.00001}\n";
    assert_eq!(named(&format!("# Farm\nIt counts.\n## Citation\n```\n{broken}```\n## Other\narXiv:2101.00002"), ALL), FIRST);
    let next = entry("Wool: Counting in Shops", ALL[1]);
    assert_eq!(named(&format!("# Wool\nIt counts.\n## Citation\n```\n{broken}```\n{next}"), ALL), ["2101.00002"]);
}

#[test]
fn long_readmes_are_read_to_their_end_and_name_no_paper() {
    // Going back to the start for each unit would take minutes.
    let units = [
        "<!--\n",
        "[",
        "](",
        "[a](",
        "<a ",
        "@misc{a,\n",
        "@a{{\n",
        "```\n",
        "# a\n",
        "a\n===\n",
        "our ",
        "cite\n\n",
        ". ",
        "\"",
        "# cite\n@misc{a}\n\n",
        "official code of ",
        "title=",
        "10.1/",
        "- ",
        "# news\n[[[[[[[[[[ arXiv:2101.00002 \n",
        "- [paper out](https://arxiv.org/abs/2101.00002)\n",
        "<h1>\n",
    ];
    for unit in units {
        let text = unit.repeat(100_000 / unit.len());
        let key = PaperKey { arxiv_id: Some("2101.00001"), title: Some("our our our our our our our"), ..PaperKey::default() };
        assert_eq!(Searchable::new("README.md", &text).names(&key), None, "{unit:?}");
    }
}

/// Pieces of READMEs, whole and broken.
const PIECES: &[&str] = &[
    "# Sheep\n",
    "## Citation\n",
    "our paper ",
    "please cite ",
    "```\n",
    "@misc{a, title={é: b}, eprint={2101.00001}}\n",
    "@misc{a, title={{",
    "\n\n",
    "<h1>",
    "<!--",
    "-->",
    "[![a](b)](c)",
    "é",
    "> ",
    "====\n",
    "official code of ",
    "https://arxiv.org/abs/2101.00001",
    "10.1000/é",
    "}",
    "\"",
    "\r\n",
    "<a href=",
];

proptest! {
    #[test]
    fn any_text_has_parts_within_it(text in "[ -~\n\té#`@{}<>!\\[\\]()-]{0,300}") {
        prop_assert!(own(&text).into_iter().all(|place| text.get(place).is_some()));
    }

    #[test]
    fn any_pieces_of_a_readme_have_parts_within_them(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        prop_assert!(own(&text).into_iter().all(|place| text.get(place).is_some()));
        let searchable = Searchable::new("README.md", &text);
        let key = PaperKey { arxiv_id: Some("2101.00001"), title: Some("é: b and more words of a title"), ..PaperKey::default() };
        prop_assert!(searchable.names(&key).is_none_or(|naming| text.get(naming.start..naming.end).is_some()));
    }
}
