-- What records of archives say. Whole indexes: a question whose plan rests on a partial one is parsed again each time it is asked.
CREATE TABLE IF NOT EXISTS archives (
  archive TEXT, source TEXT, said_at INTEGER, concept TEXT, copy_of TEXT, record TEXT, PRIMARY KEY (archive, source, said_at)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS archives_of_concept ON archives (concept);
CREATE INDEX IF NOT EXISTS archives_of_repo ON archives (copy_of);
PRAGMA user_version = 6;
