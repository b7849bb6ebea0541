#!/usr/bin/env bash
# Runs every notebook of this folder from top to bottom. On the sample, the outputs must be those that the notebook has.
#
#   notebooks/run.sh                      the weeks in ./output of the project, else the sample's in ./output/sample
#   notebooks/run.sh --write              the sample's weeks; writes the outputs into the notebooks
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

case $* in
    "") action=compare out=${STARCITE_OUT:-$root/output} ;;
    --write) action=write out=$sample ;;
    *) die "unknown arguments: $*" ;;
esac
[[ -n ${STARCITE_OUT:-} ]] || compgen -G "$out/week=*/manifest.json" >/dev/null || out=$sample
case $out in
    /*) ;;
    *) out=$PWD/$out ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

shopt -s nullglob
ran=0
for notebook in "$here"/*.ipynb; do
    name=$(basename -- "$notebook")
    # The kernel named python3 is the one in .venv, whatever the user has installed. It listens only on this machine, so
    # its warning about the lack of encryption is hidden.
    STARCITE_OUT=$out JUPYTER_PREFER_ENV_PATH=1 "$root/scripts/python" -m nbconvert --execute --to notebook \
        --output-dir "$scratch" --log-level ERROR --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
        --ExecutePreprocessor.coalesce_streams=True "$notebook" \
        || die "$name failed: see the cell and its error above"
    if [[ $out == "$sample" ]]; then
        "$root/scripts/python" "$here/outputs.py" $action "$notebook" "$scratch/$name"
    fi
    ran=$((ran + 1))
done
((ran > 0)) || die "no notebook in $here"
echo "notebooks: $ran ran top to bottom$([[ $out != "$sample" ]] || echo ", with the outputs of the sample")"
