//! The one source of the tables' names, types, units and meanings: the writers, `starcite schema` and `verify` all read it.

use super::null::{Is, Null, When};
use starcite_core::availability::Tier;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::extract::{REPAIR_NAMES, ROLE_RULES, SettledBy};
use starcite_core::observation::{NO_LICENCE, OWNER_TYPES};
use starcite_core::paper_mentions::MatchedBy;
use starcite_core::{ArchiveKind, ChangeKind, Field, LinkKind, ListClaim, RepoState, Role, SOURCE_NAMES, StateReason, Week};

/// The version of the tables; a reader refuses any other.
pub(crate) const SCHEMA_VERSION: u32 = 4;

/// The column of the week in all tables. It is not called `week`, because readers make a column of that name from folders `week=…`, and
/// fail if the files have one, too.
pub(crate) const WEEK: &str = "iso_week";

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Int,
    Float,
    Bool,
    /// A day.
    Date,
    /// A timestamp, UTC, in microseconds.
    Time,
    TextList,
    IntList,
    /// A list of positions in a paper's fields.
    Places,
    /// A list of repositories that a link may mean.
    Candidates,
}

impl Type {
    pub(crate) const ALL: [Self; 10] =
        [Self::Text, Self::Int, Self::Float, Self::Bool, Self::Date, Self::Time, Self::TextList, Self::IntList, Self::Places, Self::Candidates];

    /// Returns the name shown to people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "int64",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Time => "timestamp[us, UTC]",
            Self::TextList => "list<text>",
            Self::IntList => "list<int64>",
            Self::Places => "list<struct<field, start, end, raw>>",
            Self::Candidates => "list<struct<repo, assumed>>",
        }
    }
}

/// The fields of a position.
pub(crate) const PLACE: &[(&str, Type)] = &[("field", Type::Text), ("start", Type::Int), ("end", Type::Int), ("raw", Type::Text)];
/// The fields of a candidate.
pub(crate) const CANDIDATE: &[(&str, Type)] = &[("repo", Type::Text), ("assumed", Type::Text)];

/// A column.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    /// The unit of a number, or empty.
    pub(crate) unit: &'static str,
    pub(crate) null: Null,
    pub(crate) meaning: &'static str,
    pub(crate) allowed: Allowed,
}

/// Values that a column may have besides null; of a list, the values that each item may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Allowed {
    Any,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number between two, both included.
    Within(f64, f64),
    /// A timestamp not after the close of the week's observations.
    UntilClose,
}

impl Allowed {
    /// Returns the texts, if only some are allowed.
    pub(crate) fn texts(self) -> Option<&'static [&'static str]> {
        match self {
            Self::OneOf(values) => Some(values),
            Self::Within(..) | Self::UntilClose | Self::Any => None,
        }
    }

    /// Returns a description; `None` if anything is allowed.
    pub(crate) fn words(self) -> Option<String> {
        match self {
            Self::OneOf(values) => Some(format!("one of {}", values.join(", "))),
            Self::Within(least, most) if most.is_finite() => Some(format!("{least} to {most}")),
            Self::Within(least, _) => Some(format!("{least} or more")),
            Self::UntilClose => Some("not after the week's observations have closed".to_owned()),
            Self::Any => None,
        }
    }
}

impl Column {
    /// Describes it in one line: meaning, unit, allowed values, meaning of a null.
    pub(crate) fn described(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" [{}]", self.unit) };
        let allowed = self.allowed.words().map(|words| format!("; {words}")).unwrap_or_default();
        format!("{}{unit}{allowed}; null: {}", self.meaning, self.null)
    }

    const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { allowed: Allowed::OneOf(values), ..self }
    }

    const fn within(self, least: f64, most: f64) -> Self {
        Self { allowed: Allowed::Within(least, most), ..self }
    }

    /// Allows a position or a count: 0 or more.
    const fn counted(self) -> Self {
        self.within(0.0, f64::INFINITY)
    }

    const fn until_close(self) -> Self {
        Self { allowed: Allowed::UntilClose, ..self }
    }
}

/// Lists the names of all values of a type, in its order.
macro_rules! names {
    ($type:ty) => {{
        const NAMES: [&str; <$type>::ALL.len()] = {
            let mut names = [""; <$type>::ALL.len()];
            let mut at = 0;
            while at < names.len() {
                names[at] = <$type>::ALL[at].as_str();
                at += 1;
            }
            names
        };
        &NAMES
    }};
}

/// A table of a week.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns that make a row unique and by which rows are sorted (`papers` keep the order of the input).
    pub(crate) key: &'static [&'static str],
    pub(crate) meaning: &'static str,
    pub(crate) columns: &'static [Column],
}

impl Table {
    /// Returns the names of its columns, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.columns.iter().map(|column| column.name)
    }

    /// Returns the name of its file in the folder of a week.
    pub(crate) fn file(&self) -> String {
        format!("{}.parquet", self.name)
    }

    /// True if its rows are in the order of the key; null comes first.
    pub(crate) fn is_sorted(&self) -> bool {
        self.name != PAPERS.name
    }
}

const fn col(name: &'static str, kind: Type, unit: &'static str, null: Null, meaning: &'static str) -> Column {
    Column { name, kind, unit, null, meaning, allowed: Allowed::Any }
}

/// Declares that there is a value if and only if that column has one.
const fn only_with(column: &'static str) -> Null {
    OnlyWhere(When::is(column, Is::Null))
}

/// Declares that there is none if that column has none.
const fn none_without(column: &'static str) -> Null {
    NoneWhere(When::is(column, Is::Null))
}

use Null::{Never, NoneWhere, NoneWhereBeside, OnlyWhere, Unknown, UnknownBeside};
use Type::{Bool, Candidates, Date, Float, Int, IntList, Places, Text, TextList, Time};

/// Every table, in the order in which they are shown.
pub(crate) const TABLES: &[&Table] = &[&PAPERS, &LINKS, &REPOS, &STARS, &CITATIONS, &ARCHIVES, &RANKINGS, &CHANGES, &CONFLICTS, &REJECTS];

/// Returns the table with that name.
pub(crate) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.name == name)
}

/// Returns the metadata that each file of a week has.
pub(crate) fn metadata(pipeline: &str, pipeline_hash: &str, week: Week) -> [(String, String); 4] {
    [("schema_version", SCHEMA_VERSION.to_string()), ("pipeline", pipeline.to_owned()), ("pipeline_hash", pipeline_hash.to_owned()), ("week", week.to_string())]
        .map(|(key, value)| (format!("starcite.{key}"), value))
}

/// Services whose citation counts come with papers.
const CITED_BY: &[&str] = &["openalex", "semantic_scholar", "crossref", "datacite"];

pub(crate) static PAPERS: Table = Table {
    name: "papers",
    key: &["paper_id"],
    meaning: "what the week brought, in the order of the input",
    columns: &[
        col("paper_id", Text, "", Never, "arxiv:<id>, doi:<doi>, or the source's own id"),
        col("sources", TextList, "", Never, "the sources that named it, first one first").one_of(&SOURCE_NAMES),
        col("arxiv_id", Text, "", Unknown, "arXiv id without a version"),
        col("doi", Text, "", Unknown, "DOI in lower case"),
        col("title", Text, "", Unknown, "title, without LaTeX's accents, entities and doubled blanks"),
        col("title_original", Text, "", Null::None("the source writes title so"), "the title as its source writes it, where that is another"),
        col("abstract", Text, "", Unknown, "abstract; spans of links count its UTF-8 bytes"),
        col("comment", Text, "", Unknown, "the authors' comment"),
        col("authors", TextList, "", Unknown, "names in order, each First Last"),
        col("authors_original", TextList, "", Null::None("the source writes authors so"), "all of them as their source writes them, where one is another"),
        col("categories", TextList, "", Unknown, "subject codes of the source"),
        col("published", Date, "", Unknown, "day of the first version"),
        col("year", Int, "", Unknown, "year of publication"),
        col("updated", Date, "", Unknown, "day of the newest version"),
        col("url", Text, "", Unknown, "a page about it"),
        col("upvotes", Int, "upvotes", Unknown, "on Hugging Face"),
        col("cited_by_count", Int, "works", Unknown, "that cite it, as its source told with it").counted(),
        col("cited_by_influential", Int, "works", Unknown, "of those, the ones that rest on it, as Semantic Scholar reckons").counted(),
        col("cited_by_source", Text, "", only_with("cited_by_count"), "whose count it is").one_of(CITED_BY),
        col("cited_by_at", Time, "", none_without("cited_by_count"), "when it was so: the record's date, else the file's").until_close(),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

/// Rules that decide `official`.
const OFFICIAL_RULES: &[&str] = &["paper_says", "both_say", "repository_says", "conflict", "reassigned"];

/// The null of a link that leads to no code.
const NO_CODE: Null = NoneWhere(When::is_not("kind", Is::Text(&["repo", "gist", "anonymous_repo", "notebook", "archive"])));
/// The null of a link that has no repository, or whose repository does not name the paper.
const NOT_NAMED: Null = NoneWhere(When::is("paper_named_by_repo", Is::Bool(false)).or(&When::is("repo", Is::Null)));

pub(crate) static LINKS: Table = Table {
    name: "links",
    key: &["paper_id", "kind", "target"],
    meaning: "every link of every paper, complete as of the week",
    columns: &[
        col("paper_id", Text, "", Never, "the paper"),
        col("kind", Text, "", Never, "what it points to").one_of(names!(LinkKind)),
        col("target", Text, "", OnlyWhere(When::is("kind", Is::Text(&["promise"]))), "normalised URL"),
        col(
            "repo",
            Text,
            "",
            NoneWhere(When::is_not("kind", Is::Text(&["archive"]))),
            "host/path by today's name: joins repos.repo; of an archive, the repository whose code is in it",
        ),
        col("field", Text, "", Never, "where the best mention stands").one_of(names!(Field)),
        col("start", Int, "bytes", Null::None("the link is a whole field"), "first UTF-8 byte of it in the field").counted(),
        col("end", Int, "bytes", only_with("start"), "one past its last byte").counted(),
        col("raw", Text, "", Never, "the text as it stands: field[start:end]"),
        col("sentence", Text, "", only_with("start"), "the sentence around it"),
        col("mentions", Places, "", Never, "every mention, best first"),
        col("role", Text, "", Null::None("neither the text nor the source says"), "what the paper says of it").one_of(names!(Role)),
        col("role_rule", Text, "", only_with("role"), "the rule that decided the role").one_of(&ROLE_RULES),
        col("confidence", Float, "", Never, "how sure the reading is").within(0.0, 1.0),
        col("repairs", TextList, "", Never, "what was mended in the text").one_of(&REPAIR_NAMES),
        col("candidates", Candidates, "", Never, "other repositories that may be meant, likeliest first, each with what that assumes"),
        col("settled_by", Text, "", Null::None("nothing settled it"), "why an ambiguous link has the reading it has, or an archive its repository")
            .one_of(names!(SettledBy)),
        col("subpath", Text, "", Null::None("nothing follows"), "what follows the repository in the path"),
        col("first_week", Text, "", Never, "the ISO week that first had it"),
        col("last_week", Text, "", Null::None("it is there"), "the last ISO week that had it"),
        col("repo_id", Int, "", none_without("repo"), "the host's number of the repository"),
        col("state", Text, "", only_with("repo"), "of the repository").one_of(names!(RepoState)),
        col("paper_named_by_repo", Bool, "", none_without("repo"), "whether the repository names the paper as its own, where somebody has looked"),
        col("paper_named_where", Text, "", NOT_NAMED, "the file that names it"),
        col("paper_named_by", Text, "", NOT_NAMED, "by what").one_of(names!(MatchedBy)),
        col("paper_named_text", Text, "", NOT_NAMED, "the text that matched"),
        col("official", Bool, "", NO_CODE, "whether it is the paper's own code"),
        col("official_rule", Text, "", Null::None("neither the paper nor the repository says whose it is"), "what that rests on").one_of(OFFICIAL_RULES),
        col("listed_by", Text, "", Null::None("no list names it"), "the list of papers and code that names it for the paper, whose word the next five are")
            .one_of(&ListClaim::BY),
        col("listed_official", Bool, "", none_without("listed_by"), "whether the list calls it the paper's own code; official does not rest on it"),
        col("listed_in_paper", Bool, "", none_without("listed_by"), "whether the list says that the paper mentions it"),
        col("listed_in_github", Bool, "", none_without("listed_by"), "whether the list says that the repository mentions the paper"),
        col("listed_framework", Text, "", NoneWhereBeside(When::is("listed_by", Is::Null), ""), "its framework, by the list's name"),
        col("listed_at", Date, "", none_without("listed_by"), "the day of the list's last state: it said so then, or before"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

/// The null of a repository without a commit.
const NO_COMMIT: Null = NoneWhere(When::is("is_empty", Is::Bool(true)));
/// The null of a repository whose files were read: anything unreadable in them counts as missing.
const FILES_READ: Null = NoneWhere(When::is_not("archive_ids", Is::Null));

pub(crate) static REPOS: Table = Table {
    name: "repos",
    key: &["repo"],
    meaning: "what is believed of every repository, complete as of the week",
    columns: &[
        col("repo", Text, "", Never, "host/path by today's name"),
        col("repo_id", Int, "", Unknown, "the host's number: survives renames"),
        col("node_id", Text, "", Unknown, "GitHub's GraphQL id"),
        col("aliases", TextList, "", Never, "other names that lead to it"),
        col("state", Text, "", Never, "whether its host served it when it was last asked").one_of(names!(RepoState)),
        col(
            "state_reason",
            Text,
            "",
            NoneWhere(When::is("state", Is::Text(&["live"]))),
            "why it is not live. Blocked: dmca, tos, unavailable, other, unspecified; not_found: deleted_or_private, reassigned; unknown: not_asked, host_not_asked (nobody asks its host about any), limit, error, unreachable",
        )
        .one_of(names!(StateReason)),
        col("is_archived", Bool, "", Unknown, "read-only"),
        col("is_disabled", Bool, "", Unknown, "disabled by the host"),
        col("is_empty", Bool, "", Unknown, "without a commit"),
        col("is_fork", Bool, "", Unknown, "a fork"),
        col("is_template", Bool, "", Unknown, "a template"),
        col("is_mirror", Bool, "", Unknown, "a mirror"),
        col("stars", Int, "stars", Unknown, "at observed_at"),
        col("forks", Int, "forks", Unknown, "at observed_at"),
        col("watchers", Int, "people", Unknown, "who get notifications"),
        col("open_issues", Int, "issues", Unknown, "open"),
        col("open_pull_requests", Int, "pull requests", Unknown, "open"),
        col("language", Text, "", UnknownBeside(""), "main language"),
        col("languages", TextList, "", Unknown, "languages, most bytes first"),
        col("topics", TextList, "", Unknown, "topics"),
        col("license_spdx", Text, "", UnknownBeside(NO_LICENCE), "SPDX id; NOASSERTION where there is one that the host can't name, NONE where there is none"),
        col("description", Text, "", UnknownBeside(""), "one line by its owner"),
        col("homepage", Text, "", UnknownBeside(""), "page named by its owner"),
        col("owner_type", Text, "", Unknown, "the kind of its owner").one_of(&OWNER_TYPES),
        col("parent", Text, "", NoneWhere(When::is("is_fork", Is::Bool(false))), "what it was forked from"),
        col("created_at", Time, "", Unknown, "made"),
        col("pushed_at", Time, "", NO_COMMIT, "last push"),
        col("archived_at", Time, "", NoneWhere(When::is("is_archived", Is::Bool(false))), "archived"),
        col("default_branch", Text, "", NO_COMMIT, "name of the default branch"),
        col("head_oid", Text, "", NO_COMMIT, "commit at its head"),
        col("head_committed_at", Time, "", NO_COMMIT, "when that was committed"),
        col("commits", Int, "commits", NO_COMMIT, "on the default branch"),
        col("commits_52w", Int, "commits", NO_COMMIT, "in the last 52 weeks"),
        col("releases", Int, "releases", Unknown, "published"),
        col("latest_release", Text, "", UnknownBeside(""), "tag of the newest release that is neither a draft nor a pre-release"),
        col("latest_release_at", Time, "", NoneWhere(When::is("latest_release", Is::Text(&[""]))), "when that was published"),
        col(
            "root_entries",
            TextList,
            "",
            NO_COMMIT,
            "names in the root folder, and .github/workflows where that is there",
        ),
        col("code_bytes", Int, "bytes", NO_COMMIT, "of recognised languages"),
        col("readme_bytes", Int, "bytes", NO_COMMIT, "of the README; 0 without one"),
        col("framework", Text, "", FILES_READ, "pytorch, tensorflow, jax, …"),
        col("framework_evidence", Text, "", FILES_READ, "the dependency or language that tells it"),
        col("citation_title", Text, "", FILES_READ, "title of the software in CITATION.cff, else codemeta.json, else .zenodo.json, as far as they can be read; so the next five"),
        col("citation_authors", TextList, "", FILES_READ, "its authors there: Family, Given; of an entity its name"),
        col("citation_version", Text, "", FILES_READ, "its version there, as written"),
        col("citation_doi", Text, "", FILES_READ, "the software's own DOI there, in lower case; not that of an article to cite instead"),
        col("citation_date", Date, "", FILES_READ, "its date of release there"),
        col("citation_license", Text, "", FILES_READ, "its licence there: SPDX ids, OR between those one may choose from"),
        col(
            "archive_ids",
            TextList,
            "",
            Unknown,
            "archives that README, CITATION.cff, codemeta.json or .zenodo.json name: Zenodo DOIs (doi:10.5281/zenodo.…), Software Heritage ids (swh:1:…); empty where they were read and name none",
        ),
        col("archived_copy", Text, "", Unknown, "the newest archive of its code, as that archive's record says: joins archives.archive"),
        col("stars_7d", Int, "stars", Unknown, "gained in the 7 days before observed_at"),
        col("stars_28d", Int, "stars", Unknown, "gained in the 28 days before observed_at"),
        col("stars_source", Text, "", Null::None("neither gain is known"), "where the gains come from: stargazers/history, or observations of whom"),
        col("details_at", Time, "", Null::None("no more than scalars is known"), "when the figures that are not scalars were true: the oldest of them")
            .until_close(),
        col("reassigned_at", Time, "", Null::None("it is not"), "since when this name is known to be another repository's than before").until_close(),
        col("former_repo_id", Int, "", none_without("reassigned_at"), "the host's number of the repository that had the name before"),
        col("observed_at", Time, "", Null::None("nobody observed it"), "when the figures were true").until_close(),
        col("observed_by", Text, "", only_with("observed_at"), "who observed them: the host, or a third party"),
        col("asked_at", Time, "", Null::None("the host was never asked"), "when the host was asked last").until_close(),
        col("last_error", Text, "", Null::None("it answered, or was never asked"), "why it did not answer then"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static STARS: Table = Table {
    name: "stars",
    key: &["repo", "week_start"],
    meaning: "stars week by week",
    columns: &[
        col("repo", Text, "", Never, "host/path by today's name"),
        col("repo_id", Int, "", Unknown, "the host's number"),
        col("week_start", Date, "", Never, "first day of the week"),
        col("days", IntList, "stars", Unknown, "added day by day, where the host gives them"),
        col("added", Int, "stars", Unknown, "added in the week, where the week before was observed too"),
        col("total", Int, "stars", Unknown, "last total observed in the week"),
        col("source", Text, "", Never, "stargazers/history (stars added), or who observed the totals (stars added less those taken back)"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static CITATIONS: Table = Table {
    name: "citations",
    key: &["direction", "paper_id", "repo", "cited"],
    meaning: "papers that papers name in title, abstract or comment, and that repositories name in README, CITATION.cff, codemeta.json or .zenodo.json, complete as of the week",
    columns: &[
        col("direction", Text, "", Never, "who names it").one_of(&["paper", "repository"]),
        col("paper_id", Text, "", OnlyWhere(When::is("direction", Is::Text(&["repository"]))), "the paper that names it"),
        col("repo", Text, "", OnlyWhere(When::is("direction", Is::Text(&["paper"]))), "the repository that names it, by today's name: joins repos.repo"),
        col("cited", Text, "", Never, "arxiv:<id> or doi:<doi>"),
        col("field", Text, "", Never, "where it stands: abstract, comment, title, has-preprint; or the name of the repository's file"),
        col("start", Int, "bytes", Null::None("it is a whole field"), "first UTF-8 byte of it in the field or file").counted(),
        col("end", Int, "bytes", only_with("start"), "one past its last byte").counted(),
        col("raw", Text, "", Never, "the text as it stands"),
        col("cited_by_count", Int, "works", Unknown, "that cite it, as far as a service was asked and knows the paper").counted(),
        col("cited_by_source", Text, "", Null::None("nobody was asked"), "who was asked for the count").one_of(&["openalex", "semantic_scholar"]),
        col("cited_by_at", Time, "", only_with("cited_by_source"), "when the service answered").until_close(),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static ARCHIVES: Table = Table {
    name: "archives",
    key: &["archive"],
    meaning: "archives of software and data that their records tie to a repository or a paper, complete as of the week",
    columns: &[
        col("archive", Text, "", Never, "doi:<doi> of this version; or of all, where the record is about all"),
        col("concept", Text, "", Unknown, "doi:<doi> of all its versions"),
        col("kind", Text, "", Never, "what is in it").one_of(names!(ArchiveKind)),
        col("repo", Text, "", Unknown, "the repository that it was made from, or belongs to, by today's name: joins repos.repo where a paper links it"),
        col("release", Text, "", none_without("repo"), "the tag of that repository"),
        col("papers", TextList, "", Never, "arxiv:<id> or doi:<doi> of the papers that it is a supplement to, or that describe, document or publish it"),
        col("cited_by", TextList, "", Never, "the same of papers that cite it, as its record says"),
        col("title", Text, "", Unknown, "its title"),
        col("version", Text, "", Unknown, "its version, as written"),
        col("license_spdx", Text, "", Unknown, "SPDX id; NOASSERTION where the record names a licence that SPDX does not know"),
        col("published", Date, "", Unknown, "day of publication"),
        col("source", Text, "", Never, "whose record it is").one_of(&SOURCE_NAMES),
        col("said_at", Time, "", Unknown, "when the record was last changed, else the file's time").until_close(),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static RANKINGS: Table = Table {
    name: "rankings",
    key: &["rank"],
    meaning: "papers with a link or a promise by code availability, complete as of the week",
    columns: &[
        col("rank", Int, "", Never, "1 is the best").within(1.0, f64::INFINITY),
        col("paper_id", Text, "", Never, "the paper"),
        col("title", Text, "", Unknown, "its title"),
        col("published", Date, "", Unknown, "day of its first version"),
        col("repo", Text, "", Null::None("it links none of its own"), "the repository that counts, the best of the paper's own"),
        col("tier", Text, "", Unknown, "the flags in a word, each from available on with all that those before it have; known where it is known whether there is code, and whether it answers")
        .one_of(names!(Tier)),
        col("score", Float, "points", Never, "code availability: what is known to be there").within(0.0, 100.0),
        col("score_low", Float, "points", Never, "the least it can be").within(0.0, 100.0),
        col("score_high", Float, "points", Never, "the most it can be, if all that is unknown were good").within(0.0, 100.0),
        col("has_link", Bool, "", Unknown, "the paper links code that it does not call somebody else's; a page may lead to code"),
        col("answers", Bool, "", Unknown, "the host serves the repository"),
        col("has_code", Bool, "", Unknown, "it holds more than a README and the like"),
        col("has_licence", Bool, "", Unknown, "it has a licence"),
        col("licence_is_osi_approved", Bool, "", Unknown, "the Open Source Initiative approved it"),
        col("names_paper", Bool, "", Unknown, "its README, CITATION.cff, codemeta.json or .zenodo.json names the paper as its own"),
        col("is_maintained", Bool, "", Unknown, "a commit or release in the year before the end of the week, and not archived"),
        col("is_citable", Bool, "", Unknown, "a CITATION.cff, a release, an archived copy with a DOI or a Software Heritage id"),
        col("has_dependencies", Bool, "", Unknown, "a file says what the code needs"),
        col("has_container", Bool, "", Unknown, "a recipe for a container"),
        col("has_notebook", Bool, "", Unknown, "a notebook"),
        col("has_tests", Bool, "", Unknown, "tests"),
        col("has_ci", Bool, "", Unknown, "continuous integration"),
        col("score_link", Float, "points", Unknown, "for: whose code it is").within(0.0, 100.0),
        col("score_reachable", Float, "points", Unknown, "for: the host serves it").within(0.0, 100.0),
        col("score_code", Float, "points", Unknown, "for: it holds code").within(0.0, 100.0),
        col("score_licence", Float, "points", Unknown, "for: its licence").within(0.0, 100.0),
        col("score_named", Float, "points", Unknown, "for: it names the paper").within(0.0, 100.0),
        col("score_maintained", Float, "points", Unknown, "for: days since a commit or release").within(0.0, 100.0),
        col("score_citable", Float, "points", Unknown, "for: it can be cited").within(0.0, 100.0),
        col("score_dependencies", Float, "points", Unknown, "for: a dependency file").within(0.0, 100.0),
        col("score_container", Float, "points", Unknown, "for: a container").within(0.0, 100.0),
        col("score_notebook", Float, "points", Unknown, "for: a notebook").within(0.0, 100.0),
        col("score_tests", Float, "points", Unknown, "for: tests").within(0.0, 100.0),
        col("score_ci", Float, "points", Unknown, "for: continuous integration").within(0.0, 100.0),
        col("stars", Int, "stars", none_without("repo"), "of the repository").counted(),
        col("stars_1w", Int, "stars", none_without("repo"), "gained in the week"),
        col("stars_4w", Int, "stars", none_without("repo"), "gained in four weeks"),
        col("trend", Float, "", none_without("repo"), "growth over one week and four, damped against small numbers (docs/RANKING.md)"),
        col("trend_rank", Int, "", only_with("trend"), "rank by trend among all papers").within(1.0, f64::INFINITY),
        col("trend_rank_recent", Int, "", Null::None("its trend is unknown, or it is not known to be of the window"), "rank by trend among the papers published in the pipeline's window (default 90 days before the end of the week)").within(1.0, f64::INFINITY),
        col("reasons", TextList, "", Never, "what tells each flag, in words"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static CHANGES: Table = Table {
    name: "changes",
    key: &["kind", "paper_id", "repo"],
    meaning: "what is different from the week before that was run; what became known is no change; none in the first week",
    columns: &[
        col("kind", Text, "", Never, "code_appeared: a paper that had none; paper_named: its repository names it, and did not before; reassigned: the name leads to another repository; stars_doubled: from 50 or more")
        .one_of(names!(ChangeKind)),
        col("paper_id", Text, "", OnlyWhere(When::is_not("kind", Is::Text(&["code_appeared", "link_broken", "link_mended", "paper_named"]))), "the paper"),
        col("repo", Text, "", Null::None("the code that appeared is in no repository that is known"), "host/path by today's name"),
        col("repo_id", Int, "", none_without("repo"), "the host's number"),
        col("before", Text, "", Never, "what was: none, promised, a state, a name, a licence as in repos, a tag, a number"),
        col("after", Text, "", Never, "what is"),
        col("since_week", Text, "", Never, "the ISO week that it is compared with: the last one run before this one"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static CONFLICTS: Table = Table {
    name: "conflicts",
    key: &["paper_id", "field", "other_source", "other"],
    meaning: "what several sources tell otherwise of a paper that the week brought; empty where there is one source",
    columns: &[
        col("paper_id", Text, "", Never, "the paper"),
        col("field", Text, "", Never, "the column of papers that it is about").one_of(names!(Disputed)),
        col("kept", Text, "", Never, "the value in papers"),
        col("kept_source", Text, "", Never, "the source that told it: the first one that told any").one_of(&SOURCE_NAMES),
        col("other", Text, "", Never, "what another source told"),
        col("other_source", Text, "", Never, "the source that told that").one_of(&SOURCE_NAMES),
        col("reason", Text, "", Never, "ids_differ: two arXiv ids, or two DOIs of which none is arXiv's own; titles_differ: beyond case, accents, punctuation and LaTeX; title_continues: one goes on where the other ends; dates_a_year_apart: days a year or more apart, or other years where one tells no day")
        .one_of(names!(Disagreement)),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};

pub(crate) static REJECTS: Table = Table {
    name: "rejects",
    key: &["source", "file", "record"],
    meaning: "every input record that could not be used",
    columns: &[
        col("source", Text, "", Never, "kind of the source").one_of(&SOURCE_NAMES),
        col("file", Text, "", Never, "name of the file"),
        col("record", Int, "", Never, "number of the record in the file, from 1").counted(),
        col("byte_offset", Int, "bytes", Never, "where it begins in the decompressed file").counted(),
        col("reason", Text, "", Never, "why it could not be used"),
        col("excerpt", Text, "", Never, "its beginning; empty where the pipeline leaves papers or people out"),
        col(WEEK, Text, "", Never, "the ISO week of this table"),
    ],
};
