//! The columns of `citations`.

use super::{Column, Table, only_with};
use crate::Null::{OnlyWhere, Unknown};
use crate::{Is, Null, Text, When};
use chrono::{DateTime, Utc};
use starcite_core::Week;

table! {
    CITATIONS, Citation<'a>: "citations", key ["direction", "paper_id", "repo", "cited"],
        "papers that papers name in title, abstract or comment, \
        and that repositories name in README, CITATION.cff, codemeta.json or .zenodo.json, complete as of the week";

    direction: Text<'a>, "side that names the cited paper", one_of(&["paper", "repository"]), of_run();
    paper_id: Option<Text<'a>>, null OnlyWhere(When::is("direction", Is::Text(&["repository"]))), "id of the paper that names the cited one";
    repo: Option<Text<'a>>, null OnlyWhere(When::is("direction", Is::Text(&["paper"]))),
        "current name of the repository that names the cited paper: joins repos.repo", of_run();
    cited: Text<'a>, "cited paper: arxiv:<id> or doi:<doi>";
    field: Text<'a>, "field with the mention: abstract, comment, title, has-preprint; or the name of the repository's file";
    start: Option<i64>, null Null::None("the mention is a whole field"), "first UTF-8 byte of the mention in the field or file", unit("bytes"), counted();
    end: Option<i64>, null only_with("start"), "one past the mention's last byte", unit("bytes"), counted();
    raw: Text<'a>, "text of the mention, unchanged";
    cited_by_count: Option<i64>, null Unknown,
        "works that cite the cited paper; known if a service answered a request and knows the paper", unit("works"), counted(), of_run();
    cited_by_source: Option<Text<'a>>, null Null::None("no service has answered a request for the count"),
        "service that starcite requested the count from", one_of(&["openalex", "semantic_scholar"]), of_run();
    cited_by_at: Option<DateTime<Utc>>, null only_with("cited_by_source"), "time of the service's answer", until_close(), of_run();
    iso_week: Week, "ISO week of this table", of_run();
}
