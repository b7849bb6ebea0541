//! The columns of `links`.

use super::{Column, Table, none_without, only_with};
use crate::Null::{NoneWhere, NoneWhereBeside, OnlyWhere};
use crate::{Candidates, Is, Null, Places, Text, Texts, When};
use chrono::NaiveDate;
use starcite_core::extract::{REPAIR_NAMES, ROLE_RULES, SettledBy};
use starcite_core::paper_mentions::MatchedBy;
use starcite_core::{Field, LinkKind, ListClaim, RepoState, Role, Week};

/// Rules that decide `official`.
const OFFICIAL_RULES: &[&str] = &["paper_says", "both_say", "repository_says", "conflict", REASSIGNED];

/// The value of `official_rule` if the name now belongs to another repository.
pub const REASSIGNED: &str = "reassigned";

/// The null of a link that leads to no code.
const NO_CODE: Null = NoneWhere(When::is_not("kind", Is::Text(&["repo", "gist", "anonymous_repo", "notebook", "archive"])));

/// The null of a link that has no repository, or whose repository does not name the paper.
const NOT_NAMED: Null = NoneWhere(When::is("paper_named_by_repo", Is::Bool(false)).or(&When::is("repo", Is::Null)));

table! {
    LINKS, Link<'a>: "links", key ["paper_id", "kind", "target"], "every link of every paper, complete as of the week";

    paper_id: Text<'a>, "id of the paper";
    kind: LinkKind, "kind of the target";
    target: Option<Text<'a>>, null OnlyWhere(When::is("kind", Is::Text(&["promise"]))), "normalised URL";
    repo: Option<Text<'a>>, null NoneWhere(When::is_not("kind", Is::Text(&["archive"]))),
        "current name of the repository, host/path: joins repos.repo; for an archive, the repository whose code it contains";
    field: Field, "field with the best mention";
    start: Option<i64>, null Null::None("the link is a whole field"), "first UTF-8 byte of the best mention in the field", unit("bytes"), counted();
    end: Option<i64>, null only_with("start"), "one past the mention's last byte", unit("bytes"), counted();
    raw: Text<'a>, "text of the mention, unchanged: field[start:end]";
    sentence: Option<Text<'a>>, null only_with("start"), "sentence around the mention";
    mentions: Places<'a>, "all mentions, best first";
    role: Option<Role>, null Null::None("neither the text nor the source states a role"), "role of the target, according to the paper";
    role_rule: Option<Text<'a>>, null only_with("role"), "rule that decided the role", one_of(&ROLE_RULES);
    confidence: f64, "confidence of the reading", within(0.0, 1.0);
    repairs: Texts<'a>, "repairs that starcite made in the text", one_of(&REPAIR_NAMES);
    candidates: Candidates<'a>, "other repositories that the link may mean, likeliest first, each with its assumption";
    settled_by: Option<SettledBy>, null Null::None("no rule settled the link"),
        "reason for the chosen reading of an ambiguous link, or for the repository of an archive";
    subpath: Option<Text<'a>>, null Null::None("no path follows the repository"), "path after the repository";
    first_week: Week, "first ISO week with the link", of_run();
    last_week: Option<Week>, null Null::None("the paper still has the link"), "last ISO week with the link", of_run();
    repo_id: Option<i64>, null none_without("repo"), "host's number of the repository", of_run();
    state: Option<RepoState>, null only_with("repo"), "state of the repository", of_run();
    paper_named_by_repo: Option<bool>, null none_without("repo"), "true if the repository names the paper as its own; known if starcite has read its files", of_run();
    paper_named_where: Option<Text<'a>>, null NOT_NAMED, "file that names the paper", of_run();
    paper_named_by: Option<MatchedBy>, null NOT_NAMED, "identifier or title by which the file names the paper", of_run();
    paper_named_text: Option<Text<'a>>, null NOT_NAMED, "text in the file that matched", of_run();
    official: Option<bool>, null NO_CODE, "true if the target is the paper's own code", of_run();
    official_rule: Option<Text<'a>>, null Null::None("neither the paper nor the repository states whose code it is"),
        "rule that decided official", one_of(OFFICIAL_RULES), of_run();
    listed_by: Option<Field>, null Null::None("no list names the link"),
        "list of papers and code that names the link for the paper; the next five columns are its claims", one_of(&ListClaim::BY);
    listed_official: Option<bool>, null none_without("listed_by"), "true if the list calls the target the paper's own code; official does not depend on this";
    listed_in_paper: Option<bool>, null none_without("listed_by"), "true if the list claims that the paper mentions the target";
    listed_in_github: Option<bool>, null none_without("listed_by"), "true if the list claims that the repository mentions the paper";
    listed_framework: Option<Text<'a>>, null NoneWhereBeside(When::is("listed_by", Is::Null), ""), "framework, by the list's name for it";
    listed_at: Option<NaiveDate>, null none_without("listed_by"), "day of the list's last state; the claims are of that day or earlier";
    iso_week: Week, "ISO week of this table", of_run();
}
