//! The one source of the tables' names, types, units and meanings: the writers, `starcite schema` and `verify` all read it.

use starcite_core::availability::Tier;
use starcite_core::conflict::{Disagreement, Disputed};
use starcite_core::extract::{REPAIR_NAMES, ROLE_RULES, SettledBy};
use starcite_core::naming::How;
use starcite_core::{ArchiveKind, ChangeKind, Field, LinkKind, Listed, RepoState, Role, SOURCE_NAMES};

/// The version of the tables; a reader refuses any other.
pub(crate) const SCHEMA_VERSION: u32 = 2;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Int,
    Float,
    Bool,
    /// A day.
    Date,
    /// A moment, UTC, in microseconds.
    Time,
    TextList,
    IntList,
    /// A list of places in a paper's fields.
    Places,
    /// A list of repositories that a link may mean.
    Candidates,
}

impl Type {
    pub(crate) const ALL: [Self; 10] =
        [Self::Text, Self::Int, Self::Float, Self::Bool, Self::Date, Self::Time, Self::TextList, Self::IntList, Self::Places, Self::Candidates];

    /// The name shown to people.
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

/// The fields of a place.
pub(crate) const PLACE: &[(&str, Type)] = &[("field", Type::Text), ("start", Type::Int), ("end", Type::Int), ("raw", Type::Text)];
/// The fields of a candidate.
pub(crate) const CANDIDATE: &[(&str, Type)] = &[("repo", Type::Text), ("assumed", Type::Text)];

/// A column: every one may be null, which means unknown, unless it is part of the key.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    /// The unit of a number, or empty.
    pub(crate) unit: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) allowed: Allowed,
}

/// What a column may hold besides null; of a list, what each of its values may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Allowed {
    Any,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A number from one to the other.
    Within(f64, f64),
    /// A moment at which what is observed still counts for the week.
    UntilClose,
}

impl Column {
    const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { allowed: Allowed::OneOf(values), ..self }
    }

    const fn within(self, least: f64, most: f64) -> Self {
        Self { allowed: Allowed::Within(least, most), ..self }
    }

    /// A place or a number of something: 0 or more.
    const fn counted(self) -> Self {
        self.within(0.0, f64::INFINITY)
    }

    const fn until_close(self) -> Self {
        Self { allowed: Allowed::UntilClose, ..self }
    }
}

/// The names of all values of a type, in its order.
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
    /// The names of its columns, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.columns.iter().map(|column| column.name)
    }

    /// Whether its rows are in the order of the key; null comes first.
    pub(crate) fn is_sorted(&self) -> bool {
        self.name != PAPERS.name
    }
}

const fn col(name: &'static str, kind: Type, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, unit, meaning, allowed: Allowed::Any }
}

use Type::{Bool, Candidates, Date, Float, Int, IntList, Places, Text, TextList, Time};

/// Every table, in the order in which people want them.
pub(crate) const TABLES: &[&Table] = &[&PAPERS, &LINKS, &REPOS, &STARS, &CITATIONS, &ARCHIVES, &RANKINGS, &CHANGES, &CONFLICTS, &REJECTS];

/// The table with that name.
pub(crate) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|table| table.name == name)
}

/// Whose counts of citations papers come with.
const CITED_BY: &[&str] = &["openalex", "semantic_scholar", "crossref", "datacite"];

pub(crate) static PAPERS: Table = Table {
    name: "papers",
    key: &["paper_id"],
    meaning: "what the week brought, in the order of the input",
    columns: &[
        col("paper_id", Text, "", "arxiv:<id>, doi:<doi>, or the source's own id"),
        col("sources", TextList, "", "the sources that named it, first one first").one_of(&SOURCE_NAMES),
        col("arxiv_id", Text, "", "arXiv id without a version"),
        col("doi", Text, "", "DOI in lower case"),
        col("title", Text, "", "title, without LaTeX's accents, entities and doubled blanks"),
        col("title_original", Text, "", "the title as its source writes it, where that is another; null where it is the same"),
        col("abstract", Text, "", "abstract; spans of links count its UTF-8 bytes"),
        col("comment", Text, "", "the authors' comment"),
        col("authors", TextList, "", "names in order, each First Last"),
        col("authors_original", TextList, "", "all of them as their source writes them, where one is another; null where they are the same"),
        col("categories", TextList, "", "subject codes of the source"),
        col("published", Date, "", "day of the first version"),
        col("year", Int, "", "year of publication"),
        col("updated", Date, "", "day of the newest version"),
        col("url", Text, "", "a page about it"),
        col("upvotes", Int, "upvotes", "on Hugging Face"),
        col("cited_by_count", Int, "works", "that cite it, as its source told with it").counted(),
        col("cited_by_influential", Int, "works", "of those, the ones that rest on it, as Semantic Scholar reckons").counted(),
        col("cited_by_source", Text, "", "whose count it is").one_of(CITED_BY),
        col("cited_by_at", Time, "", "when it was so: the record's date, else the file's").until_close(),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

/// What `official` rests on.
const OFFICIAL_RULES: &[&str] = &["paper_says", "both_say", "repository_says", "conflict", "reassigned"];

pub(crate) static LINKS: Table = Table {
    name: "links",
    key: &["paper_id", "kind", "target"],
    meaning: "every link of every paper, complete as of the week",
    columns: &[
        col("paper_id", Text, "", "the paper"),
        col("kind", Text, "", "what it points to").one_of(names!(LinkKind)),
        col("target", Text, "", "normalised URL; null for a promise"),
        col("repo", Text, "", "host/path by today's name: joins repos.repo; of an archive, the repository whose code is in it"),
        col("field", Text, "", "where the best mention stands").one_of(names!(Field)),
        col("start", Int, "bytes", "first UTF-8 byte of it in the field; null for a link that is a whole field").counted(),
        col("end", Int, "bytes", "one past its last byte").counted(),
        col("raw", Text, "", "the text as it stands: field[start:end]"),
        col("sentence", Text, "", "the sentence around it"),
        col("mentions", Places, "", "every mention, best first"),
        col("role", Text, "", "what the paper says of it; null where the text does not say").one_of(names!(Role)),
        col("role_rule", Text, "", "the rule that decided the role").one_of(&ROLE_RULES),
        col("confidence", Float, "", "how sure the reading is").within(0.0, 1.0),
        col("repairs", TextList, "", "what was mended in the text").one_of(&REPAIR_NAMES),
        col("candidates", Candidates, "", "other repositories that may be meant, likeliest first, each with what that assumes"),
        col(
            "settled_by",
            Text,
            "",
            "why an ambiguous link has the reading it has, or an archive its repository; null for one with a single reading, and where nobody was asked",
        )
        .one_of(names!(SettledBy)),
        col("subpath", Text, "", "what follows the repository in the path"),
        col("first_week", Text, "", "the ISO week that first had it"),
        col("last_week", Text, "", "the last ISO week that had it; null while it is there"),
        col("repo_id", Int, "", "the host's number of the repository"),
        col("state", Text, "", "of the repository; null where there is none").one_of(names!(RepoState)),
        col("paper_named_by_repo", Bool, "", "whether the repository names the paper as its own; null is not looked at"),
        col("paper_named_where", Text, "", "the file that names it"),
        col("paper_named_by", Text, "", "by what").one_of(names!(How)),
        col("paper_named_text", Text, "", "the text that matched"),
        col("official", Bool, "", "whether it is the paper's own code"),
        col("official_rule", Text, "", "what that rests on").one_of(OFFICIAL_RULES),
        col("listed_by", Text, "", "the list of papers and code that names it for the paper, whose word the next five are; null where none does")
            .one_of(&Listed::BY),
        col("listed_official", Bool, "", "whether the list calls it the paper's own code; official does not rest on it"),
        col("listed_in_paper", Bool, "", "whether the list says that the paper mentions it"),
        col("listed_in_github", Bool, "", "whether the list says that the repository mentions the paper"),
        col("listed_framework", Text, "", "its framework, by the list's name; null where the list says none"),
        col("listed_at", Date, "", "the day of the list's last state: it said so then, or before"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static REPOS: Table = Table {
    name: "repos",
    key: &["repo"],
    meaning: "what is believed of every repository, complete as of the week; null is unknown, never zero or false",
    columns: &[
        col("repo", Text, "", "host/path by today's name"),
        col("repo_id", Int, "", "the host's number: survives renames"),
        col("node_id", Text, "", "GitHub's GraphQL id"),
        col("aliases", TextList, "", "other names that lead to it"),
        col("state", Text, "", "whether its host served it when it was last asked").one_of(names!(RepoState)),
        col(
            "state_reason",
            Text,
            "",
            "blocked: dmca, tos; not_found: deleted_or_private, reassigned; unknown: not_asked, limit, error, unreachable, host_not_asked",
        ),
        col("is_archived", Bool, "", "read-only"),
        col("is_disabled", Bool, "", "disabled by the host"),
        col("is_empty", Bool, "", "without a commit"),
        col("is_fork", Bool, "", "a fork"),
        col("is_template", Bool, "", "a template"),
        col("is_mirror", Bool, "", "a mirror"),
        col("stars", Int, "stars", "at observed_at"),
        col("forks", Int, "forks", "at observed_at"),
        col("watchers", Int, "people", "who get notifications"),
        col("open_issues", Int, "issues", "open"),
        col("open_pull_requests", Int, "pull requests", "open"),
        col("language", Text, "", "main language"),
        col("languages", TextList, "", "languages, most bytes first"),
        col("topics", TextList, "", "topics"),
        col("license_spdx", Text, "", "SPDX id; NOASSERTION where the host can't tell; null is none where observed_by is the host, else unknown"),
        col("description", Text, "", "one line by its owner"),
        col("homepage", Text, "", "page named by its owner"),
        col("owner_type", Text, "", "User or Organization"),
        col("parent", Text, "", "what it was forked from"),
        col("created_at", Time, "", "made"),
        col("pushed_at", Time, "", "last push"),
        col("archived_at", Time, "", "archived"),
        col("default_branch", Text, "", "name of the default branch"),
        col("head_oid", Text, "", "commit at its head"),
        col("head_committed_at", Time, "", "when that was committed"),
        col("commits", Int, "commits", "on the default branch"),
        col("commits_52w", Int, "commits", "in the last 52 weeks"),
        col("releases", Int, "releases", "published"),
        col("latest_release", Text, "", "tag of the newest release"),
        col("latest_release_at", Time, "", "when that was published"),
        col("root_entries", TextList, "", "names in the root folder, and .github/workflows where that is there"),
        col("code_bytes", Int, "bytes", "of recognised languages"),
        col("readme_bytes", Int, "bytes", "of the README"),
        col("framework", Text, "", "pytorch, tensorflow, jax, …"),
        col("framework_evidence", Text, "", "the dependency or language that tells it"),
        col("citation_title", Text, "", "title of the software in CITATION.cff, else codemeta.json, else .zenodo.json; so the next five"),
        col("citation_authors", TextList, "", "its authors there: Family, Given; of an entity its name"),
        col("citation_version", Text, "", "its version there, as written"),
        col("citation_doi", Text, "", "the software's own DOI there, in lower case; not that of an article to cite instead"),
        col("citation_date", Date, "", "its date of release there"),
        col("citation_license", Text, "", "its licence there: SPDX ids, OR between those one may choose from"),
        col(
            "archive_ids",
            TextList,
            "",
            "archives that README, CITATION.cff, codemeta.json or .zenodo.json name: Zenodo DOIs (doi:10.5281/zenodo.…), Software Heritage ids (swh:1:…); empty where they were read and name none",
        ),
        col("archived_copy", Text, "", "the newest archive of its code, as that archive's record says: joins archives.archive; null where none is known"),
        col("stars_7d", Int, "stars", "gained in the 7 days before observed_at"),
        col("stars_28d", Int, "stars", "gained in the 28 days before observed_at"),
        col("stars_source", Text, "", "where the gains come from: stargazers/history, or observations of whom"),
        col("details_at", Time, "", "when the figures that are no scalars were true: the oldest of them").until_close(),
        col("reassigned_at", Time, "", "since when this name is known to be another repository's than before; null where it is not").until_close(),
        col("former_repo_id", Int, "", "the host's number of the repository that had the name before"),
        col("observed_at", Time, "", "when the figures were true").until_close(),
        col("observed_by", Text, "", "who observed them: the host, or a third party"),
        col("asked_at", Time, "", "when the host was asked last").until_close(),
        col("last_error", Text, "", "why it did not answer then"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static STARS: Table = Table {
    name: "stars",
    key: &["repo", "week_start"],
    meaning: "stars week by week",
    columns: &[
        col("repo", Text, "", "host/path by today's name"),
        col("repo_id", Int, "", "the host's number"),
        col("week_start", Date, "", "first day of the week"),
        col("days", IntList, "stars", "added day by day, where the host gives them"),
        col("added", Int, "stars", "added in the week; null where the week before was not observed"),
        col("total", Int, "stars", "last total observed in the week; null where there was none"),
        col("source", Text, "", "stargazers/history (stars added), or who observed the totals (stars added less those taken back)"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static CITATIONS: Table = Table {
    name: "citations",
    key: &["direction", "paper_id", "repo", "cited"],
    meaning: "papers that papers name in title, abstract or comment, and that repositories name in README, CITATION.cff, codemeta.json or .zenodo.json, complete as of the week",
    columns: &[
        col("direction", Text, "", "who names it").one_of(&["paper", "repository"]),
        col("paper_id", Text, "", "the paper that names it; null where a repository does"),
        col("repo", Text, "", "the repository that names it, by today's name: joins repos.repo; null where a paper does"),
        col("cited", Text, "", "arxiv:<id> or doi:<doi>"),
        col("field", Text, "", "where it stands: abstract, comment, title, has-preprint; or the name of the repository's file"),
        col("start", Int, "bytes", "first UTF-8 byte of it in the field or file; null for one that is a whole field").counted(),
        col("end", Int, "bytes", "one past its last byte").counted(),
        col("raw", Text, "", "the text as it stands"),
        col("cited_by_count", Int, "works", "that cite it; null where nobody was asked, or the service does not know the paper").counted(),
        col("cited_by_source", Text, "", "who was asked for the count; null where nobody was").one_of(&["openalex", "semantic_scholar"]),
        col("cited_by_at", Time, "", "when the service answered").until_close(),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static ARCHIVES: Table = Table {
    name: "archives",
    key: &["archive"],
    meaning: "archives of software and data that their records tie to a repository or a paper, complete as of the week",
    columns: &[
        col("archive", Text, "", "doi:<doi> of this version; or of all, where the record is about all"),
        col("concept", Text, "", "doi:<doi> of all its versions"),
        col("kind", Text, "", "what is in it").one_of(names!(ArchiveKind)),
        col("repo", Text, "", "the repository that it was made from, or belongs to, by today's name: joins repos.repo where a paper links it"),
        col("release", Text, "", "the tag of that repository"),
        col("papers", TextList, "", "arxiv:<id> or doi:<doi> of the papers that it is a supplement to, or that describe, document or publish it"),
        col("cited_by", TextList, "", "the same of papers that cite it, as its record says"),
        col("title", Text, "", "its title"),
        col("version", Text, "", "its version, as written"),
        col("license_spdx", Text, "", "SPDX id; null where the record has none that SPDX knows"),
        col("published", Date, "", "day of publication"),
        col("source", Text, "", "whose record it is").one_of(&SOURCE_NAMES),
        col("said_at", Time, "", "when the record was last changed, else the file's time").until_close(),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static RANKINGS: Table = Table {
    name: "rankings",
    key: &["rank"],
    meaning: "papers with a link or a promise by code availability, complete as of the week",
    columns: &[
        col("rank", Int, "", "1 is the best").within(1.0, f64::INFINITY),
        col("paper_id", Text, "", "the paper"),
        col("title", Text, "", "its title"),
        col("published", Date, "", "day of its first version"),
        col("repo", Text, "", "the repository that counts, the best of the paper's own; null where it links none of its own"),
        col(
            "tier",
            Text,
            "",
            "the flags in a word, each from available on with all that those before it have; null where it is not known whether there is code, or whether it answers",
        )
        .one_of(names!(Tier)),
        col("score", Float, "points", "code availability: what is known to be there").within(0.0, 100.0),
        col("score_low", Float, "points", "the least it can be").within(0.0, 100.0),
        col("score_high", Float, "points", "the most it can be, if all that is unknown were good").within(0.0, 100.0),
        col("has_link", Bool, "", "the paper links code that it does not call somebody else's; null where a page may lead to code"),
        col("answers", Bool, "", "the host serves the repository"),
        col("has_code", Bool, "", "it holds more than a README and the like"),
        col("has_licence", Bool, "", "it has a licence"),
        col("licence_is_osi_approved", Bool, "", "the Open Source Initiative approved it"),
        col("names_paper", Bool, "", "its README, CITATION.cff, codemeta.json or .zenodo.json names the paper as its own"),
        col("is_maintained", Bool, "", "a commit or release in the year before the end of the week, and not archived"),
        col("is_citable", Bool, "", "a CITATION.cff, a release, an archived copy with a DOI or a Software Heritage id"),
        col("has_dependencies", Bool, "", "a file says what the code needs"),
        col("has_container", Bool, "", "a recipe for a container"),
        col("has_notebook", Bool, "", "a notebook"),
        col("has_tests", Bool, "", "tests"),
        col("has_ci", Bool, "", "continuous integration"),
        col("score_link", Float, "points", "for: whose code it is; null is unknown").within(0.0, 100.0),
        col("score_reachable", Float, "points", "for: the host serves it; null is unknown").within(0.0, 100.0),
        col("score_code", Float, "points", "for: it holds code; null is unknown").within(0.0, 100.0),
        col("score_licence", Float, "points", "for: its licence; null is unknown").within(0.0, 100.0),
        col("score_named", Float, "points", "for: it names the paper; null is unknown").within(0.0, 100.0),
        col("score_maintained", Float, "points", "for: days since a commit or release; null is unknown").within(0.0, 100.0),
        col("score_citable", Float, "points", "for: it can be cited; null is unknown").within(0.0, 100.0),
        col("score_dependencies", Float, "points", "for: a dependency file; null is unknown").within(0.0, 100.0),
        col("score_container", Float, "points", "for: a container; null is unknown").within(0.0, 100.0),
        col("score_notebook", Float, "points", "for: a notebook; null is unknown").within(0.0, 100.0),
        col("score_tests", Float, "points", "for: tests; null is unknown").within(0.0, 100.0),
        col("score_ci", Float, "points", "for: continuous integration; null is unknown").within(0.0, 100.0),
        col("stars", Int, "stars", "of the repository").counted(),
        col("stars_1w", Int, "stars", "gained in the week"),
        col("stars_4w", Int, "stars", "gained in four weeks"),
        col("trend", Float, "", "growth over one week and four, damped against small numbers (docs/RANKING.md)"),
        col("trend_rank", Int, "", "rank by trend among all papers; null where the trend is unknown").within(1.0, f64::INFINITY),
        col("trend_rank_recent", Int, "", "rank by trend among the papers published in the pipeline's window (default 90 days before the end of the week)").within(1.0, f64::INFINITY),
        col("reasons", TextList, "", "what tells each flag, in words"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static CHANGES: Table = Table {
    name: "changes",
    key: &["kind", "paper_id", "repo"],
    meaning: "what is different from the week before that was run; what became known is no change; none in the first week",
    columns: &[
        col(
            "kind",
            Text,
            "",
            "code_appeared: a paper that had none; paper_named: its repository names it, and did not before; reassigned: the name leads to another repository; stars_doubled: from 50 or more",
        )
        .one_of(names!(ChangeKind)),
        col("paper_id", Text, "", "the paper, of code_appeared, link_broken, link_mended, paper_named"),
        col("repo", Text, "", "host/path by today's name"),
        col("repo_id", Int, "", "the host's number"),
        col("before", Text, "", "what was: none, promised, a state, a name, a licence, a tag, a number"),
        col("after", Text, "", "what is"),
        col("since_week", Text, "", "the ISO week that it is compared with: the last one run before this one"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static CONFLICTS: Table = Table {
    name: "conflicts",
    key: &["paper_id", "field", "other_source", "other"],
    meaning: "what several sources tell otherwise of a paper that the week brought; empty where there is one source",
    columns: &[
        col("paper_id", Text, "", "the paper"),
        col("field", Text, "", "the column of papers that it is about").one_of(names!(Disputed)),
        col("kept", Text, "", "the value in papers"),
        col("kept_source", Text, "", "the source that told it: the first one that told any").one_of(&SOURCE_NAMES),
        col("other", Text, "", "what another source told"),
        col("other_source", Text, "", "the source that told that").one_of(&SOURCE_NAMES),
        col(
            "reason",
            Text,
            "",
            "ids_differ: two arXiv ids, or two DOIs of which none is arXiv's own; titles_differ: beyond case, accents, punctuation and LaTeX; title_continues: one goes on where the other ends; dates_a_year_apart: days a year or more apart, or other years where one tells no day",
        )
        .one_of(names!(Disagreement)),
        col("week", Text, "", "the ISO week of this table"),
    ],
};

pub(crate) static REJECTS: Table = Table {
    name: "rejects",
    key: &["source", "file", "record"],
    meaning: "every input record that could not be used",
    columns: &[
        col("source", Text, "", "kind of the source").one_of(&SOURCE_NAMES),
        col("file", Text, "", "name of the file"),
        col("record", Int, "", "number of the record in the file, from 1").counted(),
        col("byte_offset", Int, "bytes", "where it begins in the decompressed file").counted(),
        col("reason", Text, "", "why it could not be used"),
        col("excerpt", Text, "", "its beginning"),
        col("week", Text, "", "the ISO week of this table"),
    ],
};
