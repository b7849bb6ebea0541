#!/usr/bin/env bash
# Tries inputs and publishing against a real server that speaks S3, on this machine, through connections that break.
# Needs python3 and a built target/debug/starcite; Python's packages go to target/check_s3_venv.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=target/check_s3_venv
wanted=$(cat scripts/check_s3/requirements.txt)
if [[ ! -f $venv/stamp || $(<"$venv/stamp") != "$wanted" ]]; then
    echo "check_s3: installing scripts/check_s3/requirements.txt"
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement scripts/check_s3/requirements.txt
    echo "$wanted" >"$venv/stamp"
fi
"$venv/bin/python" scripts/check_s3/check.py
