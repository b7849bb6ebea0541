//! The columns of `conflicts`.

use super::{Column, Table};
use crate::Text;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::{SOURCE_NAMES, Week};

table! {
    CONFLICTS, Conflict<'a>: "conflicts", key ["paper_id", "field", "other_source", "other"],
        "disagreements between sources about a paper that the week brought; empty if there is one source";

    paper_id: Text<'a>, "id of the paper";
    field: Disputed, "column of papers with the disagreement";
    kept: Text<'a>, "value in papers";
    kept_source: Text<'a>, "source of the value in papers: the first one that has any value", one_of(&SOURCE_NAMES);
    other: Text<'a>, "value of another source";
    other_source: Text<'a>, "source of the other value", one_of(&SOURCE_NAMES);
    reason: Disagreement,
        "rule of the disagreement. ids_differ: two arXiv ids, or two DOIs of which neither is arXiv's own; \
        titles_differ: beyond case, accents, punctuation and LaTeX; title_continues: one title continues after the end of the other; \
        dates_a_year_apart: days a year or more apart, or different years if a source has no day";
    iso_week: Week, "ISO week of this table";
}
