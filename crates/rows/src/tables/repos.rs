//! The columns of `repos`.

use super::{Column, Table, none_without, only_with};
use crate::Null::{NoneWhere, Unknown, UnknownBeside};
use crate::{Is, Null, Text, Texts, When};
use chrono::{DateTime, NaiveDate, Utc};
use starcite_core::observation::{NO_LICENCE, OWNER_TYPES};
use starcite_core::{RepoFacts, RepoKind, RepoState, StateReason, Week};

/// The null of a repository without a commit.
const NO_COMMIT: Null = NoneWhere(When::is("is_empty", Is::Bool(true)));

/// The null of a repository whose files were read: anything unreadable in them counts as missing.
const FILES_READ: Null = NoneWhere(When::is_not("archive_ids", Is::Null));

table! {
    REPOS, Repo<'a>: "repos", key ["repo"], "known facts about every repository, complete as of the week";

    repo: Text<'a>, "current name of the repository, host/path";
    repo_id: Option<i64>, null Unknown, "host's number of the repository; survives a rename";
    node_id: Option<Text<'a>>, null Unknown, "GitHub's GraphQL id";
    aliases: Texts<'a>, "other names that lead to the repository";
    repo_kind: RepoKind, "kind of contents; always code for now; readers that need code select it";
    state: RepoState, "state of the repository at the last request to its host; live if the host served it";
    state_reason: Option<StateReason>, null NoneWhere(When::is("state", Is::Text(&["live"]))),
        "reason for a state that is not live. Blocked: dmca, tos, unavailable, other, unspecified; \
        not_found: deleted_or_private, reassigned; \
        unknown: not_asked, host_not_asked (starcite sends this host no requests), limit, error, unreachable";
    ..facts: RepoFacts {
        is_archived: Option<bool>, null Unknown, "true if the repository is archived, which makes it read-only";
        is_disabled: Option<bool>, null Unknown, "true if the host has disabled the repository";
        is_empty: Option<bool>, null Unknown, "true if the repository has no commit";
        is_fork: Option<bool>, null Unknown, "true if the repository is a fork";
        is_template: Option<bool>, null Unknown, "true if the repository is a template";
        is_mirror: Option<bool>, null Unknown, "true if the repository is a mirror";
        stars: Option<i64>, null Unknown, "stars at observed_at", unit("stars");
        forks: Option<i64>, null Unknown, "forks at observed_at", unit("forks");
        watchers: Option<i64>, null Unknown, "people who receive notifications", unit("people");
        open_issues: Option<i64>, null Unknown, "open issues", unit("issues");
        open_pull_requests: Option<i64>, null Unknown, "open pull requests", unit("pull requests");
        language: Option<Text<'a>>, null UnknownBeside(""), "main language";
        languages: Option<Texts<'a>>, null Unknown, "languages, most bytes first";
        topics: Option<Texts<'a>>, null Unknown, "topics";
        license_spdx: Option<Text<'a>>, null UnknownBeside(NO_LICENCE),
            "SPDX id of the licence; NOASSERTION for a licence that the host can't identify, NONE for no licence";
        description: Option<Text<'a>>, null UnknownBeside(""), "owner's description in one line";
        homepage: Option<Text<'a>>, null UnknownBeside(""), "page that the owner names";
        owner_type: Option<Text<'a>>, null Unknown, "kind of owner", one_of(&OWNER_TYPES);
        parent: Option<Text<'a>>, null NoneWhere(When::is("is_fork", Is::Bool(false))), "repository that this one is a fork of";
        created_at: Option<DateTime<Utc>>, null Unknown, "time of creation";
        pushed_at: Option<DateTime<Utc>>, null NO_COMMIT, "time of the last push";
        archived_at: Option<DateTime<Utc>>, null NoneWhere(When::is("is_archived", Is::Bool(false))), "time of archiving";
        default_branch: Option<Text<'a>>, null NO_COMMIT, "name of the default branch";
        head_oid: Option<Text<'a>>, null NO_COMMIT, "id of the commit at the head of the default branch";
        head_committed_at: Option<DateTime<Utc>>, null NO_COMMIT, "time of the commit in head_oid";
        commits: Option<i64>, null NO_COMMIT, "commits on the default branch", unit("commits");
        commits_52w: Option<i64>, null NO_COMMIT, "commits on the default branch in the last 52 weeks", unit("commits");
        releases: Option<i64>, null Unknown, "published releases", unit("releases");
        latest_release: Option<Text<'a>>, null UnknownBeside(""), "tag of the newest release that is neither a draft nor a pre-release";
        latest_release_at: Option<DateTime<Utc>>, null NoneWhere(When::is("latest_release", Is::Text(&[""]))), "time of publication of latest_release";
        root_entries: Option<Texts<'a>>, null NO_COMMIT, "names in the root folder, and .github/workflows if it exists";
        code_bytes: Option<i64>, null NO_COMMIT, "size of the code in recognised languages", unit("bytes");
        readme_bytes: Option<i64>, null NO_COMMIT, "size of the README; 0 if the repository has none", unit("bytes");
        framework: Option<Text<'a>>, null FILES_READ, "framework: pytorch, tensorflow, jax, …";
        framework_evidence: Option<Text<'a>>, null FILES_READ, "dependency or language that shows the framework";
        citation_title: Option<Text<'a>>, null FILES_READ,
            "title of the software in the readable part of CITATION.cff, else codemeta.json, else .zenodo.json; the next five columns have the same sources";
        citation_authors: Option<Texts<'a>>, null FILES_READ, "authors in these files: Family, Given; for an entity its name";
        citation_version: Option<Text<'a>>, null FILES_READ, "version in these files, as written";
        citation_doi: Option<Text<'a>>, null FILES_READ, "software's own DOI in these files, in lower case; not that of an article to cite instead";
        citation_date: Option<NaiveDate>, null FILES_READ, "release date in these files";
        citation_license: Option<Text<'a>>, null FILES_READ, "licence in these files: SPDX ids, with OR between those that the user may choose from";
        archive_ids: Option<Texts<'a>>, null Unknown,
            "archives that README, CITATION.cff, codemeta.json or .zenodo.json name: Zenodo DOIs (doi:10.5281/zenodo.…), \
            Software Heritage ids (swh:1:…); empty if starcite read the files and they name none";
    }
    archived_copy: Option<Text<'a>>, null Unknown, "newest archive of the repository's code, by that archive's record: joins archives.archive";
    stars_7d: Option<i64>, null Unknown, "stars gained in the 7 days before observed_at", unit("stars");
    stars_28d: Option<i64>, null Unknown, "stars gained in the 28 days before observed_at", unit("stars");
    stars_source: Option<Text<'a>>, null Null::None("neither gain is known"), "source of the gains: stargazers/history, or observations of <observer>";
    details_at: Option<DateTime<Utc>>, null Null::None("only scalars are known"),
        "time of the oldest observation among the figures that are not scalars", until_close();
    reassigned_at: Option<DateTime<Utc>>, null Null::None("no reassignment of the name is known"),
        "earliest known time at which this name belongs to another repository than before", until_close();
    former_repo_id: Option<i64>, null none_without("reassigned_at"), "host's number of the repository that had the name before";
    observed_at: Option<DateTime<Utc>>, null Null::None("no one observed the repository"), "time of the observation of the figures", until_close();
    observed_by: Option<Text<'a>>, null only_with("observed_at"), "observer of the figures: the host, or a third party";
    asked_at: Option<DateTime<Utc>>, null Null::None("starcite never sent a request for the repository"), "time of the last request to the host", until_close();
    last_error: Option<Text<'a>>, null Null::None("the host answered, or received no request"), "reason that the host did not answer the last request";
    iso_week: Week, "ISO week of this table";
}
