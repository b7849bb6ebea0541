-- What the host says of a repository comes in parts, each asked and dated by itself.
ALTER TABLE observations RENAME TO observations_2;
CREATE TABLE observations (
  repo INTEGER, part TEXT, observed_at INTEGER, observed_by TEXT, name TEXT, state TEXT, state_reason TEXT, facts TEXT,
  PRIMARY KEY (repo, part, observed_at, observed_by)) WITHOUT ROWID;
INSERT INTO observations SELECT repo, 'scalars', observed_at, observed_by, name, state, state_reason, facts FROM observations_2;
DROP TABLE observations_2;
ALTER TABLE asks RENAME TO asks_2;
CREATE TABLE asks (repo INTEGER, part TEXT, asked_at INTEGER, reason TEXT, error TEXT, PRIMARY KEY (repo, part, asked_at)) WITHOUT ROWID;
INSERT INTO asks SELECT repo, 'scalars', asked_at, reason, error FROM asks_2;
DROP TABLE asks_2;
CREATE TABLE doubts (repo INTEGER PRIMARY KEY, run_at INTEGER, times INTEGER) WITHOUT ROWID;
ALTER TABLE names ADD COLUMN checked_at INTEGER;
CREATE TABLE reassigned (key TEXT, at INTEGER, former INTEGER, PRIMARY KEY (key, at)) WITHOUT ROWID;
CREATE TABLE star_weeks (repo INTEGER, start INTEGER, observed_at INTEGER, added INTEGER, days TEXT, PRIMARY KEY (repo, start, observed_at)) WITHOUT ROWID;
CREATE TABLE star_pages (repo INTEGER, page INTEGER, etag TEXT, PRIMARY KEY (repo, page)) WITHOUT ROWID;
CREATE TABLE naming (
  repo INTEGER, paper_id TEXT, observed_at INTEGER, file TEXT, how TEXT, text TEXT,
  PRIMARY KEY (repo, paper_id, observed_at)) WITHOUT ROWID;
ALTER TABLE linked_papers ADD COLUMN arxiv_id TEXT;
ALTER TABLE linked_papers ADD COLUMN doi TEXT;
UPDATE linked_papers SET arxiv_id = substr(paper_id, 7) WHERE paper_id LIKE 'arxiv:%';
UPDATE linked_papers SET doi = substr(paper_id, 5) WHERE paper_id LIKE 'doi:%';
CREATE INDEX links_of_repo ON links (repo_key) WHERE repo_key IS NOT NULL;
PRAGMA user_version = 3;
