# Every command a developer types. `just` alone lists them.
default:
    @just --list

# The sample: offline, in a second
sample:
    cargo run -- run pipelines/sample.toml

# All tests
test:
    cargo test --workspace

# The pure crate's tests alone: seconds, without polars
test-core:
    cargo test -p starcite-core

# Formatting and lints, as in CI
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Runs the notebooks top to bottom in a venv with pinned packages
notebooks: sample
    notebooks/run.sh

# Times and sizes of README's table, on a release build (needs ../shared)
bench-first-run:
    cargo build --release
    scripts/measure.sh

# What CI runs
ci:
    .ci/run
