#!/usr/bin/env bash
# Runs the field's cases of ../shared/cases except those of shapes of links (a*): problems that people reported of comparable tools, with the correct results.
# Fails if a case has another result than the list below states.
set -euo pipefail
cd "$(dirname "$0")/.."

# Cases with another result here, and the place in the docs with the reason.
declare -A otherwise=(
    [c03-forbidden-field]="docs/UPGRADING.md, Nulls: license_spdx is NONE where the host says that there is none"
    [d01-partition-column]="docs/EXPORTS.md, Parquet: a file read by itself has iso_week, and not week"
)

if [[ ! -d ../shared/cases ]]; then
    exec scripts/lacks shared check_cases "../shared is not there"
fi
for program in strace openssl; do
    command -v "$program" >/dev/null || { echo "check_cases: $program is not there: install it" >&2 && exit 1; }
done
scripts/python -c 'import pyarrow, yaml'
export PYARROW_PYTHON=$PWD/.venv/bin/python STARCITE=$PWD/target/debug/starcite PATH=$PWD/.venv/bin:$PATH
cases=$(cd ../shared/cases && echo [b-f][0-9][0-9]-*)
# shellcheck disable=SC2086
../shared/cases/run-all $cases | tee target/cases.log

failed=0
while read -r said _ _ case; do
    if [[ $said == PASS || ($said == FAIL && -n ${otherwise[$case]:-}) ]]; then continue; fi
    echo "check_cases: $case: $said"
    failed=1
done < <(grep -E '^(PASS|FAIL|SKIP|BROKEN)' target/cases.log | sed 's/^BROKEN ([0-9]*)/BROKEN/')
for case in "${!otherwise[@]}"; do
    if grep -qE "^PASS .* $case\$" target/cases.log; then
        echo "check_cases: $case passes now: take it off the list"
    else
        echo "check_cases: $case has another outcome here: ${otherwise[$case]}"
    fi
done
echo "check_cases: $(grep -c ^PASS target/cases.log) pass"
exit $failed
