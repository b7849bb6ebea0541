#!/usr/bin/env bash
# Reads every export back with the programs that people use: pandas, DuckDB, Python's json and csv, biber.
# Needs python3 and a built target/debug/starcite; Python's packages go to target/check_exports_venv.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v biber >/dev/null; then
    apt-get update -q && apt-get install -yq --no-install-recommends biber
fi
. scripts/venv.sh
install_venv target/check_exports_venv scripts/check_exports/requirements.txt
target/check_exports_venv/bin/python scripts/check_exports/check.py
