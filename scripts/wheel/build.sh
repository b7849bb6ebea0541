#!/usr/bin/env bash
# Builds the Python package.
#
#   scripts/wheel/build.sh            as a release has it, into dist/: a wheel with the module and the command, both for the glibc of
#                                     scripts/dist/build.sh, and the source. Minutes of all cores
#   scripts/wheel/build.sh --module   the module alone, for this machine, into target/wheel/: a minute
#   scripts/wheel/build.sh --debug    the same of the debug build, with the command of target/debug, and the source: for CI
#
# Both also unpack the package into target/wheel/site, for PYTHONPATH.
# Needs python3. maturin and zig come from requirements.lock.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=crates/python/starcite.data
rm -rf "$data/scripts" "$data/data/share/doc/starcite/THIRD-PARTY-LICENCES.txt"
trap 'rm -rf "$data/scripts" "$data/data/share/doc/starcite/THIRD-PARTY-LICENCES.txt"' EXIT

# Makes a wheel for this machine, with these options of maturin.
here() {
    rm -rf target/wheel
    scripts/python -m maturin build --locked --out target/wheel "$@"
    scripts/python -m zipfile -e target/wheel/*.whl target/wheel/site
}

case ${1:-} in
    --module)
        here
        exit
        ;;
    --debug)
        mkdir -p "$data/scripts"
        strip -o "$data/scripts/starcite" target/debug/starcite
        here --profile dev --strip
        rm -r "$data/scripts" # the source has no command
        scripts/python -m maturin sdist --out target/wheel
        exit
        ;;
    "") ;;
    *) echo "wheel: unknown argument $1" >&2 && exit 2 ;;
esac

source scripts/dist/zig.sh
program
mkdir -p dist
rm -f dist/*.whl dist/starcite-"$version".tar.gz
maturin sdist --out dist # before the command is there, because the source has none
mkdir -p "$data/scripts"
cp "$build/$target/dist/starcite" "$data/scripts/starcite"
scripts/dist/licences.py "$target" starcite starcite-python >"$data/data/share/doc/starcite/THIRD-PARTY-LICENCES.txt"
maturin build --locked --zig --target "$target" --compatibility "manylinux_${glibc/./_}" --compression-level 9 --out dist
(cd dist && sha256sum starcite-* >SHA256SUMS)
ls -l dist
