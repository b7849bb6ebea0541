//! Tests that damage to one record costs no other one, whatever the byte.

use super::input::Limits;
use super::{BadValues, Body, Framing, SourceKind, Text, arxiv_atom, oai};
use starcite_core::Paper;
use std::io::BufReader;
use std::ops::Range;

const NUMBERS: [&str; 3] = ["2611.00001", "math/0309136", "2611.00003"];

/// A file, and the positions of its records.
type File = (String, Vec<Range<usize>>);

/// Makes a file of three records.
fn file(head: &str, record: impl Fn(&str) -> String, end: &str) -> File {
    let (mut text, mut places) = (head.to_owned(), Vec::new());
    for number in NUMBERS {
        let record = record(number);
        places.push(text.len()..text.len() + record.len());
        text.push_str(&record);
        text.push('\n');
    }
    (text + end, places)
}

fn atom() -> File {
    file(
        "<?xml version='1.0'?><!-- a page --><feed xmlns=\"http://www.w3.org/2005/Atom\"><opensearch:totalResults>3</opensearch:totalResults>\n",
        |id| {
            format!(
                "<entry><id>http://arxiv.org/abs/{id}v1</id><title>On \"{id}\" &amp; more</title><link href=\"http://a.b/{id}\" rel='x'/><!-- {id} -->\
                 <summary><![CDATA[Code <of> {id}]]></summary><category term=\"cs.SE\"/><author><name>Ann {id}</name></author></entry>"
            )
        },
        "</feed>\n",
    )
}

fn oai_raw() -> File {
    file(
        "<OAI-PMH xmlns:x=\"y\"><responseDate>2026-11-24</responseDate><ListRecords>",
        |id| {
            format!(
                "<record><header status=\"new\"><identifier>oai:arXiv.org:{id}</identifier><datestamp>2026-11-18</datestamp></header><metadata><raw:arXivRaw>\
                 <raw:id>{id}</raw:id><raw:version version=\"v1\"><raw:date>2026-11-02</raw:date></raw:version><raw:title>On {id}</raw:title></raw:arXivRaw></metadata></record>"
            )
        },
        "<resumptionToken cursor=\"0\">a|1</resumptionToken></ListRecords></OAI-PMH>",
    )
}

/// Reads the papers of a file, and the reasons for rejects.
fn read(kind: &str, bytes: &[u8]) -> (Vec<Paper>, Vec<String>) {
    let kind = SourceKind::parse(kind).unwrap();
    let Framing::Pieces(splitter) = (kind.framing)(bytes) else { panic!("XML is not cut by lines") };
    let mut pieces = splitter(Box::new(BufReader::with_capacity(97, bytes)), Limits::default());
    let (mut papers, mut rejects) = (Vec::new(), Vec::new());
    while let Some(piece) = pieces(&mut Vec::new()) {
        match piece.text.map(|text| match text {
            Text::Fields(fields) => (kind.parse)(&mut Body::Fields(fields), &mut BadValues::default()),
            Text::Json(_) => panic!("JSON"),
        }) {
            Ok(Ok(said)) => papers.extend(said.paper.map(|paper| *paper)),
            Ok(Err(reason)) => rejects.push(reason),
            Err(unreadable) => rejects.push(unreadable.reason),
        }
    }
    (papers, rejects)
}

/// Damages a file at each position: the other records are read unchanged, and the damaged one is read or rejected.
fn others_are_whole(kind: &str, (text, places): &File, damaged: impl Fn(usize) -> Option<Vec<u8>>) {
    let (whole, rejects) = read(kind, text.as_bytes());
    assert_eq!((whole.len(), rejects.as_slice()), (NUMBERS.len(), [].as_slice()));
    for (at, damaged) in (0..text.len()).filter_map(|at| Some((at, damaged(at)?))) {
        let (papers, rejects) = read(kind, &damaged);
        let shown = || format!("{at} of {kind}: {} and {rejects:?} of {}", papers.len(), String::from_utf8_lossy(&damaged));
        for (paper, _) in whole.iter().zip(places).filter(|(_, place)| !place.contains(&at)) {
            assert!(papers.contains(paper), "{} is lost by {}", paper.paper_id, shown());
        }
        assert!(papers.len() + rejects.len() >= NUMBERS.len(), "{}", shown());
    }
}

#[test]
fn a_byte_that_is_missing_costs_no_other_record() {
    for (kind, file) in [("arxiv-atom", atom()), ("arxiv-oai", oai_raw())] {
        others_are_whole(kind, &file, |at| Some([&file.0.as_bytes()[..at], &file.0.as_bytes()[at + 1..]].concat()));
    }
}

#[test]
fn a_byte_that_is_another_costs_no_other_record() {
    for (kind, file) in [("arxiv-atom", atom()), ("arxiv-oai", oai_raw())] {
        let bytes = [b'<', b'>', b'"', b'&', b'/', b'-', 0xff];
        let damaged = |at: usize| [&file.0.as_bytes()[..at], &[bytes[at % bytes.len()]], &file.0.as_bytes()[at + 1..]].concat();
        others_are_whole(kind, &file, |at| Some(damaged(at)));
    }
}

#[test]
fn a_tag_that_is_missing_costs_no_other_record() {
    for (kind, file) in [("arxiv-atom", atom()), ("arxiv-oai", oai_raw())] {
        others_are_whole(kind, &file, |at| {
            let rest = file.0[at..].strip_prefix('<')?;
            Some([&file.0[..at], rest.split_once('>').unwrap().1].concat().into_bytes())
        });
    }
}

#[test]
fn a_file_that_breaks_off_says_so_wherever_that_is() {
    for (kind, (text, places)) in [("arxiv-atom", atom()), ("arxiv-oai", oai_raw())] {
        let end = text.rfind('>').unwrap();
        for at in 1..end {
            let (papers, rejects) = read(kind, &text.as_bytes()[..at]);
            assert_eq!(papers.len(), places.iter().filter(|place| place.end <= at).count(), "{at} of {text}");
            assert!(!rejects.is_empty(), "{at} of {text}");
        }
    }
}

#[test]
fn a_live_page_is_whole_or_no_page() {
    let (text, _) = oai_raw();
    let whole = oai::page(text.as_bytes()).unwrap();
    for at in 0..text.len() {
        if let Ok(page) = oai::page(&[&text.as_bytes()[..at], &text.as_bytes()[at + 1..]].concat()) {
            assert_eq!((page.records, page.token.is_some()), (whole.records, whole.token.is_some()), "{at} of {text}");
        }
    }
    let (text, places) = atom();
    for at in 0..text.len() {
        if let Ok(feed) = arxiv_atom::feed(&[&text.as_bytes()[..at], &text.as_bytes()[at + 1..]].concat()) {
            for (number, _) in NUMBERS.iter().zip(&places).filter(|(_, place)| !place.contains(&at)) {
                assert!(feed.ids.iter().any(|id| id == number), "{number} at {at} of {text}");
            }
        }
    }
}

#[test]
fn what_a_comment_holds_is_no_record_unless_the_comment_does_not_end() {
    let (text, _) = atom();
    let commented = |open: &str, close: &str| text.replacen("<entry>", &format!("{open}<entry>"), 1).replacen("</entry>", &format!("</entry>{close}"), 1);
    assert_eq!(read("arxiv-atom", commented("<!-- -- ", " --->").replace("<!-- 2611.00001 -->", "").as_bytes()).0.len(), 2);
    let (papers, rejects) = read("arxiv-atom", commented("<!- ", "").as_bytes());
    assert_eq!((papers.len(), rejects.len()), (3, 0), "{rejects:?}");
    let (papers, rejects) = read("arxiv-atom", text.replacen("a page -->", "a page ->", 1).as_bytes());
    assert_eq!((papers.len(), rejects.as_slice()), (3, ["a comment that does not end".to_owned()].as_slice()));
}

#[test]
fn an_ampersand_that_begins_nothing_is_a_letter() {
    let (text, _) = atom();
    for (written, read_as) in [("AT&T", "AT&T"), ("AT&T rules; ok", "AT&T rules; ok"), ("A & B", "A & B"), ("A&#38;B", "A&B")] {
        let (papers, rejects) = read("arxiv-atom", text.replacen("On \"2611.00001\" &amp; more", written, 1).as_bytes());
        assert_eq!((papers.len(), papers[0].title.as_deref(), rejects.as_slice()), (3, Some(read_as), [].as_slice()));
    }
}

#[test]
fn a_record_that_is_too_long_is_left_out_and_the_next_one_is_read() {
    let (text, places) = oai_raw();
    let long = text.replacen("On 2611.00001", &"x".repeat(5_000), 1);
    let kind = SourceKind::parse("arxiv-oai").unwrap();
    let Framing::Pieces(splitter) = (kind.framing)(&[]) else { panic!("XML is not cut by lines") };
    let limits = Limits { record_bytes: 1_000, ..Limits::default() };
    let mut pieces = splitter(Box::new(BufReader::with_capacity(97, long.as_bytes())), limits);
    let read: Vec<_> = std::iter::from_fn(|| pieces(&mut Vec::new())).map(|piece| (piece.byte_offset, piece.text.err().map(|why| why.reason))).collect();
    let later = |place: usize| (places[place].start + long.len() - text.len()) as u64;
    assert_eq!(read, [(places[0].start as u64, Some("longer than 1000 bytes".to_owned())), (later(1), None), (later(2), None)]);
}

#[test]
fn a_file_of_something_else_is_told() {
    for text in ["<html><body>Busy</body></html>", "Rate exceeded.", "\u{feff}<a/>"] {
        let (papers, rejects) = read("arxiv-oai", text.as_bytes());
        assert_eq!((papers.len(), rejects.as_slice()), (0, ["no <OAI-PMH> in it".to_owned()].as_slice()), "{text}");
    }
    assert_eq!(read("arxiv-oai", b" \n"), (vec![], vec![]));
}

#[test]
fn many_beginnings_without_an_end_take_no_longer_than_they_are_long() {
    for beginning in ["<!-- ", "<![CDATA[", "<entry \"", "<entry>", "<feed>", "<entry", "&"] {
        let (papers, _) = read("arxiv-atom", beginning.repeat(20_000).as_bytes());
        assert!(papers.is_empty());
    }
}
