//! The columns of `changes`.

use super::{Column, Table, none_without};
use crate::Null::OnlyWhere;
use crate::{Is, Null, Text, When};
use starcite_core::{ChangeKind, Week};

table! {
    CHANGES, Change<'a>: "changes", key ["kind", "paper_id", "repo"], "what is different from the week before that was run; what became known is no change; none in the first week";

    kind: ChangeKind,
        "code_appeared: a paper that had none; paper_named: its repository names it, and did not before; reassigned: the name leads to another repository; stars_doubled: from 50 or more";
    paper_id: Option<Text<'a>>, null OnlyWhere(When::is_not("kind", Is::Text(&["code_appeared", "link_broken", "link_mended", "paper_named"]))),
        "the paper";
    repo: Option<Text<'a>>, null Null::None("the code that appeared is in no repository that is known"), "host/path by today's name";
    repo_id: Option<i64>, null none_without("repo"), "the host's number";
    before: Text<'a>, "what was: none, promised, a state, a name, a licence as in repos, a tag, a number";
    after: Text<'a>, "what is";
    since_week: Week, "the ISO week that it is compared with: the last one run before this one";
    iso_week: Week, "the ISO week of this table";
}
