#!/usr/bin/env bash
# Builds the program for Linux x86_64 as a release has it: dist/starcite-VERSION-x86_64-linux.tar.gz and dist/SHA256SUMS, which scripts/dist/check.py reads.
# Needs python3, and minutes of all cores; scripts/dist/zig.sh says more.
set -euo pipefail
cd "$(dirname "$0")/../.."

source scripts/dist/zig.sh
name=starcite-$version-x86_64-linux
program

rm -rf dist
stage=dist/$name
mkdir -p "$stage/completions"
cp "$build/$target/dist/starcite" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$stage"
cp -R pipelines docs "$stage"
[[ ! -d contrib ]] || cp -R contrib "$stage"
scripts/dist/licences.py "$target" >"$stage/THIRD-PARTY-LICENCES.txt"
for shell in bash zsh fish elvish powershell; do
    "$stage/starcite" completion "$shell" >"$stage/completions/starcite.$shell"
done
# the same bytes from the same files: order, owner and time of the members do not vary
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" --directory=dist "$name" | gzip -n9 >"dist/$name.tar.gz"
rm -r "$stage"
(cd dist && sha256sum "$name.tar.gz" >SHA256SUMS)
ls -l dist
