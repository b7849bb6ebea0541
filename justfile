# Every command a developer types. `just` alone lists them.
default:
    @just --list

# The sample: offline, in a second
sample:
    cargo run --locked -- run pipelines/sample.toml

# All tests
test:
    cargo test --locked --workspace

# The pure crate's tests alone: seconds, without polars
test-core:
    cargo test --locked -p starcite-core

# Formatting, layers, features and lints, as in CI
lint:
    cargo fmt --all --check
    scripts/check_layers.py
    scripts/check_features.sh
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Links against hand-read abstracts: errors by kind of text and by shape, how reliable confidence is, rare roles (needs ../shared)
score:
    cargo build --locked
    scripts/score.py
    scripts/score_shapes.py
    cargo test --locked --quiet --test it roles -- --nocapture

# How fast links are found, beside memmem, the regex crate and linkify, and on input made to be slow (needs ../shared)
bench:
    cargo bench --locked -p starcite-core

# Figures of asking GitHub, from the log of a server that behaves as GitHub does, beside GitHub's own client (node); 50000 for the long ones
bench-github names="5000":
    cargo build --locked --release
    cargo build --locked --release -p fake-github
    scripts/bench_github/run.py {{names}}

# Every query that is sent to GitHub against its public schema (needs node)
check-queries:
    scripts/check_queries.sh

# Inputs from a bucket and weeks published to one, over connections that break (needs python3)
check-s3:
    cargo build --locked
    scripts/python scripts/check_s3/check.py

# Every live service asked once with the program's own requests, the replies kept in target/live: what they say, and whether they are read (needs python3 and a network)
live *names:
    cargo build --locked
    scripts/live.py {{names}}

# The output folder as a dataset, by the validators of its metadata and everything that reads it (needs python3)
check-dataset:
    cargo build --locked
    scripts/python scripts/check_dataset/check.py

# Every export read back by pandas, DuckDB, Python and biber (needs python3)
check-exports:
    cargo build --locked
    scripts/python scripts/check_exports/check.py

# Tables that pyarrow, pandas, polars and DuckDB write, read as papers (needs python3)
check-tables:
    cargo build --locked
    scripts/python scripts/check_tables/check.py

# Any bytes as a paper's text and as whatever else is read, for so many seconds in all. The first build takes an hour of one core: every dependency is built anew, to be watched
fuzz seconds="60":
    command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
    fuzz/run.sh {{seconds}}

# The same without watching which code runs, with what `cargo test` has built: what CI runs for half a minute
fuzz-short seconds="30":
    STARCITE_FUZZ={{seconds}} cargo test --locked --lib fuzz:: -- --nocapture

# Some thousand texts made to be slow: by how much their time grows where they are four times as long
hostile:
    cargo run --locked --release -p starcite-core --example hostile

# Breaks the program on purpose for an hour: kills, full disks, clocks, two at once, damaged files and replies (needs python3 and mount; --short for a minute)
torture *args:
    cargo build --locked --release --workspace
    scripts/python scripts/torture/run.py {{args}}

# Troubles that people reported of comparable tools (needs ../shared, strace and openssl)
cases:
    cargo build --locked
    scripts/check_cases.sh

# Runs the notebooks top to bottom
notebooks: sample
    notebooks/run.sh

# Seconds from an edit to the answer of its tests
bench-edits:
    scripts/bench_edits.sh

# Times and sizes of README's table, on a release build (needs ../shared)
bench-first-run:
    cargo build --locked --release
    scripts/measure.sh

# A large snapshot beside DuckDB, polars, ripgrep and zstd, and whether they find the same; so many GB (needs ../shared, rg and zstd)
bench-scale gigabytes="1.5":
    cargo build --locked --release
    scripts/python scripts/bench_scale.py {{gigabytes}}

# 300,000 papers ranked with 150,000 repositories and 52 weeks of stars, beside the same query in DuckDB, and whether they agree (needs python3)
bench-rank:
    cargo build --locked --release
    scripts/python scripts/bench_rank.py

# Files that are small and become very much: peak memory, seconds and exit code of each, for docs/RELIABILITY.md (needs GNU time)
bombs:
    cargo build --locked --release
    BOMBED={{justfile_directory()}}/target/release/starcite cargo test --locked --test it bombs::what_each_takes -- --ignored --nocapture

# How fast each source is read: its sample repeated to so many GB (needs ../shared, python3, zstd and GNU time)
bench-sources gigabytes="1":
    cargo build --locked --release
    scripts/python scripts/bench_sources.py {{gigabytes}}

# Licences, bans and sources of all that is linked
deny:
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
    cargo deny --locked check licenses bans sources

# Dependencies that nothing uses
machete:
    command -v cargo-machete >/dev/null || cargo install --locked cargo-machete
    cargo machete

# Makes scripts/requirements.lock again, of scripts/requirements.in
lock-python:
    scripts/lock.sh

# What CI runs; STARCITE_REQUIRE=mount,node without ../shared. Installs biber and the like by apt-get where they are missing
ci:
    .ci/run
