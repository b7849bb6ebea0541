"""Mutants: files and replies with some changed bytes. No panic, no hang, no other exit code, and no loss outside the damage."""
import concurrent.futures, http.server, json, os, random, shutil, threading, urllib.error, urllib.request
import world
from samples import all_samples
from world import FIRST, ROOT, Github, Part, environment, make, run

LINES = ("jsonl", "arxiv-snapshot", "openalex", "semantic-scholar", "crossref", "datacite", "zenodo")
"""Samples whose records are lines: a change in one can't touch more than the next one."""
UNCHECKED = ("table, Parquet", "table, Parquet with zstd", "table, Arrow", "table, Arrow with lz4", "zstd")
"""Samples without a checksum, as these are written: damage may leave them valid with other contents."""


def mutant(data, chance):
    """Returns a copy with one damage; and True if it is of a single byte."""
    at, other = chance.randrange(len(data)), chance.randrange(len(data))
    low, high = min(at, other), max(at, other)
    return chance.choice([
        lambda: (data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:], True),
        lambda: (data[:at] + data[at + 1:], True),
        lambda: (data[:at] + bytes([chance.randrange(256)]) + data[at:], True),
        lambda: (data[:at] + bytes([chance.choice(b"\0\n\"<>{}[],\\&\xff9-")]) + data[at + 1:], True),
        lambda: (data[:at], False),
        lambda: (data[:low] + data[min(high, low + 64):], False),
        lambda: (data[:high] + data[low:], False),
        lambda: (data[:at] + chance.choice([b"\xff" * 8, b"9" * 40, b"[" * 200, b"\xed\xa0\x80", b"\\ud800", b"NaN", b"</record>", b"<record>"]) + data[at:], False),
    ])()


def papers(ended):
    """Returns the rows of each paper, by its id."""
    found = {}
    for line in ended.out.splitlines():
        found.setdefault(json.loads(line)["paper_id"], set()).add(line)
    return found


def lost(ended, wanted):
    """Returns papers that are missing or changed."""
    found = papers(ended)
    return sorted(paper for paper, rows in wanted.items() if found.get(paper) != rows)


def is_another(name, changed, data, gone):
    """True if the damage leaves a valid file with other contents: a table with another header, or a record with the id of another one."""
    if name.startswith("table"):
        header = slice(0, data.index(b"\n"))
        if changed[header] != data[header]:
            return True
    ids = (paper.partition(":")[2].encode() for paper in gone)
    return any(changed.count(id) > data.count(id) for id in ids)


def sample(name, source, file, data, count, scratch, threads):
    part = Part(f"mutants of {name}")
    args = ["extract", "--from", source, "--format", "jsonl"]

    def read(number, bytes):
        folder = scratch / str(number)
        folder.mkdir(exist_ok=True)
        (folder / file).write_bytes(bytes)
        ended = run([*args, file], folder, most_seconds=world.MOST_SECONDS)
        shutil.rmtree(folder)
        return ended

    whole = read("whole", data)
    wanted = papers(whole) if whole.code == 0 else {}
    if len(wanted) != 6:
        part.fault(f"the sample is not read: exit code {whole.code}, {len(wanted)} papers: {' '.join(whole.last())}")

    def one(number):
        changed, is_single = mutant(data, random.Random(f"{name} {number}"))
        ended = read(number, changed)
        found = [f"number {number}: {fault}" for fault in ended.faults()]
        if not found and wanted:
            gone = lost(ended, wanted)
            is_damage = is_single and not is_another(name, changed, data, gone)
            if is_damage and name not in UNCHECKED and ended.code == 0 and len(gone) > 1:
                found.append(f"number {number}: exit code 0 without {', '.join(gone)}")
            is_array = changed[:1] != data[:1] and ended.code == 3  # the first byte decides the form, and the rejects report it
            if is_damage and name in LINES and len(gone) > 2 and not is_array:
                found.append(f"number {number}: one byte of a line took {', '.join(gone)}")
        return found

    for found in threads.map(one, range(count)):
        part.tried += 1
        part.faults += found
    return part


def week(count, scratch, threads):
    """Changes a week, its state, and files that a person writes."""
    base = scratch / "base"
    make(base, papers=60)
    shutil.copy(ROOT / "pipelines/score.toml", base)
    (base / "p.toml").write_text((base / "p.toml").read_text() + '[rank]\nscore = "score.toml"\n')
    run(["run", "p.toml", "--offline", "--out", "out"], base)
    folder = f"out/week={FIRST}"
    cases = {
        "papers.parquet": (f"{folder}/papers.parquet", [["verify", "out"], ["compact", "--out", "out"], ["export", "jsonl", "--table", "papers", "--out", "out"]]),
        "links.parquet": (f"{folder}/links.parquet", [["verify", "out"], ["rank", "--out", "out"], ["export", "pwc", "--out", "out"]]),
        "manifest.json": (f"{folder}/manifest.json", [["verify", "out"], ["rank", "--out", "out"], ["dataset", "--out", "out"]]),
        "state.db": ("out/state.db", [["status", "--out", "out"], ["run", "p.toml", "--offline", "--out", "out"]]),
        "a pipeline": ("p.toml", [["plan", "p.toml", "--offline", "--out", "out"]]),
        "a score file": ("score.toml", [["rank", "--score", "score.toml", "--out", "out"]]),
        "observations": ("observed.csv", [["run", "p.toml", "--offline", "--out", "out"]]),
    }
    for name, (file, commands) in cases.items():
        part, data = Part(f"mutants of {name}"), (base / file).read_bytes()

        def one(number):
            work = scratch / f"{name} {number}"
            shutil.copytree(base, work)
            changed, _ = mutant(data, random.Random(f"{name} {number}"))
            (work / file).write_bytes(changed)
            found = []
            for args in commands:
                ended = run(args, work, most_seconds=world.MOST_SECONDS)
                found += [f"number {number}, {args[0]}: {fault}" for fault in ended.faults()]
            shutil.rmtree(work)
            return found

        for found in threads.map(one, range(count)):
            part.tried += 1
            part.faults += found
        yield part


class Mutating(http.server.ThreadingHTTPServer):
    """Forwards requests to another server, and changes its replies."""

    daemon_threads = True

    def __init__(self, upstream, seed):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream, self.chance = upstream, random.Random(seed)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        asked = urllib.request.Request(self.server.upstream + self.path, body if self.command == "POST" else None, {"authorization": self.headers.get("authorization", "")}, method=self.command)
        try:
            reply = urllib.request.urlopen(asked)
        except urllib.error.HTTPError as error:
            reply = error
        data, status = reply.read(), reply.status
        chance = self.server.chance
        if data and chance.random() < 0.7:
            data, _ = mutant(data, chance)
        elif chance.random() < 0.3:
            status = chance.choice([200, 204, 302, 400, 401, 403, 404, 418, 429, 451, 500, 502, 599])
        self.send_response(status)
        for name, value in reply.headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, mutant(value.encode(), chance)[0].decode("latin-1").replace("\r", "").replace("\n", "").replace("\0", "") if chance.random() < 0.1 and value else value)
        self.send_header("content-length", str(len(data) if chance.random() < 0.95 else chance.randrange(2 * len(data) + 1)))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    do_GET = do_POST

    def log_message(self, *_):
        pass


def replies(count, scratch, threads):
    part = Part("mutants of GitHub's replies")

    def one(number):
        folder = scratch / str(number)
        folder.mkdir()
        with Github("--names", "12", "--names-file", folder / "names.txt", "--seed", str(number)) as github:
            url = Mutating(github.url, number).url
            token = {"GITHUB_TOKEN": "t"} if number % 2 else {}
            args = ["enrich", "names.txt", "--out", "out", "--columns", "activity"]
            ended = run(args, folder, environment(STARCITE_GITHUB_URL=url, STARCITE_SOURCE_PAUSE_MS="3", **token), most_seconds=60)
        shutil.rmtree(folder)
        return [f"number {number}: {fault}" for fault in ended.faults()]

    for found in threads.map(one, range(count)):
        part.tried += 1
        part.faults += found
    return part


def parts(short, scratch):
    count = 20 if short else 2000
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        for name, source, file, data in all_samples():
            folder = scratch / "sample"
            folder.mkdir()
            yield sample(name, source, file, data, count, folder, threads)
            shutil.rmtree(folder)
        folder = scratch / "week"
        folder.mkdir()
        yield from week(count, folder, threads)
        folder = scratch / "replies"
        folder.mkdir()
        yield replies(4 if short else 200, folder, threads)
