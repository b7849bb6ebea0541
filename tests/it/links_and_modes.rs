//! Symbolic links in the places where the program writes, and access modes of the files that it stores.

use crate::crafted_weeks::week;
use crate::remote::{ETAG, lines, part_of, reading};
use crate::server::{Server, say};
use crate::starcite::{Starcite, TOKEN, ended, files, papers, under};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

const WEEK: &str = "2026-W47";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Creates a file of another owner, which no command may change.
fn own(starcite: &Starcite) -> std::path::PathBuf {
    starcite.write("own", "mine")
}

#[track_caller]
fn assert_untouched(starcite: &Starcite) {
    assert_eq!(fs::read_to_string(starcite.path("own")).unwrap(), "mine");
}

#[test]
fn a_lock_that_is_a_link_is_refused_and_what_it_leads_to_stays() {
    let starcite = week();
    for (name, target) in ["state.db.lock", ".starcite.lock"].into_iter().flat_map(|name| [(name, own(&starcite)), (name, starcite.path("nowhere"))]) {
        let lock = starcite.path("out").join(name);
        fs::remove_file(&lock).ok();
        symlink(&target, &lock).unwrap();
        for args in [&["--offline"][..], &["--offline", "--rebuild-state"]] {
            let ended = starcite.run(args).with_code(1);
            assert!(ended.stderr.contains("symbolic link"), "{name} {args:?}: {}", ended.stderr);
        }
        fs::remove_file(&lock).unwrap();
        assert_untouched(&starcite);
        assert!(!starcite.path("nowhere").exists());
    }
}

#[test]
fn what_is_kept_of_an_object_is_neither_read_nor_written_through_a_link() {
    for suffix in ["", ".part", ".part.json"] {
        let body = lines(20);
        let server = Server::start(move |_, request| part_of(&body, ETAG, request));
        let starcite = reading(&format!("{}/papers.jsonl", server.url));
        starcite.run_remote().with_code(0);
        let name = starcite.cached().remove(0);
        let cached = starcite.path("out/cache").join(WEEK).join(&name);
        fs::remove_file(&cached).unwrap();
        symlink(own(&starcite), cached.with_file_name(name + suffix)).unwrap();
        let ended = starcite.run_remote();
        assert!(ended.code != Some(0) && ended.stderr.contains("symbolic link"), "{suffix}: {ended:?}");
        assert_untouched(&starcite);
    }
}

#[test]
fn the_state_and_the_cache_are_their_owners_alone_and_the_tables_everybodys() {
    let body = lines(20);
    let server = Server::start(move |_, request| part_of(&body, ETAG, request));
    let starcite = reading(&format!("{}/papers.jsonl", server.url));
    let own = |starcite: &Starcite| {
        let [state, lock, cache] = ["out/state.db", "out/state.db.lock", "out/cache"].map(|name| starcite.path(name));
        assert_eq!((mode(&state), mode(&lock), mode(&cache)), (0o600, 0o600, 0o700));
        assert!(files(&cache).keys().all(|name| mode(&cache.join(name)) == 0o600), "{:?}", files(&cache).keys());
        assert_eq!(mode(&starcite.week(WEEK).join("papers.parquet")) & 0o444, 0o444, "tables are to be read");
    };
    starcite.run_remote().with_code(0);
    own(&starcite);
    starcite.run(&["--week", WEEK, "--offline", "--rebuild-state"]).with_code(0);
    own(&starcite);
    assert_eq!(mode(&starcite.path("out/state.db.before-rebuild")), 0o600);
    // Modes of an earlier version.
    ["out/state.db", "out/state.db.lock"].iter().for_each(|name| set_mode(&starcite.path(name), 0o644));
    set_mode(&starcite.path("out/cache"), 0o755);
    starcite.run_remote().with_code(0);
    own(&starcite);
}

#[test]
fn a_folder_in_which_a_plan_was_made_first_is_as_the_umask_says_and_its_cache_is_private() {
    let body = lines(20);
    let object = Server::start(move |_, request| part_of(&body, ETAG, request));
    let list = Server::start(|_, _| say(200, "[]"));
    let others = Starcite::new();
    let as_others = others.write("any/file", "");
    let of_an_object = reading(&format!("{}/papers.jsonl", object.url));
    let live = Starcite::new();
    live.write_pipeline("hf-daily", "");
    for (starcite, url) in [(of_an_object, &object.url), (live, &list.url)] {
        let args = ["--week", WEEK, "--source-pause-ms", "0", "--hf-url", url];
        starcite.end(&[&["plan", "pipeline.toml", "--out", "a/b/out"][..], &args].concat()).with_code(0);
        starcite.end(&[&["run", "pipeline.toml", "--out", "a/b/out", "--github-url", "http://127.0.0.1:9"][..], &args].concat());
        for folder in ["a", "a/b", "a/b/out"] {
            assert_eq!(mode(&starcite.path(folder)), mode(as_others.parent().unwrap()), "{folder}");
        }
        assert_eq!(mode(&starcite.path("a/b/out/cache")), 0o700);
    }
}

#[test]
fn a_cache_that_is_a_link_to_a_shared_folder_leaves_that_as_it_is() {
    let starcite = week();
    let shared = starcite.path("shared");
    fs::create_dir(&shared).unwrap();
    set_mode(&shared, 0o770);
    fs::remove_dir_all(starcite.path("out/cache")).ok();
    symlink(&shared, starcite.path("out/cache")).unwrap();
    starcite.run(&["--offline"]).with_code(0);
    assert_eq!(mode(&shared), 0o770);
}

#[test]
fn the_log_of_an_open_state_is_its_owners_too() {
    let starcite = week();
    let server = Server::start(|_, _| crate::server::Response::Hangs);
    starcite.write_pipeline("jsonl", &format!("url = \"{}/papers.jsonl\"", server.url));
    let mut child = starcite.start(&["run", "pipeline.toml", "--offline", "--week", "2026-W46", "--adopt"]);
    child.wait().unwrap();
    let mut child = starcite.start(&["run", "pipeline.toml", "--week", "2026-W46"]);
    server.wait_for(1);
    for name in ["state.db-wal", "state.db-shm"] {
        let path = starcite.path("out").join(name);
        assert!(!path.exists() || mode(&path) == 0o600, "{name}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn nothing_is_written_or_removed_through_links_at_a_destination() {
    let starcite = week();
    let kept = starcite.path("kept");
    let of_somebody = || {
        fs::remove_dir_all(starcite.path("dest")).ok();
        fs::remove_dir_all(&kept).ok();
        fs::create_dir_all(starcite.path("dest")).unwrap();
        fs::create_dir_all(&kept).unwrap();
        ["old.parquet", "manifest.json", "README.md", "a.parquet#1"].iter().for_each(|name| fs::write(kept.join(name), "mine").unwrap());
    };
    let folder = || starcite.path("dest").join(format!("week={WEEK}"));
    let cases: [(&str, &dyn Fn()); 6] = [
        ("the week", &|| symlink(&kept, folder()).unwrap()),
        ("a table", &|| {
            fs::create_dir(folder()).unwrap();
            symlink(kept.join("old.parquet"), folder().join("papers.parquet")).unwrap();
        }),
        ("the manifest", &|| {
            fs::create_dir(folder()).unwrap();
            symlink(kept.join("manifest.json"), folder().join("manifest.json")).unwrap();
        }),
        ("a file of the dataset", &|| symlink(kept.join("README.md"), starcite.path("dest/README.md")).unwrap()),
        ("a folder of the dataset", &|| symlink(&kept, starcite.path("dest/schemas")).unwrap()),
        ("a pipe", &|| {
            fs::create_dir(folder()).unwrap();
            assert!(std::process::Command::new("mkfifo").arg(folder().join("manifest.json")).status().unwrap().success());
        }),
    ];
    for (told, put) in cases {
        of_somebody();
        put();
        let before = files(&kept);
        let ended = starcite.end_soon(&["publish", "dest"]).with_code(1);
        let said = if told == "a pipe" { "not a regular file" } else { "symbolic link" };
        assert!(ended.stderr.contains(said) && ended.stderr.contains("dest/"), "{told}: {}", ended.stderr);
        assert!(files(&kept) == before, "{told}");
    }
    fs::remove_file(folder().join("manifest.json")).unwrap();
    fs::File::create(folder().join("manifest.json")).unwrap().set_len(200 << 30).unwrap();
    let ended = starcite.end_soon(&["publish", "dest"]).with_code(1);
    assert!(ended.stderr.contains("manifest.json is larger than such a file"), "{}", ended.stderr);
    // The user names the destination itself, so it may be a link.
    of_somebody();
    fs::remove_dir(starcite.path("dest")).unwrap();
    symlink(starcite.path("real"), starcite.path("dest")).unwrap();
    fs::create_dir(starcite.path("real")).unwrap();
    starcite.end(&["publish", "dest"]).with_code(0);
}

#[test]
fn a_week_that_is_a_link_is_not_replaced_and_a_leftover_that_is_one_is_not_followed() {
    let starcite = week();
    let (folder, kept) = (starcite.week(WEEK), starcite.path("kept"));
    fs::rename(&folder, &kept).unwrap();
    symlink(&kept, &folder).unwrap();
    let before = files(&kept);
    let ended = starcite.run(&["--offline"]).with_code(1);
    assert!(ended.stderr.contains("week=2026-W47 is a symbolic link"), "{}", ended.stderr);
    assert!(files(&kept) == before && folder.is_symlink());
    fs::remove_file(&folder).unwrap();
    for leftover in ["out/.week=2026-W47.new", "out/.week=2026-W47.old"] {
        for target in [&kept, &starcite.path("nowhere")] {
            symlink(target, starcite.path(leftover)).unwrap();
            starcite.run(&["--offline"]).with_code(0);
            assert!(files(&kept) == before && !starcite.path("nowhere").exists(), "{leftover}");
            assert!(!starcite.path(leftover).is_symlink() && !folder.is_symlink() && folder.is_dir(), "{leftover}");
            fs::remove_dir_all(&folder).unwrap();
        }
    }
}

#[test]
fn a_kept_state_is_not_written_through_a_link() {
    let starcite = week();
    symlink(starcite.path("nowhere"), starcite.path("out/state.db.before-rebuild")).unwrap();
    starcite.run(&["--offline", "--rebuild-state"]).with_code(0);
    assert!(!starcite.path("nowhere").exists() && starcite.path("out/state.db.before-rebuild.2").exists());
}

#[test]
fn a_secret_that_others_may_read_is_taken_with_a_warning() {
    let starcite = Starcite::new();
    starcite.write_papers(&papers(1));
    let file = starcite.write("token", TOKEN);
    for (mode, warns) in [(0o600, false), (0o400, false), (0o440, false), (0o640, false), (0o644, true), (0o660, true), (0o666, true), (0o602, true)] {
        set_mode(&file, mode);
        let ended = starcite.end(&["enrich", "--token-file", "token", "--offline"]);
        let ended = if ended.stderr.contains("token") { ended } else { starcite.run(&["--token-file", "token", "--github-url", "http://127.0.0.1:9"]) };
        assert_eq!(ended.stderr.contains("chmod 600 token"), warns, "{mode:o}: {ended:?}");
        assert!(!ended.stderr.contains(TOKEN) && !ended.stdout.contains(TOKEN));
    }
}

#[test]
fn a_report_is_not_written_through_links_and_everybody_may_read_it() {
    let starcite = week();
    starcite.end(&["report"]).with_code(0);
    let (report, kept) = (starcite.path("out/report"), starcite.path("kept"));
    let all = |path: &Path| fs::read(path).map_or_else(|_| files(path), |bytes| [("".into(), bytes)].into());
    for name in ["", "2026-W47", "index.html", "2026-W47/index.html", "2026-W47/rows-0.js"] {
        let place = report.join(name);
        let place = if name.is_empty() { &report } else { &place };
        fs::rename(place, &kept).unwrap();
        for target in [&kept, &starcite.path("nowhere")] {
            symlink(target, place).unwrap();
            let before = all(&kept);
            let refused = starcite.end(&["report"]).with_code(1);
            let said = if name.ends_with(".js") { "is not a file of the page, and stays" } else { "it is a symbolic link" };
            assert!(refused.line().contains(said) && refused.line().contains(format!("out/report/{name}").trim_end_matches('/')), "{}", refused.stderr);
            assert!(all(&kept) == before && place.is_symlink() && !starcite.path("nowhere").exists(), "{name}");
            fs::remove_file(place).unwrap();
        }
        fs::rename(&kept, place).unwrap();
    }
    for name in ["style.css", "code.atom", "weeks.atom"] {
        fs::remove_file(report.join(name)).unwrap();
        symlink(own(&starcite), report.join(name)).unwrap();
        starcite.end(&["report"]).with_code(0);
        assert_untouched(&starcite);
        assert!(!report.join(name).is_symlink(), "{name}");
    }
    fs::remove_dir_all(&report).unwrap();
    for (umask, of_file, of_folder) in [("022", 0o644, 0o755), ("027", 0o640, 0o750), ("002", 0o664, 0o775)] {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]);
        ended(under(shell, &starcite.command(&["report"])).spawn().unwrap()).with_code(0);
        assert_eq!((mode(&report), mode(&report.join("2026-W47"))), (of_folder, of_folder));
        assert!(files(&report).keys().all(|name| mode(&report.join(name)) == of_file), "{umask}");
        fs::remove_dir_all(&report).unwrap();
    }
}
