"""The reason why the module in Rust can't be loaded, for a person."""

from __future__ import annotations

import os
import sys


def why(error: ImportError) -> str:
    """Return the reason, with the next step."""
    here = "%s %d.%d" % (sys.implementation.name, *sys.version_info[:2])
    served = "starcite's wheel serves CPython 3.10 and later on Linux x86_64 with glibc, as installed by pip"
    package = os.path.dirname(__file__)
    if not os.path.isdir(package):
        return f"{served}; it can't be loaded from a zip, as --py-files and PYTHONPATH would have it: {package}"
    if sys.implementation.name != "cpython" or "t" in getattr(sys, "abiflags", ""):
        return f"{served}; not this {here}{' without the global lock' if 't' in getattr(sys, 'abiflags', '') else ''}"
    return f"{served}; this is {here}, and its module can't be loaded: {error}"
