#!/usr/bin/env bash
# Fails where `cargo run` would build a dependency with other features than `cargo test --workspace`: it would be built twice.
set -euo pipefail
cd "$(dirname "$0")/.."
built() {
    cargo tree --locked --prefix none --format '{p} {f}' "$@" | sed 's/ (\*)$//' | sort -u
}
run=$(built --package starcite --edges normal,build)
tests=$(built --workspace --edges all)
other=$(comm -23 <(echo "$run") <(echo "$tests"))
[[ -z $other ]] || { echo "check_features: built with other features for the tests: add those to Cargo.toml" >&2; echo "$other" >&2; exit 1; }
