#!/usr/bin/env bash
# fuzz/run.sh SECONDS: passes any bytes to every reader, for SECONDS in all. Ends with the first input that makes a reader crash, or use more than ten seconds
# or a GiB.
set -euo pipefail
cd "$(dirname "$0")"
readers=(seeds/*)
seconds=$((${1:-60} / ${#readers[@]}))
cargo fuzz build --sanitizer none
for seeds in "${readers[@]}"; do
    name=${seeds#seeds/} target=readers
    if [[ $name == extract ]]; then target=extract; fi
    echo "--- $name"
    mkdir -p "corpus/$name"
    STARCITE_READER=$name cargo fuzz run "$target" "corpus/$name" "$seeds" --sanitizer none -- \
        -max_total_time=$((seconds > 0 ? seconds : 1)) -timeout=10 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1
done
