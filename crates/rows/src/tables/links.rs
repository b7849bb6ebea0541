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

    paper_id: Text<'a>, "the paper";
    kind: LinkKind, "what it points to";
    target: Option<Text<'a>>, null OnlyWhere(When::is("kind", Is::Text(&["promise"]))), "normalised URL";
    repo: Option<Text<'a>>, null NoneWhere(When::is_not("kind", Is::Text(&["archive"]))),
        "host/path by today's name: joins repos.repo; of an archive, the repository whose code is in it";
    field: Field, "where the best mention stands";
    start: Option<i64>, null Null::None("the link is a whole field"), "first UTF-8 byte of it in the field", unit("bytes"), counted();
    end: Option<i64>, null only_with("start"), "one past its last byte", unit("bytes"), counted();
    raw: Text<'a>, "the text as it stands: field[start:end]";
    sentence: Option<Text<'a>>, null only_with("start"), "the sentence around it";
    mentions: Places<'a>, "every mention, best first";
    role: Option<Role>, null Null::None("neither the text nor the source says"), "what the paper says of it";
    role_rule: Option<Text<'a>>, null only_with("role"), "the rule that decided the role", one_of(&ROLE_RULES);
    confidence: f64, "how sure the reading is", within(0.0, 1.0);
    repairs: Texts<'a>, "what was mended in the text", one_of(&REPAIR_NAMES);
    candidates: Candidates<'a>, "other repositories that may be meant, likeliest first, each with what that assumes";
    settled_by: Option<SettledBy>, null Null::None("nothing settled it"),
        "why an ambiguous link has the reading it has, or an archive its repository";
    subpath: Option<Text<'a>>, null Null::None("nothing follows"), "what follows the repository in the path";
    first_week: Week, "the ISO week that first had it";
    last_week: Option<Week>, null Null::None("it is there"), "the last ISO week that had it";
    repo_id: Option<i64>, null none_without("repo"), "the host's number of the repository";
    state: Option<RepoState>, null only_with("repo"), "of the repository";
    paper_named_by_repo: Option<bool>, null none_without("repo"), "whether the repository names the paper as its own, where somebody has looked";
    paper_named_where: Option<Text<'a>>, null NOT_NAMED, "the file that names it";
    paper_named_by: Option<MatchedBy>, null NOT_NAMED, "by what";
    paper_named_text: Option<Text<'a>>, null NOT_NAMED, "the text that matched";
    official: Option<bool>, null NO_CODE, "whether it is the paper's own code";
    official_rule: Option<Text<'a>>, null Null::None("neither the paper nor the repository says whose it is"),
        "what that rests on", one_of(OFFICIAL_RULES);
    listed_by: Option<Field>, null Null::None("no list names it"),
        "the list of papers and code that names it for the paper, whose word the next five are", one_of(&ListClaim::BY);
    listed_official: Option<bool>, null none_without("listed_by"), "whether the list calls it the paper's own code; official does not rest on it";
    listed_in_paper: Option<bool>, null none_without("listed_by"), "whether the list says that the paper mentions it";
    listed_in_github: Option<bool>, null none_without("listed_by"), "whether the list says that the repository mentions the paper";
    listed_framework: Option<Text<'a>>, null NoneWhereBeside(When::is("listed_by", Is::Null), ""), "its framework, by the list's name";
    listed_at: Option<NaiveDate>, null none_without("listed_by"), "the day of the list's last state: it said so then, or before";
    iso_week: Week, "the ISO week of this table";
}
