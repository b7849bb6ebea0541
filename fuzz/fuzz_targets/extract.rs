//! Reads any bytes as a paper's text: no panic, and every span matches its text. `just fuzz 60` runs it for a minute.

#![no_main]

use libfuzzer_sys::fuzz_target;
use starcite_core::{Extractor, Field, LinkKind, Paper, citation};
use std::sync::LazyLock;

static ALL: LazyLock<Extractor> = LazyLock::new(Extractor::default);
static REPOSITORIES: LazyLock<Extractor> = LazyLock::new(|| Extractor::of(Some([LinkKind::Repo].into())));

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut mentions = Vec::new();
    ALL.text(Field::Abstract, &text, &mut mentions);
    for mention in &mentions {
        let span = mention.start.zip(mention.end).map(|(start, end)| &text[start..end]);
        assert_eq!(span, Some(mention.raw));
    }
    for citation in citation::in_text(Field::Abstract, &text) {
        assert_eq!(text[citation.start..citation.end], citation.raw);
    }
    let paper = Paper { abstract_text: Some(text), ..Paper::default() };
    let mut of_all = ALL.links(&paper);
    of_all.retain(|link| link.kind == LinkKind::Repo);
    assert_eq!(of_all, REPOSITORIES.links(&paper));
});
