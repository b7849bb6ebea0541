#!/usr/bin/env python3
"""Checks files of the report as text: nothing of a page runs or loads but its own scripts and styles, and no file is named by data.

usage: scripts/check_report/safe.py FOLDER…   (folders `report` that `starcite report` wrote; the program's own assets are always checked)
"""

import html.parser
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSETS = ROOT / "src" / "report" / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types starcite"
)
# Files of the report; the category in the name of a feed is one of arXiv's form.
NAMES = [
    r"index\.html", r"style\.css", r"(weeks|ranking|trending|changes|code)\.atom", r"(ranking|trending|changes|code)\.[a-z]+(-[a-z]+)*(\.[A-Za-z]+(-[A-Za-z]+)*)?\.atom",
    r"\d{4}-W\d\d/(index\.html|[a-z]+\.(js|css)|week\.json|papers\.ndjson|(rows|papers)-\d+\.js)",
]
# Ways in which a script turns text into markup or code.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\s*\.\s*write|createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc|\beval\b|new\s+Function|Function\s*\("
    r"|set(Timeout|Interval)\s*\(\s*['\"`]|createHTML|\bimport\s*\(|\bfetch\b|XMLHttpRequest|sendBeacon|WebSocket|EventSource|\.cookie\b|setAttribute\(\s*['\"`](on|style|href|src)"
)
# Attributes by which a page loads something by itself, and the elements that no page has.
LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("source", "src"), ("object", "data"), ("input", "src"), ("body", "background"), ("use", "href"), ("image", "href")}
FORBIDDEN = {"iframe", "frame", "object", "embed", "base", "style", "applet", "portal", "audio", "video", "foreignobject", "animate", "set"}


def fail(what):
    sys.exit(f"check_report: FAILED: {what}")


class Markup(html.parser.HTMLParser):
    """Fails at the first element or attribute that a page must not have; strangers' text may look like one, but must not be one."""

    def __init__(self, file):
        super().__init__()
        self.file, self.policies, self.referrer, self.in_script = file, [], None, False

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        where = f"{self.file}: line {self.getpos()[0]}: <{tag}"
        if tag in FORBIDDEN:
            fail(f"{where}>")
        if len(values) < len(attributes):
            fail(f"{where}> has an attribute twice")
        for name, value in attributes:
            if name == "style" or name.startswith("on") or name in ("srcdoc", "ping", "formaction", "srcset", "http-equiv") and tag != "meta":
                fail(f"{where} {name}=…>")
            if (tag, name) in LOADS and not re.fullmatch(r"(\.\./)?[a-z0-9-]+\.(js|css|atom)", value or ""):
                if not (value or "").startswith("data:image/"):
                    fail(f"{where} {name}={value!r}> loads something else than a neighbour")
            if name in ("href", "xlink:href", "action") and tag != "link" and not is_safe(value or ""):
                fail(f"{where} {name}={value[:80]!r}>")
        if tag == "a" and (values.get("href") or "").startswith("http") and set((values.get("rel") or "").split()) < {"noopener", "noreferrer"}:
            fail(f"{where} href={values['href'][:80]!r}> without rel=\"noopener noreferrer\"")
        if tag == "script" and "src" not in values:
            fail(f"{where}> is a script in the page")
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(values.get("content"))
        if tag == "meta" and values.get("name") == "referrer":
            self.referrer = values.get("content")
        self.in_script = tag == "script"

    def handle_data(self, data):
        if self.in_script and data.strip():
            fail(f"{self.file}: line {self.getpos()[0]}: a script in the page")

    def handle_endtag(self, tag):
        self.in_script = False


def is_safe(address):
    """Returns whether a link is to http or https without a name or password, or to a place in the folder."""
    if re.match(r"https?://", address):
        return "@" not in re.split(r"[/?#\\]", address, maxsplit=3)[2]
    return re.fullmatch(r"(\.\./)*[A-Za-z0-9=._/-]*(\?[A-Za-z0-9=&_.%:+-]*)?(#[A-Za-z0-9=&_.%:+-]*)?", address) is not None


def check_page(file, name):
    markup = Markup(name)
    markup.feed(file.read_text(encoding="utf-8"))
    markup.close()
    if markup.policies != [POLICY]:
        fail(f"{name}: the policy is {markup.policies}")
    if markup.referrer != "no-referrer":
        fail(f"{name}: the referrer is {markup.referrer}")


def check_script(file, name):
    """Checks a script of ours, or one of data: a call with a number and letters of base64, or with JSON."""
    text = file.read_text(encoding="utf-8")
    if re.fullmatch(r"(rows|papers)-\d+\.js", file.name):
        if not re.fullmatch(r'starcite\.(rows|papers)\(\d+,\s*"[A-Za-z0-9+/=]*"\);?\n?', text):
            fail(f"{name} is not a call with letters of base64")
    elif file.name == "week.js":
        if not re.fullmatch(r"starcite\.week\(\{.*\}\);?\n?", text, re.S) or re.search("[\u2028\u2029]", text):
            fail(f"{name} is not a call with JSON")
    elif found := SINKS.search(text):
        fail(f"{name}: {found[0]}")


def check_style(file, name):
    if found := re.search(r"@import|url\((?!['\"]?data:image/)|expression\(|javascript:", file.read_text(encoding="utf-8")):
        fail(f"{name}: {found[0]}")


def check_folder(folder):
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    for file in files:
        name = file.relative_to(folder).as_posix()
        if file.is_symlink() or not any(re.fullmatch(pattern, name) for pattern in NAMES):
            fail(f"{folder}: a file of another name: {name!r}")
        if check := {".html": check_page, ".js": check_script, ".css": check_style}.get(file.suffix):
            check(file, f"{folder}/{name}")
    return len(files)


def main():
    for file in sorted(ASSETS.rglob("*")):
        if check := {".js": check_script, ".css": check_style}.get(file.suffix):
            check(file, file.relative_to(ROOT))
        if file.suffix == ".html" and (found := re.search(r"\|\s*safe|autoescape\s+(false|none)|\sstyle\s*=|\son\w+\s*=", file.read_text(encoding="utf-8"))):
            if "svg" not in file.read_text(encoding="utf-8")[found.start() - 60 : found.end()]:
                fail(f"{file.relative_to(ROOT)}: {found[0]}")
    print("check_report: the program's scripts, styles and templates put text by textContent and load nothing")
    for folder in map(pathlib.Path, sys.argv[1:]):
        print(f"check_report: {check_folder(folder)} files of {folder}: no script but ours, no file named by data")


if __name__ == "__main__":
    main()
