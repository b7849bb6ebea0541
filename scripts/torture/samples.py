"""A small made-up sample of every source: six records with a repository each. Also files of other kinds that the program reads."""
import bz2, gzip, io, json
from world import paper

COUNT = 6
WORKS = "https://openalex.org/W44000000"


def text(number):
    return f"Part {number}. Code: https://github.com/lab{number}/tool{number} is ours."


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def each(make):
    return [make(number) for number in range(COUNT)]


def openalex(n):
    words = text(n).split()
    return {"id": f"{WORKS}{n:02}", "doi": f"https://doi.org/10.5555/part.{n}", "title": f"Part {n}", "publication_date": "2026-11-18", "publication_year": 2026,
            "abstract_inverted_index": {word: [at for at, other in enumerate(words) if other == word] for word in words},
            "authorships": [{"author": {"display_name": f"Author {n}"}}], "cited_by_count": n, "referenced_works": [f"{WORKS}90"], "locations": []}


def arxiv(n):
    return {"id": f"2611.{n:05}", "submitter": "A", "authors": f"A. Author{n}", "title": f"Part {n}", "comments": None, "journal-ref": None, "doi": None, "categories": "cs.LG stat.ML",
            "abstract": text(n), "versions": [{"version": "v1", "created": "Wed, 18 Nov 2026 10:00:00 GMT"}], "update_date": "2026-11-18", "authors_parsed": [[f"Author{n}", "A.", ""]]}


def semantic(n):
    return {"paperId": f"{n:040x}", "corpusId": n, "externalIds": {"ArXiv": f"2611.{n:05}", "DOI": f"10.5555/part.{n}"}, "title": f"Part {n}", "abstract": text(n), "year": 2026,
            "publicationDate": "2026-11-18", "citationCount": n, "authors": [{"authorId": "1", "name": f"Author {n}"}]}


def crossref(n):
    return {"DOI": f"10.5555/part.{n}", "title": [f"Part {n}"], "abstract": f"<jats:p>{text(n)}</jats:p>", "author": [{"given": "A", "family": f"Author{n}"}],
            "issued": {"date-parts": [[2026, 11, 18]]}, "reference": [{"DOI": "10.5555/other"}]}


def daily(n):
    return {"paper": {"id": f"2611.{n:05}", "title": f"Part {n}", "summary": text(n), "authors": [{"name": f"Author {n}"}], "publishedAt": "2026-11-17T10:00:00.000Z", "upvotes": n,
                      "submittedOnDailyAt": "2026-11-18T10:00:00.000Z"}, "publishedAt": "2026-11-18T10:00:00.000Z", "title": f"Part {n}"}


def pwc(n):
    return {"paper_url": f"https://paperswithcode.com/paper/part-{n}", "paper_title": f"Part {n}", "paper_arxiv_id": f"2611.{n:05}", "paper_url_abs": f"https://arxiv.org/abs/2611.{n:05}",
            "repo_url": f"https://github.com/lab{n}/tool{n}", "is_official": True, "mentioned_in_paper": True, "mentioned_in_github": False, "framework": "pytorch"}


def datacite(n):
    return {"id": f"10.5555/part.{n}", "type": "dois", "attributes": {"doi": f"10.5555/part.{n}", "titles": [{"title": f"Part {n}"}], "creators": [{"name": f"Author, {n}"}],
            "descriptions": [{"description": text(n), "descriptionType": "Abstract"}], "dates": [{"date": "2026-11-18", "dateType": "Issued"}], "types": {"resourceTypeGeneral": "Preprint"}}}


def zenodo(n):
    return {"id": 1000 + n, "doi": f"10.5281/zenodo.{1000 + n}", "conceptdoi": "10.5281/zenodo.999", "created": "2026-11-18T10:00:00+00:00", "metadata": {"title": f"lab{n}/tool{n}: v1", "doi": f"10.5281/zenodo.{1000 + n}",
            "publication_date": "2026-11-18", "description": text(n), "resource_type": {"type": "publication", "subtype": "preprint"}, "creators": [{"name": "A"}],
            "related_identifiers": [{"identifier": f"https://github.com/lab{n}/tool{n}/tree/v1", "relation": "isSupplementTo"}]}}


def oai():
    records = "".join(f"<record><header><identifier>oai:arXiv.org:2611.{n:05}</identifier><datestamp>2026-11-18</datestamp><setSpec>cs</setSpec></header><metadata>"
                      f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2611.{n:05}</id><created>2026-11-18</created><authors><author><keyname>Author{n}</keyname><forenames>A</forenames></author></authors>'
                      f"<title>Part {n}</title><categories>cs.LG</categories><abstract>{text(n)}</abstract></arXiv></metadata></record>\n" for n in range(COUNT))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-19T00:00:00Z</responseDate>'
            f'<request verb="ListRecords">http://oaipmh.arxiv.org/oai</request><ListRecords>\n{records}</ListRecords></OAI-PMH>\n').encode()


def atom():
    entries = "".join(f"<entry><id>http://arxiv.org/abs/2611.{n:05}v1</id><updated>2026-11-18T10:00:00Z</updated><published>2026-11-18T10:00:00Z</published><title>Part {n}</title>"
                      f'<summary>{text(n)}</summary><author><name>A. Author{n}</name></author><category term="cs.LG"/></entry>\n' for n in range(COUNT))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>ArXiv Query</title>\n{entries}</feed>\n'.encode()


def bibtex():
    return "".join(f"@article{{author{n},\n  title = {{Part {n}}},\n  author = {{Author{n}, A.}},\n  year = 2026,\n  abstract = {{{text(n)}}},\n  doi = {{10.5555/part.{n}}}\n}}\n\n" for n in range(COUNT)).encode()


def table(separator):
    return "".join([separator.join(["id", "title", "abstract"]) + "\n", *(separator.join([f"10.5555/part.{n}", f'"Part {n}"', f'"{text(n)}"']) + "\n" for n in range(COUNT))]).encode()


def columns():
    import pyarrow

    return pyarrow.table({"id": each(lambda n: f"10.5555/part.{n}"), "title": each(lambda n: f"Part {n}"), "abstract": each(text), "authors": each(lambda n: [f"Author {n}", "B"])})


def parquet(codec):
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(columns(), out, compression=codec, row_group_size=3)
    return out.getvalue()


def arrow(codec):
    import pyarrow

    out = io.BytesIO()
    with pyarrow.ipc.new_file(out, columns().schema, options=pyarrow.ipc.IpcWriteOptions(compression=codec)) as file:
        file.write_table(columns(), max_chunksize=3)
    return out.getvalue()


def zstd(data):
    import pyarrow

    return pyarrow.Codec("zstd").compress(data, asbytes=True)


def all_samples():
    """Returns the samples: name, source, file's name, bytes. Sources whose records are lines come first."""
    jsonl = lines(map(paper, range(COUNT)))
    return [
        ("jsonl", "jsonl", "papers.jsonl", jsonl),
        ("arxiv-snapshot", "arxiv-snapshot", "snapshot.json", lines(each(arxiv))),
        ("openalex", "openalex", "works.jsonl", lines(each(openalex))),
        ("semantic-scholar", "semantic-scholar", "papers.jsonl", lines(each(semantic))),
        ("crossref", "crossref", "works.jsonl", lines(each(crossref))),
        ("datacite", "datacite", "dois.jsonl", lines(each(datacite))),
        ("zenodo", "zenodo", "records.jsonl", lines(each(zenodo))),
        ("hf-daily", "hf-daily", "daily.json", json.dumps(each(daily)).encode()),
        ("pwc", "pwc", "links.json", json.dumps(each(pwc)).encode()),
        ("arxiv-oai", "arxiv-oai", "records.xml", oai()),
        ("arxiv-atom", "arxiv-atom", "feed.xml", atom()),
        ("bibtex", "bibtex", "library.bib", bibtex()),
        ("table, CSV", "table", "papers.csv", table(",")),
        ("table, TSV", "table", "papers.tsv", table("\t")),
        ("table, Parquet", "table", "papers.parquet", parquet("snappy")),
        ("table, Parquet with zstd", "table", "papers.parquet", parquet("zstd")),
        ("table, Arrow", "table", "papers.arrow", arrow(None)),
        ("table, Arrow with lz4", "table", "papers.arrow", arrow("lz4")),
        ("gzip", "jsonl", "papers.jsonl.gz", gzip.compress(jsonl)),
        ("zstd", "jsonl", "papers.jsonl.zst", zstd(jsonl)),
        ("bzip2", "jsonl", "papers.jsonl.bz2", bz2.compress(jsonl)),
    ]
