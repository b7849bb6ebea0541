//! A lost state, rebuilt from the finished weeks: the newest week run again is the same, and so is the next one.

use crate::counts;
use crate::github::{Fate, reply};
use crate::oai_files as oai;
use crate::server::{Server, say};
use crate::starcite::{MONDAY_OF_W49, Starcite, files, paper};
use crate::tables::{TABLES, manifest, rows};
use chrono::DateTime;
use fake_github::{Config, FakeGithub, State};
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

const FIRST: &str = "2026-W46";
const SECOND: &str = "2026-W47";
const THIRD: &str = "2026-W48";
/// Noon of the Mondays after the weeks.
const MONDAYS: [&str; 3] = ["2026-11-16T12:00:00Z", "2026-11-23T12:00:00Z", MONDAY_OF_W49];

/// All tables of a week, by name.
type Week = Vec<(&'static str, Vec<Map<String, Value>>)>;

fn week(starcite: &Starcite, week: &str) -> Week {
    TABLES.iter().map(|table| (*table, rows(&starcite.week(week), table))).collect()
}

fn of_table(week: &Week, name: &str) -> Week {
    week.iter().filter(|(table, _)| *table == name).cloned().collect()
}

/// Asserts that two weeks have the same rows, and shows the first that differs.
#[track_caller]
fn assert_same(after: &Week, before: &Week) {
    for ((table, after), (_, before)) in after.iter().zip(before) {
        for (after, before) in after.iter().zip(before) {
            let differing: Vec<_> = before.iter().filter(|(name, value)| after[*name] != **value).map(|(name, value)| (name, value, &after[name])).collect();
            assert!(differing.is_empty(), "{table}: {differing:?} in {before:?}");
        }
        assert_eq!(after.len(), before.len(), "rows of {table}: {after:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        fs::create_dir_all(to.join(&path).parent().unwrap()).unwrap();
        fs::write(to.join(path), bytes).unwrap();
    }
}

fn lose_state(starcite: &Starcite) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(starcite.path(&format!("out/state.db{end}"))); // a missing file is lost already
    }
}

/// Prepares the world before the run of a week, by its number.
type Before<'a> = dyn Fn(&Starcite, usize) + 'a;

/// Weeks of a pipeline: the preparation of the world before each, and the arguments of the runs.
struct Weeks<'a> {
    starcite: Starcite,
    before: Box<Before<'a>>,
    args: Vec<String>,
    /// The number of times that each week is run before the state is lost.
    runs: usize,
    /// True if the first week, run again after the second, is the same, too.
    is_first_same: bool,
}

impl<'a> Weeks<'a> {
    fn offline(starcite: Starcite, before: impl Fn(&Starcite, usize) + 'a) -> Self {
        Self { starcite, before: Box::new(before), args: vec!["--offline".to_owned()], runs: 1, is_first_same: true }
    }

    fn asking(starcite: Starcite, before: impl Fn(&Starcite, usize) + 'a) -> Self {
        Self { args: Vec::new(), ..Self::offline(starcite, before) }
    }

    fn run(&mut self, at: usize, args: &[&str]) {
        (self.before)(&self.starcite, at);
        self.starcite.at(MONDAYS[at]);
        let args: Vec<&str> = self.args.iter().map(String::as_str).chain(args.iter().copied()).collect();
        self.starcite.run(&args).with_code(0);
    }

    /// Loses the state and asserts that the newest week run again has the same bytes, and the next one the same rows as with the state. Prints differences.
    #[track_caller]
    fn assert_nothing_is_lost(mut self) {
        for at in [0, 1] {
            (0..self.runs).for_each(|_| self.run(at, &[]));
        }
        let (out, saved) = (self.starcite.path("out"), self.starcite.path("saved"));
        copy(&out, &saved);
        let (first, first_files) = (week(&self.starcite, FIRST), files(&self.starcite.week(FIRST)));
        self.run(2, &[]);
        let next = week(&self.starcite, THIRD);
        let next_manifest = manifest(&self.starcite.week(THIRD));

        fs::remove_dir_all(&out).unwrap();
        copy(&saved, &out);
        lose_state(&self.starcite);
        let (newest, newest_files) = (week(&self.starcite, SECOND), files(&self.starcite.week(SECOND)));
        self.run(1, &["--rebuild-state"]);
        assert_same(&week(&self.starcite, SECOND), &newest);
        assert!(files(&self.starcite.week(SECOND)) == newest_files, "the same rows in other bytes");
        if self.is_first_same {
            self.run(0, &[]);
            assert_same(&week(&self.starcite, FIRST), &first);
            assert!(files(&self.starcite.week(FIRST)) == first_files, "the same rows in other bytes");
        }

        fs::remove_dir_all(&out).unwrap();
        copy(&saved, &out);
        lose_state(&self.starcite);
        self.run(2, &["--rebuild-state"]);
        assert_same(&week(&self.starcite, THIRD), &next);
        let made_of = |manifest: &Value| ["built_on", "compared_with", "coverage", "complete", "papers_of_earlier_runs"].map(|name| manifest[name].clone());
        assert_eq!(made_of(&manifest(&self.starcite.week(THIRD))), made_of(&next_manifest));
        self.starcite.end(&["verify"]).with_code(0);
    }
}

/// Returns a paper with its own text.
fn of_text(id: &str, text: &str) -> Value {
    json!({"id": id, "title": format!("On {id}"), "abstract": text})
}

/// Returns papers whose links appear, change and vanish, in three weeks.
fn changing(at: usize) -> Vec<Value> {
    let of_week = |texts: [&str; 3]| texts[at].to_owned();
    let mut papers = vec![
        paper("t:1", &["o/first"]),
        of_text(
            "t:2",
            &of_week([
                "Code: https://github.com/o/kept and https://github.com/o/lost.",
                "Code: https://github.com/o/kept.",
                "Code: https://github.com/o/kept.",
            ]),
        ),
        of_text("t:3", &of_week(["None.", "None.", "Code: https://github.com/o/late."])),
        of_text("t:4", &of_week(["Code: https://github.com/o/a_b c and arXiv:2101.00001.", "Code: https://github.com/o/a_b c.", "None."])),
        of_text(
            "t:5",
            &of_week([
                "See https://zenodo.org/record/2, our code will be released.",
                "See https://github.com/O/First.",
                "None. And https://zenodo.org/record/2.",
            ]),
        ),
        json!({"id": "t:6", "title": of_week(["A", "B", "B"]), "abstract": "As in doi:10.1000/x.", "githubRepo": of_week(["https://github.com/o/x", "https://github.com/o/x", "https://github.com/o/y"])}),
        json!({"id": "t:7", "title": "A B {\\\"O}", "authors": ["Doe, Jane"], "abstract": "", "upvotes": at.max(1)}),
        json!({"id": "t:8", "title": "P", "projectPage": "https://user.github.io/page", "abstract": "Trained https://huggingface.co/o/m", "comment": "see github.com/o/glued.The"}),
    ];
    papers.extend((0..at).map(|at| paper(&format!("t:new{at}"), &["o/first", "o/new"])));
    papers
}

#[test]
fn links_that_appear_change_and_vanish_are_known_again() {
    Weeks::offline(Starcite::new(), |starcite, at| starcite.write_papers(&changing(at))).assert_nothing_is_lost();
}

#[test]
fn papers_of_several_sources_are_known_again() {
    let write = |starcite: &Starcite, at: usize| {
        starcite.write("papers.jsonl", lines(&changing(at)));
        let more = json!({"id": "t:1", "title": "Another", "comment": "Also https://github.com/o/second"});
        starcite.write("more.jsonl", lines(&[more, of_text("t:more", ["A", "B", "B"][at])]));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl"), ("jsonl", "more.jsonl")], "");
    };
    Weeks::offline(Starcite::new(), write).assert_nothing_is_lost();
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// Writes a pipeline of several sources, each with its file, and more.
fn write_pipeline(starcite: &Starcite, sources: &[(&str, &str)], more: &str) {
    let sources: String = sources.iter().map(|(kind, path)| format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n")).collect();
    starcite.write("pipeline.toml", format!("name = \"test\"\n{sources}{more}"));
}

#[test]
fn what_third_parties_observed_is_known_again() {
    let write = |starcite: &Starcite, at: usize| {
        let observed =
            |name: &str, by: &str, day: &str, stars: u64| json!({"repo": name, "source": by, "date": format!("2026-{day}T06:00:00Z"), "stars": stars});
        let mut seen = vec![observed("o/first", "hf", "11-10", 5), observed("o/kept", "hf", "11-11", 60), observed("o/kept", "github.com", "11-12", 61)];
        if at > 0 {
            seen.extend([observed("o/first", "hf", "11-17", 15), observed("o/kept", "hf", "11-18", 70)]);
        }
        if at > 1 {
            seen.extend([observed("o/first", "hf", "11-24", 50), observed("o/kept", "github.com", "11-26", 161)]);
        }
        // Files of only this week: earlier data is only in the state.
        starcite.write("papers.jsonl", lines(&changing(at)));
        starcite.write("seen.jsonl", lines(&seen[[0, 3, 5][at]..]));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl"), ("observations", "seen.jsonl")], "");
    };
    let mut weeks = Weeks::offline(Starcite::new(), write);
    weeks.is_first_same = false; // observations of the day after it count for it by then
    weeks.assert_nothing_is_lost();
}

#[test]
fn what_github_said_is_known_again() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let names: Vec<String> = (0..120).map(|at| server.world().name(at)).collect();
    let linked = |at: usize| format!("On {at}. Code: https://github.com/{}. As in arXiv:2101.{at:05}.", names[at]);
    let papers = |at: usize| -> Vec<Value> {
        let count = [80, 100, 120][at];
        let mut papers: Vec<Value> = (0..count).map(|at| json!({"id": format!("2101.{at:05}"), "title": format!("On {at}"), "abstract": linked(at)})).collect();
        papers[0]["abstract"] = json!(format!("Code: https://github.com/{} now.", names[10].replace("Repo-", "Repo ")));
        papers
    };
    let change = |starcite: &Starcite, at: usize| {
        starcite.write_papers(&papers(at));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl")], "[github]\ncolumns = [\"all\"]\n");
        let world = server.world();
        world.add_stars_until(DateTime::parse_from_rfc3339(MONDAYS[at]).unwrap().timestamp());
        world.set(&names[20], if at == 1 { State::NotFound } else { State::Live });
        world.set(&names[30], if at >= 1 { State::NotFound } else { State::Live });
        world.write(
            &names[50],
            "README.md",
            ["# Tool\n", "# Tool\nCode of our paper https://arxiv.org/abs/2101.00050.\n", "# Tool\nSee https://arxiv.org/abs/2101.00051.\n"][at],
        );
        world.write(&names[60], "CITATION.cff", "title: A tool\nversion: 1.10\n");
    };
    Weeks::asking(Starcite::asking(server.url(), &[]).with_token("t"), change).assert_nothing_is_lost();
}

#[test]
fn a_name_that_a_stranger_took_is_known_again() {
    let server = FakeGithub::start(Config::default()).unwrap();
    let names: Vec<String> = (10..40).map(|at| server.world().name(at)).collect();
    let is_taken = Cell::new(false);
    let change = |starcite: &Starcite, at: usize| {
        let papers = names.iter().take(28 + at).enumerate().map(|(at, name)| paper(&format!("t:{at:02}"), &[name]));
        starcite.write("papers.jsonl", lines(&papers.collect::<Vec<_>>()));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl")], "[github]\ncolumns = [\"readme\"]\n");
        if at == 1 && !is_taken.replace(true) {
            server.world().reassign(&names[10]);
        }
    };
    let mut weeks = Weeks::asking(Starcite::asking(server.url(), &[]).with_token("t"), change);
    weeks.runs = 2; // the second run requests the README of the repository that took over the name
    weeks.assert_nothing_is_lost();
}

#[test]
fn what_an_ambiguous_link_settled_on_is_known_again() {
    let exists = |name: &str| ["o/a-b", "o/two", "o/two_three", "o/plain"].contains(&name);
    let server = Server::start(move |_, request| say(200, reply(request, |name| if exists(name) { Fate::Live } else { Fate::NotFound })));
    let write = |starcite: &Starcite, at: usize| {
        let mut papers = vec![
            of_text("t:1", "Code: https://github.com/o/a b."),
            of_text("t:2", "Code: https://github.com/o/two three."),
            of_text("t:3", "Code: https://github.com/o/no where."),
            json!({"id": "t:4", "title": "T", "abstract": "Code: https://github.com/o/plain tool", "comment": "github.com/o/plain"}),
        ];
        papers.extend((0..at).map(|at| paper(&format!("t:new{at}"), &["o/plain"])));
        starcite.write_papers(&papers);
    };
    let mut weeks = Weeks::asking(Starcite::asking(&server.url, &[]), write);
    weeks.is_first_same = false; // only the week that requests again knows that several exist: no table has the other readings
    weeks.assert_nothing_is_lost();
}

#[test]
fn links_that_came_to_one_repository_by_later_answers_are_no_change_of_their_paper() {
    let exists = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&exists);
    let fate = move |name: &str| if name == "o/two" && told.load(SeqCst) { Fate::Live } else { Fate::NotFound };
    let server = Server::start(move |_, request| say(200, reply(request, &fate)));
    let write = |starcite: &Starcite, at: usize| {
        exists.store(at > 0, SeqCst);
        let two = of_text("t:1", "Code: https://github.com/o/two three. Data: https://github.com/o/two four.");
        starcite.write_papers(&[two].into_iter().chain((0..at).map(|at| paper(&format!("t:new{at}"), &["o/plain"]))).collect::<Vec<_>>());
    };
    let weeks = Weeks::asking(Starcite::asking(&server.url, &[]), write);
    weeks.assert_nothing_is_lost();
}

#[test]
fn counts_of_citations_are_known_again_and_not_asked_for_anew() {
    let server = Server::start(|_, request| counts::openalex(request));
    let write = |starcite: &Starcite, at: usize| {
        starcite.write("papers.jsonl", lines(&(0..10 + at).map(|at| of_text(&format!("t:{at}"), &format!("As in arXiv:2101.{at:05}."))).collect::<Vec<_>>()));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl")], "[citations]\ncounts = \"openalex\"\nkey_file = \"key\"\n");
        starcite.write("key", counts::KEY);
    };
    let args = ["--openalex-url", &server.url, "--source-pause-ms", "0"].map(str::to_owned).to_vec();
    Weeks { args, ..Weeks::offline(Starcite::new(), write) }.assert_nothing_is_lost();
}

#[test]
fn archives_are_known_again() {
    let write = |starcite: &Starcite, at: usize| {
        let record = |id: u64, repo: &str| {
            json!({"id": id, "doi": format!("10.5281/zenodo.{id}"), "conceptdoi": "10.5281/zenodo.1", "updated": "2026-05-02T00:00:00+00:00",
                "metadata": {"title": "o/n: First", "version": "v1", "resource_type": {"type": "software"}, "license": {"id": "MIT"}, "publication_date": "2026-05-01",
                    "related_identifiers": [{"identifier": format!("https://github.com/{repo}/tree/v1"), "relation": "isSupplementTo"}]}})
        };
        let mut papers = vec![
            of_text("t:1", "Our code is available at https://doi.org/10.5281/zenodo.1."),
            of_text("t:2", "Code: https://zenodo.org/record/2 and https://github.com/O/n."),
        ];
        papers.extend((0..at).map(|at| paper(&format!("t:new{at}"), &["o/n"])));
        starcite.write("papers.jsonl", lines(&papers));
        starcite.write("records.jsonl", lines(&[vec![record(2, "o/n")], vec![], vec![record(3, "o/other")]][at]));
        write_pipeline(starcite, &[("jsonl", "papers.jsonl"), ("zenodo", "records.jsonl")], "");
    };
    Weeks::offline(Starcite::new(), write).assert_nothing_is_lost();
}

#[test]
fn what_a_list_says_and_what_a_source_deletes_is_known_again() {
    let link = |at: usize, official: bool| {
        json!({"paper_url": "https://paperswithcode.com/paper/a", "paper_title": "On a", "paper_arxiv_id": "1601.00001", "paper_url_abs": "http://arxiv.org/abs/1601.00001",
            "paper_url_pdf": null, "repo_url": format!("https://github.com/o/n{at}"), "is_official": official, "mentioned_in_paper": true, "mentioned_in_github": false, "framework": "tf"})
    };
    let write = |starcite: &Starcite, at: usize| {
        let day = |at: usize| ["2026-11-11", "2026-11-18", "2026-11-25"][at];
        let mut records = vec![oai::paper("2611.00001", day(0), "Code: https://github.com/o/one"), oai::paper("2611.00002", day(0), "As in arXiv:2101.00001.")];
        if at > 0 {
            records.extend([oai::deleted("2611.00001", day(1)), oai::paper("2611.00003", day(1), "Code: https://github.com/o/three")]);
        }
        if at > 1 {
            records.extend([oai::paper("2611.00001", day(2), "Code: https://github.com/o/one"), oai::deleted("2611.00003", day(2))]);
        }
        starcite.write("oai.xml", oai::reply(&records));
        starcite.write("pwc.jsonl", lines(&[link(1, true), link(2, at == 2)]));
        write_pipeline(starcite, &[("arxiv-oai", "oai.xml")], "");
    };
    Weeks::offline(Starcite::new(), write).assert_nothing_is_lost();
    let write_list = |starcite: &Starcite, at: usize| {
        write(starcite, at);
        write_pipeline(starcite, &[("pwc", "pwc.jsonl")], "");
    };
    Weeks::offline(Starcite::new(), write_list).assert_nothing_is_lost();
}

#[test]
fn papers_of_a_week_whose_folder_is_gone_keep_their_links_and_titles() {
    let mut weeks = Weeks::offline(Starcite::new(), |starcite, at| starcite.write_papers(&changing(at)));
    (0..3).for_each(|at| weeks.run(at, &[]));
    let starcite = &weeks.starcite;
    let before = [SECOND, THIRD].map(|of| week(starcite, of));
    fs::remove_dir_all(starcite.week(FIRST)).unwrap();
    lose_state(starcite);
    let ended = starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
    assert!(ended.stderr.contains("the folder lacks 2026-W46"), "{}", ended.stderr);
    for table in ["links", "citations", "rankings"] {
        assert_same(&of_table(&week(starcite, THIRD), table), &of_table(&before[1], table));
    }
    assert_eq!(manifest(&starcite.week(THIRD))["built_on"], json!([FIRST, SECOND, THIRD]));
}

#[test]
fn the_state_that_is_there_is_kept_under_names_of_its_own() {
    let starcite = Starcite::new();
    starcite.write_papers(&changing(0));
    starcite.run(&["--offline"]).with_code(0);
    let before = fs::read(starcite.path("out/state.db")).unwrap();
    for kept in ["state.db.before-rebuild", "state.db.before-rebuild.2"] {
        let ended = starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
        assert!(ended.stderr.contains("rebuilt from 2026-W47: 6 papers with 9 links"), "{}", ended.stderr);
        assert!(ended.stderr.contains(&format!("the state that was there before is out/{kept}\n")), "{}", ended.stderr);
    }
    assert!(fs::read(starcite.path("out/state.db.before-rebuild")).unwrap() == before);
    let names: Vec<String> = files(&starcite.path("out")).into_keys().map(|path| path.display().to_string()).filter(|name| name.contains("state.db")).collect();
    assert_eq!(names, ["state.db", "state.db.before-rebuild", "state.db.before-rebuild.2", "state.db.last-run.json", "state.db.lock"]);
}

#[test]
fn what_ended_in_the_middle_leaves_the_state_as_it_was() {
    let starcite = Starcite::new();
    starcite.write_papers(&changing(0));
    starcite.run(&["--offline"]).with_code(0);
    let before = fs::read(starcite.path("out/state.db")).unwrap();
    starcite.write("out/state.db.being-rebuilt", "half a state of a run that was killed");
    let links = starcite.week(SECOND).join("links.parquet");
    let whole = fs::read(&links).unwrap();
    fs::write(&links, &whole[..whole.len() - 1]).unwrap();
    let ended = starcite.run(&["--offline", "--rebuild-state"]).with_code(1);
    assert!(ended.line().contains("links.parquet is damaged"), "{}", ended.stderr);
    assert!(fs::read(starcite.path("out/state.db")).unwrap() == before);
    assert!(["state.db.being-rebuilt", "state.db.before-rebuild"].iter().all(|name| !starcite.path(&format!("out/{name}")).exists()));
    fs::write(&links, &whole).unwrap();
    starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
}

#[test]
fn what_a_state_cannot_be_made_of_is_said_with_the_next_step() {
    let starcite = Starcite::new();
    starcite.write_papers(&changing(0));
    let said = |starcite: &Starcite, args: &[&str]| starcite.run(&[&["--offline", "--rebuild-state"], args].concat()).with_code(1).line().to_owned();
    assert!(said(&starcite, &[]).contains("name their folder with --out"));
    starcite.run(&["--offline"]).with_code(0);
    starcite.write("notes.txt", "no state");
    assert!(said(&starcite, &["--state", "notes.txt"]).contains("notes.txt is not a state of starcite"));
    assert_eq!(fs::read_to_string(starcite.path("notes.txt")).unwrap(), "no state");
    starcite.write("pipeline.toml", "name = \"test\"\ntables = [\"links\", \"repos\"]\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n");
    starcite.run(&["--offline"]).with_code(0);
    assert!(said(&starcite, &[]).contains("week=2026-W47 has no table papers, without which the state can't be rebuilt: restore the state from a copy"));
}

#[test]
fn the_sample_run_again_with_a_state_made_anew_is_the_same() {
    let starcite = Starcite::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/sample.toml");
    starcite.end(&["run", sample]).with_code(0);
    let before = files(&starcite.week("2025-W26"));
    lose_state(&starcite);
    starcite.end(&["run", sample, "--rebuild-state"]).with_code(0);
    assert!(files(&starcite.week("2025-W26")) == before);
}
