"""The parts of docs/ENGINES.md that scripts make: between `<!-- NAME -->` and `<!-- made -->`."""
import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs/ENGINES.md"


def part(name):
    """Returns a part as it is."""
    return _place(name).search(DOCS.read_text(encoding="utf-8"))[1]


def write(name, text):
    """Replaces a part."""
    begin, end = f"<!-- {name} -->\n", "<!-- made -->\n"
    written = _place(name).sub(lambda _: begin + text + end, DOCS.read_text(encoding="utf-8"))
    DOCS.write_text(written, encoding="utf-8")


def _place(name):
    return re.compile(f"<!-- {re.escape(name)} -->\n(.*?)<!-- made -->\n", flags=re.S)


def examples(engines):
    """Returns the scripts of the engines as the page shows them: without the lines that start them."""
    return "\n".join(f"{_title(script)}\n\n```python\n{_body(script)}\n```\n" for script in (ROOT / f"examples/engines/{name}.py" for name in engines))


def _title(script):
    library, command = re.match("Links and citations of papers with (.*): `(.*)`", ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))).groups()
    return f"**{library}**: `{command}`"


def _body(script):
    lines = script.read_text(encoding="utf-8").split("\n", 2)[2]
    return lines.split("\n\n\nif __name__")[0].replace("import sys\n\n", "").strip()
