//! The columns of `changes`.

use super::{Column, Table, none_without};
use crate::Null::OnlyWhere;
use crate::{Is, Null, Text, When};
use starcite_core::{ChangeKind, Week};

table! {
    CHANGES, Change<'a>: "changes", key ["kind", "paper_id", "repo"],
        "differences from the last week that starcite ran before; a value that became known is not a change; none in the first week";

    kind: ChangeKind,
        "kind of change. code_appeared: a paper that had no code has code; paper_named: the paper's repository names it and did not before; \
        reassigned: the name leads to another repository; stars_doubled: from 50 or more";
    paper_id: Option<Text<'a>>, null OnlyWhere(When::is_not("kind", Is::Text(&["code_appeared", "link_broken", "link_mended", "paper_named"]))),
        "id of the paper";
    repo: Option<Text<'a>>, null Null::None("the code that appeared is not in a known repository"), "current name of the repository, host/path";
    repo_id: Option<i64>, null none_without("repo"), "host's number of the repository";
    before: Text<'a>, "value before: none, promised, a state, a name, a licence as in repos, a tag, a number";
    after: Text<'a>, "value after";
    since_week: Week, "ISO week of the value before: the last week that starcite ran before this one";
    iso_week: Week, "ISO week of this table";
}
