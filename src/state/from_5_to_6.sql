-- What records of archives say.
CREATE TABLE IF NOT EXISTS archives (
  archive TEXT, source TEXT, said_at INTEGER, concept TEXT, copy_of TEXT, record TEXT, PRIMARY KEY (archive, source, said_at)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS archives_of_concept ON archives (concept) WHERE concept IS NOT NULL;
CREATE INDEX IF NOT EXISTS archives_of_repo ON archives (copy_of) WHERE copy_of IS NOT NULL;
PRAGMA user_version = 6;
