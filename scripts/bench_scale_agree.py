#!/usr/bin/env python3
"""Checks that starcite and its peers found the same in a corpus. usage: bench_scale_agree.py FOLDER (of bench_scale.py)

Ends with 1 if a paper or a text is missing or differs, or a paper with a repository that a peer found in its abstract has no link of ours. Prints how many
papers each finds repositories in: we read comments, titles and broken links too, the peers accept everything that looks like a link.
"""
import sys

import duckdb

BLANKS = "' ' || chr(9) || chr(10) || chr(13)"
work = sys.argv[1]
db = duckdb.connect()
db.execute("set preserve_insertion_order = false")
for peer in ("duckdb", "polars"):
    db.execute(f"create view {peer} as select * from '{work}/{peer}/papers.parquet'")
    db.execute(f"create view {peer}_links as select distinct id, lower(regexp_replace(url, '(\\.git|[.])+$', '')) as url from '{work}/{peer}/links.parquet'")
for table in ("papers", "links"):  # ids of the corpus are not valid arXiv ids (wrong months), so some follow the source's name
    db.execute(f"create view {table} as select *, regexp_replace(paper_id, '^[^:]+:', '') as id from '{work}/two/week=*/{table}.parquet'")


def one(sql):
    return db.execute(sql).fetchone()[0]


problems = []
for peer in ("duckdb", "polars"):
    theirs = one(f"select count(*) from {peer}")
    same = one(f"""select count(*) from papers p join {peer} q on p.id = q.id
        where p.abstract = trim(q.abstract, {BLANKS}) and coalesce(p.title_original, p.title) = trim(q.title, {BLANKS})""")
    print(f"{peer}: {theirs} papers, of which {same} stand in ours with the same title and abstract")
    if same != theirs:
        problems.append(f"{theirs - same} papers of {peer} are not ours")
    found = one(f"select count(distinct id) from {peer}_links")
    missing = db.execute(f"select id, url from {peer}_links anti join (from links where target is not null) using (id) order by 1 limit 5").fetchall()
    ours = one("select count(distinct paper_id) from links where kind = 'repo' and repo ilike 'github.com/%'")
    print(f"{peer}: {found} papers with what looks like a repository on github.com, starcite: {ours}")
    if missing:
        problems.append(f"no link of ours for {missing}")
if problems:
    sys.exit("the outputs do not agree:\n  " + "\n  ".join(problems))
