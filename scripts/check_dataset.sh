#!/usr/bin/env bash
# Tries the output folder as a dataset: the sample and one more week, by the validators of its metadata and by everything that reads it.
# Needs python3 (3.11 or newer) and a built target/debug/starcite; Python's packages go to target/check_dataset_venv and …_cff.
set -euo pipefail
cd "$(dirname "$0")/.."

# A venv with pinned packages, made again when they change.
install() {
    local venv=$1 requirements=$2
    if [[ ! -f $venv/stamp || $(<"$venv/stamp") != "$(<"$requirements")" ]]; then
        echo "check_dataset: installing $requirements"
        python3 -m venv --clear "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
        cp "$requirements" "$venv/stamp"
    fi
}

install target/check_dataset_venv scripts/check_dataset/requirements.txt
# cffconvert wants an older jsonschema than frictionless
install target/check_dataset_cff scripts/check_dataset/requirements_cff.txt
target/check_dataset_venv/bin/python scripts/check_dataset/check.py target/check_dataset_cff/bin/cffconvert
