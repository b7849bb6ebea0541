#!/usr/bin/env bash
# Reads every export back with the programs that people use: pandas, DuckDB, Python's json and csv, biber. Needs a built target/debug/starcite.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v biber >/dev/null; then
    apt-get update -q && apt-get install -yq --no-install-recommends biber
fi
scripts/python scripts/check_exports/check.py
