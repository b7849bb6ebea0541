#!/usr/bin/env bash
# Tries the output folder as a dataset: the sample and one more week, by the validators of its metadata and by everything that reads it.
# Needs python3 (3.11 or newer) and a built target/debug/starcite; Python's packages go to target/check_dataset_venv and …_cff.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/venv.sh
install_venv target/check_dataset_venv scripts/check_dataset/requirements.txt
# cffconvert wants an older jsonschema than frictionless
install_venv target/check_dataset_cff scripts/check_dataset/requirements_cff.txt
target/check_dataset_venv/bin/python scripts/check_dataset/check.py target/check_dataset_cff/bin/cffconvert
