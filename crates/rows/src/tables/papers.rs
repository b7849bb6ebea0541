//! The columns of `papers`.

use super::{Column, Table, none_without, only_with};
use crate::Null::Unknown;
use crate::{Null, Text, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::{SOURCE_NAMES, Week};

/// Services whose citation counts come with papers.
const CITED_BY: &[&str] = &["openalex", "semantic_scholar", "crossref", "datacite"];

table! {
    PAPERS, Paper<'a>: "papers", key ["paper_id"], "papers that the week brought, in the order of the input";

    paper_id: Text<'a>, "arxiv:<id>, doi:<doi>, or the source's own id";
    sources: Texts<'a>, "sources that have the paper, the first one first", one_of(&SOURCE_NAMES);
    source_key: Option<Text<'a>>, null Null::None("the source's key is the arXiv id or the DOI, or the record has none"),
        "key of the record in the first source that has one, as written";
    arxiv_id: Option<Text<'a>>, null Unknown, "arXiv id without a version";
    doi: Option<Text<'a>>, null Unknown, "DOI in lower case";
    title: Option<Text<'a>>, null Unknown, "title, without LaTeX accents, entities and duplicate spaces";
    title_original: Option<Text<'a>>, null Null::None("the source's title does not differ"), "title as the source writes it, if that differs from title";
    r#abstract: Option<Text<'a>>, null Unknown, "abstract; spans of links count its UTF-8 bytes";
    comment: Option<Text<'a>>, null Unknown, "authors' comment";
    authors: Option<Texts<'a>>, null Unknown, "authors' names in order, each First Last";
    authors_original: Option<Texts<'a>>, null Null::None("the source's names do not differ"),
        "all authors' names as the source writes them, if at least one differs from authors";
    categories: Option<Texts<'a>>, null Unknown, "subject codes, of the first source that has them; where no source has any, arXiv's categories of the paper in the newest earlier week that has them";
    published: Option<NaiveDate>, null Unknown, "day of the first version";
    year: Option<i64>, null Unknown, "year of publication";
    updated: Option<NaiveDate>, null Unknown, "day of the newest version";
    url: Option<Text<'a>>, null Unknown, "page about the paper";
    upvotes: Option<i64>, null Unknown, "upvotes on Hugging Face", unit("upvotes");
    cited_by_count: Option<i64>, null Unknown, "works that cite the paper, according to the source's record", unit("works"), counted();
    cited_by_influential: Option<i64>, null Unknown,
        "those of the citing works that build on the paper, by Semantic Scholar's estimate", unit("works"), counted();
    cited_by_source: Option<Text<'a>>, null only_with("cited_by_count"), "service that counted", one_of(CITED_BY);
    cited_by_at: Option<DateTime<Utc>>, null none_without("cited_by_count"), "time of the count: the record's date, else the file's", until_close();
    iso_week: Week, "ISO week of this table";
}
