#!/usr/bin/env bash
# Reads tables that pyarrow, pandas, polars and DuckDB wrote, in every form and compression, and compares the papers with what was written.
# Needs python3 and a built target/debug/starcite; Python's packages go to target/check_tables_venv.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/venv.sh
install_venv target/check_tables_venv scripts/check_tables/requirements.txt
target/check_tables_venv/bin/python scripts/check_tables/check.py
