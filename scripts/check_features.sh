#!/usr/bin/env bash
# Fails if `cargo run` would build a dependency with other features than `cargo test --workspace`, and so build it twice.
set -euo pipefail
cd "$(dirname "$0")/.."
built() {
    cargo tree --locked --prefix none --format '{p} {f}' "$@" | sed 's/ (\*)$//' | sort -u
}
run=$(built --package starcite --edges normal,build)
tests=$(built --workspace --edges all)
other=$(comm -23 <(echo "$run") <(echo "$tests"))
[[ -n $other ]] || exit 0
echo "check_features: the tests build these with other features: add what is missing to \"Features that tests need\" in Cargo.toml" >&2
while read -r name version features; do
    echo "  cargo run:  $name $version $features"
    grep "^$name $version " <<<"$tests" | sed 's/^/  cargo test: /'
done <<<"$other" >&2
exit 1
