#!/usr/bin/env bash
# Validates every query that the client can send against GitHub's public GraphQL schema. Needs node and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || exec scripts/lacks node check_queries "npm is not there"
# the same build as for the tests: a build of only one package would rebuild its dependencies
cargo build --locked --quiet --workspace --examples --target-dir target
target/debug/examples/queries | scripts/node scripts/check_queries.mjs
