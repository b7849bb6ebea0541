#!/usr/bin/env bash
# Rejects snapshots that no test uses: the argument is the file that insta wrote with INSTA_SNAPSHOT_REFERENCES_FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
kept=$(git ls-files '*.snap' | xargs realpath | sort)
looked_at=$(xargs realpath <"$1" | sort -u)
unreferenced=$(comm -23 <(echo "$kept") <(echo "$looked_at"))
[[ -z $unreferenced ]] || { echo "check_snapshots: no test looks at these, remove them:" >&2; echo "$unreferenced" >&2; exit 1; }
