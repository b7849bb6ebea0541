"""Readers, writers, disks, clocks and flipped bytes."""
import random, shutil, subprocess, threading
from world import CODES, FIRST, MONDAY, ROOT, Github, Part, differences, environment, files, make, run, start, write_papers

READERS = {
    "status": ["status", "--out", "out"],
    "verify": ["verify", "out"],
    "rank": ["rank", "--out", "out"],
    "export": ["export", "jsonl", "--table", "links", "--out", "out"],
    "compact": ["compact", "--out", "out", "--output", "one.parquet"],
    "publish": ["publish", "there", "--out", "out"],
}


def readers(short, scratch):
    """Runs readers in a loop while a week is replaced."""
    part = Part("readers while a week is replaced")
    make(scratch / "r", papers=300)
    folder, times = scratch / "r", 5 if short else 50
    week = ["run", "p.toml", "--offline", "--out", "out"]
    run(week, folder)
    over, lock = threading.Event(), threading.Lock()

    def read(name, args):
        while not over.is_set():
            ended = run(args, folder)
            with lock:
                part.tried += 1
                if ended.code != 0:
                    part.fault(f"{name} ends with {ended.code}: {' '.join(ended.last())}")

    threads = [threading.Thread(target=read, args=pair) for pair in READERS.items()]
    for thread in threads:
        thread.start()
    for number in range(times):
        write_papers(folder / "papers.jsonl", range(300), words=f"Version {number}. ")
        ended = run(week, folder)
        if ended.code != 0:
            part.fault(f"the run ends with {ended.code}: {' '.join(ended.last())}")
    over.set()
    for thread in threads:
        thread.join()
    part.said = f" ({times} times)"
    return part


def writers(short, scratch):
    """Runs two commands that write to one place at once: each ends well or is refused with a message, and the results are complete."""
    part = Part("two writers at once")
    for number in range(6 if short else 60):
        folder = scratch / f"w{number}"
        make(folder, papers=200)
        (folder / "q.toml").write_text((folder / "p.toml").read_text().replace("papers.jsonl", "others.jsonl"))
        write_papers(folder / "others.jsonl", range(100, 400))
        kind = ["state", "states", "publish"][number % 3]
        if kind == "publish":
            run(["run", "p.toml", "--offline", "--out", "out"], folder)
            pair = [["publish", "there", "--out", "out"]] * 2
        else:
            pair = [["run", name, "--offline", "--out", "out", *(["--state", name + ".db"] if kind == "states" else [])] for name in ("p.toml", "q.toml")]
        codes = [process.wait() for process in [start(args, folder) for args in pair]]
        part.tried += 1
        place = "there" if kind == "publish" else "out"
        if not all(code in CODES for code in codes) or 0 not in codes:
            part.fault(f"{kind}: exit codes {codes}")
        elif (ended := run(["verify", place], folder)).code != 0:
            part.fault(f"{kind}: exit codes {codes}, and verify finds damage: {' '.join(ended.last())}")
        shutil.rmtree(folder)
    return part


def mounted(folder, options):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "small", folder], capture_output=True)
    return done.returncode == 0


def disks(short, scratch):
    """Fills file systems of the folder, the state, the temporary files: an error names the place, and with enough room the same command completes."""
    part = Part("full disks")
    papers = 500 if short else 2000
    make(scratch / "whole", papers=papers)
    whole = run(["run", "p.toml", "--offline", "--out", "out"], scratch / "whole")
    wanted = files(scratch / "whole" / "out")
    small = scratch / "small"
    small.mkdir()
    if not mounted(small, "size=4k"):
        subprocess.run([ROOT / "scripts/lacks", "mount", "torture: full disks", "no file system can be mounted here"], check=True)
        return part
    subprocess.run(["umount", small], check=True)
    sizes = [f"size={16 * 2 ** (step / 3):.0f}k" for step in range(0, 30, 14 if short else 1)]
    room = sizes + [f"size=64m,nr_inodes={inodes}" for inodes in (2, 8, 14)[:: 3 if short else 1]]
    full = 0
    for options in room:
        for kind in ("folder", "state", "temporary"):
            folder = scratch / "d"
            make(folder, papers=papers)
            mounted(small, options)
            args = ["run", "p.toml", "--offline", "--out", small / "out" if kind == "folder" else "out"]
            args += ["--state", small / "s.db"] if kind == "state" else []
            env = environment(**({"TMPDIR": str(small)} if kind == "temporary" else {}))
            out = small / "out" if kind == "folder" else folder / "out"
            ended = run(args, folder, env)
            part.tried += 1
            where = f"{kind}, {options}"
            if ended.faults() or ended.code not in (0, 1):
                part.fault(f"{ended.faults() or ended.code}: {' '.join(ended.last())}", where)
            elif ended.code == 1:
                full += 1
                if not any(word in ended.err.decode() for word in ("disk full", "No space", "no room")):
                    part.fault(f"the disk is not named: {' '.join(ended.last())}", where)
            subprocess.run(["mount", "-o", "remount,size=256m,nr_inodes=100000", small], check=True)
            ended = run(args, folder, env)
            if ended.code != whole.code or differences(files(out), wanted):
                part.fault(f"with room afterwards exit code {ended.code}, other files: {differences(files(out), wanted)[:3]}", where)
            subprocess.run(["umount", small], check=True)
            shutil.rmtree(folder)
    part.said = f" ({full} were full)"
    return part


def clocks(short, scratch):
    """Sets clocks ahead or back: everything is requested again with the right clock, and no paper belongs to a future week."""
    part = Part("clocks that jump")
    names = scratch / "names.txt"
    for wrong in ("2030-06-01T00:00:00Z", "2026-12-24T00:00:00Z", "2001-01-01T00:00:00Z", "1970-01-01T00:00:05Z", "2099-12-31T23:59:59Z"):
        folder = scratch / f"c{part.tried}"
        make(folder, papers=50)
        with Github("--names", "200", "--names-file", names) as github:
            shutil.copy(names, folder / "names.txt")
            asked = lambda now: environment(now, GITHUB_TOKEN="t", STARCITE_GITHUB_URL=github.url)
            enrich = ["enrich", "names.txt", "--out", "out", "--output", "rows.jsonl"]
            run(enrich, folder, asked(wrong))
            before = github.summary()["requests"]
            ended = run(enrich, folder, asked(MONDAY))
            part.tried += 1
            if ended.code != 0 or github.summary()["requests"] == before and wrong > MONDAY:
                part.fault(f"after {wrong} exit code {ended.code}, {github.summary()['requests'] - before} requests: {' '.join(ended.last())}")
            if b'"observed_at":"2030' in (folder / "rows.jsonl").read_bytes():
                part.fault(f"after {wrong} a row is of the future")
        shutil.rmtree(folder)
    return part


def flips(short, scratch):
    """Changes one bit of a table: verify finds every change."""
    part = Part("flipped bytes that verify finds")
    make(scratch / "f", papers=300)
    run(["run", "p.toml", "--offline", "--out", "out"], scratch / "f")
    week = scratch / "f" / "out" / f"week={FIRST}"
    chance, tables = random.Random(7), sorted(week.glob("*.parquet"))
    for number in range(40 if short else 500):
        path = tables[number % len(tables)]
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        ended = run(["verify", "out"], scratch / "f")
        part.tried += 1
        if ended.code != 1 or ended.faults():
            part.fault(f"byte {at} of {path.name}: exit code {ended.code} {ended.faults()}")
        path.write_bytes(whole)
    return part


def parts(short, scratch):
    for part in (readers, writers, disks, clocks, flips):
        folder = scratch / part.__name__
        folder.mkdir()
        yield part(short, folder)
        shutil.rmtree(folder)
