//! `starcite digest` and `starcite send`, up to the mail server: scripts/check_mail has one.

use crate::starcite::{Ended, MONDAY_OF_W49, Starcite, files};
use serde_json::json;
use std::fs;

const ANY: &str = "[[digest]]\nname = \"any\"\nfrom = \"me@example.org\"\nto = [\"ada@example.org\"]\n";
const MAIL: &str = "[mail]\nhost = \"localhost\"\nport = 1\nsecurity = \"none\"\n";

/// Writes a week with two papers, and a pipeline with these sections.
fn with(sections: &str) -> Starcite {
    let starcite = Starcite::new();
    let paper = |id: &str, text: &str| json!({"id": id, "title": format!("On {id}"), "abstract": text, "authors": ["Ada Lovelace"]}).to_string() + "\n";
    starcite.write("papers.jsonl", paper("t:with", "Code: https://github.com/o/first is ours.") + &paper("t:without", "We say nothing."));
    pipeline(&starcite, "");
    starcite.run(&["--offline"]).with_code(0);
    pipeline(&starcite, sections);
    starcite
}

fn pipeline(starcite: &Starcite, sections: &str) {
    starcite.write("pipeline.toml", format!("name = \"test\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n{sections}"));
}

fn digest(starcite: &Starcite, args: &[&str]) -> Ended {
    starcite.end(&[&["digest", "pipeline.toml"], args].concat())
}

fn send(starcite: &Starcite, args: &[&str]) -> Ended {
    starcite.end(&[&["send", "pipeline.toml"], args].concat())
}

fn markdown(starcite: &Starcite) -> String {
    fs::read_to_string(starcite.path("out/digest/2026-W47/any.md")).unwrap()
}

#[test]
fn a_digest_is_two_files_that_depend_on_the_week_alone() {
    let mut starcite = with(ANY);
    let ended = digest(&starcite, &[]).with_code(0);
    assert_eq!(ended.stdout, "out/digest/2026-W47/any.eml: 2026-W47: 1 new paper\n");
    let first = files(&starcite.path("out/digest"));
    assert_eq!(first.len(), 2);
    digest(starcite.at(MONDAY_OF_W49), &["--threads", "1"]).with_code(0);
    assert_eq!(files(&starcite.path("out/digest")), first);
    assert!(markdown(&starcite).contains("Of 2 papers of the week, 1: unknown whether they have code."), "{}", markdown(&starcite));
}

#[test]
fn who_is_left_out_is_left_out_of_digests_of_earlier_weeks_too() {
    let starcite = with(&format!("{ANY}[suppress]\nauthors = [\"Ada Lovelace\"]\npapers = [\"t:without\"]\n"));
    digest(&starcite, &[]).with_code(0);
    assert!(!markdown(&starcite).contains("Lovelace") && markdown(&starcite).contains("Of 1 paper of the week"), "{}", markdown(&starcite));
}

#[test]
fn a_digest_that_has_nothing_to_tell_any_more_loses_its_message() {
    let starcite = with(ANY);
    digest(&starcite, &[]).with_code(0);
    pipeline(&starcite, &format!("{ANY}keywords = [\"nowhere\"]\n"));
    let ended = digest(&starcite, &[]).with_code(0);
    assert_eq!(ended.stdout, "any, 2026-W47: nothing to tell, and so no mail\n");
    assert!(!starcite.path("out/digest/2026-W47/any.eml").exists() && markdown(&starcite).contains("Nothing new"));
}

#[test]
fn wrong_sections_are_errors_with_their_line_or_key_and_nothing_is_sent() {
    for (sections, told) in [
        ("[[digest]]\nname = \"any\"\nsubject = \"a\\r\\nBcc: x@example.org\"\n", "line 7: the text has the character U+000D"),
        ("[[digest]]\nname = \"any\"\nfrom = \"Ada\\n <a@example.org>\"\n", "line 7: the text has the character U+000A"),
        ("[[digest]]\nname = \"any\"\nto = [\"ada\"]\n", "line 7: it is not an address"),
        ("[[digest]]\nname = \"any\"\nto = \"ada@example.org\"\n", "write [\"ada@example.org\"]"),
        ("[[digest]]\nname = \"Any one\"\n", "line 6: a digest's name is of a-z"),
        ("[[digest]]\nname = \"any\"\nchanges = [\"code_apeared\"]\n", "did you mean \"code_appeared\"?"),
        ("[[digest]]\nname = \"any\"\ntiers = [\"good\"]\n", "unknown value `good`"),
        ("[[digest]]\nname = \"any\"\nunsubscribe_url = \"http://h.example/\"\n", "line 7: unsubscribe_url is not an https address"),
        ("[[digest]]\nname = \"any\"\nkeyword = [\"a\"]\n", "did you mean \"keywords\"?"),
        ("[[digest]]\nname = \"any\"\n[[digest]]\nname = \"any\"\n", "two digests have the name \"any\""),
        ("[mail]\nhost = \"smtp.example.org:465\"\n", "line 6: host is not the name of a server"),
        ("[mail]\nhost = \"smtp.example.org\"\nsecurity = \"none\"\n", "is for a server on this machine"),
        ("[mail]\nhost = \"smtp.example.org\"\npassword_file = \"p\"\n", "password_file needs user"),
        ("[digest]\nname = \"any\"\n", "write [[digest]]"),
    ] {
        let starcite = with(sections);
        let ended = send(&starcite, &["--yes"]).with_code(1);
        assert!(ended.stderr.contains(told), "{sections}\n{}", ended.stderr);
    }
}

#[test]
fn what_can_not_be_sent_is_an_error_with_the_next_step() {
    for (sections, args, told) in [
        (MAIL.to_owned(), vec![], "has no [[digest]]"),
        (ANY.to_owned(), vec![], "has no [mail]"),
        (format!("{MAIL}{ANY}"), vec!["--digest", "other"], "has no digest \"other\", but any"),
        (format!("{MAIL}[[digest]]\nname = \"any\"\nfrom = \"me@example.org\"\n"), vec![], "name them in to"),
        (format!("{MAIL}[[digest]]\nname = \"any\"\nto = [\"a@example.org\"]\n"), vec![], "has no sender"),
        (format!("{MAIL}[[digest]]\nname = \"any\"\nfrom = \"me@example.org\"\nto = \"none.txt\"\n"), vec![], "cannot read the recipients from none.txt"),
        (format!("{MAIL}user = \"me\"\n{ANY}"), vec![], "there is no password: set STARCITE_SMTP_PASSWORD"),
        (format!("{MAIL}{ANY}template = \"none.html\"\n"), vec![], "cannot read the template none.html"),
    ] {
        let starcite = with(&sections);
        let ended = send(&starcite, &[&["--yes"], args.as_slice()].concat()).with_code(1);
        assert!(ended.stderr.contains(told), "{sections}\n{}", ended.stderr);
    }
    let starcite = with(&format!("{MAIL}[[digest]]\nname = \"any\"\nfrom = \"me@example.org\"\nto = \"readers.txt\"\n"));
    starcite.write("readers.txt", "# readers\nada@example.org\n\nnobody\n");
    let ended = send(&starcite, &["--yes"]).with_code(1);
    assert!(ended.stderr.contains("readers.txt, line 4: it is not an address"), "{}", ended.stderr);
}

#[test]
fn a_dry_run_says_who_would_get_what_and_asks_no_server() {
    let starcite = with(&format!("{MAIL}{ANY}"));
    let ended = send(&starcite, &[]).with_code(0);
    assert_eq!(ended.stdout, "any: \"2026-W47: 1 new paper\" to 1 recipient\nNothing was sent: starcite send … --yes sends it\n");
    let ended = send(&starcite, &["--yes"]).with_code(75);
    assert!(ended.stderr.contains("the mail server localhost:1 takes no connection"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "any, 2026-W47: sent to 0 recipients, 1 still owed\n");
}

#[test]
fn an_old_week_is_sent_only_by_its_name_and_a_week_of_another_pipeline_never() {
    let mut starcite = with(&format!("{MAIL}{ANY}"));
    starcite.at("2026-12-28T06:00:00Z");
    let ended = send(&starcite, &[]).with_code(1);
    assert!(ended.stderr.contains("2026-W47, which ended 35 days ago"), "{}", ended.stderr);
    send(&starcite, &["--week", "2026-W47"]).with_code(0);
    starcite.write("pipeline.toml", format!("name = \"other\"\n[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n{MAIL}{ANY}"));
    for command in ["digest", "send"] {
        let ended = starcite.end(&[command, "pipeline.toml", "--week", "2026-W47"]).with_code(1);
        assert!(ended.stderr.contains("is of the pipeline \"test\", and not of \"other\""), "{}", ended.stderr);
    }
}

#[test]
fn a_digest_is_not_written_through_a_link() {
    let starcite = with(ANY);
    fs::create_dir_all(starcite.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(starcite.path("elsewhere"), starcite.path("out/digest")).unwrap();
    digest(&starcite, &[]).with_code(1);
    assert_eq!(fs::read_dir(starcite.path("elsewhere")).unwrap().count(), 0);
}

#[test]
fn without_the_state_that_knows_who_has_what_nothing_is_sent_and_no_state_is_made() {
    let starcite = with(&format!("{MAIL}{ANY}"));
    fs::rename(starcite.path("out/state.db"), starcite.path("kept.db")).unwrap();
    for args in [&[][..], &["--yes"]] {
        let ended = send(&starcite, args).with_code(1);
        assert!(ended.stderr.contains("out/state.db is not there, which knows who has which message"), "{}", ended.stderr);
    }
    assert!(!starcite.path("out/state.db").exists());
    send(&starcite, &["--state", "kept.db"]).with_code(0);
    starcite.end(&["run", "pipeline.toml", "--offline", "--out", "elsewhere"]).with_code(0);
    let ended = send(&starcite, &["--yes", "--state", "elsewhere/state.db"]).with_code(75);
    assert!(ended.stderr.contains("takes no connection"), "{}", ended.stderr);
}
