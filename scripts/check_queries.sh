#!/usr/bin/env bash
# Holds every query that the client can send against GitHub's public GraphQL schema. Needs node and npm; without them it says so.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "check_queries: skipped, npm is not there"; exit 0; }
modules=target/graphql
mkdir -p "$modules"
npm install --silent --no-audit --no-fund --no-package-lock --prefix "$modules" @octokit/graphql-schema@15.26.1 graphql@16.15.0
cargo run --quiet -p starcite-github --example queries | MODULES="$PWD/$modules/node_modules" node scripts/check_queries.mjs
