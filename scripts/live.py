#!/usr/bin/env python3
"""Sends one request to every live service, in the way of the program itself, stores the replies, and reports whether the program reads them.

    scripts/live.py [--program target/debug/starcite] [--to target/live] [NAME ...]

The program gets an address on this machine for each service, where a gateway forwards its requests and stores the replies: NAME.reply, and the headers about
limits and pages in NAME.headers. Requests are not stored, so that no token or key is. GITHUB_TOKEN, OPENALEX_API_KEY and
SEMANTIC_SCHOLAR_API_KEY are used if they are set. One line for a service: status, bytes, the data read, headers about limits.

Exit code: 0 all were read; 1 a reply was not read; 75 all replies were read, and some services could not be reached.
LIVE_UPSTREAM=http://127.0.0.1:PORT replaces all services, to try this script without a network.
"""

import argparse
import http.client
import http.server
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPER = "1706.03762"
KEPT = re.compile(r"content-type|date|etag|link|retry-after|x-?ratelimit.*|ratelimit.*|x-rate-limit.*|x-api-pool|x-concurrency-limit", re.I)
LIMITS = re.compile(r"retry-after|.*rate-?limit.*", re.I)
PASSED_ON = ["accept", "authorization", "content-type", "if-none-match", "user-agent", "x-api-key", "x-github-api-version"]
# The row of a service in the crate of sources: name, address, variable of its key.
SERVICE = re.compile(r'Service \{[^}]*?name: "([\w-]+)",\s*url: "(https://[^"]+)",[^}]*?key_variable: (?:None|Some\("(\w+)"\))')
NOBODY = "http://127.0.0.1:9"

# Requests to services that the program has an option for: the source that reads the replies, and a query with one page of results.
QUESTIONS = {
    "HF": ("hf-daily", ["extract", "--from", "hf-daily", "--dates", "2026-06-01"]),
    "ARXIV_API": ("arxiv-atom", ["extract", "--from", "arxiv-atom", "--ids", PAPER]),
    "OPENALEX": ("openalex", ["extract", "--from", "openalex", "--filter", "doi:10.1038/nature14539"]),
    "ARXIV_OAI": ("arxiv-oai", '[[source]]\nkind = "arxiv-oai"\nset = "econ"\n'),
    "SEMANTIC_SCHOLAR": (None, '[[source]]\nkind = "jsonl"\npath = "papers.jsonl"\n[citations]\ncounts = "semantic-scholar"\n'),
}


class Gateway(http.server.ThreadingHTTPServer):
    """Forwards requests to one origin, stores the first reply, and knows when no more will come: a refused request is not repeated."""

    def __init__(self, origin, folder, name):
        super().__init__(("127.0.0.1", 0), Handler)
        self.origin, self.folder, self.name = os.environ.get("LIVE_UPSTREAM", origin), folder, name
        self.status = self.unreachable = None
        self.is_over = False
        self.body, self.limits = b"", []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def keep(self, status, headers, body):
        if self.status is None:
            self.status, self.body, self.is_over = status, body, status >= 400
            self.limits = [f"{name}: {value}" for name, value in headers if LIMITS.fullmatch(name)]
            (self.folder / f"{self.name}.reply").write_bytes(body)
            (self.folder / f"{self.name}.headers").write_text("".join(f"{name}: {value}\n" for name, value in [("status", status), *headers]))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        gateway = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0))) or None
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        request = urllib.request.Request(gateway.origin + self.path, body, headers, method=self.command)
        try:
            with as_it_is.open(request, timeout=60) as reply:
                status, given, body = reply.status, reply.headers, reply.read()
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            gateway.unreachable, gateway.is_over = str(getattr(error, "reason", error)), True
            self.close_connection = True
            return
        kept = [(name.lower(), value) for name, value in given.items() if KEPT.fullmatch(name)]
        gateway.keep(status, kept, body)
        self.send_response_only(status)
        for name, value in [*kept, ("location", given.get("location")), ("content-length", len(body))]:
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class AsItIs(urllib.request.HTTPErrorProcessor):
    """Treats every status as a reply: follows no redirect, raises no error."""

    def http_response(self, request, response):
        return response

    https_response = http_response


as_it_is = urllib.request.build_opener(AsItIs)


def starcite(options, args, gateway, env=(), folder=None):
    """Runs the program until it ends, or the service has no more to send."""
    environment = {**os.environ, "STARCITE_SOURCE_PAUSE_MS": "0", **dict(env)}
    process = subprocess.Popen([options.program.resolve(), *args], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while True:
        try:
            stdout, stderr = process.communicate(timeout=0.2)
            return process.returncode, stdout, stderr
        except subprocess.TimeoutExpired:
            if gateway and gateway.is_over:
                process.kill()


def run(options, pipeline, gateway, env=(), papers="", args=()):
    """Runs a pipeline in its own folder; returns its manifest and its messages."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "live.toml").write_text(f'name = "live"\n{pipeline}')
        (Path(folder) / "papers.jsonl").write_text(papers)
        _, _, stderr = starcite(options, ["run", "live.toml", "--out", "out", "-q", *args], gateway, {"STARCITE_GITHUB_URL": NOBODY, **dict(env)}, folder)
        made = list(Path(folder).glob("out/week=*/manifest.json"))
        return (json.loads(made[0].read_text()) if made else None), stderr.strip().splitlines()[-1:]


def read(options, kind, gateway):
    """Returns the result of the program's own reader for a reply."""
    kept = gateway.folder / f"{gateway.name}.reply"
    manifest, said = run(options, f'[[source]]\nkind = "{kind}"\npath = {json.dumps(str(kept.resolve()))}\n', None, args=["--offline"])
    if not manifest:
        return False, "".join(said)
    records = sum(one["records"] for one in manifest["inputs"])
    rejects = sum(one["rows"] for one in manifest["tables"] if one["table"] == "rejects")
    return records > 0 and rejects == 0, f"{records} records, {rejects} rejects"


def by_option(options, name, origin):
    """Requests a service that the program has an option for."""
    base = urllib.parse.urlsplit(origin)
    kind, question = QUESTIONS[name]
    gateway = Gateway(f"{base.scheme}://{base.netloc}", options.to, kind or "semantic-scholar-counts")
    env = {f"STARCITE_{name}_URL": gateway.url(base.path)}
    if isinstance(question, list):
        starcite(options, question, gateway, env)
        return gateway, lambda: read(options, kind, gateway)
    paper = json.dumps({"id": "live:1", "title": "A paper", "abstract": f"As in arXiv:{PAPER}."}) + "\n"
    manifest, said = run(options, question, gateway, env, paper)
    if kind:
        return gateway, lambda: read(options, kind, gateway)
    counts = ((manifest or {}).get("coverage") or {}).get("counts")
    return gateway, lambda: (bool(counts), f"counts {json.dumps(counts)}" if counts else "".join(said))


def by_url(options, kind, words):
    """Requests a source whose page has a URL: the program fetches it; this script sends a POST itself."""
    url = urllib.parse.urlsplit(next(word for word in words if word.startswith("https://")))
    gateway = Gateway(f"{url.scheme}://{url.netloc}", options.to, kind)
    here = gateway.url(urllib.parse.urlunsplit(("", "", url.path, url.query, "")))
    if "-d" in words:
        request = urllib.request.Request(here, words[words.index("-d") + 1].encode(), {"content-type": "application/json"})
        try:
            urllib.request.urlopen(request).close()
        except (urllib.error.URLError, OSError):
            pass  # the gateway has stored the reason
    else:
        starcite(options, ["extract", "--from", kind, here], gateway)
    return gateway, lambda: read(options, kind, gateway)


def github(options, name, without):
    """Requests GitHub's GraphQL, or its REST without a token."""
    gateway = Gateway("https://api.github.com", options.to, name)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "names.txt").write_text("rust-lang/cargo\n")
        env = {"STARCITE_GITHUB_URL": gateway.url(), **({"GITHUB_TOKEN": ""} if without else {})}
        _, stdout, stderr = starcite(options, ["enrich", "names.txt", "--out", "out", "-q"], gateway, env, folder)
    rows = [json.loads(line) for line in stdout.splitlines()]
    live = [row for row in rows if row["state"] == "live"]
    said = f"{len(live)} repositories live" if live else " ".join(stderr.splitlines()[-1:])
    return gateway, lambda: (bool(live), said)


def services(options):
    """Returns all services that the program knows, by name: those with an option, those whose page in docs/SOURCES.md has a URL, GitHub."""
    found = {}
    if os.environ.get("GITHUB_TOKEN"):
        found["github-graphql"] = lambda: github(options, "github-graphql", without=False)
    found["github-rest"] = lambda: github(options, "github-rest", without=True)
    rows = "".join(path.read_text() for path in sorted((ROOT / "crates/sources/src").rglob("*.rs")))
    known = {service.upper().replace("-", "_"): (service, origin, key) for service, origin, key in SERVICE.findall(rows)}
    if other := known.keys() ^ QUESTIONS.keys():
        sys.exit(f"live: {', '.join(other)}: write a question in QUESTIONS for each service, and none for others")
    for name, (service, origin, key) in known.items():
        if not key or os.environ.get(key):
            found[QUESTIONS[name][0] or "semantic-scholar-counts"] = lambda name=name, origin=origin: by_option(options, name, origin)
        else:
            print(f"{service:24} not asked: set {key}")
    asked_by_option = {kind for kind, _ in QUESTIONS.values()}
    _, page, _ = starcite(options, ["schema", "--sources"], None)
    for section in page.split("\n## ")[1:]:
        kind = section.split("\n", 1)[0].strip()
        shell = "".join(re.findall(r"```sh\n(.*?)```", section, re.S)).replace("\\\n", " ")
        curls = [shlex.split(line) for line in shell.splitlines() if line.startswith("curl ") and "https://" in line]
        if curls and kind not in asked_by_option:
            found[kind] = lambda kind=kind, words=curls[0]: by_url(options, kind, words)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / "target/debug/starcite")
    parser.add_argument("--to", type=Path, default=ROOT / "target/live")
    parser.add_argument("names", nargs="*", help="these services alone")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    known = services(options)
    if unknown := [name for name in options.names if name not in known]:
        sys.exit(f"live: {', '.join(unknown)}: the services are {', '.join(known)}")
    misread = unreached = 0
    for name in options.names or known:
        gateway, judge = known[name]()
        if gateway.status is None:
            unreached += 1
            print(f"{name:24} not reached: {gateway.unreachable or 'nothing was asked'}", flush=True)
            continue
        is_read, said = judge()
        misread += not is_read
        verdict = "read" if is_read else "NOT READ"
        print(f"{name:24} HTTP {gateway.status}, {len(gateway.body)} bytes, {verdict}: {said}", *gateway.limits, sep="\n" + " " * 25, flush=True)
    print(f"{len(options.names or known)} services, {misread} not read, {unreached} not reached; the replies are in {options.to}")
    sys.exit(1 if misread else 75 if unreached else 0)


if __name__ == "__main__":
    main()
