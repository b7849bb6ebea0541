"""Does the steps of contrib/github-actions/weekly.yml on this machine, one after the other, with an archive and a bare repository in place of GitHub's.

usage: check_contrib_workflow.py STARCITE FOLDER
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORKFLOW = yaml.safe_load((ROOT / "contrib/github-actions/weekly.yml").read_text())
VERSION = "9.9.9"
WORKFLOW["jobs"]["week"]["env"]["STARCITE_VERSION"] = VERSION


def check(holds, what):
    if not holds:
        sys.exit(f"check_contrib: FAILED: {what}")


class Runner:
    """A folder in which the steps run, as a job of GitHub Actions does it: each in bash with -e, with files for what they tell the next ones."""

    def __init__(self, starcite, folder):
        self.folder = pathlib.Path(folder)
        self.origin = self.folder / "origin"
        self.release = self.folder / "release"
        self.release.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", "--bare", self.origin], check=True)
        name = f"starcite-{VERSION}-x86_64-linux"
        archive = self.release / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.add(starcite, f"{name}/starcite")
            tar.add(ROOT / "contrib/weekly.sh", f"{name}/contrib/weekly.sh")
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        (self.release / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n")

    def job(self, name, place, env):
        """Runs the shell steps of a job in a folder, and returns what they told."""
        job, told = WORKFLOW["jobs"][name], {part: place / f"{part}.txt" for part in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
        for file in told.values():
            file.touch()
        for step in [step for step in job["steps"] if "run" in step and "if" not in step]:
            later = dict(line.split("=", 1) for line in told["GITHUB_ENV"].read_text().splitlines())
            paths = told["GITHUB_PATH"].read_text().split()
            step_env = {key: self.value(str(value)) for key, value in (job.get("env", {}) | step.get("env", {})).items()}
            all_env = {"PATH": ":".join([*paths, os.environ["PATH"]]), "HOME": str(place), "GITHUB_REPOSITORY": "o/n", "GITHUB_REF_NAME": "main"}
            all_env |= {key: str(file) for key, file in told.items()} | env | step_env | later
            folder = place / step.get("working-directory", ".")
            done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step["run"]], cwd=folder, env=all_env, capture_output=True, text=True, check=False)
            check(done.returncode == 0, f"the step {step['name']!r} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return {name: file.read_text() for name, file in told.items()}

    def value(self, text):
        """Puts in what GitHub would put in place of an expression."""
        return self.origin.as_uri() if "github.repository" in text else "made-up" if text.startswith("${{") else text

    def week(self, name, pipeline, now):
        place = self.folder / name
        shutil.copytree(ROOT / "pipelines", place)
        (place / "starcite.toml").write_text(pipeline + '\n[[digest]]\nname = "all"\nfrom = "me@example.org"\n')
        told = self.job("week", place, {"STARCITE_FROM": self.release.as_uri(), "STARCITE_NOW": now})
        upload = self.folder / f"{name}-keep"
        upload.mkdir()
        shutil.copytree(place / "output", upload / "weeks", ignore=shutil.ignore_patterns(".*"))
        self.job("keep", upload, {})
        return told

    def there(self):
        """Returns the files on the branch `weeks`, and the number of its commits."""
        listed = subprocess.run(["git", "-C", self.origin, "ls-tree", "-r", "--name-only", "weeks"], check=True, capture_output=True, text=True)
        commits = subprocess.run(["git", "-C", self.origin, "rev-list", "--count", "weeks"], check=True, capture_output=True, text=True)
        return set(listed.stdout.splitlines()), int(commits.stdout)

    def lose_state(self):
        clone = self.folder / "lost"
        subprocess.run(["git", "clone", "-q", "--branch", "weeks", self.origin, clone], check=True)
        (clone / "state.db.gz").unlink()
        git = ["git", "-C", clone, "-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run([*git, "commit", "-qam", "lose the state"], check=True)
        subprocess.run([*git, "push", "-q", "--force", "origin", "weeks"], check=True)


def main():
    runner = Runner(*sys.argv[1:])
    sample = (ROOT / "pipelines/sample.toml").read_text().replace('out = "output/sample"', 'out = "output"')
    told = runner.week("first", sample, "2025-07-01T12:00:00Z")
    check(told["GITHUB_OUTPUT"] == "code=0\n", told["GITHUB_OUTPUT"])
    check(told["GITHUB_STEP_SUMMARY"].startswith("# sample, 2025-W26"), "the digest is in the summary of the job")
    files, commits = runner.there()
    check({"state.db.gz", "week=2025-W26/manifest.json", "report/2025-W26/index.html", "README.md"} <= files and commits == 1, sorted(files))
    check(not any(name.startswith("cache/") for name in files), "the cache is not kept")
    told = runner.week("second", sample.replace("2025-W26", "2025-W27"), "2025-07-08T12:00:00Z")
    files, commits = runner.there()
    check({"week=2025-W26/manifest.json", "week=2025-W27/manifest.json"} <= files and commits == 1, "the second week goes on with the state of the first")
    runner.lose_state()
    told = runner.week("third", sample.replace("2025-W26", "2025-W28"), "2025-07-15T12:00:00Z")
    check("--rebuild-state" in told["GITHUB_ENV"] and "week=2025-W28/manifest.json" in runner.there()[0], "a lost state is made again")
    told = runner.week("low", sample.replace("2025-W26", "2025-W29").replace('name = "sample"', 'name = "sample"\nmin_coverage = 0.99'), "2025-07-22T12:00:00Z")
    check(told["GITHUB_OUTPUT"] == "code=4\n" and "week=2025-W29/manifest.json" in runner.there()[0], "a week below min_coverage is kept, and told")
    told = runner.week("wrong", "wrong = true\n" + sample, "2025-07-22T12:00:00Z")
    check(told["GITHUB_OUTPUT"] == "code=1\n" and told["GITHUB_STEP_SUMMARY"] == "", "a job that failed says so, and shows no digest of an earlier week")
    check("week=2025-W29/manifest.json" in runner.there()[0], "a job that failed loses nothing")
    print("check_contrib: the steps of the workflow keep weeks and state on a branch of one commit, go on with them, and make a lost state again")


main()
