#!/usr/bin/env bash
# Runs every notebook of this folder from top to bottom; the notebooks themselves are not changed.
#
#   notebooks/run.sh                      the weeks in ./output of the project
#   STARCITE_OUT=<folder> notebooks/run.sh
#
# Python's packages go to .venv at the project's root, made again when requirements.txt or the Python changes.
# PYTHON names another Python than python3.
set -euo pipefail

die() {
    echo "notebooks: $*" >&2
    exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")

out=${STARCITE_OUT:-$root/output}
case $out in
    /*) ;;
    *) out=$PWD/$out ;;
esac

python=${PYTHON:-python3}
command -v "$python" >/dev/null || die "no $python here: install Python 3.11 or newer"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or newer is needed; $python is $("$python" -V)"

venv=$root/.venv
stamp=$venv/requirements.stamp
wanted=$("$python" -c '
import hashlib, sys
print("%d.%d" % sys.version_info[:2], hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())
' "$here/requirements.txt")

if [[ ! -x $venv/bin/python || ! -f $stamp || $(<"$stamp") != "$wanted" ]]; then
    echo "notebooks: installing requirements.txt into .venv"
    "$python" -m venv --clear "$venv" || die "cannot make .venv. On Debian and Ubuntu: apt-get install python3-venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" \
        || die "cannot install requirements.txt: see pip's message above"
    echo "$wanted" >"$stamp"
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

shopt -s nullglob
ran=0
for notebook in "$here"/*.ipynb; do
    # The kernel named python3 is .venv's own, whatever the user has installed. It listens on this machine only;
    # its warning that this is not encrypted is not shown.
    STARCITE_OUT=$out JUPYTER_PREFER_ENV_PATH=1 "$venv/bin/python" -m nbconvert --execute --to notebook \
        --output-dir "$scratch" --log-level ERROR --ExecutePreprocessor.extra_arguments=--log-level=ERROR "$notebook" \
        || die "$(basename -- "$notebook") failed: see the cell and its error above"
    ran=$((ran + 1))
done
((ran > 0)) || die "no notebook in $here"
echo "notebooks: $ran ran top to bottom"
