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

# Links against hand-read abstracts: errors by kind of text and by shape, how reliable confidence is, rare roles (needs ../shared)
score:
    cargo build
    scripts/score.py
    scripts/score_shapes.py
    cargo test --quiet --test it roles -- --nocapture

# How fast links are found, beside memmem, the regex crate and linkify, and on input made to be slow (needs ../shared)
bench:
    cargo bench -p starcite-core

# Figures of asking GitHub, from the log of a server that behaves as GitHub does, beside GitHub's own client (node); 50000 for the long ones
bench-github names="5000":
    cargo build --release
    cargo build --release -p fake-github
    scripts/bench_github/run.py {{names}}

# Every query that is sent to GitHub against its public schema (needs node)
check-queries:
    scripts/check_queries.sh

# Inputs from a bucket and weeks published to one, over connections that break (needs python3)
check-s3:
    cargo build
    scripts/check_s3.sh

# The output folder as a dataset, by the validators of its metadata and everything that reads it (needs python3)
check-dataset:
    cargo build
    scripts/check_dataset.sh

# Every export read back by pandas, DuckDB, Python and biber (needs python3)
check-exports:
    cargo build
    scripts/check_exports.sh

# Tables that pyarrow, pandas, polars and DuckDB write, read as papers (needs python3)
check-tables:
    cargo build
    scripts/check_tables.sh

# Any bytes as a paper's text, for so many seconds
fuzz seconds="60":
    command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
    mkdir -p fuzz/corpus/extract
    cargo fuzz run extract fuzz/corpus/extract fuzz/seeds --sanitizer none -- -max_total_time={{seconds}} -timeout=5 -max_len=4096

# Runs the notebooks top to bottom in a venv with pinned packages
notebooks: sample
    notebooks/run.sh

# Times and sizes of README's table, on a release build (needs ../shared)
bench-first-run:
    cargo build --release
    scripts/measure.sh

# A large snapshot beside DuckDB, polars, ripgrep and zstd, and whether they find the same; so many GB (needs ../shared, rg and zstd)
bench-scale gigabytes="1.5":
    cargo build --release
    scripts/bench_scale.py {{gigabytes}}

# 300,000 papers ranked with 150,000 repositories and 52 weeks of stars, beside the same query in DuckDB, and whether they agree (needs python3)
bench-rank:
    cargo build --release
    scripts/bench_rank.py

# How fast each source is read: its sample repeated to so many GB (needs ../shared, python3, zstd and GNU time)
bench-sources gigabytes="1":
    cargo build --release
    scripts/bench_sources.py {{gigabytes}}

# What CI runs
ci:
    .ci/run
