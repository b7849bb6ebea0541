#!/usr/bin/env python3
"""Makes weeks, writes their reports, and checks these as text, by validators of HTML, and in two browsers. Needs chromium, firefox-esr, java, jing and npm.

usage: scripts/check_report/check.py [--starcite PROGRAM] [--screenshots DIR] [--keep FOLDER] [NAME…]   (of weeks.py; without: the small ones)
"""

import argparse
import email
import email.policy
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import safe
import weeks

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL = ["sample", "hostile", "no-papers", "no-links", "all-unknown", "changes"]
PROGRAMS = ["chromium", "firefox-esr", "java", "jing", "npm"]
NODE, MODULES = ROOT / "scripts" / "node", ROOT / "scripts" / "node_modules"
# Rules of html-validate that are about the style of writing, not about what a browser makes of it.
RULES = {
    "root": True, "extends": ["html-validate:recommended"],
    "rules": {"long-title": "off", "no-trailing-whitespace": "off", "no-inline-style": "error", "require-sri": "off"},
}

# A mail has its styles in it, because mail programs load none.
IN_MAIL = {"no-inline-style": "off"}

# What vnu says of all pages from disk, and of strangers' titles.
KNOWN = r".*(Resource violates Content Security Policy|not in Unicode Normalization Form C).*"


def say(what):
    print(f"check_report: {what}", flush=True)


def make(starcite, folder, name):
    """Makes the weeks of a name with their report, and the tables as lines of JSON for the comparison."""
    place = weeks.make(starcite, folder, name)
    place.run("report", "--out", "out")
    tables = place.folder / "tables"
    tables.mkdir(exist_ok=True)
    for table in ("papers", "links"):
        (tables / f"{table}.ndjson").unlink(missing_ok=True)
        place.run("export", "jsonl", "--all-weeks", "--table", table, "--out", "out", "--output", f"tables/{table}.ndjson")
    return place


def digests(place):
    """Writes the digest of a place's newest week, and returns the files of its HTML part."""
    pipeline = place.folder / "digest.toml"
    manifest = json.loads(max(place.out.glob("week=*/manifest.json")).read_text())
    head = {"name": manifest["pipeline"], "out": "out"}
    source = '[[source]]\nkind = "jsonl"\npath = "none"\n[[digest]]\nname = "all"\nfrom = "me@example.org"\n'
    pipeline.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in head.items()) + source)
    place.run("digest", "digest.toml")
    for message in (place.out / "digest").rglob("*.eml"):
        page = place.folder / "digest.html"
        page.write_text(email.message_from_bytes(message.read_bytes(), policy=email.policy.default).get_body(("html",)).get_content())
        yield page


def validate(pages, folder, rules):
    """Returns what html-validate and vnu say of pages."""
    config = folder / "html-validate.json"
    config.write_text(json.dumps({**RULES, "rules": RULES["rules"] | rules}))
    validator = [NODE, MODULES / "html-validate/bin/html-validate.mjs", "--config", config, "--formatter", "text"]
    said = subprocess.run([*validator, *pages], capture_output=True, text=True, check=False)
    yield "html-validate", said.returncode, said.stdout + said.stderr
    validator = ["java", "-jar", MODULES / "vnu-jar/build/dist/vnu.jar", "--filterpattern", KNOWN, "--also-check-css"]
    styles = {page.parent / "style.css" for page in pages if (page.parent / "style.css").exists()}
    said = subprocess.run([*validator, *pages, *styles], capture_output=True, text=True, check=False)
    yield "vnu", said.returncode or bool(said.stderr.strip()), said.stdout + said.stderr


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--starcite", default=ROOT / "target" / "debug" / "starcite")
    arguments.add_argument("--screenshots")
    arguments.add_argument("--keep", help="write the weeks to this folder, and leave them there")
    arguments.add_argument("--browser", action="append", default=[])
    arguments.add_argument("names", nargs="*", default=SMALL)
    arguments = arguments.parse_args()
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        sys.exit(subprocess.run([ROOT / "scripts" / "lacks", "browsers", "check_report", f"{', '.join(missing)} not there"], check=False).returncode)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.keep or temporary)
        places = {name: make(arguments.starcite, folder, name) for name in arguments.names}
        reports = [place.out / "report" for place in places.values()]
        say(f"reports of {', '.join(places)}")
        failed = subprocess.run([sys.executable, safe.__file__, *reports], check=False).returncode
        pages = sorted(page for report in reports for page in report.rglob("*.html"))
        mails = [page for place in places.values() for page in digests(place)]
        for kind, files, rules in [("pages", pages, {}), ("mails", mails, IN_MAIL)]:
            for name, code, said in validate(files, folder, rules):
                failed |= bool(code)
                say(f"FAILED: {name}:\n{said[:5000]}" if code else f"{name} has no objection to {len(files)} {kind}")
        for report in reports:
            failed |= subprocess.run([ROOT / "scripts" / "python", pathlib.Path(__file__).parent / "feeds.py", report], check=False).returncode
        options = [f"--browser={name}" for name in arguments.browser] + ([f"--screenshots={arguments.screenshots}"] if arguments.screenshots else [])
        opened = [NODE, ROOT / "scripts/check_report/open.mjs", *options, *(f"{name}={place.folder}" for name, place in places.items())]
        failed |= subprocess.run(opened, check=False).returncode
    sys.exit(failed and "check_report: FAILED: see above" or 0)


if __name__ == "__main__":
    main()
