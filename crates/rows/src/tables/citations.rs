//! The columns of `citations`.

use super::{Column, Table, only_with};
use crate::Null::{OnlyWhere, Unknown};
use crate::{Is, Null, Text, When};
use chrono::{DateTime, Utc};
use starcite_core::Week;

table! {
    CITATIONS, Citation<'a>: "citations", key ["direction", "paper_id", "repo", "cited"], "papers that papers name in title, abstract or comment, and that repositories name in README, CITATION.cff, codemeta.json or .zenodo.json, complete as of the week";

    direction: Text<'a>, "who names it", one_of(&["paper", "repository"]);
    paper_id: Option<Text<'a>>, null OnlyWhere(When::is("direction", Is::Text(&["repository"]))), "the paper that names it";
    repo: Option<Text<'a>>, null OnlyWhere(When::is("direction", Is::Text(&["paper"]))),
        "the repository that names it, by today's name: joins repos.repo";
    cited: Text<'a>, "arxiv:<id> or doi:<doi>";
    field: Text<'a>, "where it stands: abstract, comment, title, has-preprint; or the name of the repository's file";
    start: Option<i64>, null Null::None("it is a whole field"), "first UTF-8 byte of it in the field or file", unit("bytes"), counted();
    end: Option<i64>, null only_with("start"), "one past its last byte", unit("bytes"), counted();
    raw: Text<'a>, "the text as it stands";
    cited_by_count: Option<i64>, null Unknown, "that cite it, as far as a service was asked and knows the paper", unit("works"), counted();
    cited_by_source: Option<Text<'a>>, null Null::None("nobody was asked"), "who was asked for the count", one_of(&["openalex", "semantic_scholar"]);
    cited_by_at: Option<DateTime<Utc>>, null only_with("cited_by_source"), "when the service answered", until_close();
    iso_week: Week, "the ISO week of this table";
}
