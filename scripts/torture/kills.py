"""Kills: at any time of a kill, the same command again makes the same files, and sends no request twice."""
import shutil, time
from world import MONDAY_AFTER, Github, Part, differences, environment, files, kill, make, run, start, write_papers

NAMES_A_QUERY = 100


def first_week(folder):
    make(folder)
    return ["run", "p.toml", "--offline", "--out", "out"], environment(), "out"


def next_week(folder):
    make(folder)
    run(["run", "p.toml", "--offline", "--out", "out"], folder)
    write_papers(folder / "papers.jsonl", [*range(0, 200), *range(5000, 5300)], words="A newer version. ")
    return ["run", "p.toml", "--offline", "--out", "out"], environment(MONDAY_AFTER), "out"


def finished(*args, made):
    def scenario(folder):
        next_week(folder)
        for now in (None, MONDAY_AFTER):
            run(["run", "p.toml", "--offline", "--out", "out"], folder, environment(now) if now else None)
        return list(args), environment(MONDAY_AFTER), made

    return scenario


SCENARIOS = {
    "a first week": first_week,
    "a next week": next_week,
    "compact": finished("compact", "--out", "out", made="out"),
    "publish": finished("publish", "there", "--out", "out", made="there"),
    "export pwc": finished("export", "pwc", "--out", "out", "--output", "made", made="made"),
    "export csv": finished("export", "csv", "--out", "out", "--output", "made", made="made"),
    "export jsonl": finished("export", "jsonl", "--all-weeks", "--out", "out", "--output", "made", made="made"),
    "export bibtex": finished("export", "bibtex", "--all", "--out", "out", "--output", "made/week.bib", made="made"),
    "export duckdb": finished("export", "duckdb", "--out", "out", "--output", "made/weeks.duckdb", made="made"),
    "rank": finished("rank", "--out", "out", "--format", "parquet", "--output", "made/ranked.parquet", made="made"),
}


def comparable(folder):
    """Returns the files of a folder; databases count only by name, because their bytes differ each time."""
    return {name: b"" if name.endswith(".duckdb") else data for name, data in files(folder).items()}


def moments(seconds, count):
    """Returns times from the start of a command to a little after its end, the same for the same command."""
    return [seconds * 1.05 * (number + 0.5) / count for number in range(count)]


def killed(name, scenario, count, scratch):
    part = Part(f"kill -9, {name}")
    base, whole = scratch / "base", scratch / "whole"
    args, env, made = scenario(base)
    (base / "made").mkdir(exist_ok=True)
    shutil.copytree(base, whole)
    ended = run(args, whole, env)
    if ended.code != 0:
        part.fault("the command fails unbroken", " ".join(ended.last()))
        return part
    wanted = comparable(whole / made)
    for moment in moments(ended.seconds, count):
        work = scratch / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        process = start(args, work, env)
        time.sleep(moment)
        kill(process)
        part.tried += 1
        where = f"killed after {moment:.3f} s"
        again = run(args, work, env)
        if again.code != 0:
            part.fault(f"exit code {again.code} afterwards: {' '.join(again.last())}", where)
        elif different := differences(comparable(work / made), wanted):
            part.fault(f"other files: {', '.join(different[:3])}", where)
        elif made in ("out", "there") and run(["verify", made], work, env).code != 0:
            part.fault("verify finds damage", where)
    return part


def asking(count, scratch):
    """Runs requests to GitHub for 1,000 repositories, ten batches of which some are in flight."""
    part = Part("kill -9, a run that asks")
    base = scratch / "base"
    make(base, papers=1)
    flags = ["--names", "1000", "--names-file", scratch / "names.txt", "--base-us", "60000"]
    args = ["enrich", "names.txt", "--out", "out", "--columns", "activity", "--output", "rows.jsonl"]
    wanted = twice = None
    for number in range(count + 1):
        work = scratch / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        with Github(*flags) as github:
            shutil.copy(scratch / "names.txt", work / "names.txt")
            env = environment(GITHUB_TOKEN="t", STARCITE_GITHUB_URL=github.url)
            if number == 0:  # without a kill, for the duration and the files
                ended = run(args, work, env)
                if ended.code != 0:
                    part.fault("the command fails unbroken", " ".join(ended.last()))
                    return part
                wanted, seconds, twice = (work / "rows.jsonl").read_bytes(), ended.seconds, 0
                continue
            process = start(args, work, env)
            time.sleep(moments(seconds, count)[number - 1])
            kill(process)
            part.tried += 1
            again = run(args, work, env)
            summary = github.summary()
            if again.code != 0:
                part.fault(f"exit code {again.code} afterwards: {' '.join(again.last())}")
            elif (work / "rows.jsonl").read_bytes() != wanted:
                part.fault("other rows")
            elif summary["answered_twice"] > summary["most_at_once"] * NAMES_A_QUERY:
                part.fault(f"{summary['answered_twice']} repositories were answered twice, {summary['most_at_once']} requests at once")
            twice += summary["answered_twice"]
    part.said = f"; {twice / max(part.tried, 1):.0f} of 1,000 repositories answered twice on average"
    return part


def parts(short, scratch):
    count = 3 if short else 200
    for name, scenario in SCENARIOS.items():
        folder = scratch / name.replace(" ", "_")
        folder.mkdir()
        yield killed(name, scenario, count, folder)
        shutil.rmtree(folder)
    folder = scratch / "asking"
    folder.mkdir()
    yield asking(count, folder)
