"""Compares the outputs in a notebook with those of a fresh run of it, or takes the fresh ones over.

    notebooks/outputs.py compare|write NOTEBOOK FRESH
"""

import difflib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAX_FIGURE = 80_000  # characters of base64, so that the notebook stays readable in a diff and on a code host
MAX_NOTEBOOK = 300_000  # bytes, with outputs
IMAGES = ("image/png", "image/svg+xml")


def fail(message):
    sys.exit(f"notebooks: {message}")


def stays(output):
    """True if an output belongs into the notebook. Warnings do not, because they differ between machines."""
    return output.get("name") != "stderr"


def shown(cell):
    """Returns the lines of a cell's text outputs. An image is one line, because its bytes differ between machines."""
    lines = []
    for output in filter(stays, cell.get("outputs", [])):
        data = output.get("data", {"text/plain": output.get("text", "")})
        lines += ["(an image)"] if any(kind in data for kind in IMAGES) else "".join(data["text/plain"]).splitlines()
    return lines


def compare(notebook, fresh, path):
    name = path.name
    if path.stat().st_size > MAX_NOTEBOOK:
        fail(f"{name} has {path.stat().st_size} bytes, more than {MAX_NOTEBOOK}")
    for old, new in zip(notebook["cells"], fresh["cells"], strict=True):
        changes = list(difflib.unified_diff(shown(old), shown(new), "committed", "fresh", lineterm="", n=1))
        if changes:
            fail(f"{name}, cell {old['id']}: not the outputs of a fresh run; notebooks/run.sh --write takes them over\n" + "\n".join(changes))
    if not any(shown(cell) for cell in notebook["cells"]):
        fail(f"{name} shows no results")


def write(notebook, fresh, path):
    for old, new in zip(notebook["cells"], fresh["cells"], strict=True):
        if old["cell_type"] == "code":
            old["outputs"] = list(filter(stays, new["outputs"]))
            old["execution_count"] = new["execution_count"]
        for image in (output["data"].get("image/png", "") for output in old.get("outputs", []) if "data" in output):
            if len(image) > MAX_FIGURE:
                fail(f"{path.name}, cell {old['id']}: the figure has {len(image)} characters, more than {MAX_FIGURE}")
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if str(ROOT) in text:
        fail(f"{path.name}: an output contains {ROOT}")
    path.write_text(text)


def main():
    action, path, fresh = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text())
    notebook = json.loads(path.read_text())
    if action == "write":
        write(notebook, fresh, path)
    compare(notebook, fresh, path)


main()
