-- Readings of ambiguous links; a candidate says what it assumes.
CREATE TABLE readings (key TEXT, week INTEGER, PRIMARY KEY (key, week)) WITHOUT ROWID;
UPDATE links SET link = json_set(link, '$.candidates',
  json((SELECT json_group_array(json_object('repo', value, 'assumed', 'pages_source')) FROM json_each(links.link, '$.candidates'))));
PRAGMA user_version = 2;
