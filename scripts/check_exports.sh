#!/usr/bin/env bash
# Reads every export back with the programs that people use: pandas, DuckDB, Python's json and csv, biber.
# Needs python3 and a built target/debug/starcite; Python's packages go to target/check_exports_venv.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v biber >/dev/null; then
    apt-get update -q && apt-get install -yq --no-install-recommends biber
fi
venv=target/check_exports_venv
wanted=$(cat scripts/check_exports/requirements.txt)
if [[ ! -f $venv/stamp || $(<"$venv/stamp") != "$wanted" ]]; then
    echo "check_exports: installing scripts/check_exports/requirements.txt"
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement scripts/check_exports/requirements.txt
    echo "$wanted" >"$venv/stamp"
fi
"$venv/bin/python" scripts/check_exports/check.py
