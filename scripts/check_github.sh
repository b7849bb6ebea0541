#!/usr/bin/env bash
# Checks what GitHub reads of this repository against its schemas: workflows, issue forms, CITATION.cff; then the notes of a release. Needs python3.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
    echo "check_github: $*" >&2
    exit 1
}

against() {
    scripts/python -m check_jsonschema --builtin-schema "vendor.$1" "${@:2}"
}

forms=.github/ISSUE_TEMPLATE
against github-workflows .github/workflows/*.yml
against github-issue-config "$forms/config.yml"
against github-issue-forms $(find "$forms" -name '*.yml' ! -name config.yml | sort)
against citation-file-format CITATION.cff
scripts/python -m cffconvert.cli.cli --validate --infile CITATION.cff 2>/dev/null || die "cffconvert rejects CITATION.cff"

# What writes to the repository runs only actions whose content is fixed.
if grep -nE 'uses: ' .github/workflows/release.yml | grep -vE '@[0-9a-f]{40} # v'; then die "release.yml uses an action without the hash of a commit"; fi
version=$(sed -n '/^\[workspace.package\]/,/^\[/ s/^version = "\(.*\)"/\1/p' Cargo.toml)
grep -qxF "version: $version" CITATION.cff || die "CITATION.cff does not have the version of Cargo.toml, $version"
scripts/test_release_notes.py
