"""Opens the files of `starcite export csv --excel` in LibreOffice, and compares each cell with the Parquet tables' values. Fails at the first difference.

Not part of CI, because LibreOffice takes 400 MB: apt-get install libreoffice-calc, then `just check-spreadsheet`.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARCITE = ROOT / "target/debug/starcite"
NASTY = [
    "2401.00010", "1e5", "0012", "MAR1", "1/2", "12345678901234567", "TRUE", "false", "10:30", "5%", "$5", "1,5", "1-2", "JAN-20", "3.", "1.2.3", "1 2/3", "(5)",
    "Nov 2026", "sept2", "2026-11-23", "2026-11-23 10:00:00", "#N/A", "=1+1", "=\"2401\"", "-3.5", "+1", "@SUM(1)", "＝1", " =1", "\t=1", "a;b", 'say "b"', "a\nb", "深度",
    "inf", "NaN", "None", "2026-W47", "1E+400",
]
OFFICE, TABLE, TEXT = ("{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}" % name for name in ("office", "table", "text"))
# How the files are opened: the separator and its code, the language in which values are read (English, German), and the types besides numbers that are detected.
# German words for true and false are not TRUE and FALSE.
WAYS = ((",", 44, 1033, {"date", "boolean"}), (",", 44, 1033, set()), (";", 59, 1031, {"date"}), ("tab", 9, 1033, {"date", "boolean"}))
# The names that LibreOffice gives the types of cells, by the types of columns.
KINDS = {"int64": "float", "float64": "float", "bool": "boolean", "date": "date", "timestamp[us, UTC]": "date"}


def fail(message):
    sys.exit(f"check_spreadsheet: FAILED: {message}")


def run(*args, **kwargs):
    ended = subprocess.run(args, text=True, capture_output=True, **kwargs)
    if ended.returncode != 0:
        fail(f"{' '.join(map(str, args))} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def cells(path):
    """Returns the rows of a flat OpenDocument table: the type and the value of each cell."""
    for row in ElementTree.parse(path).getroot().iter(f"{TABLE}table-row"):
        values = []
        for cell in row.iter(f"{TABLE}table-cell"):
            kind = cell.get(f"{OFFICE}value-type")
            value = next((cell.get(f"{OFFICE}{name}") for name in ("date-value", "boolean-value", "value") if cell.get(f"{OFFICE}{name}")), None)
            text = "\n".join(plain(line) for line in cell.findall(f"{TEXT}p"))
            values += [(kind, value if value is not None else text)] * int(cell.get(f"{TABLE}number-columns-repeated", 1))
        yield values


def plain(element):
    """Returns the text of a paragraph, in which runs of spaces and tabs are elements."""
    text = element.text or ""
    for part in element:
        text += {f"{TEXT}s": " " * int(part.get(f"{TEXT}c", 1)), f"{TEXT}tab": "\t"}.get(part.tag, plain(part)) + (part.tail or "")
    return text


def compare(column, value, cell, detected):
    """Compares a cell with a value of the export as JSON lines; `detected` are the types besides numbers that LibreOffice detects."""
    kind, found = cell
    if value is None or value in ("", []):
        return found == "" and kind is None
    if column["type"] in KINDS:
        wanted = KINDS[column["type"]]
        if kind == "string" and wanted not in (detected | {"float"}):
            return True
        if kind != wanted:
            return False
        if wanted == "float":
            return abs(float(found) - value) <= (0.005001 if abs(value) >= 1 else 0.0000501)
        return found == str(value).lower() if wanted == "boolean" else found[:19].removesuffix("T00:00:00") == str(value)[:19].removesuffix("T00:00:00").removesuffix("Z")
    text = "; ".join(item if isinstance(item, str) else json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in value) if isinstance(value, list) else value
    return kind == "string" and found in (text, "'" + text)


def main():
    soffice = shutil.which("soffice") or fail("LibreOffice is not installed: apt-get install libreoffice-calc")
    print("check_spreadsheet:", run(soffice, "--version").strip())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        papers = [{"id": f"t:{at}" if at % 2 else text, "title": text, "authors": [text], "date": "2026-11-17", "abstract": f"Our code: https://github.com/o/r{at}"} for at, text in enumerate(NASTY)]
        (folder / "papers.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers))
        (folder / "pipeline.toml").write_text('name = "nasty"\n[[source]]\nkind = "jsonl"\npath = "papers.jsonl"\n')
        env = {key: value for key, value in os.environ.items() if not key.startswith("STARCITE_")}
        run(STARCITE, "run", "pipeline.toml", "--offline", "--week", "2026-W47", cwd=folder, env=env | {"STARCITE_NOW": "2026-11-23T12:00:00Z"})
        run(STARCITE, "run", ROOT / "pipelines/sample.toml", "--out", "sample", cwd=folder, env=env)
        schema = {table["name"]: table["columns"] for table in json.loads(run(STARCITE, "schema", "--json"))["tables"]}
        for out in ("output", "sample"):
            for way in WAYS:
                opened(folder, out, schema, soffice, env, *way)


def opened(folder, out, schema, soffice, env, separator, sign, language, detected):
    files = folder / f"{out}-{sign}-{len(detected)}"
    run(STARCITE, "export", "csv", "--excel", "--separator", separator, "--out", out, "--output", files, cwd=folder, env=env)
    run(STARCITE, "export", "jsonl", "--out", out, "--output", folder / f"{out}-jsonl", cwd=folder, env=env)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    options = f"CSV:{sign},34,76,1,,{language},false,{str(bool(detected)).lower()}"
    run(soffice, "--headless", profile, f"--infilter={options}", "--convert-to", "fods", "--outdir", files, *sorted(files.glob("*.[ct]sv")), cwd=folder)
    count = 0
    for table, columns in schema.items():
        rows = [json.loads(line) for line in open(folder / f"{out}-jsonl/{table}.jsonl")]
        read = list(cells(files / f"{table}.fods"))
        if [text for _, text in read[0]][:len(columns)] != [column["name"] for column in columns]:
            fail(f"{table}: the names are {read[0]}")
        for row, found in zip(rows, read[1:], strict=False):
            found += [(None, "")] * (len(columns) - len(found))
            for column, cell in zip(columns, found):
                count += 1
                if not compare(column, row[column["name"]], cell, detected):
                    fail(f"{out} {table}.{column['name']}: LibreOffice has {cell} of {row[column['name']]!r} ({options})")
    print(f"check_spreadsheet: {count} cells of {out}, separator {separator}, language {language}, detected besides numbers: {', '.join(sorted(detected)) or 'nothing'}")


main()
