//! Sources of papers: what their records become, and the pages that say so.

use crate::starcite::Starcite;
use std::fs;
use std::path::Path;

#[test]
fn the_pages_of_the_sources_are_those_of_the_rows() {
    let printed = Starcite::new().end(&["schema", "--sources"]).with_code(0).stdout;
    let kept = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SOURCES.md")).unwrap_or_default();
    assert!(printed == kept, "docs/SOURCES.md is not what the rows say: cargo run -- schema --sources > docs/SOURCES.md");
}
