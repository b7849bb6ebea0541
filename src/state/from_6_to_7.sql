-- Papers known by their rows: none yet, for no state was made anew.
CREATE TABLE IF NOT EXISTS seen_rows (id INTEGER PRIMARY KEY, week INTEGER, sightings BLOB);
-- Version 7: of each history of stars it is known whether all its pages came (page 0); of those of before it is believed.
INSERT OR IGNORE INTO star_pages (repo, page) SELECT DISTINCT repo, 0 FROM star_pages;
-- Names that were found to lead to a repository that was known by another one: of those of before nothing is known.
CREATE TABLE IF NOT EXISTS joined (key TEXT, at INTEGER, former INTEGER, PRIMARY KEY (key, at)) WITHOUT ROWID;
PRAGMA user_version = 7;
