-- Messages that were sent, so that none is sent twice: recipient is the SHA-256 of an address, reply the server's words without it.
CREATE TABLE mails (
  week TEXT, digest TEXT, recipient TEXT, state TEXT NOT NULL, at INTEGER NOT NULL, reply TEXT, PRIMARY KEY (week, digest, recipient)) WITHOUT ROWID;

PRAGMA user_version = 9;
