#!/usr/bin/env python3
"""Checks the archive that scripts/dist/build.sh made: its checksum, its members, the newest glibc that its program needs, and a run of the sample out of it.

usage: scripts/dist/check.py [--glibc VERSION] [--libraries FOLDER]

--libraries runs the sample with the dynamic loader and the C library of an older system, unpacked into FOLDER. Exits 1 at a fault. Needs readelf.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "dist"
# Everything that the program may load: all of it is part of glibc.
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "ld-linux-x86-64.so.2"}
MEMBERS = ["starcite", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENCES.txt", "pipelines/sample.toml"]
SHELLS = ["bash", "zsh", "fish", "elvish", "powershell"]
# A licence, the name of a crate, and a crate that is written in C: the list of licences has them.
LICENCES = ["Apache License", "polars-core", "libsqlite3-sys"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--glibc", default=built_for(), help="the newest glibc that the program may need (default: that of zig.sh)")
    parser.add_argument("--libraries", type=pathlib.Path, help="a folder with ld-linux-x86-64.so.2 and libc.so.6 of an older system")
    args = parser.parse_args()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=DIST, check=True)
    (archive,) = DIST.glob("starcite-*-x86_64-linux.tar.gz")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        folder = pathlib.Path(scratch) / archive.name.removesuffix(".tar.gz")
        program = folder / "starcite"
        faults = [*members(folder), *links(program, args.glibc), *paths(program), *runs(folder, args.libraries)]
        print(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB, the program {program.stat().st_size / 1e6:.1f} MB")
    for fault in faults:
        print(f"dist: {fault}")
    return 1 if faults else 0


def built_for():
    return re.search(r"^glibc=(.*)$", (ROOT / "scripts/dist/zig.sh").read_text(), flags=re.M)[1]


def members(folder):
    for name in MEMBERS + [f"completions/starcite.{shell}" for shell in SHELLS]:
        if not (folder / name).is_file() or not (folder / name).stat().st_size:
            yield f"{name} is not in the archive"
    listed = (folder / "THIRD-PARTY-LICENCES.txt").read_text(encoding="utf8")
    yield from (f"THIRD-PARTY-LICENCES.txt has no {name}" for name in LICENCES if name not in listed)


def links(program, glibc):
    """Yields what the program needs of its system, and a fresh one may not have."""
    needed = readelf("--version-info", program)
    newest = max(re.findall(r"GLIBC_([\d.]+)", needed), key=version)
    print(f"newest symbol version: GLIBC_{newest}")
    if version(newest) > version(glibc):
        symbols = readelf("--dyn-syms", program)
        names = sorted(set(re.findall(rf"(\S+)@GLIBC_{re.escape(newest)}\b", symbols)))
        yield f"it needs glibc {newest}, newer than {glibc}: {', '.join(names)}"
    for library in re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("--dynamic", program)):
        if library not in LIBRARIES:
            yield f"it needs {library}"
    if sections := re.findall(r"\.(?:symtab|debug_\w+)\b", readelf("--sections", program)):
        yield f"it is not stripped: {', '.join(sections)}"


def version(text):
    return [int(part) for part in text.split(".")]


def readelf(what, program):
    return subprocess.run(["readelf", "--wide", what, str(program)], check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def paths(program):
    """Yields the paths of the machine that built the program, as far as it contains them."""
    cargo = os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo")
    content = program.read_bytes()
    for path in {str(ROOT), str(cargo), str(pathlib.Path.home()) + "/", "/.cargo/", "/.rustup/"}:
        if found := re.search(re.escape(path.encode()) + rb"[ -~]{0,80}", content):
            yield f"it contains a path of the machine that built it: {found[0].decode()}"


def runs(folder, libraries):
    """Runs the sample in an empty folder, with the program of the archive and no variable of this shell."""
    command = [str(folder / "starcite")]
    if libraries:
        command = [str(libraries / "ld-linux-x86-64.so.2"), "--library-path", str(libraries), *command]
    with tempfile.TemporaryDirectory() as empty:
        for arguments in (["--version"], ["run", str(folder / "pipelines/sample.toml"), "--out", "sample"], ["verify", "sample"]):
            ran = subprocess.run(command + arguments, cwd=empty, env={"HOME": empty, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
            if ran.returncode:
                yield f"starcite {' '.join(arguments)} ends with {ran.returncode}: {ran.stderr[-500:]}"
                return
        weeks = [path.name for path in pathlib.Path(empty, "sample").glob("week=*")]
        if weeks != ["week=2025-W26"]:
            yield f"the sample wrote {weeks}"


sys.exit(main())
