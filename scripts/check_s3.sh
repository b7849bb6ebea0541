#!/usr/bin/env bash
# Tries inputs and publishing against a real server that speaks S3, on this machine, through connections that break.
# Needs python3 and a built target/debug/starcite; Python's packages go to target/check_s3_venv.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/venv.sh
install_venv target/check_s3_venv scripts/check_s3/requirements.txt
target/check_s3_venv/bin/python scripts/check_s3/check.py
