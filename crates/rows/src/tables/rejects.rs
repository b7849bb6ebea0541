//! The columns of `rejects`.

use super::{Column, Table};
use crate::Text;
use starcite_core::{SOURCE_NAMES, Week};

table! {
    REJECTS, Reject<'a>: "rejects", key ["source", "file", "record"], "every input record that starcite could not use";

    source: Text<'a>, "kind of the source", one_of(&SOURCE_NAMES), of_run();
    file: Text<'a>, "name of the file", of_run();
    record: i64, "number of the record in the file, from 1", counted(), of_run();
    byte_offset: i64, "start of the record in the decompressed file", unit("bytes"), counted(), of_run();
    reason: Text<'a>, "reason that starcite could not use the record";
    excerpt: Text<'a>, "beginning of the record; empty if the pipeline leaves out papers or people";
    iso_week: Week, "ISO week of this table", of_run();
}
