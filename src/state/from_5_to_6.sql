-- What records of archives say. Whole indexes: whether a partial one serves depends on the value that is asked with.
CREATE TABLE IF NOT EXISTS archives (
  archive TEXT, source TEXT, said_at INTEGER, concept TEXT, copy_of TEXT, record TEXT, PRIMARY KEY (archive, source, said_at)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS archives_of_concept ON archives (concept);
CREATE INDEX IF NOT EXISTS archives_of_repo ON archives (copy_of);
PRAGMA user_version = 6;
