//! Measures hostile texts, each as a paper of 256 KB and of a megabyte: prints the growth of the slowest times, and their throughput in bytes a second.
//!
//! `just hostile` runs it. Linear time grows by a factor of four, quadratic time by sixteen.

#![expect(clippy::print_stdout, reason = "what it measures is for people")]

use starcite_core::{Extractor, Paper, citation};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Pieces of the texts: each alone, and each before each other one.
const PIECES: [&str; 32] = [
    "https://",
    "http:",
    "www.",
    "github.com/",
    "gitlab.com/a/b/-/tree/",
    "x.github.io",
    "huggingface.co/",
    "doi.org/10.5281/zenodo.",
    "arXiv:2004.11967, ",
    "10.1000/",
    "swh:1:dir:",
    "git@github.com:",
    "/",
    "//",
    ".",
    "a.",
    "(",
    "[](",
    "{\\url{",
    "<a href=\"",
    "\"",
    "&amp;",
    "%2F",
    "\\_",
    "-\n",
    "_ ",
    "e\u{301}\u{302}",
    "\u{2010}",
    "\u{200b}",
    "code will be released ",
    "our code is available at ",
    "see [1, 2] ",
];
const SMALL: usize = 256 * 1024;
const TIMES: usize = 4;

fn paper(pattern: &str, bytes: usize) -> Paper {
    let text = pattern.repeat(bytes.div_ceil(pattern.len()));
    Paper { paper_id: "t:1".to_owned(), title: Some(text[..text.floor_char_boundary(2_000)].to_owned()), abstract_text: Some(text), ..Paper::default() }
}

/// Returns the shortest of three times.
fn time(extractor: &Extractor, pattern: &str, bytes: usize) -> Duration {
    let paper = paper(pattern, bytes);
    let once = || {
        let begun = Instant::now();
        let mut read = paper.clone();
        read.normalise();
        black_box(extractor.links(&read).len() + citation::of_paper(&read).len());
        begun.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

fn main() {
    let pairs = PIECES.iter().flat_map(|first| PIECES.iter().map(move |second| if first == second { (*first).to_owned() } else { format!("{first}{second}") }));
    let extractor = Extractor::default();
    let measured = pairs.map(|pattern| (time(&extractor, &pattern, SMALL), time(&extractor, &pattern, TIMES * SMALL), pattern));
    let mut measured: Vec<(f64, f64, String)> = measured
        .map(|(small, large, pattern)| (large.as_secs_f64() / small.as_secs_f64(), (TIMES * SMALL) as f64 / large.as_secs_f64() / 1e6, pattern))
        .collect();
    println!("{} patterns of {} KB and of {} KB", measured.len(), SMALL / 1024, TIMES * SMALL / 1024);
    measured.sort_by(|a, b| b.0.total_cmp(&a.0));
    measured.iter().take(5).for_each(|(growth, _, pattern)| println!("grows {growth:.1} times: {pattern:?}"));
    measured.sort_by(|a, b| a.1.total_cmp(&b.1));
    measured.iter().take(5).for_each(|(_, megabytes, pattern)| println!("{megabytes:.1} MB a second: {pattern:?}"));
}
