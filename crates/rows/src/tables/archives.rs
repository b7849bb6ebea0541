//! The columns of `archives`.

use super::{Column, Table, none_without};
use crate::Null::Unknown;
use crate::{Text, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::{ArchiveKind, SOURCE_NAMES, Week};

table! {
    ARCHIVES, Archive<'a>: "archives", key ["archive"], "archives of software and data that their records tie to a repository or a paper, complete as of the week";

    archive: Text<'a>, "doi:<doi> of this version; or of all, where the record is about all";
    concept: Option<Text<'a>>, null Unknown, "doi:<doi> of all its versions";
    kind: ArchiveKind, "what is in it";
    repo: Option<Text<'a>>, null Unknown,
        "the repository that it was made from, or belongs to, by today's name: joins repos.repo where a paper links it";
    release: Option<Text<'a>>, null none_without("repo"), "the tag of that repository";
    papers: Texts<'a>, "arxiv:<id> or doi:<doi> of the papers that it is a supplement to, or that describe, document or publish it";
    cited_by: Texts<'a>, "the same of papers that cite it, as its record says";
    title: Option<Text<'a>>, null Unknown, "its title";
    version: Option<Text<'a>>, null Unknown, "its version, as written";
    license_spdx: Option<Text<'a>>, null Unknown, "SPDX id; NOASSERTION where the record names a licence that SPDX does not know";
    published: Option<NaiveDate>, null Unknown, "day of publication";
    source: Text<'a>, "whose record it is", one_of(&SOURCE_NAMES);
    said_at: Option<DateTime<Utc>>, null Unknown, "when the record was last changed, else the file's time", until_close();
    iso_week: Week, "the ISO week of this table";
}
