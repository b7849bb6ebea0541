"""Finished weeks: the folders that ``starcite run`` writes."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from ._starcite import SCHEMA_VERSION

_FOLDER = re.compile(r"week=([0-9]{4}-W[0-9]{2})")

_OF_ENTRIES = {"table": str, "file": str, "bytes": int, "sha256": str}


class Weeks:
    """Finished weeks in a folder, oldest first.

    Parameters
    ----------
    out : path
        The folder.

    Raises
    ------
    FileNotFoundError
        When there is no such folder, or no finished week in it.
    ValueError
        When a week is of another schema version, or its manifest can't be read.
    """

    def __init__(self, out: str | os.PathLike[str]) -> None:
        if "://" in os.fspath(out):
            raise ValueError(f"{os.fspath(out)} is an address: only a folder is read. Copy the weeks first")
        self.path = Path(out)
        if not self.path.is_dir():
            raise FileNotFoundError(f"{self.path} is not a folder: `starcite run` writes one, output by default")
        found = sorted((match[1], entry) for entry in self.path.iterdir() if (match := _FOLDER.fullmatch(entry.name)) and entry.is_dir())
        self._manifests = {week: _manifest(folder) for week, folder in found if (folder / "manifest.json").is_file()}
        if not self._manifests:
            hint = f": open({str(self.path.parent)!r}) has it" if _FOLDER.fullmatch(self.path.name) else ""
            raise FileNotFoundError(f"{self.path} has no finished week, which is a folder week=…/ with a manifest.json{hint}")

    @property
    def names(self) -> list[str]:
        """Names of the weeks, such as ``2026-W47``."""
        return list(self._manifests)

    def __repr__(self) -> str:
        return f"<starcite.Weeks {self.path}: {', '.join(self.names)}>"

    def __len__(self) -> int:
        return len(self._manifests)

    def manifest(self, week: str) -> dict[str, Any]:
        """Return the manifest of a week.

        Raises
        ------
        KeyError
            When it is not one of the finished weeks.
        """
        if week not in self._manifests:
            raise KeyError(f"{week} is not a finished week of {self.path}: there are {', '.join(self.names)}")
        return self._manifests[week]

    def files(self, table: str, *, last: int | None = None) -> list[str]:
        """Return the paths of a table's files, oldest week first.

        Parameters
        ----------
        table : str
            Such as ``rankings``.
        last : int, optional
            Only of so many newest weeks.

        Raises
        ------
        KeyError
            When a week does not have the table.
        """
        if last is not None and (isinstance(last, bool) or last < 1):
            raise ValueError(f"last is {last}: at least one week is needed")
        files = []
        for week in self.names[-last if last else None :]:
            tables = _tables(self._manifests[week])
            if table not in tables:
                raise KeyError(f"week {week} has no table {table}: it has {', '.join(tables)}")
            files.append(str(self._file(week, tables[table])))
        return files

    def check(self) -> list[str]:
        """Compare every file with its manifest; return what is wrong, nothing if all is as it was written."""
        wrong = []
        for week, manifest in self._manifests.items():
            for entry in manifest["tables"]:
                path = self._file(week, entry)
                if why := _difference(path, entry):
                    wrong.append(f"{path}: {why}")
        return wrong

    def _file(self, week: str, entry: dict[str, Any]) -> Path:
        return self.path / f"week={week}" / os.path.basename(str(entry["file"]))


def _tables(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the entries of a manifest's tables by their names."""
    return {entry["table"]: entry for entry in manifest["tables"]}


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        version = manifest["schema_version"]
        if type(version) is not int:
            raise TypeError(f"schema_version is {version!r}")
        if version == SCHEMA_VERSION and not all(isinstance(entry[key], of) for entry in list(manifest["tables"]) for key, of in _OF_ENTRIES.items()):
            raise TypeError("a table's name, file, bytes or sha256 is not one")
        is_elsewhere = version == SCHEMA_VERSION and folder.name != f"week={manifest['week']}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} is not the manifest of a week: {error!r}") from error
    if version != SCHEMA_VERSION:
        step = "`starcite upgrade` rewrites it" if version < SCHEMA_VERSION else "install the starcite that wrote it, or a newer one"
        raise ValueError(f"{folder} has schema version {version}, and this package reads {SCHEMA_VERSION}: {step}")
    if is_elsewhere:
        raise ValueError(f"{folder} holds the week {manifest['week']}: rename the folder to week={manifest['week']}, or remove it")
    assert isinstance(manifest, dict)
    return manifest


def _difference(path: Path, entry: dict[str, Any]) -> str | None:
    try:
        size = path.stat().st_size
        if size != entry["bytes"]:
            return f"{size} bytes, and the manifest says {entry['bytes']}"
        digest = _sha256(path)
    except OSError as error:
        return str(error)
    return None if digest == entry["sha256"] else f"its SHA-256 is {digest}, and the manifest says {entry['sha256']}"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
