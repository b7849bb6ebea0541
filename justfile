# All commands for developers. `just` alone lists them.
default:
    @just --list

# The sample: offline, in a second
sample:
    cargo run --locked -- run pipelines/sample.toml

# All tests
test:
    cargo test --locked --workspace

# The tests of the core crate only: seconds, without polars
test-core:
    cargo test --locked -p starcite-core

# Formatting, layers, features and lints, as in CI
lint:
    cargo fmt --all --check
    scripts/check_layers.py
    scripts/check_words.py
    scripts/check_features.sh
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Links compared with the invented papers of tests/gold; with ../shared also with hand-read abstracts: errors by kind of text and by shape, calibration of confidence, rare roles
score:
    cargo build --locked
    scripts/score_gold.py
    scripts/score.py
    scripts/score_shapes.py
    cargo test --locked --quiet --test it roles -- --nocapture

# Speed of finding links, compared with memmem, the regex crate and linkify, and on input crafted to be slow (needs ../shared)
bench:
    cargo bench --locked -p starcite-core

# Figures of requests to GitHub, from the log of a server that behaves as GitHub does, compared with GitHub's own client (node); 50000 for the long ones
bench-github names="5000":
    cargo build --locked --release
    cargo build --locked --release -p fake-github
    scripts/bench_github/run.py {{names}}

# Every query that is sent to GitHub, validated against its public schema (needs node)
check-queries:
    scripts/check_queries.sh

# Inputs from a bucket and weeks published to one, over connections that break (needs python3)
check-s3:
    cargo build --locked
    scripts/python scripts/check_s3/check.py

# One request to every live service, with the replies stored in target/live, and whether the program reads them (needs python3 and a network)
live *names:
    cargo build --locked
    scripts/live.py {{names}}

# The output folder as a dataset, checked by validators of its metadata and by all its readers (needs python3)
check-dataset:
    cargo build --locked
    scripts/python scripts/check_dataset/check.py

# Every export, read back by pandas, DuckDB, Python and biber (needs python3)
check-exports:
    cargo build --locked
    scripts/python scripts/check_exports/check.py

# The report of made weeks, opened from disk in Chromium and Firefox, checked by axe-core, vnu and html-validate (needs chromium, firefox-esr, java and npm)
check-report *args:
    cargo build --locked
    scripts/check_report/check.py {{args}}

# What a weekly job does, in order: look, run, report, digest; STARCITE_DEST publishes, STARCITE_MAIL=yes sends (docs/OPERATIONS.md)
weekly pipeline="starcite.toml":
    cargo build --locked --release
    STARCITE={{justfile_directory()}}/target/release/starcite contrib/weekly.sh {{pipeline}}

# The files of contrib/: shell scripts, units, workflow, container, and what each describes (needs jq, sqlite3, systemd-analyze)
check-contrib:
    cargo build --locked
    scripts/check_contrib.sh

# Digests sent to a mail server that refuses, waits and breaks off, and read back (needs python3 and openssl)
check-mail:
    cargo build --locked
    scripts/python scripts/check_mail/check.py

# The Python package as a release has it: a wheel with the command, and the source, in dist (needs python3; minutes)
wheel:
    scripts/wheel/build.sh
    scripts/python scripts/check_python/check.py --release

# The Python package of the debug build: its types, its tests with every library and on every Python that is here, random Arrow for so many seconds
check-python fuzz="10":
    cargo build --locked
    scripts/wheel/build.sh --debug
    scripts/python scripts/check_python/check.py --fuzz {{fuzz}}

# The package on seven engines, each with a killed worker if it has any, compared with the command line (needs ../shared and java)
engines *args:
    cargo build --locked
    scripts/wheel/build.sh --module
    scripts/python scripts/check_engines/check.py {{args}}

# Speed, import and memory of the Python package, beside Python's `re` (needs ../shared)
bench-python *args:
    scripts/wheel/build.sh --module
    scripts/python scripts/bench_python.py {{args}}

# Jobs of the package on Spark and Ray beside a function that does nothing, on 2 GB (after `just engines`)
bench-engines *args:
    scripts/wheel/build.sh --module
    scripts/python scripts/bench_engines.py {{args}}

# The Python of README.md on the sample, and the command that a run prints to look at its tables (needs python3)
check-readme: sample
    scripts/python scripts/check_readme.py

# Exports for spreadsheets, opened by LibreOffice (needs python3 and libreoffice-calc)
check-spreadsheet:
    cargo build --locked
    python3 scripts/check_exports/spreadsheet.py

# Tables written by pyarrow, pandas, polars and DuckDB, read as papers (needs python3)
check-tables:
    cargo build --locked
    scripts/python scripts/check_tables/check.py

# Any bytes as input of every reader, for so many seconds in all. The first build takes an hour of one core: it rebuilds every dependency with coverage
fuzz seconds="60":
    command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
    fuzz/run.sh {{seconds}}

# The same without coverage, with the build of `cargo test`: CI runs it for half a minute
fuzz-short seconds="30":
    STARCITE_FUZZ={{seconds}} cargo test --locked --lib fuzz:: -- --nocapture

# Some thousand texts crafted to be slow: the growth of their time if they are four times as long
hostile:
    cargo run --locked --release -p starcite-core --example hostile

# Breaks the program on purpose for an hour: kills, full disks, clocks, concurrent runs, damaged data (needs python3 and mount; --short for a minute)
torture *args:
    cargo build --locked --release --workspace
    scripts/python scripts/torture/run.py {{args}}

# Problems that people reported of comparable tools (needs ../shared, strace and openssl)
cases:
    cargo build --locked
    scripts/check_cases.sh

# Runs the notebooks top to bottom
notebooks: sample
    notebooks/run.sh

# Seconds from an edit to the result of its tests
bench-edits:
    scripts/bench_edits.sh

# Lines of code by folder, without comments and tests; beside those of a revision of git
lines *revision:
    scripts/code_lines.py {{revision}}

# Times and sizes of README's table, on a release build (needs ../shared)
bench-first-run:
    cargo build --locked --release
    scripts/measure.sh

# A large snapshot, compared with DuckDB, polars, ripgrep and zstd in speed and in results; so many GB (needs ../shared, rg and zstd)
bench-scale gigabytes="1.5":
    cargo build --locked --release
    scripts/python scripts/bench_scale.py {{gigabytes}}

# This checkout in pairs with the program of another revision, a release build: a snapshot of so many GB, and GitHub's figures (needs ../shared)
bench-pairs before gigabytes="0.5":
    cargo build --locked --release
    cargo build --locked --release -p fake-github
    scripts/bench_pairs.py {{before}} {{gigabytes}}

# The ranking of a real month of ../shared, with what is known of it and with drawn facts: the first, the middle and the last 50 (docs/RANKING.md)
rank-month:
    cargo build --locked
    python3 scripts/rank_month.py --real target/debug/starcite
    python3 scripts/rank_month.py target/debug/starcite

# 300,000 papers ranked with 150,000 repositories and 52 weeks of stars, compared with the same query in DuckDB in speed and in results (needs python3)
bench-rank:
    cargo build --locked --release
    scripts/python scripts/bench_rank.py

# The report of 1,000 and of 50,000 papers: seconds, memory, sizes, and its page in Chromium, compared with libraries for searching (needs ../shared, chromium and npm)
bench-report *weeks:
    cargo build --locked --release
    scripts/bench_report.py {{weeks}}

# Small files that expand to very large ones: peak memory, seconds and exit code of each, for docs/RELIABILITY.md (needs GNU time)
bombs:
    cargo build --locked --release
    BOMBED={{justfile_directory()}}/target/release/starcite cargo test --locked --test it bombs::what_each_takes -- --ignored --nocapture

# Reading speed of each source: its sample repeated to so many GB (needs ../shared, python3, zstd and GNU time)
bench-sources gigabytes="1":
    cargo build --locked --release
    scripts/python scripts/bench_sources.py {{gigabytes}}

# Licences, bans and sources of all linked dependencies
deny:
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
    cargo deny --locked check licenses bans sources

# Unused dependencies
machete:
    command -v cargo-machete >/dev/null || cargo install --locked cargo-machete
    cargo machete

# The archive of a release, for Linux x86_64 and an old glibc, with its checksum, in dist/; then its check. Takes a quarter of an hour (needs python3 and readelf)
dist:
    scripts/dist/build.sh
    scripts/dist/check.py

# Workflows, issue forms and CITATION.cff against their schemas, and the notes of a release (needs python3)
check-github:
    scripts/check_github.sh

# Rebuilds the locks of Python's packages from requirements.in, in scripts/ and scripts/dist/
lock-python:
    scripts/lock.sh

# All checks of CI; STARCITE_REQUIRE=mount,node without ../shared. Installs missing packages such as biber by apt-get
ci:
    .ci/run
