-- Which papers repositories name, which is known of files that are read from now on; and how often papers are cited.
CREATE TABLE named_papers (repo INTEGER, observed_at INTEGER, papers TEXT, PRIMARY KEY (repo, observed_at)) WITHOUT ROWID;
CREATE TABLE counts (cited TEXT, source TEXT, counted_at INTEGER, count INTEGER, PRIMARY KEY (cited, source, counted_at)) WITHOUT ROWID;
PRAGMA user_version = 5;
