-- Weeks are the Monday's day number (Week::number), times UTC microseconds.
PRAGMA user_version = 2;

-- Which content of a paper was seen first in which week. Both are 64-bit xxh3 hashes: 3 million papers stay small.
CREATE TABLE seen (paper INTEGER, week INTEGER, content INTEGER, PRIMARY KEY (paper, week)) WITHOUT ROWID;

-- What rankings need of papers that have links, by the week that brought them.
CREATE TABLE linked_papers (paper_id TEXT, week INTEGER, title TEXT, published TEXT, upvotes INTEGER, PRIMARY KEY (paper_id, week)) WITHOUT ROWID;

-- Every version of every link: the newest one up to a week is that week's. last_week is set when a new version of the
-- paper lacks the link.
CREATE TABLE links (
  paper_id TEXT, kind TEXT, target TEXT, week INTEGER, last_week INTEGER, repo_key TEXT, link TEXT,
  PRIMARY KEY (paper_id, kind, target, week)) WITHOUT ROWID;

-- The repositories that ambiguous links of a week may mean: asked about, and in the tables only if a link settles on them.
CREATE TABLE readings (key TEXT, week INTEGER, PRIMARY KEY (key, week)) WITHOUT ROWID;

CREATE TABLE citations (
  paper_id TEXT, cited TEXT, week INTEGER, gone INTEGER, citation TEXT,
  PRIMARY KEY (paper_id, cited, week)) WITHOUT ROWID;

-- A repository is a row; the host's number is an attribute that may be unknown, names point to rows.
CREATE TABLE repos (id INTEGER PRIMARY KEY, host TEXT NOT NULL, host_number INTEGER, node_id TEXT, UNIQUE (host, host_number));
CREATE TABLE names (key TEXT PRIMARY KEY, name TEXT NOT NULL, repo INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX names_of_repo ON names (repo);

CREATE TABLE observations (
  repo INTEGER, observed_at INTEGER, observed_by TEXT, name TEXT, state TEXT, state_reason TEXT, facts TEXT,
  PRIMARY KEY (repo, observed_at, observed_by)) WITHOUT ROWID;

-- Every time the host was asked; error is null where it answered.
CREATE TABLE asks (repo INTEGER, asked_at INTEGER, reason TEXT, error TEXT, PRIMARY KEY (repo, asked_at)) WITHOUT ROWID;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
