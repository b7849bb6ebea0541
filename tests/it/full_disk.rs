//! A full disk: one line reports it, nothing is half-written, the earlier week is complete, and the same command completes when there is room.
//!
//! The small disk is a tmpfs in its own mount namespace. Where the system does not allow one, the tests are skipped.

use crate::hf_live::{entry, query};
use crate::server::{Server, say};
use crate::starcite::{Ended, Starcite, ended, files, under};
use crate::tables::rows;
use needs::{Need, lacks};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A small file system, which exists as long as its idle process.
struct SmallDisk {
    keeper: Child,
    /// Its path inside and outside the namespace.
    inside: PathBuf,
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts a new one on a folder of the test; `None` if the system does not allow mounts.
    fn mount(at: &Path, kib: usize) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let disk = [&["--user", "--map-root-user", "--mount"][..], &["--mount"]].into_iter().find_map(|namespaces| Self::try_mount(at, kib, namespaces));
        if disk.is_none() {
            lacks(Need::Mount, "no file system can be mounted here");
        }
        disk
    }

    fn try_mount(at: &Path, kib: usize, namespaces: &[&str]) -> Option<Self> {
        let script = format!("mount -t tmpfs -o size={kib}k small \"$0\" && echo mounted && read -r line");
        let mut command = Command::new("unshare");
        command.args(namespaces).args(["sh", "-c", &script]).arg(at).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().ok()?;
        let mut said = String::new();
        BufReader::new(keeper.stdout.take()?).read_line(&mut said).ok()?;
        // A mount in the keeper's namespace is visible through its root.
        let path = PathBuf::from(format!("/proc/{}/root", keeper.id())).join(at.strip_prefix("/").ok()?);
        let disk = Self { keeper, inside: at.to_owned(), path };
        (said == "mounted\n" && fs::metadata(&disk.path).is_ok()).then_some(disk)
    }

    /// Runs the program in the namespace of the disk.
    fn run(&self, command: &Command) -> Ended {
        let mut entered = Command::new("nsenter");
        entered.args(["--target", &self.keeper.id().to_string(), "--mount"]);
        if fs::read_to_string(format!("/proc/{}/uid_map", self.keeper.id())).unwrap() != fs::read_to_string("/proc/self/uid_map").unwrap() {
            entered.args(["--user", "--preserve-credentials"]);
        }
        entered.arg(format!("--wd={}", command.get_current_dir().unwrap().display()));
        ended(under(entered, command).spawn().unwrap())
    }

    /// Makes the disk read-only.
    fn make_read_only(&self) {
        let mut command = Command::new("mount");
        command.args(["-o", "remount,ro"]).arg(&self.inside).current_dir("/");
        self.run(&command).with_code(0);
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }

    /// Fills the disk except for `kib` KiB.
    fn fill_but(&self, kib: usize) {
        let mut filler = File::create(self.filler()).unwrap();
        let mut bytes = 0;
        while let Ok(written) = filler.write(&[1; 4096]) {
            bytes += written;
        }
        filler.set_len(bytes.saturating_sub(kib * 1024) as u64).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill().and_then(|()| self.keeper.wait()); // it may have ended already
    }
}

/// Amounts of free space from none to more than enough, so that each written file is at some point the one that does not fit.
const ROOMS_KIB: [usize; 8] = [0, 4, 16, 64, 128, 192, 256, 512];

/// Returns papers with texts that do not compress well.
fn wordy(count: usize) -> Vec<Value> {
    let mut seed = 7_u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{:x}", seed >> 20)
    };
    let text = |id: usize, word: &mut dyn FnMut() -> String| {
        let words: Vec<String> = (0..20).map(|_| word()).collect();
        json!({"id": format!("w:{id}"), "title": word(), "abstract": format!("{} Code: https://github.com/{}/{} {}", words[..10].join(" "), word(), word(), words[10..].join(" "))})
    };
    (0..count).map(|id| text(id, &mut word)).collect()
}

/// Asserts one line with the full file or folder, and the next step.
#[track_caller]
fn assert_says_full(ended: &Ended, place: &Path, what: &str) {
    assert_eq!(ended.code, Some(1), "{what}: {ended:?}");
    let said = ended.stderr.lines().last().unwrap(); // a note that the week is closed may precede it
    assert!((said.contains("is the disk full?") || said.contains("No space left")) && said.contains(place.to_str().unwrap()), "{what}: {said}");
    assert!(ended.stdout.is_empty() && !said.contains("panicked"), "{what}: {said}");
}

#[test]
fn a_run_that_finds_no_room_leaves_the_earlier_week_whole_and_completes_when_there_is_some() {
    let mut starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 6 * 1024) else { return };
    let (out, inside) = (disk.path.join("out"), disk.inside.join("out"));
    let run = |starcite: &Starcite| disk.run(&starcite.command(&["run", "pipeline.toml", "--offline", "--out", inside.to_str().unwrap()]));
    starcite.write_papers(&wordy(20));
    run(&starcite).with_code(0);
    let first_week = out.join("week=2026-W47");
    let before = files(&first_week);
    starcite.write_papers(&wordy(1_500));
    starcite.at("2026-11-30T12:00:00Z");
    let mut full = 0;
    for kib in ROOMS_KIB {
        disk.fill_but(kib);
        let ended = run(&starcite);
        let names: Vec<String> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(files(&first_week) == before, "{kib} KiB");
        if ended.code != Some(0) {
            assert_says_full(&ended, &inside, &format!("{kib} KiB"));
            assert!(!names.iter().any(|name| name.contains("2026-W48")), "{kib} KiB: {names:?}");
            full += 1;
        }
        disk.make_room();
    }
    assert!(full > 3, "too few of the rooms were too small: {full}");
    run(&starcite).with_code(0);
    disk.run(&starcite.command(&["verify", inside.to_str().unwrap()])).with_code(0);
    assert_eq!(rows(&out.join("week=2026-W48"), "papers").len(), 1_480);

    let roomy = &mut Starcite::new();
    roomy.write_papers(&wordy(20));
    roomy.run(&["--offline"]).with_code(0);
    roomy.write_papers(&wordy(1_500));
    roomy.at("2026-11-30T12:00:00Z").run(&["--offline"]).with_code(0);
    assert!(files(&roomy.week("2026-W48")) == files(&out.join("week=2026-W48")), "the failures left no trace");
}

#[test]
fn a_file_that_does_not_fit_is_not_seen() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 2 * 1024) else { return };
    starcite.write_papers(&wordy(1_000));
    starcite.run(&["--offline"]).with_code(0);
    let (to, inside) = (disk.path.join("result"), disk.inside.join("result"));
    let to_text = inside.to_str().unwrap();
    let commands: [&[&str]; 4] = [
        &["compact", "--output", to_text],
        &["extract", "papers.jsonl", "--output", to_text],
        &["extract", "papers.jsonl", "--format", "csv", "--output", to_text],
        &["extract", "papers.jsonl", "--format", "parquet", "--output", to_text],
    ];
    for command in commands {
        for kib in [0, 4, 32] {
            disk.fill_but(kib);
            assert_says_full(&disk.run(&starcite.command(command)), &inside, &command.join(" "));
            assert_eq!(fs::read_dir(&disk.path).unwrap().count(), 1, "{command:?} left something behind");
            disk.make_room();
        }
        disk.run(&starcite.command(command)).with_code(0);
        assert!(fs::metadata(&to).unwrap().len() > 32 * 1024);
        fs::read_dir(&disk.path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).for_each(|file| fs::remove_file(file).unwrap());
    }
}

#[test]
fn a_report_that_does_not_fit_leaves_the_former_page_and_completes_when_there_is_room() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 6 * 1024) else { return };
    let (out, inside) = (disk.path.join("out"), disk.inside.join("out"));
    let end = |args: &[&str]| disk.run(&starcite.command(&[args, &["--out", inside.to_str().unwrap()]].concat()));
    starcite.write_papers(&wordy(20));
    end(&["run", "pipeline.toml", "--offline"]).with_code(0);
    end(&["report"]).with_code(0);
    let (report, page) = (out.join("report"), "2026-W47/index.html");
    let before = files(&report);
    starcite.write_papers(&wordy(1_500));
    end(&["run", "pipeline.toml", "--offline"]).with_code(0);
    let mut full = 0;
    for kib in ROOMS_KIB.into_iter().chain([320, 384, 448]) {
        disk.fill_but(kib);
        let ended = end(&["report"]);
        disk.make_room();
        let after = files(&report);
        if after.get(Path::new(page)) == before.get(Path::new(page)) {
            assert_says_full(&ended, &inside, &format!("{kib} KiB"));
            assert!(after == before, "{kib} KiB: {:?}", after.keys());
            full += 1;
        } else if ended.code != Some(0) {
            // The page is whole, and a feed or the list did not fit.
            assert_says_full(&ended, &inside, &format!("{kib} KiB"));
        }
    }
    assert!(full > 3, "too few of the rooms were too small: {full}");
    end(&["report"]).with_code(0);
    let roomy = Starcite::new();
    roomy.write_papers(&wordy(20));
    roomy.run(&["--offline"]).with_code(0);
    roomy.write_papers(&wordy(1_500));
    roomy.run(&["--offline"]).with_code(0);
    roomy.end(&["report"]).with_code(0);
    assert!(files(&roomy.path("out/report")) == files(&report), "the failures left no trace");
}

#[test]
fn a_cache_that_does_not_fit_is_no_failure_of_the_host() {
    let hf = Server::start(|_, request| say(200, json!([entry(query(request, "date"), 0), {"padding": "x".repeat(100_000)}])));
    let starcite = Starcite::asking(&crate::server::nobody(), &[]);
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 2 * 1024) else { return };
    starcite.write_pipeline("hf-daily", "");
    let inside = disk.inside.join("out");
    let run = || disk.run(&starcite.command(&["run", "pipeline.toml", "--hf-url", &hf.url, "--out", inside.to_str().unwrap(), "--week", "2026-W40"]));
    disk.fill_but(400);
    assert_says_full(&run(), &inside.join("cache"), "the cache");
    let came = hf.log().len();
    assert!((1..7).contains(&came), "{came}");
    disk.make_room();
    run().with_code(3);
    assert_eq!(hf.log().len(), came + 7 - (came - 1), "the days that fitted are not asked for again");
}

#[test]
fn what_only_reads_the_state_needs_no_room_and_what_writes_it_says_that_there_is_none() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 2 * 1024) else { return };
    starcite.write_papers(&wordy(20));
    let inside = disk.inside.join("out");
    let out = inside.to_str().unwrap();
    disk.run(&starcite.command(&["run", "pipeline.toml", "--offline", "--out", out])).with_code(0);
    disk.fill_but(0);
    for command in [&["verify", out][..], &["status", "--out", out], &["plan", "pipeline.toml", "--out", out]] {
        disk.run(&starcite.command(command)).with_code(0);
    }
    assert_says_full(&disk.run(&starcite.command(&["enrich", "/dev/null", "--offline", "--out", out])), &inside, "enrich");
}

#[test]
fn what_only_reads_needs_no_disk_that_can_be_written() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 4 * 1024) else { return };
    starcite.write_papers(&wordy(20));
    let inside = disk.inside.join("out");
    let out = inside.to_str().unwrap();
    let run = |args: &[&str]| disk.run(&starcite.command(&[args, &["--out", out]].concat()));
    run(&["run", "pipeline.toml", "--offline"]).with_code(0);
    let elsewhere = ["all.parquet", "csv", "pwc"].map(|name| starcite.path(name).to_str().unwrap().to_owned());
    let reading: [&[&str]; 10] = [
        &["status"],
        &["plan", "pipeline.toml"],
        &["rank"],
        &["compact", "--output", &elsewhere[0]],
        &["export", "csv", "--output", &elsewhere[1]],
        &["export", "pwc", "--output", &elsewhere[2]],
        &["export", "bibtex", "--all"],
        &["export", "duckdb", "--sql"],
        &["publish", "dest"],
        &["export", "jsonl", "--table", "links"],
    ];
    disk.make_read_only();
    for args in reading {
        run(args).with_code(0);
    }
    disk.run(&starcite.command(&["verify", out])).with_code(0);
    let writing: [&[&str]; 6] =
        [&["run", "pipeline.toml", "--offline"], &["compact"], &["dataset"], &["report"], &["export", "csv"], &["enrich", "/dev/null", "--offline"]];
    for args in writing {
        let ended = run(args).with_code(1);
        assert!(ended.line().contains(out) && ended.line().contains("Read-only"), "{args:?}: {}", ended.stderr);
    }
}

#[test]
fn a_full_place_for_temporary_files_is_named_with_what_to_set() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 1024) else { return };
    starcite.write_papers(&wordy(12_000));
    disk.fill_but(64);
    let mut command = starcite.command(&["run", "pipeline.toml", "--offline"]);
    command.env("SQLITE_TMPDIR", &disk.inside).env("TMPDIR", &disk.inside);
    let ended = disk.run(&command).with_code(1);
    assert!(ended.line().contains("SQLITE_TMPDIR") && ended.line().contains("temporary"), "{}", ended.stderr);
    assert!(!starcite.week("2026-W47").exists());
    starcite.run(&["--offline"]).with_code(0);
}

#[test]
fn a_disk_without_room_for_three_weeks_fails_before_the_run_that_would_fill_it() {
    let starcite = Starcite::new();
    let Some(disk) = SmallDisk::mount(&starcite.path("disk"), 6 * 1024) else { return };
    let (out, doctor) = (disk.inside.join("out"), |out: &str| disk.run(&starcite.command(&["doctor", "--offline", "--out", out])));
    assert!(doctor(out.to_str().unwrap()).with_code(1).stdout.contains("free, and a run needs 1.0 GiB  -> make room"));
    starcite.write_papers(&wordy(20));
    disk.run(&starcite.command(&["run", "pipeline.toml", "--offline", "--out", out.to_str().unwrap()])).with_code(0);
    assert!(doctor(out.to_str().unwrap()).with_code(0).stdout.contains("ok    disk"));
    disk.fill_but(16);
    assert!(doctor(out.to_str().unwrap()).with_code(1).stdout.contains("fail  disk"));
}
