#!/usr/bin/env bash
# Rebuilds requirements.lock of scripts/ and of scripts/dist/ from requirements.in, with the hashes of every package for every platform; needs the network.
set -euo pipefail
cd "$(dirname "$0")"
for folder in . dist; do
    # cffconvert requires an older jsonschema than frictionless, and works with the newer one
    ./python -m uv pip compile "$folder/requirements.in" --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --upgrade \
        --override <(echo 'jsonschema>=4.20') --custom-compile-command 'just lock-python' --output-file "$folder/requirements.lock"
done
