//! The columns of `papers`.

use super::{Column, Table, none_without, only_with};
use crate::Null::Unknown;
use crate::{Null, Text, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::{SOURCE_NAMES, Week};

/// Services whose citation counts come with papers.
const CITED_BY: &[&str] = &["openalex", "semantic_scholar", "crossref", "datacite"];

table! {
    PAPERS, Paper<'a>: "papers", key ["paper_id"], "what the week brought, in the order of the input";

    paper_id: Text<'a>, "arxiv:<id>, doi:<doi>, or the source's own id";
    sources: Texts<'a>, "the sources that named it, first one first", one_of(&SOURCE_NAMES);
    arxiv_id: Option<Text<'a>>, null Unknown, "arXiv id without a version";
    doi: Option<Text<'a>>, null Unknown, "DOI in lower case";
    title: Option<Text<'a>>, null Unknown, "title, without LaTeX's accents, entities and doubled blanks";
    title_original: Option<Text<'a>>, null Null::None("the source writes title so"), "the title as its source writes it, where that is another";
    r#abstract: Option<Text<'a>>, null Unknown, "abstract; spans of links count its UTF-8 bytes";
    comment: Option<Text<'a>>, null Unknown, "the authors' comment";
    authors: Option<Texts<'a>>, null Unknown, "names in order, each First Last";
    authors_original: Option<Texts<'a>>, null Null::None("the source writes authors so"),
        "all of them as their source writes them, where one is another";
    categories: Option<Texts<'a>>, null Unknown, "subject codes of the source";
    published: Option<NaiveDate>, null Unknown, "day of the first version";
    year: Option<i64>, null Unknown, "year of publication";
    updated: Option<NaiveDate>, null Unknown, "day of the newest version";
    url: Option<Text<'a>>, null Unknown, "a page about it";
    upvotes: Option<i64>, null Unknown, "on Hugging Face", unit("upvotes");
    cited_by_count: Option<i64>, null Unknown, "that cite it, as its source told with it", unit("works"), counted();
    cited_by_influential: Option<i64>, null Unknown, "of those, the ones that rest on it, as Semantic Scholar reckons", unit("works"), counted();
    cited_by_source: Option<Text<'a>>, null only_with("cited_by_count"), "whose count it is", one_of(CITED_BY);
    cited_by_at: Option<DateTime<Utc>>, null none_without("cited_by_count"), "when it was so: the record's date, else the file's", until_close();
    iso_week: Week, "the ISO week of this table";
}
