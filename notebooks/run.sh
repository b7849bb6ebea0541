#!/usr/bin/env bash
# Runs every notebook of this folder from top to bottom: 01 on the sample, the others on made weeks (make_weeks.py, some 15 s). 04 imports the Python package,
# as scripts/wheel/build.sh left it in target/wheel.
# There the outputs must be those that the notebook has, and those of the made weeks must be what was invented.
#
#   notebooks/run.sh                      all on the weeks in ./output of the project, if there are any, else as above
#   notebooks/run.sh --write              as above; writes the outputs into the notebooks
#   STARCITE_OUT=<folder> notebooks/run.sh
#
# The Python packages are those of scripts/requirements.lock, in .venv at the project's root; PYTHON names another Python than python3.
set -euo pipefail

die() {
    echo "notebooks: $*" >&2
    exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
sample=$root/output/sample
made=$root/output/made-weeks

case $* in
    "") action=compare out=${STARCITE_OUT:-$root/output} ;;
    --write) action=write out='' ;;
    *) die "unknown arguments: $*" ;;
esac
[[ -n ${STARCITE_OUT:-} ]] || compgen -G "$out/week=*/manifest.json" >/dev/null || out=''
case $out in
    "" | /*) ;;
    *) out=$PWD/$out ;;
esac

[[ -d $root/target/wheel/site ]] || "$root/scripts/wheel/build.sh" --module
export PYTHONPATH=$root/target/wheel/site

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# Prints the folder of weeks whose results a notebook shows.
home_of() {
    case $(basename -- "$1") in
        01_*) echo "$sample" ;;
        *) echo "$made/weeks" ;;
    esac
}

# Runs a notebook into the scratch folder, and compares or writes its outputs if the weeks are those that it shows.
run() {
    local notebook=$1 name weeks
    name=$(basename -- "$notebook")
    weeks=${out:-$(home_of "$notebook")}
    # The kernel named python3 is the one in .venv, whatever the user has installed. It listens only on this machine, so
    # its warning about the lack of encryption is hidden.
    STARCITE_OUT=$weeks JUPYTER_PREFER_ENV_PATH=1 "$root/scripts/python" -m nbconvert --execute --to notebook \
        --output-dir "$scratch" --log-level ERROR --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
        --ExecutePreprocessor.coalesce_streams=True "$notebook" \
        || die "$name failed: see the cell and its error above"
    if [[ $weeks == "$(home_of "$notebook")" ]]; then
        "$root/scripts/python" "$here/outputs.py" $action "$notebook" "$scratch/$name"
    fi
}

[[ -n $out ]] || "$root/scripts/python" "$here/make_weeks.py" "$made"

shopt -s nullglob
ran=0
for notebook in "$here"/*.ipynb; do
    run "$notebook"
    ran=$((ran + 1))
done
((ran > 0)) || die "no notebook in $here"
[[ -n $out ]] || "$root/scripts/python" "$here/check_made.py" "$made" "$scratch"
echo "notebooks: $ran ran top to bottom$([[ -n $out ]] || echo ", with the outputs that they show")"
