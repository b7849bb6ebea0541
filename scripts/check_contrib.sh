#!/usr/bin/env bash
# Checks contrib/: shell scripts by shellcheck, units by systemd-analyze, the workflow by its schema; then does what each describes: the weekly job with every
# exit code, the alert, the steps of the workflow with a repository of this machine, the container's user and files in a chroot, a copy of the state by SQLite.
# Needs python3, git, jq, sqlite3, systemd-analyze, and target/debug/starcite.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
starcite=$root/target/debug/starcite
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
unset "${!STARCITE_@}" GITHUB_TOKEN

die() {
    echo "check_contrib: FAILED: $*" >&2
    exit 1
}
say() {
    echo "check_contrib: $*"
}

for program in git jq sqlite3 systemd-analyze; do
    command -v "$program" >/dev/null || exec scripts/lacks operations check_contrib "$program is not there"
done

# --- texts
scripts/python -c ''
.venv/bin/shellcheck contrib/weekly.sh contrib/alert.sh || die "shellcheck objects"
scripts/python -m check_jsonschema --builtin-schema vendor.github-workflows contrib/github-actions/weekly.yml
if grep -nE 'uses: ' contrib/github-actions/weekly.yml | grep -vE '@[0-9a-f]{40} # v'; then die "an action without the hash of a commit"; fi
say "shellcheck and the schema of workflows have no objection"

units=$scratch/units
mkdir -p "$units"
for unit in contrib/systemd/*; do
    sed 's#/usr/local/bin/weekly.sh#'"$root"'/contrib/weekly.sh#' "$unit" >"$units/$(basename "$unit")"
done
said=$(systemd-analyze verify --man=no "$units"/*.service "$units"/*.timer 2>&1) || die "systemd-analyze verify: $said"
[[ -z $said ]] || die "systemd-analyze verify: $said"
said=$(systemd-analyze security --offline=true --threshold=20 "$units/starcite.service" 2>&1) || die "systemd-analyze security: $said"
say "systemd-analyze verifies the units; exposure: $(grep -o 'level for.*' <<<"$said")"
grep -vE '^(#|$|[A-Z_]+=)' contrib/cron/starcite | while read -r minute hour day month weekday user command; do
    [[ $minute =~ ^[0-9]+$ && $hour =~ ^[0-9,]+$ && $day =~ ^([0-9]+|\*)$ && $month == "*" && $weekday =~ ^([0-9]|\*)$ && $user == starcite && -n $command ]] \
        || die "cron: $minute $hour $day $month $weekday $user $command"
done
! grep -nE 'gh[pousr]_|GITHUB_TOKEN=' -r contrib/cron contrib/systemd || die "a token on a command line"

# --- the weekly job
job=$scratch/job
mkdir -p "$job/bin"
cp -r pipelines "$job/"
printf '[[digest]]\nname = "all"\nfrom = "me@example.org"\n' >>"$job/pipelines/sample.toml"
ln -s "$starcite" "$job/bin/starcite"
cp contrib/weekly.sh contrib/alert.sh "$job/bin/"
in_job() { (cd "$job" && env PATH="$job/bin:$PATH" STARCITE_NOW=2025-07-01T12:00:00Z "$@"); }
sed -i 's#^out = .*#out = "out"#' "$job/pipelines/sample.toml"
STARCITE_DEST=site in_job weekly.sh pipelines/sample.toml >"$scratch/log" 2>&1 || die "weekly.sh: $(cat "$scratch/log")"
for file in out/week=2025-W26/manifest.json out/report/2025-W26/index.html out/digest/2025-W26/all.md site/week=2025-W26/manifest.json site/report/index.html; do
    [[ -f $job/$file ]] || die "weekly.sh did not write $file: $(cat "$scratch/log")"
done
in_job weekly.sh >/dev/null 2>&1 && die "weekly.sh without a pipeline"
say "the weekly job runs, reports, writes the digest and publishes"

# A program that records what it is called with, and ends as CODES says.
cat >"$job/bin/stub" <<'STUB'
#!/bin/sh
echo "$1" >>"$CALLS"
for code in $CODES; do [ "${code%=*}" != "$1" ] || exit "${code#*=}"; done
[ "$1" != report ] || echo "out/report/2025-W26/index.html: 92 papers"
STUB
chmod +x "$job/bin/stub"
# ends CODES WANTED CALLS: runs the job with a stub.
ends() {
    : >"$scratch/calls"
    local code=0 called
    in_job env STARCITE=stub CALLS="$scratch/calls" CODES="$1" STARCITE_DEST=x STARCITE_MAIL=yes weekly.sh pipelines/sample.toml >/dev/null 2>&1 || code=$?
    called=$(paste -sd' ' "$scratch/calls")
    [[ $code == "$2" && $called == "$3" ]] || die "weekly.sh with $1: ended with $code after: $called"
}
ends "run=137" 1 "doctor run"
ends "none=0" 0 "doctor run report digest publish send"
ends "doctor=1" 0 "doctor run report digest publish send"
ends "run=3" 3 "doctor run report digest publish send"
ends "run=4" 4 "doctor run report digest"
ends "run=75" 75 "doctor run"
ends "run=1" 1 "doctor run"
ends "run=143" 143 "doctor run"
ends "send=75" 75 "doctor run report digest publish send"
ends "run=3 send=75" 75 "doctor run report digest publish send"
ends "publish=1 send=75" 1 "doctor run report digest publish send"
ends "report=1" 1 "doctor run report digest send"
say "the weekly job goes on, ends or stays away from readers as each exit code wants"

# As the first process of a container it gets the signals that docker stop sends.
cat >"$job/bin/slow" <<'SLOW'
#!/bin/sh
[ "$1" = run ] || exit 0
trap 'echo ended >>"$CALLS"; exit 143' TERM
echo began >>"$CALLS"
i=0
while [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
SLOW
chmod +x "$job/bin/slow"
: >"$scratch/calls"
if unshare --pid --fork true 2>/dev/null; then
    (cd "$job" && env PATH="$job/bin:$PATH" STARCITE=slow CALLS="$scratch/calls" unshare --pid --fork --kill-child weekly.sh pipelines/sample.toml >/dev/null 2>&1) &
    while ! grep -q began "$scratch/calls"; do sleep 0.05; done
    pkill -TERM -f "^/bin/sh .*bin/weekly.sh pipelines/sample.toml"
    code=0
    wait $! || code=$?
    grep -q ended "$scratch/calls" && [[ $code == 143 ]] || die "SIGTERM as the first process: $code, $(cat "$scratch/calls")"
    say "a signal to the weekly job ends the run in good order, also as the first process of a container"
fi

# --- the alert
alert() { in_job env STARCITE_NOW= alert.sh "$@"; }
out=$(in_job alert.sh out 100000) || die "alert.sh on a good folder: $out"
out=$(in_job alert.sh out) && die "alert.sh on an old week is silent"
[[ $out == "the newest week is 2025-W26, which ended "*" days ago" ]] || die "alert.sh: $out"
sed -i 's/"exit_code":0/"exit_code":75/' "$job/out/state.db.last-run.json"
out=$(in_job alert.sh out 100000) && die "alert.sh on answers that are owed is silent"
[[ $out == *"answers are owed"* ]] || die "alert.sh: $out"
out=$(in_job alert.sh nowhere 2>/dev/null) && die "alert.sh without a folder is silent"
say "the alert speaks of what a person should look at, and else not"

# --- a copy of the state, and a move
sqlite3 "$job/out/state.db" ".backup $scratch/copy.db" || die "SQLite's .backup"
moved=$scratch/moved
mkdir -p "$moved"
cp -r "$job/pipelines" "$moved/"
cp -r "$job/out" "$moved/out"
rm "$moved"/out/state.db*
cp "$scratch/copy.db" "$moved/out/state.db"
(cd "$moved" && STARCITE_NOW=2025-07-01T12:00:00Z STARCITE_OUT=out "$starcite" run pipelines/sample.toml -q >/dev/null) || die "a run with a copy of the state"
cmp "$job/out/week=2025-W26/manifest.json" "$moved/out/week=2025-W26/manifest.json" || die "a run with a copy of the state wrote another week"
say "a copy of the state goes on elsewhere, and writes the same week"

# --- the steps of the workflow, with an archive and a repository of this machine
scripts/python scripts/check_contrib_workflow.py "$starcite" "$scratch/workflow"

# --- the container's files and user
image=$scratch/image
mkdir -p "$image"/{usr/local/bin,data,dev,etc,tmp,run/secrets,bin,proc}
install -m 666 /dev/null "$image/dev/null" # an empty file is as good to read from
grep -E '^COPY contrib' contrib/docker/Dockerfile | sed -E 's/^COPY (.*) [^ ]+$/\1/' | tr ' ' '\n' | while read -r file; do
    [[ -f $file ]] || die "the Dockerfile copies $file, which is not there"
done
cp "$starcite" contrib/weekly.sh contrib/alert.sh "$image/usr/local/bin/"
for file in "$starcite" /bin/sh "$(command -v env)"; do
    ldd "$file" | grep -oE '/[^ ]+' | while read -r library; do
        mkdir -p "$image$(dirname "$library")"
        cp -Ln "$library" "$image$library"
    done
done
cp /bin/sh "$image/bin/"
user=$(grep -oE 'uid [0-9]+' contrib/docker/Dockerfile | grep -oE '[0-9]+')
cp -r pipelines "$image/data/"
sed 's#^out = .*#out = "output"#' pipelines/sample.toml >"$image/data/pipelines/sample.toml"
chmod 1777 "$image/tmp"
if [[ $(id -u) == 0 ]]; then
    chown -R "$user" "$image/data"
    chroot --userspec="$user:$user" "$image" /bin/sh -c 'cd /data && STARCITE_OUT=/data/output STARCITE_NOW=2025-07-01T12:00:00Z PATH=/usr/local/bin:/bin weekly.sh pipelines/sample.toml' \
        >"$scratch/log" 2>&1 || tail -5 "$scratch/log"
    [[ -f $image/data/output/report/2025-W26/index.html ]] || die "the container's files in a chroot: $(cat "$scratch/log")"
    [[ $(stat -c %u "$image/data/output/state.db") == "$user" ]] || die "the container's user"
    say "the container's files work in a chroot, as user $user"
else
    say "the chroot is left out: only root may make one"
fi
