"""The tested program: runs of it with their time and memory, folders to run it in, papers for it to read."""
import json, os, pathlib, signal, subprocess, tempfile, threading, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / os.environ.get("TORTURED", "release")
STARCITE, FAKE_GITHUB = TARGET / "starcite", TARGET / "fake-github"

FIRST = "2026-W47"
MONDAY, MONDAY_AFTER = "2026-11-23T12:00:00Z", "2026-11-30T12:00:00Z"
CODES = {0, 1, 2, 3, 75, 129, 130, 143}
"""Exit codes that `starcite --help` names, and those of signals."""
MOST_SECONDS, MOST_MB = 10, 1024

PIPELINE = """name = "tortured"
[input]
max_rejects = 5
[[source]]
kind = "jsonl"
path = "papers.jsonl"
[[source]]
kind = "observations"
path = "observed.csv"
"""


class Ended:
    """The end of a run."""

    def __init__(self, code, out, err, seconds, mb, hung):
        self.code, self.out, self.err, self.seconds, self.mb, self.hung = code, out, err, seconds, mb, hung

    def faults(self):
        """Returns faults that no run may have, whatever its input."""
        found = []
        if self.hung:
            found.append(f"no end after {MOST_SECONDS} s")
        elif self.code not in CODES:
            found.append(f"exit code {self.code}")
        if b"panicked" in self.err:
            found.append("a panic")
        if self.mb > MOST_MB:
            found.append(f"{self.mb:.0f} MB")
        return found

    def last(self):
        return self.err.decode(errors="replace").strip().splitlines()[-1:] or [""]


def environment(now=MONDAY, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STARCITE_", "AWS_")) and not name.endswith(("_TOKEN", "_API_KEY")) and not name.lower().endswith("_proxy")}
    return {**kept, "STARCITE_NOW": now, "RUST_BACKTRACE": "0", **more}


def start(args, folder, env=None, wrap=(), **files):
    files = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **files}
    return subprocess.Popen([*wrap, str(STARCITE), *map(str, args)], cwd=folder, env=env or environment(), start_new_session=True, **files)


def run(args, folder, env=None, wrap=(), stdin=None, most_seconds=60):
    """Runs the program to its end; kills it after `most_seconds`."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        with open(stdin or os.devnull, "rb") as given:
            process = start(args, folder, env, wrap, stdin=given, stdout=out, stderr=err)
            hung = threading.Event()
            watch = threading.Timer(most_seconds, lambda: (hung.set(), os.killpg(process.pid, signal.SIGKILL)))
            watch.start()
            _, status, usage = os.wait4(process.pid, 0)
            watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
        out.seek(0), err.seek(0)
        return Ended(process.returncode, out.read(), err.read(), seconds, usage.ru_maxrss / 1024, hung.is_set())


def kill(process):
    """Kills a run and its child processes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def paper(number, words=""):
    return {
        "id": f"2611.{number:05}",
        "title": f"On cooling, part {number}",
        "authors": [f"Author {number}", "B. Steel"],
        "categories": ["cs.LG"],
        "abstract": f"Part {number}. {words}Our code is at https://github.com/lab{number % 97}/tool{number}. See doi:10.5555/part.{number} and arXiv:2401.{number:05}.",
        "comment": "12 pages" if number % 3 else f"Data: https://zenodo.org/records/{1000000 + number}",
        "date": "2026-11-18" if number < 5000 else "2026-11-25",
    }


def write_papers(path, numbers, words=""):
    path.write_text("".join(json.dumps(paper(number, words)) + "\n" for number in numbers))


def make(folder, papers=400, pipeline=PIPELINE):
    """Creates a folder with a pipeline of some papers, and third-party observations of a third of their repositories."""
    folder.mkdir(parents=True)
    (folder / "p.toml").write_text(pipeline)
    write_papers(folder / "papers.jsonl", range(papers))
    rows = (f"lab{number % 97}/tool{number},2026-11-{day},{number * day},MIT,others\n" for number in range(0, papers, 3) for day in (9, 16, 20))
    (folder / "observed.csv").write_text("repo,date,stars,license_spdx,source\n" + "".join(rows))


def files(folder, but=("state.db", "cache", "lock")):
    """Returns the files in a folder and its subfolders, by name, without the state and its locks, and the cache."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not any(part in name for part in but):
            found[name] = path.read_bytes()
    return found


def differences(found, wanted):
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


class Github:
    """A server that behaves as GitHub does, with a world derived from its seed."""

    def __init__(self, *flags):
        self.process = subprocess.Popen([FAKE_GITHUB, *flags], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def summary(self):
        with urllib.request.urlopen(self.url + "/_summary") as reply:
            return json.load(reply)


class Part:
    """One way of breaking the program: the number of tries, and the faults."""

    def __init__(self, name):
        self.name, self.tried, self.faults, self.said = name, 0, [], ""

    def fault(self, what, where=""):
        self.faults.append(f"{what}{': ' if where else ''}{where}")

    def line(self):
        return f"{self.name}: {self.tried} tried, {len(self.faults)} did not hold{self.said}"
