"""The parts of docs/ENGINES.md and docs/BENCHMARKS.md that scripts make: between `<!-- NAME -->` and `<!-- made -->`."""
import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "docs/ENGINES.md", ROOT / "docs/BENCHMARKS.md"]


def part(name):
    """Returns a part as it is."""
    return next(found[1] for page in PAGES if (found := _place(name).search(page.read_text(encoding="utf-8"))))


def write(name, text):
    """Replaces a part."""
    begin, end = f"<!-- {name} -->\n", "<!-- made -->\n"
    for page in PAGES:
        old = page.read_text(encoding="utf-8")
        page.write_text(_place(name).sub(lambda _: begin + text + end, old), encoding="utf-8")


def _place(name):
    return re.compile(f"<!-- {re.escape(name)} -->\n(.*?)<!-- made -->\n", flags=re.S)


def examples(engines):
    """Returns the scripts of the engines as the page shows them: after what each needs, and without the lines that start them."""
    scripts = [(ROOT / f"examples/engines/{name}.py", engine.packages) for name, engine in engines.items()]
    return "\n".join(f"{_title(script, packages)}\n\n```python\n{_body(script)}\n```\n" for script, packages in scripts)


def _title(script, packages):
    library, command = re.match("Links and citations of papers with (.*): `(.*)`", ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))).groups()
    install = " ".join(f'"{package}"' if "[" in package or "<" in package else package for package in (package.split("==")[0] for package in packages))
    return f"**{library}** (`pip install {install}`): `{command}`"


def _body(script):
    lines = script.read_text(encoding="utf-8").split("\n", 2)[2]
    return lines.split("\n\n\nif __name__")[0].replace("import sys\n\n", "").strip()
