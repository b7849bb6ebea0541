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
    REPOS, Repo<'a>: "repos", key ["repo"], "what is believed of every repository, complete as of the week";

    repo: Text<'a>, "host/path by today's name";
    repo_id: Option<i64>, null Unknown, "the host's number: survives renames";
    node_id: Option<Text<'a>>, null Unknown, "GitHub's GraphQL id";
    aliases: Texts<'a>, "other names that lead to it";
    repo_kind: RepoKind, "what it holds; always code for now, and readers that mean code select it";
    state: RepoState, "whether its host served it when it was last asked";
    state_reason: Option<StateReason>, null NoneWhere(When::is("state", Is::Text(&["live"]))),
        "why it is not live. Blocked: dmca, tos, unavailable, other, unspecified; not_found: deleted_or_private, reassigned; unknown: not_asked, host_not_asked (nobody asks its host about any), limit, error, unreachable";
    ..facts: RepoFacts {
        is_archived: Option<bool>, null Unknown, "read-only";
        is_disabled: Option<bool>, null Unknown, "disabled by the host";
        is_empty: Option<bool>, null Unknown, "without a commit";
        is_fork: Option<bool>, null Unknown, "a fork";
        is_template: Option<bool>, null Unknown, "a template";
        is_mirror: Option<bool>, null Unknown, "a mirror";
        stars: Option<i64>, null Unknown, "at observed_at", unit("stars");
        forks: Option<i64>, null Unknown, "at observed_at", unit("forks");
        watchers: Option<i64>, null Unknown, "who get notifications", unit("people");
        open_issues: Option<i64>, null Unknown, "open", unit("issues");
        open_pull_requests: Option<i64>, null Unknown, "open", unit("pull requests");
        language: Option<Text<'a>>, null UnknownBeside(""), "main language";
        languages: Option<Texts<'a>>, null Unknown, "languages, most bytes first";
        topics: Option<Texts<'a>>, null Unknown, "topics";
        license_spdx: Option<Text<'a>>, null UnknownBeside(NO_LICENCE),
            "SPDX id; NOASSERTION where there is one that the host can't name, NONE where there is none";
        description: Option<Text<'a>>, null UnknownBeside(""), "one line by its owner";
        homepage: Option<Text<'a>>, null UnknownBeside(""), "page named by its owner";
        owner_type: Option<Text<'a>>, null Unknown, "the kind of its owner", one_of(&OWNER_TYPES);
        parent: Option<Text<'a>>, null NoneWhere(When::is("is_fork", Is::Bool(false))), "what it was forked from";
        created_at: Option<DateTime<Utc>>, null Unknown, "made";
        pushed_at: Option<DateTime<Utc>>, null NO_COMMIT, "last push";
        archived_at: Option<DateTime<Utc>>, null NoneWhere(When::is("is_archived", Is::Bool(false))), "archived";
        default_branch: Option<Text<'a>>, null NO_COMMIT, "name of the default branch";
        head_oid: Option<Text<'a>>, null NO_COMMIT, "commit at its head";
        head_committed_at: Option<DateTime<Utc>>, null NO_COMMIT, "when that was committed";
        commits: Option<i64>, null NO_COMMIT, "on the default branch", unit("commits");
        commits_52w: Option<i64>, null NO_COMMIT, "in the last 52 weeks", unit("commits");
        releases: Option<i64>, null Unknown, "published", unit("releases");
        latest_release: Option<Text<'a>>, null UnknownBeside(""), "tag of the newest release that is neither a draft nor a pre-release";
        latest_release_at: Option<DateTime<Utc>>, null NoneWhere(When::is("latest_release", Is::Text(&[""]))), "when that was published";
        root_entries: Option<Texts<'a>>, null NO_COMMIT, "names in the root folder, and .github/workflows where that is there";
        code_bytes: Option<i64>, null NO_COMMIT, "of recognised languages", unit("bytes");
        readme_bytes: Option<i64>, null NO_COMMIT, "of the README; 0 without one", unit("bytes");
        framework: Option<Text<'a>>, null FILES_READ, "pytorch, tensorflow, jax, …";
        framework_evidence: Option<Text<'a>>, null FILES_READ, "the dependency or language that tells it";
        citation_title: Option<Text<'a>>, null FILES_READ,
            "title of the software in CITATION.cff, else codemeta.json, else .zenodo.json, as far as they can be read; so the next five";
        citation_authors: Option<Texts<'a>>, null FILES_READ, "its authors there: Family, Given; of an entity its name";
        citation_version: Option<Text<'a>>, null FILES_READ, "its version there, as written";
        citation_doi: Option<Text<'a>>, null FILES_READ, "the software's own DOI there, in lower case; not that of an article to cite instead";
        citation_date: Option<NaiveDate>, null FILES_READ, "its date of release there";
        citation_license: Option<Text<'a>>, null FILES_READ, "its licence there: SPDX ids, OR between those one may choose from";
        archive_ids: Option<Texts<'a>>, null Unknown,
            "archives that README, CITATION.cff, codemeta.json or .zenodo.json name: Zenodo DOIs (doi:10.5281/zenodo.…), Software Heritage ids (swh:1:…); empty where they were read and name none";
    }
    archived_copy: Option<Text<'a>>, null Unknown, "the newest archive of its code, as that archive's record says: joins archives.archive";
    stars_7d: Option<i64>, null Unknown, "gained in the 7 days before observed_at", unit("stars");
    stars_28d: Option<i64>, null Unknown, "gained in the 28 days before observed_at", unit("stars");
    stars_source: Option<Text<'a>>, null Null::None("neither gain is known"),
        "where the gains come from: stargazers/history, or observations of whom";
    details_at: Option<DateTime<Utc>>, null Null::None("no more than scalars is known"),
        "when the figures that are not scalars were true: the oldest of them", until_close();
    reassigned_at: Option<DateTime<Utc>>, null Null::None("it is not"),
        "since when this name is known to be another repository's than before", until_close();
    former_repo_id: Option<i64>, null none_without("reassigned_at"), "the host's number of the repository that had the name before";
    observed_at: Option<DateTime<Utc>>, null Null::None("nobody observed it"), "when the figures were true", until_close();
    observed_by: Option<Text<'a>>, null only_with("observed_at"), "who observed them: the host, or a third party";
    asked_at: Option<DateTime<Utc>>, null Null::None("the host was never asked"), "when the host was asked last", until_close();
    last_error: Option<Text<'a>>, null Null::None("it answered, or was never asked"), "why it did not answer then";
    iso_week: Week, "the ISO week of this table";
}
