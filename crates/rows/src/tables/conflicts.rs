//! The columns of `conflicts`.

use super::{Column, Table};
use crate::Text;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::{SOURCE_NAMES, Week};

table! {
    CONFLICTS, Conflict<'a>: "conflicts", key ["paper_id", "field", "other_source", "other"], "what several sources tell otherwise of a paper that the week brought; empty where there is one source";

    paper_id: Text<'a>, "the paper";
    field: Disputed, "the column of papers that it is about";
    kept: Text<'a>, "the value in papers";
    kept_source: Text<'a>, "the source that told it: the first one that told any", one_of(&SOURCE_NAMES);
    other: Text<'a>, "what another source told";
    other_source: Text<'a>, "the source that told that", one_of(&SOURCE_NAMES);
    reason: Disagreement,
        "ids_differ: two arXiv ids, or two DOIs of which none is arXiv's own; titles_differ: beyond case, accents, punctuation and LaTeX; title_continues: one goes on where the other ends; dates_a_year_apart: days a year or more apart, or other years where one tells no day";
    iso_week: Week, "the ISO week of this table";
}
