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
# commands' that is not 0; else the run's own. After 4 (below min_coverage) the week is shown, and neither published nor sent. A code that starcite does not
# have (killed, no program) is 1. The same command again goes on.
set -u

[ $# -eq 1 ] || { echo "usage: weekly.sh PIPELINE" >&2; exit 2; }
pipeline=$1
starcite=${STARCITE:-starcite}

# A signal ends the command that runs, in good order, and then this script: as the first process of a container it would not get it otherwise.
child='' stopped=''
# shellcheck disable=SC2329 # trap calls it
stop() {
    stopped=yes
    [ -z "$child" ] || kill -s TERM "$child" 2>/dev/null
}
trap stop HUP INT TERM

# program COMMAND…: runs a command of the program.
program() {
    [ -z "$stopped" ] || return 143
    "$starcite" "$@" &
    child=$!
    wait "$child"
    code=$?
    while [ -n "$stopped" ] && kill -0 "$child" 2>/dev/null; do
        wait "$child"
        code=$?
    done
    child=''
    return $code
}

# finish CODE: ends with it, or with 1 for one that starcite does not have.
finish() {
    [ -z "$stopped" ] || exit 143
    case $1 in
        0 | 1 | 2 | 3 | 4 | 75 | 129 | 130 | 143) exit "$1" ;;
    esac
    echo "weekly.sh: a command ended with $1" >&2
    exit 1
}

# What the doctor finds is told; the run decides by itself whether it can work.
program doctor "$pipeline" ${STARCITE_DEST:+--publish "$STARCITE_DEST"} || echo "weekly.sh: the checks above failed; the run is tried all the same" >&2

# shellcheck disable=SC2086 # RUN_OPTIONS are several words
program run "$pipeline" --wait ${RUN_OPTIONS:-}
ran=$?
case $ran in
    0 | 3 | 4) ;;
    *) finish $ran ;;
esac

failed=0
# then_run COMMAND…: runs a command of the program, and remembers the first failure.
then_run() {
    program "$@"
    code=$?
    [ $failed -ne 0 ] || failed=$code
}

page=$("$starcite" report "$pipeline") || failed=$?
[ -z "$page" ] || echo "$page"
if grep -q '^[[:space:]]*\[\[[[:space:]]*digest[[:space:]]*\]\]' "$pipeline"; then
    then_run digest "$pipeline"
    digests=yes
fi
if [ $ran -ne 4 ]; then
    # the page is in the folder of the weeks: <out>/report/2026-W48/index.html
    if [ -n "${STARCITE_DEST:-}" ] && [ -n "$page" ]; then then_run publish "$STARCITE_DEST" --out "${page%/report/*}" --report; fi
    if [ "${STARCITE_MAIL:-}" = yes ] && [ -n "${digests:-}" ]; then then_run send "$pipeline" --yes; fi
fi
[ $failed -eq 0 ] || finish $failed
finish $ran
