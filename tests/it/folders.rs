//! One folder, one pipeline, one state: a run that would mix them is refused with the next step, and nothing is written.

use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper, papers};
use crate::tables::{column, rows};
use std::fs;

const WEEK: &str = "2026-W47";
const NEXT: &str = "2026-W48";

/// Returns a folder with a week of the pipeline `test`.
fn a_week() -> Starcite {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(3));
    starcite.run(&["--offline"]).with_code(0);
    starcite
}

/// Writes another pipeline next to `pipeline.toml`.
fn write_other(starcite: &Starcite, name: &str, file: &str) {
    starcite.write(file, format!("{}\n", paper("o:1", &["o/other"])));
    starcite.write("other.toml", format!("name = \"{name}\"\n[[source]]\nkind = \"jsonl\"\npath = \"{file}\"\n"));
}

#[test]
fn a_second_pipeline_is_refused_and_the_folder_stays_as_it_is() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    let before = files(&starcite.week(WEEK));
    for command in ["run", "plan"] {
        let ended = starcite.end(&[command, "other.toml", "--offline"]).with_code(1);
        let line = ended.line();
        assert!(line.contains("out belongs to the pipeline \"test\", not to \"other\"") && line.contains("--out") && line.contains("--adopt"), "{line}");
    }
    assert!(files(&starcite.week(WEEK)) == before);
    starcite.end(&["run", "other.toml", "--offline", "--out", "other"]).with_code(0);
    starcite.run(&["--offline"]).with_code(0);
    assert!(files(&starcite.week(WEEK)) == before, "the folder's own pipeline goes on");
}

#[test]
fn a_renamed_pipeline_adopts_its_folder_once() {
    let starcite = a_week();
    let renamed = fs::read_to_string(starcite.path("pipeline.toml")).unwrap().replace("\"test\"", "\"renamed\"");
    starcite.write("pipeline.toml", renamed);
    starcite.run(&["--offline"]).with_code(1);
    let ended = starcite.run(&["--offline", "--adopt"]).with_code(0);
    assert!(ended.line().contains("out belonged to \"test\", and belongs to \"renamed\" now"), "{}", ended.stderr);
    assert_eq!(starcite.run(&["--offline"]).with_code(0).stderr, "");
    assert!(starcite.end(&["status"]).stdout.contains("pipeline      renamed"));
}

#[test]
fn weeks_of_another_pipeline_are_refused_whatever_the_state() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    let ended = starcite.end(&["run", "other.toml", "--offline", "--state", "other.db"]).with_code(1);
    assert!(ended.line().contains("out belongs to the pipeline \"test\""), "{}", ended.stderr);
}

#[test]
fn one_name_with_other_sources_is_a_warning() {
    let starcite = a_week();
    write_other(&starcite, "test", "other.jsonl");
    let ended = starcite.end(&["run", "other.toml", "--offline"]).with_code(0);
    let [line, papers] = ended.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", ended.stderr) };
    assert!(papers.contains("2026-W47 had 3 papers and has 1 now"), "{papers}");
    assert!(line.contains("other.jsonl now, and read jsonl") && line.contains("papers.jsonl before") && line.contains("--out"), "{line}");
    assert_eq!(starcite.end(&["run", "other.toml", "--offline"]).with_code(0).stderr, "", "it is said once");
}

#[test]
fn a_folder_from_before_folders_had_owners_is_taken_over_and_that_is_said() {
    let starcite = a_week();
    let forget = "DELETE FROM meta WHERE key = 'owner'; UPDATE meta SET value = '' WHERE key LIKE 'run/%'";
    rusqlite::Connection::open(starcite.path("out/state.db")).unwrap().execute_batch(forget).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(0);
    assert!(ended.line().contains("belongs to \"test\" now"), "{}", ended.stderr);
    assert_eq!(starcite.run(&["--offline"]).with_code(0).stderr, "");
}

#[test]
fn a_lost_state_is_refused_with_the_ways_out() {
    let mut starcite = a_week();
    let before = files(&starcite.week(WEEK));
    fs::remove_file(starcite.path("out/state.db")).unwrap();
    starcite.at(MONDAY_OF_W49);
    for week in [WEEK, NEXT] {
        let ended = starcite.run(&["--offline", "--week", week]).with_code(1);
        let line = ended.line();
        assert!(line.contains("out holds the week 2026-W47") && line.contains("does not know"), "{line}");
        assert!(["--state", "--rebuild-state", "--out"].iter().all(|way| line.contains(way)), "{line}");
    }
    assert!(files(&starcite.week(WEEK)) == before && !starcite.week(NEXT).exists());
    assert!(!starcite.path("out/state.db").exists(), "no empty state stands where the lost one is to be put back");
}

#[test]
fn an_older_copy_of_the_state_is_refused() {
    let starcite = a_week();
    let copy = fs::read(starcite.path("out/state.db")).unwrap();
    starcite.write_papers(&papers(5));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write("out/state.db", copy);
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("is an older copy"), "{}", ended.stderr);
    assert_eq!(column(&starcite.week(WEEK), "papers", "paper_id").len(), 5);
}

#[test]
fn a_run_that_was_killed_before_its_week_was_in_place_goes_on() {
    let starcite = a_week();
    let state = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
    let in_place: String = state.query_row("SELECT value FROM meta WHERE key = 'run/2026-W47'", [], |row| row.get(0)).unwrap();
    state.execute("UPDATE meta SET value = ?1 WHERE key = 'run/2026-W47'", [format!("{in_place} never-came")]).unwrap();
    drop(state);
    starcite.run(&["--offline"]).with_code(0);
}

#[test]
fn a_file_that_is_not_a_state_is_never_written_to() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    let notes = starcite.write("notes.txt", "what I wrote down\n".repeat(20));
    for args in [&["run", "pipeline.toml", "--offline"][..], &["plan", "pipeline.toml", "--offline"], &["enrich", "--offline"], &["status"]] {
        let ended = starcite.end(&[args, &["--state", "notes.txt"]].concat()).with_code(1);
        assert!(ended.line().contains("notes.txt is not a state of starcite"), "{}", ended.stderr);
    }
    assert_eq!(fs::read_to_string(notes).unwrap(), "what I wrote down\n".repeat(20));
    assert!(!starcite.path("notes.txt.lock").exists());
}

#[test]
fn the_sample_has_a_folder_of_its_own_and_readers_say_where() {
    let starcite = Starcite::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
    let run = |args: &[&str]| crate::starcite::ended(starcite.command(args).env_remove("STARCITE_OUT").spawn().unwrap());
    let ended = run(&["run", sample]).with_code(0);
    assert!(ended.stdout.contains("Tables: output/sample/week=2025-W26"), "{}", ended.stdout);
    let ended = run(&["rank"]).with_code(1);
    assert!(ended.line().contains("output/sample holds some"), "{}", ended.stderr);
    write_other(&starcite, "mine", "mine.jsonl");
    run(&["run", "other.toml", "--offline"]).with_code(0);
    let links = rows(&starcite.path("output/week=2026-W47"), "links");
    assert_eq!(links.len(), 1, "nothing of the sample is in it");
}

#[test]
fn a_place_where_another_pipeline_publishes_is_left_alone() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    starcite.end(&["run", "other.toml", "--offline", "--out", "other"]).with_code(0);
    starcite.end(&["publish", "published"]).with_code(0);
    let before = files(&starcite.path("published"));
    let ended = starcite.end(&["publish", "published", "--out", "other"]).with_code(1);
    assert!(ended.line().contains("belongs to the pipeline \"test\", not to \"other\"") && ended.line().contains("--adopt"), "{}", ended.stderr);
    assert!(files(&starcite.path("published")) == before);
    starcite.end(&["publish", "published", "--out", "other", "--adopt"]).with_code(0);
    assert_eq!(column(&starcite.path("published/week=2026-W47"), "papers", "paper_id"), ["o:1"]);
}

#[test]
fn a_week_whose_manifest_cannot_be_read_is_nobodys_to_replace() {
    let starcite = a_week();
    starcite.write("out/week=2026-W47/manifest.json", "{\"schema_version\": ");
    write_other(&starcite, "other", "other.jsonl");
    let before = files(&starcite.week(WEEK));
    let ended = starcite.end(&["run", "other.toml", "--offline", "--state", "other.db"]).with_code(1);
    assert!(ended.line().contains("out/week=2026-W47/manifest.json") && ended.line().contains("not whose week it is"), "{}", ended.stderr);
    assert!(files(&starcite.week(WEEK)) == before);
}

#[test]
fn a_damaged_state_is_named_with_the_ways_out_and_made_anew_once_it_is_moved_away() {
    let starcite = a_week();
    let path = starcite.path("out/state.db");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("out/state.db is damaged") && ended.line().contains("--rebuild-state"), "{}", ended.stderr);
    fs::rename(&path, starcite.path("damaged.db")).unwrap();
    starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
}

#[test]
fn a_state_of_another_pipeline_is_not_made_anew() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    starcite.end(&["run", "other.toml", "--offline", "--out", "other"]).with_code(0);
    let before = fs::read(starcite.path("out/state.db")).unwrap();
    let ended = starcite.end(&["run", "other.toml", "--offline", "--out", "other", "--state", "out/state.db", "--rebuild-state"]).with_code(1);
    assert!(ended.line().contains("belongs to the pipeline \"test\""), "{}", ended.stderr);
    assert!(fs::read(starcite.path("out/state.db")).unwrap() == before);
}

#[test]
fn repositories_of_a_week_are_not_called_unknown_for_want_of_its_state() {
    let starcite = a_week();
    fs::remove_file(starcite.path("out/state.db")).unwrap();
    let ended = starcite.end(&["enrich", "--week", WEEK, "--offline"]).with_code(1);
    assert!(ended.line().contains("does not know the week 2026-W47"), "{}", ended.stderr);
    assert!(!starcite.path("out/state.db").exists());
}

#[test]
fn a_folder_is_written_by_one_process_at_a_time_whatever_their_states() {
    let starcite = a_week();
    let lock = fs::File::create(starcite.path("out/.starcite.lock")).unwrap();
    lock.lock().unwrap();
    let ended = starcite.run(&["--offline", "--state", "other.db"]).with_code(1);
    assert!(ended.line().contains("another starcite writes to out: wait until it has ended"), "{}", ended.stderr);
    drop(lock);
    let ended = starcite.run(&["--offline", "--state", "other.db"]).with_code(1);
    assert!(ended.line().contains("does not know"), "{}", ended.stderr);
}

#[test]
fn a_state_that_a_killed_run_had_just_begun_is_none_yet() {
    for has_header in [false, true] {
        let starcite = Starcite::new();
        starcite.write_papers(&papers(3));
        let state = starcite.write("out/state.db", "");
        if has_header {
            rusqlite::Connection::open(state).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
        }
        let ended = starcite.end(&["status"]).with_code(0);
        assert!(ended.stdout.contains("no state at out/state.db"), "{}", ended.stdout);
        starcite.end(&["plan", "pipeline.toml", "--offline"]).with_code(0);
        starcite.run(&["--offline"]).with_code(0);
    }
}

#[test]
fn damaged_links_in_a_state_are_told_with_the_ways_out() {
    let starcite = a_week();
    let state = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
    let mut block: Vec<u8> = state.query_row("SELECT papers FROM linked_blocks", [], |row| row.get(0)).unwrap();
    let middle = block.len() / 2;
    block[middle] ^= 1;
    state.execute("UPDATE linked_blocks SET papers = ?1", [block]).unwrap();
    drop(state);
    for args in [&["status"][..], &["run", "pipeline.toml", "--offline"]] {
        let ended = starcite.end(args).with_code(1);
        assert!(ended.line().contains("out/state.db is damaged") && ended.line().contains("--rebuild-state"), "{}", ended.stderr);
    }
    starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
}

#[test]
fn a_folders_own_state_may_be_named_in_any_way() {
    let starcite = a_week();
    let whole = starcite.path("out/state.db");
    for state in ["out/state.db", "./out/../out/state.db", whole.to_str().unwrap()] {
        starcite.run(&["--offline", "--state", state]).with_code(0);
    }
}

#[test]
fn a_manifest_of_something_else_beside_a_place_does_not_matter() {
    let starcite = a_week();
    starcite.write("manifest.json", "{}");
    starcite.end(&["publish", "published"]).with_code(0);
    starcite.end(&["export", "csv"]).with_code(0);
}

#[test]
fn a_week_of_a_newer_program_is_not_replaced() {
    let starcite = a_week();
    let manifest = starcite.week(WEEK).join("manifest.json");
    let newer = fs::read_to_string(&manifest).unwrap().replace("\"schema_version\": 6", "\"schema_version\": 7");
    fs::write(&manifest, &newer).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("out holds 2026-W47 of a newer starcite"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(&manifest).unwrap(), newer);
}

#[test]
fn a_week_with_papers_is_not_replaced_by_an_empty_one() {
    let starcite = a_week();
    let before = files(&starcite.week(WEEK));
    starcite.write("papers.jsonl", "");
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("papers.jsonl holds no records") && ended.line().contains("out/week=2026-W47 has 3: it stays as it is"), "{}", ended.stderr);
    assert!(files(&starcite.week(WEEK)) == before);
}

#[test]
fn a_week_whose_input_is_another_one_now_is_not_emptied_and_one_that_loses_papers_is_told() {
    let starcite = Starcite::new();
    starcite.write_pipeline("jsonl", "path = \"papers.jsonl\"");
    let paper = |id: u32| format!("{{\"id\": \"t:{id}\", \"title\": \"Part {id}\", \"abstract\": \"Code: https://github.com/o/n{id}\"}}\n");
    let run = |ids: &[u32], week: &str| {
        starcite.write("papers.jsonl", ids.iter().map(|id| paper(*id)).collect::<String>());
        starcite.run(&["--offline", "--week", week])
    };
    run(&[1, 2], WEEK).with_code(0);
    run(&[3], "2026-W48").with_code(0);
    let before = files(&starcite.week(WEEK));
    let ended = run(&[3], WEEK).with_code(1);
    assert!(ended.line().contains("the sources hold no papers of 2026-W47 now, and out/week=2026-W47 has 2: it stays as it is"), "{}", ended.stderr);
    assert!(files(&starcite.week(WEEK)) == before);
    starcite.write("papers.jsonl", paper(3) + "{\"id\": \n");
    starcite.run(&["--offline", "--week", WEEK]).with_code(1);
    assert!(files(&starcite.week(WEEK)) == before, "a record that can't be read");
    let ended = starcite.run(&["--offline", "--since", WEEK, "--week", "2026-W48"]);
    assert!(ended.stderr.contains("out/week=2026-W47 has 2: it stays as it is") && ended.stdout.contains("2 weeks in out"), "{}", ended.stderr);
    let ended = run(&[2, 3], WEEK).with_code(0);
    assert!(ended.stderr.contains("2026-W47 had 2 papers and has 1 now"), "{}", ended.stderr);
}

#[test]
fn a_week_may_lose_all_papers_by_suppressing_them_and_not_beside_one_that_was_suppressed_before() {
    let starcite = Starcite::new();
    let pipeline = |papers: &str| starcite.write_pipeline("jsonl", &format!("path = \"papers.jsonl\"\n[suppress]\npapers = [{papers}]"));
    let write = |ids: &[u32]| {
        starcite.write("papers.jsonl", ids.iter().map(|id| format!("{{\"id\": \"t:{id}\", \"title\": \"Part {id}\"}}\n")).collect::<String>());
    };
    pipeline("\"t:9\"");
    write(&[1, 9]);
    starcite.run(&["--offline"]).with_code(0);
    write(&[3, 9]);
    starcite.run(&["--offline", "--week", "2026-W48"]).with_code(0);
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.stderr.contains("has 1: it stays as it is"), "{}", ended.stderr);
    write(&[1, 9]);
    pipeline("\"t:9\", \"t:1\"");
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(rows(&starcite.week(WEEK), "papers").len(), 0);
}

#[test]
fn status_names_the_folder_below_that_holds_weeks() {
    let starcite = a_week();
    let ended = starcite.end(&["status", "--out", "."]).with_code(1);
    assert!(ended.line().contains("out holds weeks: name it with --out"), "{}", ended.stderr);
}

#[test]
fn a_stray_week_of_another_pipeline_is_named() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    starcite.end(&["run", "other.toml", "--offline", "--out", "other", "--week", "2026-W45"]).with_code(0);
    fs::rename(starcite.path("other/week=2026-W45"), starcite.path("out/week=2026-W45")).unwrap();
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.line().contains("2026-W45 in it to the pipeline \"other\": move that out of the folder"), "{}", ended.stderr);
}

#[test]
fn a_state_of_another_pipeline_is_blamed_and_not_the_folder() {
    let starcite = a_week();
    write_other(&starcite, "other", "other.jsonl");
    let ended = starcite.end(&["run", "other.toml", "--offline", "--out", "new", "--state", "out/state.db"]).with_code(1);
    assert!(ended.line().contains("the state out/state.db belongs to the pipeline \"test\"") && ended.line().contains("--state"), "{}", ended.stderr);
}

#[test]
fn a_week_is_not_published_into_a_week() {
    let starcite = a_week();
    starcite.end(&["publish", "out/week=2026-W47"]).with_code(1);
    starcite.end(&["verify", "out"]).with_code(0);
}
