#!/usr/bin/env bash
# Runs every notebook of this folder from top to bottom; does not change the notebooks.
#
#   notebooks/run.sh                      the weeks in ./output of the project, else the sample's in ./output/sample
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

out=${STARCITE_OUT:-$root/output}
[[ -n ${STARCITE_OUT:-} ]] || compgen -G "$out/week=*/manifest.json" >/dev/null || out=$out/sample
case $out in
    /*) ;;
    *) out=$PWD/$out ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

shopt -s nullglob
ran=0
for notebook in "$here"/*.ipynb; do
    # The kernel named python3 is the one in .venv, whatever the user has installed. It listens only on this machine, so
    # its warning about the lack of encryption is hidden.
    STARCITE_OUT=$out JUPYTER_PREFER_ENV_PATH=1 "$root/scripts/python" -m nbconvert --execute --to notebook \
        --output-dir "$scratch" --log-level ERROR --ExecutePreprocessor.extra_arguments=--log-level=ERROR "$notebook" \
        || die "$(basename -- "$notebook") failed: see the cell and its error above"
    ran=$((ran + 1))
done
((ran > 0)) || die "no notebook in $here"
echo "notebooks: $ran ran top to bottom"
