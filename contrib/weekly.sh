#!/bin/sh
# Does what a weekly job does, in order: look, run, report, digest, publish, send. cron, systemd, GitHub Actions and containers call it.
#
#   weekly.sh PIPELINE
#
# STARCITE          the program; default: starcite
# STARCITE_OUT      the folder of all weeks; default: that of the pipeline
# STARCITE_DEST     publish there as well: a directory or s3://bucket/prefix
# STARCITE_MAIL     yes: send the digests of the pipeline as well; STARCITE_SMTP_PASSWORD_FILE names the file with the password
# RUN_OPTIONS       more options of starcite run, such as --rebuild-state
#
# Exit code: that of the run, if it is none of 0, 3 and 4, since then there is nothing to show or it goes on later (75); else the first of the other
# commands' that is not 0; else the run's own. After 4 (below min_coverage) the week is shown, and neither published nor sent. The same command again goes on.
set -u

[ $# -eq 1 ] || { echo "usage: weekly.sh PIPELINE" >&2; exit 2; }
pipeline=$1
starcite=${STARCITE:-starcite}

# What the doctor finds is told; the run decides by itself whether it can work.
"$starcite" doctor "$pipeline" ${STARCITE_DEST:+--publish "$STARCITE_DEST"} || echo "weekly.sh: the checks above failed; the run is tried all the same" >&2

# shellcheck disable=SC2086 # RUN_OPTIONS are several words
"$starcite" run "$pipeline" --wait ${RUN_OPTIONS:-}
ran=$?
case $ran in
    0 | 3 | 4) ;;
    *) exit $ran ;;
esac

failed=0
# then_run COMMAND…: runs a command of the program, and remembers the first failure.
then_run() {
    "$starcite" "$@"
    code=$?
    [ $failed -ne 0 ] || failed=$code
}

page=$("$starcite" report "$pipeline") || failed=$?
[ -z "$page" ] || echo "$page"
if grep -q '^[[:space:]]*\[\[digest\]\]' "$pipeline"; then
    then_run digest "$pipeline"
    digests=yes
fi
if [ $ran -ne 4 ]; then
    # the page is in the folder of the weeks: <out>/report/2026-W48/index.html
    if [ -n "${STARCITE_DEST:-}" ] && [ -n "$page" ]; then then_run publish "$STARCITE_DEST" --out "${page%/report/*}" --report; fi
    if [ "${STARCITE_MAIL:-}" = yes ] && [ -n "${digests:-}" ]; then then_run send "$pipeline" --yes; fi
fi
[ $failed -ne 0 ] && exit $failed
exit $ran
