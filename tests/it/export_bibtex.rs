//! Papers and their code as citations. `scripts/check_exports/check.py` checks that biber accepts the entries.

use crate::export_rows::two_weeks;
use crate::starcite::Starcite;
use serde_json::json;

#[test]
fn a_paper_and_its_own_repository_are_entries() {
    let starcite = two_weeks();
    let ended = starcite.end(&["export", "bibtex", "arXiv:1705.03122v2", "t:2"]).with_code(0);
    insta::assert_snapshot!("bibtex", ended.stdout);
    assert_eq!(ended.line(), "2026-11-23T12:00:00.000Z INFO starcite: left out as unknown, of 2 papers: authors of 1");
}

#[test]
fn papers_are_found_by_any_of_their_ids_and_each_is_written_once() {
    let starcite = two_weeks();
    let same =
        ["1705.03122", "https://arxiv.org/abs/1705.03122v1", "10.48550/arXiv.1705.03122"].map(|id| starcite.end(&["export", "bibtex", id]).with_code(0).stdout);
    assert!(same[0].starts_with("@article{1705.03122,") && same.iter().all(|text| *text == same[0]), "{same:?}");
    assert!(starcite.end(&["export", "bibtex", "https://doi.org/10.1000/X_1"]).with_code(0).stdout.starts_with("@misc{t:2,"));
    assert_eq!(starcite.end(&["export", "bibtex", "1705.03122", "arxiv:1705.03122"]).with_code(0).stdout, same[0]);
}

#[test]
fn the_newest_version_until_the_week_counts() {
    let starcite = two_weeks();
    let title = |args: &[&str]| {
        let ended = starcite.end(&[&["export", "bibtex", "1705.03122"], args].concat()).with_code(0);
        ended.stdout.lines().find(|line| line.starts_with("  title")).unwrap().to_owned()
    };
    assert_eq!(title(&[]), "  title = {{Newer}},");
    assert_eq!(title(&["--week", "2026-W46"]), "  title = {{Of \"A\", B and $k$}},");
}

#[test]
fn a_paper_that_no_week_has_is_named_and_nothing_is_written() {
    let starcite = two_weeks();
    let ended = starcite.end(&["export", "bibtex", "1705.03122", "1706.03762", "--output", "a.bib"]).with_code(1);
    assert!(ended.line().contains("\"1706.03762\"") && ended.line().contains("arxiv:1705.03122"), "{}", ended.stderr);
    assert!(!starcite.path("a.bib").exists());
    starcite.end(&["export", "bibtex"]).with_code(2);
    starcite.end(&["export", "bibtex", "--all", "1705.03122"]).with_code(2);
}

#[test]
fn all_are_those_that_the_week_brought_with_a_repository_and_shared_code_stands_once() {
    let starcite = two_weeks();
    let ended = starcite.end(&["export", "bibtex", "--all", "--output", "all.bib"]).with_code(0);
    assert_eq!(ended.stdout, "all.bib: 1 paper, 1 repository\n");
    let paper = |id: &str| json!({"id": id, "title": id, "abstract": "Our code: https://github.com/o/shared."});
    starcite.write_papers(&[paper("t:b"), paper("t:a"), json!({"id": "t:c", "title": "None"})]);
    starcite.run(&["--offline"]).with_code(0);
    let ended = starcite.end(&["export", "bibtex", "--all"]).with_code(0);
    let keys: Vec<&str> = ended.stdout.lines().filter(|line| line.starts_with('@')).collect();
    assert_eq!(keys, ["@misc{t:b,", "@software{github.com/o/shared,", "@misc{t:a,"]);
}

#[test]
fn a_key_is_as_plain_as_an_id_is_not() {
    let starcite = Starcite::new();
    starcite.write_papers(&[json!({"id": "x:{a}, \"ö\"%", "title": "T"})]);
    starcite.run(&["--offline"]).with_code(0);
    let ended = starcite.end(&["export", "bibtex", "x:{a}, \"ö\"%"]).with_code(0);
    assert!(ended.stdout.starts_with("@misc{x:+7ba+7d+2c+20+22+c3+b6+22+25,\n"), "{}", ended.stdout);
}
