#!/usr/bin/env bash
# Measures the seconds from an edit to the result of the tests nearest to it: a source, the state's SQL, a rule of links, a command. Medians of three.
set -euo pipefail
cd "$(dirname "$0")/.."

edited() { # NAME FILE TEST-ARGUMENTS…
    local name=$1 file=$2 seconds=()
    shift 2
    cargo test --locked --quiet "$@" >/dev/null 2>&1 # everything else is built
    for _ in 1 2 3; do
        touch "$file"
        local began
        began=$(date +%s%N)
        cargo test --locked --quiet "$@" >/dev/null 2>&1 || { echo "bench_edits: cargo test $* fails" >&2; exit 1; }
        seconds+=($((($(date +%s%N) - began) / 100000000)))
    done
    local median
    median=$(printf '%s\n' "${seconds[@]}" | sort -n | sed -n 2p)
    echo "| $name (\`$file\`) | \`cargo test $*\` | $((median / 10)).$((median % 10)) |"
}

echo "| edit | tests | seconds |"
echo "| --- | --- | --- |"
edited "a source" crates/sources/src/openalex.rs --test it sources::works
edited "the state's SQL" crates/state/src/seen.rs -p starcite-state
edited "a rule of links" crates/core/src/extract/repair.rs -p starcite-core extract::
edited "a table's writer" crates/tables/src/columns.rs -p starcite-tables -- tests::every
edited "a command" src/commands/status.rs --test it sample::
