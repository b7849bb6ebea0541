//! Measures how fast links are found, compared with a user's alternatives, and on hostile input. `just bench` runs it.

#![expect(clippy::print_stderr, reason = "figures for who runs it")]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use starcite_core::extract::{Extractor, LinkKind, Mention};
use starcite_core::{Field, Paper, citation};
use std::io::BufRead;
use std::sync::LazyLock;

fn main() {
    if std::env::args().any(|arg| arg == "--bench") {
        tell_what_is_found();
    }
    divan::main();
}

/// Prints the number of links that each method finds in the abstracts, because a fast search that misses links is not comparable.
fn tell_what_is_found() {
    let (all, repositories) = (Extractor::default(), Extractor::of(Some([LinkKind::Repo].into())));
    let (pattern, finder) = (obvious_pattern(), finder_without_scheme());
    let [mut repos, mut obvious, mut links, mut promises, mut linkified, mut alike] = [0; 6];
    for text in ABSTRACTS.iter() {
        let mut found = Vec::new();
        repos += mentions(&repositories, text, &mut found);
        obvious += pattern.find_iter(text).count();
        mentions(&all, text, &mut found);
        let (announced, linked): (Vec<_>, Vec<_>) = found.into_iter().partition(|mention| mention.kind == LinkKind::Promise);
        (links, promises) = (links + linked.len(), promises + announced.len());
        for link in finder.links(text) {
            linkified += 1;
            alike += usize::from(linked.iter().any(|mention| mention.start < Some(link.end()) && mention.end > Some(link.start())));
        }
    }
    eprintln!("repositories: {repos} by starcite, {obvious} by the obvious pattern");
    eprintln!("links: {links} by starcite, besides {promises} promises; {linkified} by linkify, of which starcite has {alike}");
}

fn obvious_pattern() -> regex::Regex {
    regex::Regex::new(r"(?i)github\.com/[\w.-]+/[\w.-]+").expect("a pattern")
}

fn finder_without_scheme() -> linkify::LinkFinder {
    let mut finder = linkify::LinkFinder::new();
    finder.kinds(&[linkify::LinkKind::Url]).url_must_have_scheme(false);
    finder
}

/// Abstracts of the shared snapshot; empty if it is missing.
static ABSTRACTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/arxiv_snapshot_32k.jsonl.zst");
    let Ok(file) = std::fs::File::open(path) else {
        eprintln!("{path} is not there: nothing to measure real text with");
        return Vec::new();
    };
    let lines = std::io::BufReader::new(zstd::Decoder::new(file).expect("a zstd file")).lines();
    lines
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("a record");
            record["abstract"].as_str().expect("an abstract").to_owned()
        })
        .collect()
});

/// Runs `find` over all abstracts on one thread; `find` returns the number of its matches.
fn over_abstracts(bencher: Bencher, mut find: impl FnMut(&'static str) -> usize) {
    let bytes: usize = ABSTRACTS.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| ABSTRACTS.iter().map(|text| find(black_box(text))).sum::<usize>());
}

fn mentions<'t>(extractor: &Extractor, text: &'t str, mentions: &mut Vec<Mention<'t>>) -> usize {
    mentions.clear();
    extractor.text(Field::Abstract, text, mentions);
    mentions.len()
}

mod abstracts {
    use super::*;

    /// Measures the lower bound: a search for the text that every link to GitHub contains, in its usual case.
    #[divan::bench]
    fn a_memmem_github(bencher: Bencher) {
        let finder = memchr::memmem::Finder::new("github");
        over_abstracts(bencher, |text| finder.find_iter(text.as_bytes()).count());
    }

    #[divan::bench]
    fn b_starcite_repositories(bencher: Bencher) {
        let extractor = Extractor::of(Some([LinkKind::Repo].into()));
        let mut found = Vec::new();
        over_abstracts(bencher, |text| mentions(&extractor, text, &mut found));
    }

    #[divan::bench]
    fn c_regex_obvious_pattern(bencher: Bencher) {
        let pattern = obvious_pattern();
        over_abstracts(bencher, |text| pattern.find_iter(text).count());
    }

    #[divan::bench]
    fn d_starcite_all_kinds(bencher: Bencher) {
        let extractor = Extractor::default();
        let mut found = Vec::new();
        over_abstracts(bencher, |text| mentions(&extractor, text, &mut found));
    }

    #[divan::bench]
    fn e_linkify_without_scheme(bencher: Bencher) {
        let finder = finder_without_scheme();
        over_abstracts(bencher, |text| finder.links(text).count());
    }

    /// Includes each link's evidence: its sentence and role, grouped by target.
    #[divan::bench]
    fn f_starcite_links_with_evidence(bencher: Bencher) {
        let extractor = Extractor::default();
        let papers: Vec<Paper> = ABSTRACTS.iter().map(|text| Paper { abstract_text: Some(text.clone()), ..Paper::default() }).collect();
        let bytes: usize = ABSTRACTS.iter().map(String::len).sum();
        bencher.counter(BytesCount::new(bytes)).bench_local(|| papers.iter().map(|paper| extractor.links(black_box(paper)).len()).sum::<usize>());
    }

    #[divan::bench]
    fn g_starcite_citations(bencher: Bencher) {
        over_abstracts(bencher, |text| citation::in_text(Field::Abstract, text).len());
    }
}

/// Hostile input: time must grow with its size, not with its square.
mod adversarial {
    use super::*;

    const PIECES: &[(&str, &str)] = &[
        ("schemes", "https://"),
        ("parentheses", "("),
        ("hosts", "github.com/"),
        ("combining characters", "e\u{301}\u{302}"),
        ("slashes", "/"),
        ("full stops", "a."),
        ("pages", "x.github.io"),
        ("blanks in links", "github.com/a- "),
        ("promises", "code will be released "),
        ("identifiers", "arXiv:2004.11967, "),
    ];

    fn text(piece: &str, bytes: usize) -> String {
        piece.repeat(bytes / piece.len())
    }

    fn run(bencher: Bencher, name: &str, bytes: usize) {
        let extractor = Extractor::default();
        let piece = PIECES.iter().find(|(known, _)| *known == name).map_or("", |(_, piece)| piece);
        let text = text(piece, bytes);
        bencher
            .counter(BytesCount::new(text.len()))
            .bench(|| mentions(&extractor, black_box(&text), &mut Vec::new()) + citation::in_text(Field::Abstract, black_box(&text)).len());
    }

    #[divan::bench(args = PIECES.iter().map(|(name, _)| *name))]
    fn quarter_megabyte(bencher: Bencher, name: &str) {
        run(bencher, name, 250_000);
    }

    #[divan::bench(args = PIECES.iter().map(|(name, _)| *name))]
    fn one_megabyte(bencher: Bencher, name: &str) {
        run(bencher, name, 1_000_000);
    }
}
