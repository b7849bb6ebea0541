//! The columns of `overview`.

use super::rankings::HAS_CODE;
use super::{Column, Table, none_without, only_with};
use crate::Null::{NoneWhereBeside, Unknown};
use crate::{Is, Null, Text, Texts, When};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::availability::Tier;
use starcite_core::observation::NO_LICENCE;
use starcite_core::{RepoState, Week};

/// The null of a paper that is not ranked.
const NOT_RANKED: Null = Null::None("the paper has no link and no promise");

/// The condition of a paper without a repository of its own.
const NO_REPO: When = When::is("repo", Is::Null);

/// The null of a fact that no answer brought late.
const NOT_LATE: Null =
    Null::None("no answer about the repository came after the close of the newest week; a week has none, because closed weeks stay as they are");

table! {
    OVERVIEW, Overview<'a>: "overview", key ["paper_id"],
        "papers that the week brought, in the order of papers, each with its code: whose, where, in which state, under which licence, or why there is none";

    paper_id: Text<'a>, "id of the paper";
    source_key: Option<Text<'a>>, null Null::None("the source's key is the arXiv id or the DOI, or the record has none"),
        "key of the record in the first source that has one, as written";
    arxiv_id: Option<Text<'a>>, null Unknown, "arXiv id without a version";
    doi: Option<Text<'a>>, null Unknown, "DOI in lower case";
    title: Option<Text<'a>>, null Unknown, "title of the paper";
    authors: Option<Texts<'a>>, null Unknown, "authors' names in order, each First Last";
    categories: Option<Texts<'a>>, null Unknown, "subject codes, of the first source that has them; where no source has any, arXiv's categories of the paper in the newest earlier week that has them";
    published: Option<NaiveDate>, null Unknown, "day of the first version";
    tier: Option<Tier>, null Unknown,
        "summary of the code's availability in one word, as in rankings; none also for a paper whose title and abstract have no link";
    why: Option<Text<'a>>, null HAS_CODE, "reason why the paper has no code, or why that is unknown";
    repo: Option<Text<'a>>, null Null::None("the paper links no repository of its own"), "repository that counts, as in rankings: host/path";
    repo_url: Option<Text<'a>>, null only_with("repo"), "address of the repository";
    state: Option<RepoState>, null only_with("repo"), "state of the repository at the last request to its host";
    license_spdx: Option<Text<'a>>, null NoneWhereBeside(NO_REPO, NO_LICENCE), "SPDX id of the repository's licence, as in repos";
    language: Option<Text<'a>>, null NoneWhereBeside(NO_REPO, ""), "main language of the repository";
    stars: Option<i64>, null none_without("repo"), "stars of the repository", unit("stars"), counted();
    stars_1w: Option<i64>, null none_without("repo"), "stars gained in the week", unit("stars");
    last_activity_at: Option<DateTime<Utc>>, null none_without("repo"), "time of the repository's last commit, push or release";
    observed_at: Option<DateTime<Utc>>, null Null::None("no one observed the repository"), "time of the observation of the repository", until_close();
    score: Option<f64>, null NOT_RANKED, "code availability, from what is known to exist", unit("points"), within(0.0, 100.0);
    score_low: Option<f64>, null only_with("score"), "least possible score", unit("points"), within(0.0, 100.0);
    score_high: Option<f64>, null only_with("score"), "greatest possible score", unit("points"), within(0.0, 100.0);
    archive_doi: Option<Text<'a>>, null Unknown, "DOI of an archive of the code that the paper links, the repository names or the archive's record ties to it";
    cited_by_count: Option<i64>, null Unknown, "works that cite the paper", unit("works"), counted();
    cited_by_source: Option<Text<'a>>, null only_with("cited_by_count"), "service that counted";
    cited_by_at: Option<DateTime<Utc>>, null none_without("cited_by_count"), "time of the count", until_close();
    late_state: Option<RepoState>, null NOT_LATE, "state of the repository by the newest answer, which came after the observations of the newest week had closed; in the overview over all weeks";
    late_license_spdx: Option<Text<'a>>, null NoneWhereBeside(When::is("late_state", Is::Null), NO_LICENCE), "SPDX id of the licence by that answer";
    late_stars: Option<i64>, null none_without("late_state"), "stars by that answer", unit("stars"), counted();
    late_at: Option<DateTime<Utc>>, null only_with("late_state"), "time of that answer";
    iso_week: Week, "ISO week of this table";
}
