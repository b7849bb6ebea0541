#!/usr/bin/env bash
# Holds every query that the client can send against GitHub's public GraphQL schema. Needs node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || exec scripts/lacks node check_queries "npm is not there"
# as the tests build it: with one package alone its dependencies would be built again
cargo build --locked --quiet --workspace --examples --target-dir target
target/debug/examples/queries | scripts/node scripts/check_queries.mjs
