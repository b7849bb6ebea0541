#!/usr/bin/env bash
# Builds the program for Linux x86_64 as a release has it: dist/starcite-VERSION-x86_64-linux.tar.gz and dist/SHA256SUMS, which scripts/dist/check.py reads.
# Zig links against an old glibc, so that older systems run it. Needs python3, which installs Zig from requirements.lock, and minutes of all cores.
set -euo pipefail
cd "$(dirname "$0")/../.."

# the oldest glibc that Rust's own libraries run on
glibc=2.17
target=x86_64-unknown-linux-gnu
build=$PWD/target/dist
cargo_home=${CARGO_HOME:-$HOME/.cargo}
version=$(sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=starcite-$version-x86_64-linux

tools=$build/tools
python3 -m venv --clear "$tools"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement scripts/dist/requirements.lock

# No path of this machine in the program: Rust's messages and C's assertions name files.
export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/starcite"
export CFLAGS="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/starcite"
export CXXFLAGS=$CFLAGS
export ZIG_GLOBAL_CACHE_DIR=$build/zig ZIG_LOCAL_CACHE_DIR=$build/zig CARGO_ZIGBUILD_CACHE_DIR=$build/zigbuild
PATH=$tools/bin:$PATH cargo zigbuild --locked --profile dist --target "$target.$glibc" --target-dir "$build" --bin starcite

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
