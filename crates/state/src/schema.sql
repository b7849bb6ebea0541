-- Weeks are the Monday's day number (Week::number), times UTC microseconds.
PRAGMA user_version = 9;

-- What was seen of papers in which week, batch by batch: for each record the paper's key and the content's hash, 8 bytes each (seen.rs).
CREATE TABLE seen (id INTEGER PRIMARY KEY, week INTEGER, sightings BLOB);

-- The same of the weeks from whose tables a state was made anew: the hash of the paper's row stands for that of the content, which is not known.
CREATE TABLE seen_rows (id INTEGER PRIMARY KEY, week INTEGER, sightings BLOB);

-- What papers point to, in sorted runs of compressed blocks (linked/run.rs); of one week a later generation goes before an earlier one.
CREATE TABLE linked_blocks (id INTEGER PRIMARY KEY, papers BLOB);
CREATE TABLE linked_runs (first_block INTEGER PRIMARY KEY, last_block INTEGER, week INTEGER, generation INTEGER, first_paper TEXT);

-- A repository is a row; the host's number is an attribute that may be unknown, names point to rows.
CREATE TABLE repos (id INTEGER PRIMARY KEY, host TEXT NOT NULL, host_number INTEGER, node_id TEXT, UNIQUE (host, host_number));
-- checked_at: when the host was last asked by this name, and so whether it still leads there.
CREATE TABLE names (key TEXT PRIMARY KEY, name TEXT NOT NULL, repo INTEGER NOT NULL, since INTEGER NOT NULL, checked_at INTEGER) WITHOUT ROWID;
CREATE INDEX names_of_repo ON names (repo);

-- Names that were deleted and taken by somebody else: the repository that had one until then.
CREATE TABLE reassigned (key TEXT, at INTEGER, former INTEGER, PRIMARY KEY (key, at)) WITHOUT ROWID;

-- Names that were found to lead to a repository that was known by another one: the row that the name had until then, which keeps what it had.
CREATE TABLE joined (key TEXT, at INTEGER, former INTEGER, PRIMARY KEY (key, at)) WITHOUT ROWID;

-- What was observed, in parts that are asked and dated by themselves (a Selection's name; a third party's are scalars). Empty facts are those of the observation before,
-- of the same part by the same observer (repos.rs).
CREATE TABLE observations (
  repo INTEGER, part TEXT, observed_at INTEGER, observed_by TEXT, name TEXT, state TEXT, state_reason TEXT, facts TEXT,
  PRIMARY KEY (repo, part, observed_at, observed_by)) WITHOUT ROWID;

-- Every time the host was asked; error is null where it answered.
CREATE TABLE asks (repo INTEGER, part TEXT, asked_at INTEGER, reason TEXT, error TEXT, PRIMARY KEY (repo, part, asked_at)) WITHOUT ROWID;

-- Repositories that were alive and were not found since: not believed before a later run hears the same.
CREATE TABLE doubts (repo INTEGER PRIMARY KEY, run_at INTEGER, times INTEGER) WITHOUT ROWID;

-- Stars added week by week, as the host gives them, a row only where it differs from the one before; and its pages' ETags.
CREATE TABLE star_weeks (repo INTEGER, start INTEGER, observed_at INTEGER, added INTEGER, days TEXT, PRIMARY KEY (repo, start, observed_at)) WITHOUT ROWID;
CREATE TABLE star_pages (repo INTEGER, page INTEGER, etag TEXT, PRIMARY KEY (repo, page)) WITHOUT ROWID;

-- Whether a repository's files name a paper that links it, a row only where it differs from the one before: file, how and text are null where they do not.
CREATE TABLE naming (
  repo INTEGER, paper_id TEXT, observed_at INTEGER, file TEXT, how TEXT, text TEXT,
  PRIMARY KEY (repo, paper_id, observed_at)) WITHOUT ROWID;

-- Which papers a repository's README and CITATION.cff name, as JSON: a row only where it differs from the one before.
CREATE TABLE named_papers (repo INTEGER, observed_at INTEGER, papers TEXT, PRIMARY KEY (repo, observed_at)) WITHOUT ROWID;

-- How often a paper is cited, as a service says; null where the service does not know the paper.
CREATE TABLE counts (cited TEXT, source TEXT, counted_at INTEGER, count INTEGER, PRIMARY KEY (cited, source, counted_at)) WITHOUT ROWID;

-- What records of archives say, as JSON, by source and the record's date; copy_of is the repository whose code is in it.
CREATE TABLE archives (
  archive TEXT, source TEXT, said_at INTEGER, concept TEXT, copy_of TEXT, record TEXT, PRIMARY KEY (archive, source, said_at)) WITHOUT ROWID;
CREATE INDEX archives_of_concept ON archives (concept);
CREATE INDEX archives_of_repo ON archives (copy_of);

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
