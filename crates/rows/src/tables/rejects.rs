//! The columns of `rejects`.

use super::{Column, Table};
use crate::Text;
use starcite_core::{SOURCE_NAMES, Week};

table! {
    REJECTS, Reject<'a>: "rejects", key ["source", "file", "record"], "every input record that could not be used";

    source: Text<'a>, "kind of the source", one_of(&SOURCE_NAMES);
    file: Text<'a>, "name of the file";
    record: i64, "number of the record in the file, from 1", counted();
    byte_offset: i64, "where it begins in the decompressed file", unit("bytes"), counted();
    reason: Text<'a>, "why it could not be used";
    excerpt: Text<'a>, "its beginning; empty where the pipeline leaves papers or people out";
    iso_week: Week, "the ISO week of this table";
}
