#!/usr/bin/env python3
"""Checks the Python package as it would be installed: its wheel and source, its types, and its tests; on every Python that it serves and that is here.

usage: scripts/check_python/check.py [--release] [--fuzz SECONDS]

Takes what scripts/wheel/build.sh --debug left in target/wheel; with --release what scripts/wheel/build.sh left in dist.
Exits 1 at a fault. Runs in scripts/python.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
UV = ROOT / ".venv/bin/uv"
SERVED = ["3.10", "3.11", "3.12", "3.13"]
PACKAGE = ["__init__.py", "__init__.pyi", "__main__.py", "_polars.py", "_served.py", "_starcite.abi3.so", "_starcite.pyi", "_weeks.py", "py.typed", "typing.py"]
SMOKE = """
import starcite
rows = starcite.extract("Code: https://github.com/rust-lang/cargo.").to_pylist()
assert [row["repo"] for row in rows] == ["github.com/rust-lang/cargo"], rows
"""
# What stubtest reports of an alias of Literal[…], which is not a fault.
ALLOWED = "starcite.typing.Kind\nstarcite.typing.Table\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--release", action="store_true", help="check what scripts/wheel/build.sh made")
    parser.add_argument("--fuzz", default="10", help="seconds of random Arrow (default 10)")
    args = parser.parse_args()
    folder = ROOT / ("dist" if args.release else "target/wheel")
    (wheel,) = folder.glob("starcite-*-abi3-*.whl")
    (source,) = folder.glob("starcite-[0-9]*[0-9].tar.gz")
    faults = [*members(wheel), *of_source(source)]
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, source)
    with tempfile.TemporaryDirectory() as scratch:
        installed = environment(pathlib.Path(scratch) / "with-libraries", sys.executable, wheel, "--system-site-packages")
        types(installed)
        starcite = installed / "bin/starcite"
        run(installed / "bin/python", "-W", "error::RuntimeWarning", "-m", "unittest", ROOT / "crates/python/tests/test_package.py", STARCITE=str(starcite))
        run(installed / "bin/python", ROOT / "scripts/check_python/fuzz.py", "--seconds", args.fuzz)
        served = [version for version in SERVED if (python := interpreter(version)) and smoke(python, wheel, pathlib.Path(scratch) / version)]
        faults += refused(wheel, pathlib.Path(scratch))
    print(f"python: {wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB, on {', '.join(served)}")
    for version in sorted(set(SERVED) - set(served)):
        print(f"python: {version} is not here: not tried")
    for fault in faults:
        print(f"python: {fault}")
    return 1 if faults else 0


def run(*command, **variables):
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, env={**os.environ, **variables})


def members(wheel):
    """Yields what is missing in a wheel, or is there and should not be."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    yield from symbols(wheel, names)
    yield from (f"the wheel has no starcite/{name}" for name in PACKAGE if f"starcite/{name}" not in names)
    if not any(name.endswith(".data/scripts/starcite") for name in names):
        yield "the wheel has no command"
    if extra := [name for name in names if name.startswith("starcite/") and name.removeprefix("starcite/") not in PACKAGE]:
        yield f"the wheel has {', '.join(extra)}"
    if dependencies := re.findall("^Requires-Dist: .*", metadata, flags=re.M):
        yield f"the wheel asks for {dependencies}"


def of_source(source):
    """Yields what is in a source and should not be: what a build has put beside it."""
    with tarfile.open(source) as archive:
        names = archive.getnames()
    yield from (f"the source has {name}" for name in names if "/starcite.data/scripts" in name or name.endswith("LICENCES.txt"))
    if not any(name.endswith("/crates/python/src/capsule.rs") for name in names):
        yield "the source has no crates/python/src/capsule.rs"


def symbols(wheel, names):
    """Yields the programs of a wheel that need a newer glibc than its tag says."""
    tag = max(int(minor) for minor in re.findall(r"manylinux_2_(\d+)", wheel.name))
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as scratch:
        for name in names:
            if name.endswith((".so", "/scripts/starcite")):
                ran = subprocess.run(["readelf", "--wide", "--version-info", archive.extract(name, scratch)], check=True, capture_output=True, text=True)
                newest = max(int(minor) for minor in re.findall(r"GLIBC_2\.(\d+)", ran.stdout))
                print(f"python: {name} needs glibc 2.{newest}, the wheel is for 2.{tag}")
                if newest > tag:
                    yield f"{name} needs glibc 2.{newest}, newer than the tag of {wheel.name}"


def environment(folder, python, wheel, *options):
    run(UV, "venv", "--quiet", "--python", python, *options, folder)
    run(UV, "pip", "install", "--quiet", "--no-deps", "--python", folder / "bin/python", wheel)
    if "--system-site-packages" in options:  # those of .venv, which is an environment itself
        (site,) = folder.glob("lib/python*/site-packages")
        (libraries,) = (ROOT / ".venv").glob("lib/python*/site-packages")
        (site / "libraries.pth").write_text(f"{libraries}\n")
    return folder


def types(installed):
    python = installed / "bin/python"
    (site,) = installed.glob("lib/python*/site-packages")
    with tempfile.NamedTemporaryFile("w", suffix=".allowed") as allowed:
        allowed.write(ALLOWED)
        allowed.flush()
        run(python, "-m", "mypy.stubtest", "starcite", "--allowlist", allowed.name)
    run(python, "-m", "mypy", "--strict", "--no-incremental", site / "starcite")


def interpreter(version):
    """Returns a Python of that version, if there is one on this machine."""

    def said(*command):
        ran = subprocess.run(command, capture_output=True, text=True)
        return ran.stdout.strip() if ran.returncode == 0 else ""

    if path := said(f"python{version}", "-c", "import sys; print(sys.executable)") if shutil.which(f"python{version}") else "":
        return path
    installed = said("pyenv", "versions", "--bare").split() if shutil.which("pyenv") else []
    return next((f"{said('pyenv', 'prefix', name)}/bin/python" for name in installed if name.startswith(f"{version}.")), None)


def smoke(python, wheel, folder):
    installed = environment(folder, python, wheel)
    run(installed / "bin/python", "-I", "-c", SMOKE)
    run(installed / "bin/starcite", "--version")
    run(installed / "bin/python", "-I", "-m", "starcite", "--version")
    return True


def refused(wheel, scratch):
    """Yields a fault unless an older Python, and an import from the wheel as a zip, say why they do not work."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(scratch / "unpacked")
    cases = [(sys.executable, wheel, "can't be loaded from a zip"), (interpreter("3.9"), scratch / "unpacked", "serves CPython 3.10 and later")]
    for python, path, word in cases:
        if python:
            ran = subprocess.run([python, "-I", "-c", f"import sys; sys.path[:0] = [{str(path)!r}]; import starcite"], capture_output=True, text=True)
            if word not in ran.stderr:
                yield f"{python} does not say {word!r} of {path}: {ran.stderr[-300:]}"


if __name__ == "__main__":
    sys.exit(main())
