#!/bin/sh
# An example of an alert: prints a line for each thing about the weekly job that a person should look at, and ends with 1 if there is one.
#
#   alert.sh OUT [DAYS]     DAYS: how old the end of the newest week may be; default: 9
#
# For example from cron, which mails what is printed: 0 8 * * *  alert.sh /srv/starcite/output
# Needs jq.
set -eu

out=${1:?usage: alert.sh OUT [DAYS]}
days=${2:-9}
status=$("${STARCITE:-starcite}" status --json --out "$out") || { echo "starcite: no status of $out"; exit 1; }

alerts=$(printf '%s' "$status" | jq -r --argjson days "$days" '
    (.last_run // {}) as $run
    | [ if .last_run == null then "no run is known" else empty end,
        if $run.exit_code == 4 then "\($run.week): \($run.coverage) of the repositories are known, min_coverage is \($run.min_coverage)"
        elif $run.exit_code == 75 then "\($run.week): answers are owed, and no run has brought them since \($run.finished_at)"
        elif ($run.exit_code // 0) | IN(0, 3) | not then "\($run.week): the last run ended with \($run.exit_code): \($run.error // "interrupted")"
        else empty end,
        if (.weeks | length) == 0 then "there is no week" else empty end
      ] | .[]')
newest=$(printf '%s' "$status" | jq -r '[.weeks[] | select(.papers_complete) | .week] | max // empty')
if [ -n "$newest" ]; then
    # the Monday of an ISO week is that of the week with 4 January, and so many weeks later
    year=${newest%-W*} week=${newest#*-W}
    fourth=$(date -u -d "$year-01-04" +%s)
    monday=$((fourth - ($(date -u -d "@$fourth" +%u) - 1) * 86400))
    age=$((($(date -u +%s) - monday) / 86400 - 7 * ${week#0}))
    [ "$age" -le "$days" ] || alerts="$alerts
the newest week is $newest, which ended $age days ago"
fi
alerts=$(printf '%s\n' "$alerts" | sed '/^$/d')
[ -z "$alerts" ] || { printf '%s\n' "$alerts"; exit 1; }
