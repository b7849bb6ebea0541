//! The columns of `archives`.

use super::{Column, Table, none_without};
use crate::Null::Unknown;
use crate::{Text, Texts};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::{ArchiveKind, SOURCE_NAMES, Week};

table! {
    ARCHIVES, Archive<'a>: "archives", key ["archive"],
        "archives of software and data whose records link them to a repository or a paper, complete as of the week";

    archive: Text<'a>, "doi:<doi> of this version, or of all versions if the record is about all";
    concept: Option<Text<'a>>, null Unknown, "doi:<doi> of all versions";
    kind: ArchiveKind, "kind of contents";
    repo: Option<Text<'a>>, null Unknown, "current name of the repository that the archive was made from or belongs to: joins repos.repo if a paper links it";
    release: Option<Text<'a>>, null none_without("repo"), "tag of that repository";
    papers: Texts<'a>, "arxiv:<id> or doi:<doi> of papers that the archive supplements, or that describe, document or publish it";
    cited_by: Texts<'a>, "arxiv:<id> or doi:<doi> of papers that cite the archive, by its record";
    title: Option<Text<'a>>, null Unknown, "title of the archive";
    version: Option<Text<'a>>, null Unknown, "version, as written";
    license_spdx: Option<Text<'a>>, null Unknown, "SPDX id of the licence; NOASSERTION if the record names a licence that SPDX does not list";
    published: Option<NaiveDate>, null Unknown, "day of publication";
    source: Text<'a>, "source of the record", one_of(&SOURCE_NAMES);
    said_at: Option<DateTime<Utc>>, null Unknown, "time of the record's last change, else the file's time", until_close();
    iso_week: Week, "ISO week of this table";
}
