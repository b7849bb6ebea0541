#!/usr/bin/env bash
# Measures times and peak memory of the commands with figures in the README. Needs ../shared, python3, zstd and GNU time.
set -euo pipefail
cd "$(dirname "$0")/.."
snapshot=../shared/data/arxiv_snapshot_32k.jsonl.zst
[ -f "$snapshot" ] || { echo "measure: ../shared is not here: nothing to measure with"; exit 0; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
starcite=target/release/starcite

measure() { # name, command …
    local name=$1
    shift
    /usr/bin/time -f "%e s, %M KB" -o "$scratch/time" "$@" >/dev/null 2>"$scratch/errors" || { cat "$scratch/errors"; exit 1; }
    echo "$name: $(cat "$scratch/time")"
}

pipeline() { # corpus
    printf 'name = "measure"\noffline = true\n[[source]]\nkind = "arxiv-snapshot"\npath = "%s"\n' "$1" > "$scratch/measure.toml"
}

measure "extract, 32,000 records" "$starcite" extract --from arxiv-snapshot "$snapshot"
for gigabytes in 0.1 1; do
    corpus=$scratch/corpus-$gigabytes.jsonl
    python3 ../shared/tools/make_corpus.py "$gigabytes" "$corpus" 2>/dev/null
    measure "extract, $gigabytes GB" "$starcite" extract --from arxiv-snapshot "$corpus"
    pipeline "$corpus"
    measure "run, $gigabytes GB" "$starcite" run "$scratch/measure.toml" --out "$scratch/out-$gigabytes"
    rm -rf "$corpus" "$scratch/out-$gigabytes"
done
