#!/usr/bin/env bash
# Sourced by the builds of a release: makes the tools, and sets what builds with them need. Zig links against an old glibc, so that older systems run
# the result. Needs python3, which installs Zig from requirements.lock.

# the oldest glibc that Rust's own libraries run on
glibc=2.17
target=x86_64-unknown-linux-gnu
build=$PWD/target/dist
cargo_home=${CARGO_HOME:-$HOME/.cargo}
version=$(sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"/\1/p' Cargo.toml)

tools=$build/tools
python3 -m venv --clear "$tools"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement scripts/dist/requirements.lock

# No path of this machine in the program: Rust's messages and C's assertions name files.
export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/starcite"
export CFLAGS="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/starcite"
export CXXFLAGS=$CFLAGS
export ZIG_GLOBAL_CACHE_DIR=$build/zig ZIG_LOCAL_CACHE_DIR=$build/zig CARGO_ZIGBUILD_CACHE_DIR=$build/zigbuild
export CARGO_TARGET_DIR=$build
PATH=$tools/bin:$PATH

# Builds the program, into $build/$target/dist/starcite.
program() {
    cargo zigbuild --locked --profile dist --target "$target.$glibc" --bin starcite
}
