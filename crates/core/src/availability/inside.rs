//! Decides the flags about the contents of a repository that its host serves.

use super::{CodeFacts, CodeLink, Flag, Flags, Repository, root};
use crate::observation::{NO_LICENCE, UNNAMED_LICENCE};
use crate::paper_mentions;
use chrono::{DateTime, Utc};

/// A repository is maintained if its last activity was at most so many days before the end of the week.
const MAINTAINED_DAYS: f64 = 365.0;

/// Adds all flags about the contents; returns the days since the last activity.
pub(super) fn add(link: &CodeLink<'_>, repository: &Repository<'_>, archive: Option<&str>, end: DateTime<Utc>, flags: &mut Flags) -> Option<f64> {
    let facts = repository.facts;
    code(facts, flags);
    licence(repository, flags);
    naming(link, flags);
    let idle_days = maintenance(facts, end, flags);
    citability(archive, repository, flags);
    root::add_signs(facts, flags);
    idle_days
}

/// Returns a text that is known and not empty; an empty text means that there is none.
fn named(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn code(facts: CodeFacts<'_>, flags: &mut Flags) {
    let language = named(facts.language).or_else(|| facts.languages?.first().map(String::as_str));
    let in_root = facts.root_entries.map(root::code_entry);
    let (has_code, evidence) = match (facts.is_empty, facts.is_disabled, language, in_root) {
        (Some(true), ..) => (Some(false), "it has no commit".to_owned()),
        (_, Some(true), ..) => (Some(false), "its host disabled it".to_owned()),
        (_, _, Some(language), _) => (Some(true), format!("its language is {language}")),
        (_, _, None, Some(Some(entry))) => (Some(true), format!("its root folder holds {entry}")),
        (_, _, None, Some(None)) => (Some(false), "its root folder holds no more than a README and the like".to_owned()),
        (_, _, None, None) => (None, "neither languages nor the root folder are known".to_owned()),
    };
    flags.set(Flag::HasCode, has_code, evidence);
}

fn licence(repository: &Repository<'_>, flags: &mut Flags) {
    let facts = repository.facts;
    let file = facts.root_entries.and_then(root::licence_file);
    let (has_licence, is_approved, evidence) = match (facts.license_spdx, file) {
        (Some(UNNAMED_LICENCE), _) => (Some(true), None, "a licence that its host does not recognise".to_owned()),
        (None | Some(NO_LICENCE), Some(file)) => (Some(true), None, format!("the file {file}")),
        (Some(NO_LICENCE), None) => (Some(false), Some(false), format!("none, says {}", repository.observed_by.unwrap_or("its host"))),
        (Some(id), _) => (Some(true), spdx::license_id(id).map(|licence| licence.is_osi_approved()), id.to_owned()),
        (None, None) => (None, None, "nobody has said whether it has one".to_owned()),
    };
    let approval = match is_approved {
        Some(true) => "on the list of the Open Source Initiative",
        Some(false) if has_licence == Some(true) => "not on the list of the Open Source Initiative",
        Some(false) => "there is no licence",
        None => "which licence it is, is not known",
    };
    flags.set(Flag::HasLicence, has_licence, evidence);
    flags.set(Flag::LicenceIsOsiApproved, is_approved, approval);
}

fn naming(link: &CodeLink<'_>, flags: &mut Flags) {
    let evidence = match link.names_paper {
        Some(true) => format!("{} names the paper", link.named_where.unwrap_or("a file")),
        Some(false) => "no file of it names the paper as its own".to_owned(),
        None => "its README and citation files were not read for this paper".to_owned(),
    };
    flags.set(Flag::NamesPaper, link.names_paper, evidence);
}

/// Decides `is_maintained`. A push counts as a commit, because a release needs one as well. If it is unknown whether the repository is archived, a date
/// is not enough.
fn maintenance(facts: CodeFacts<'_>, end: DateTime<Utc>, flags: &mut Flags) -> Option<f64> {
    let dates = [(facts.head_committed_at, "commit"), (facts.pushed_at, "push"), (facts.latest_release_at, "release")];
    let newest = dates.into_iter().filter_map(|(at, what)| Some((at?, what))).max_by_key(|(at, _)| *at);
    let days = newest.map(|(at, _)| (end - at).num_seconds().max(0) as f64 / 86_400.0);
    let last = newest.map(|(at, what)| format!("last {what} on {}", at.date_naive()));
    let is_recent = days.map(|days| days <= MAINTAINED_DAYS);
    let (is_maintained, idle_days, evidence) = match (facts.is_archived, is_recent, last) {
        (Some(true), ..) => (Some(false), Some(f64::INFINITY), "it is archived: read-only".to_owned()),
        (None, Some(is_recent), Some(last)) => ((!is_recent).then_some(false), None, format!("{last}; whether it is archived is not known")),
        (_, Some(is_recent), Some(last)) => (Some(is_recent), days, last),
        _ => (None, None, "no date of a commit or a release is known".to_owned()),
    };
    flags.set(Flag::IsMaintained, is_maintained, evidence);
    idle_days
}

fn citability(archive: Option<&str>, repository: &Repository<'_>, flags: &mut Flags) {
    let facts = repository.facts;
    let file = facts.root_entries.map(|entries| paper_mentions::citation_of(entries.iter().map(String::as_str)));
    let (is_citable, evidence) = match (file, facts.releases, archived_copy(facts), repository.archived_copy) {
        (Some(Some(file)), ..) => (Some(true), format!("it has a {file}")),
        (_, Some(1..), ..) => (Some(true), named(facts.latest_release).map_or("it has a release".to_owned(), |tag| format!("it has the release {tag}"))),
        (_, _, Some(Some(id)), _) => (Some(true), format!("it names an archived copy: {id}")),
        (.., Some(id)) => (Some(true), format!("{id} is an archive of it, says its record")),
        _ if archive.is_some() => return add_archive(archive, flags),
        (Some(None), Some(0), Some(None), _) => (Some(false), "no CITATION.cff, no release and no archived copy named".to_owned()),
        _ => (None, "not all of CITATION.cff, releases and archived copies are known".to_owned()),
    };
    flags.set(Flag::IsCitable, is_citable, evidence);
}

/// Adds that the paper links an archived copy, if it does: that copy can be cited whatever the state of the repository.
pub(super) fn add_archive(archive: Option<&str>, flags: &mut Flags) {
    if let Some(archive) = archive.filter(|_| flags.get(Flag::HasLink) == Some(true)) {
        flags.set(Flag::IsCitable, Some(true), format!("the paper links an archived copy: {archive}"));
    }
}

/// Returns the archived copy that the repository's files name; `Some(None)` if they name none or if it has no such files, `None` if they were not read.
fn archived_copy(facts: CodeFacts<'_>) -> Option<Option<&str>> {
    let named = facts.archive_ids.and_then(<[String]>::first).map(String::as_str).or(facts.citation_doi);
    let entries = || facts.root_entries.unwrap_or_default().iter().map(String::as_str);
    let has_none_to_read = facts.root_entries.is_some() && paper_mentions::statements_of(entries()).is_empty();
    match named {
        Some(id) => Some(Some(id)),
        None => (facts.archive_ids.is_some() || has_none_to_read).then_some(None),
    }
}
