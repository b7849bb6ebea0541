//! A number for the rules by which links and citations are found: it changes with them.

/// Hashes the sources of the rules (FNV-1a, 64 bits), so that rows that other rules found can be told from these. A change of a comment changes it, too.
pub const RULES: u64 = {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut file = 0;
    while file < FILES.len() {
        let bytes = FILES[file].1;
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        file += 1;
    }
    hash
};

macro_rules! files {
    ($($file:literal,)*) => { &[$(($file, include_bytes!($file))),*] };
}

/// The sources of the rules.
const FILES: &[(&str, &[u8])] = files![
    "extract/address.rs",
    "extract/anchor.rs",
    "extract/begin.rs",
    "extract/candidate.rs",
    "extract/end.rs",
    "extract/end/cut.rs",
    "extract/end/join.rs",
    "extract/end/walk.rs",
    "extract/filter.rs",
    "extract/found.rs",
    "extract/host.rs",
    "extract/kind.rs",
    "extract/latex.rs",
    "extract/link.rs",
    "extract/mod.rs",
    "extract/path.rs",
    "extract/placeholder.rs",
    "extract/promise.rs",
    "extract/repair.rs",
    "extract/role.rs",
    "extract/role/phrases.rs",
    "extract/scheme.rs",
    "extract/sentence.rs",
    "extract/settle.rs",
    "extract/words.rs",
    "citation.rs",
    "paper.rs",
    "repo.rs",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs, path::Path};

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.file_name().unwrap() != "tests.rs" {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_source_of_the_finder_of_links_counts() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        sources(&root.join("extract"), &mut found);
        for path in found {
            let name = path.strip_prefix(root.to_str().unwrap()).unwrap().trim_start_matches('/');
            assert!(FILES.iter().any(|(file, _)| *file == name), "{name} is not in FILES");
        }
    }
}
